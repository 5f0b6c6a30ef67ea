/** Runs the body of an iterator in a scope: each time it is resumed, until it is done. Knows no agents and no log. */

/** A generator or another iterator, of which some methods may be missing. */
interface AnyIterator {
  next(...values: unknown[]): unknown;
  return?(value?: unknown): unknown;
  throw?(error?: unknown): unknown;
}

/** The scope in which an iterator is resumed. */
export interface Following {
  /** Calls a function in the scope. */
  readonly enter: <T>(fn: () => T) => T;
  /** The iterator is done, or (with what was thrown) has failed; called once. */
  readonly ended: (failure: { readonly error: unknown } | undefined) => void;
}

const AsyncGeneratorPrototype = prototypeOf(async function* () {});
const GeneratorPrototype = prototypeOf(function* () {});

/** Whether a value is an iterator: it can be asked for the next item, and for itself by `for`. A list or a stream is not. */
export function isIterator(value: unknown): value is object & AnyIterator {
  if (typeof value !== "object" || value === null) return false;
  if (!(Symbol.asyncIterator in value) && !(Symbol.iterator in value)) return false;
  return typeof (value as Partial<AnyIterator>).next === "function";
}

/** Whether something is to be waited for. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    (typeof value === "object" || typeof value === "function") &&
    value !== null &&
    typeof (value as Partial<PromiseLike<unknown>>).then === "function"
  );
}

/** What stands for an iterator from now on: whoever resumes it resumes its body in the scope. The iterator itself stays as it is. */
export function followIterator<T extends object>(source: T & AnyIterator, following: Following): T {
  let isOver = false;
  const end = (failure?: { readonly error: unknown }): void => {
    if (isOver) return;
    isOver = true;
    following.ended(failure);
  };
  const settle = <R>(result: R): R => {
    if ((result as { readonly done?: unknown } | null | undefined)?.done === true) end();
    return result;
  };
  const resume = (step: () => unknown): unknown => {
    let result: unknown;
    try {
      result = following.enter(() => {
        const stepped = step();
        // Adopted inside the scope: a lazy thenable starts its work when it is asked.
        return isThenable(stepped) ? Promise.resolve(stepped) : stepped;
      });
    } catch (error) {
      end({ error });
      throw error;
    }
    if (!(result instanceof Promise)) return settle(result);
    return result.then(settle, (error: unknown) => {
      end({ error });
      throw error;
    });
  };
  const members = new Map<PropertyKey, unknown>([
    ["next", (...values: unknown[]) => resume(() => source.next(...values))],
    [
      "return",
      (...values: [unknown?]) => {
        if (typeof source.return === "function") return resume(() => source.return?.(...values));
        // Without one of its own it is left where it is; for the scope that is the end.
        end();
        const result = { value: values[0], done: true };
        return Symbol.asyncIterator in source ? Promise.resolve(result) : result;
      },
    ],
  ]);
  if (typeof source.throw === "function") {
    members.set("throw", (...values: [unknown?]) => resume(() => source.throw?.(...values)));
  }
  return isGenerator(source) ? standIn(source, members) : membrane(source, members, following);
}

/** A generator has nothing but these methods, and what its prototype adds (`map`, `Symbol.asyncDispose`) goes by them. */
function standIn<T extends object>(source: T, members: ReadonlyMap<PropertyKey, unknown>): T {
  const stand = Object.create(Object.getPrototypeOf(source) as object) as T;
  for (const [name, value] of members) {
    Object.defineProperty(stand, name, { value, writable: true, configurable: true });
  }
  return stand;
}

/** An iterator of a class keeps whatever else it can do, with itself as `this`: private members want that. */
function membrane<T extends object>(source: T, members: Map<PropertyKey, unknown>, following: Following): T {
  const self: T = new Proxy(Object.create(Object.getPrototypeOf(source) as object) as T, {
    get(_, name) {
      if (members.has(name)) return members.get(name);
      const value: unknown = Reflect.get(source, name, source);
      if (typeof value !== "function") return value;
      const isLoop = name === Symbol.asyncIterator || name === Symbol.iterator;
      const bound = (...values: unknown[]): unknown => {
        const result: unknown = Reflect.apply(value, source, values);
        if (!isLoop) return result;
        if (result === source) return self;
        return isIterator(result) ? followIterator(result, following) : result;
      };
      return bound;
    },
    set: (_, name, value) => Reflect.set(source, name, value, source),
    has: (_, name) => Reflect.has(source, name),
  });
  return self;
}

function isGenerator(value: object): boolean {
  for (let at: unknown = value; typeof at === "object" && at !== null; at = Object.getPrototypeOf(at)) {
    if (at === AsyncGeneratorPrototype || at === GeneratorPrototype) return true;
  }
  return false;
}

function prototypeOf(generator: () => object): object {
  return Object.getPrototypeOf(generator.prototype as object) as object;
}
