/** Owns random programs over stores and contexts, for the property tests; must not know what they check. */

import * as fc from "fast-check";
import { AgentContext, RunLog, StateStore, TaskScope, type JsonValue } from "../../../src/runtime/index";

/** Few keys, so that programs meet on them; some of them awkward. */
const KEYS = ["a", "b", "c", "10", "2", "__proto__"] as const;

/** One step; `context` and `store` count modulo what the program has by then. */
export type Step =
  | { readonly do: "newStore" }
  | { readonly do: "newContext"; readonly parent: number }
  | { readonly do: "read" | "has" | "deleteLocal" | "takeBack"; readonly context: number; readonly key: string }
  | { readonly do: "set"; readonly context: number; readonly key: string; readonly value: JsonValue }
  | { readonly do: "merge"; readonly context: number; readonly keys: readonly string[] | undefined }
  | { readonly do: "discard" | "preview" | "log" | "scope" | "snapshotBack"; readonly context: number }
  | { readonly do: "storeSet"; readonly store: number; readonly key: string; readonly value: JsonValue }
  | { readonly do: "storeDelete"; readonly store: number; readonly key: string }
  | { readonly do: "restore"; readonly store: number; readonly state: readonly (readonly [string, JsonValue])[] };

const key = fc.constantFrom(...KEYS);
const number = fc.nat({ max: 7 });
/** Small, so that equal values come up. */
const value: fc.Arbitrary<JsonValue> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<JsonValue[]>(0, 1, 2, null, "x") },
  { weight: 2, arbitrary: fc.constantFrom<JsonValue[]>({ p: 1 }, { p: 2 }, [1, 2], [], {}) },
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ do: fc.constant("newStore" as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("newContext" as const), parent: number }) },
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constantFrom("read" as const, "has" as const, "deleteLocal" as const, "takeBack" as const),
      context: number,
      key,
    }),
  },
  { weight: 12, arbitrary: fc.record({ do: fc.constant("set" as const), context: number, key, value }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("merge" as const),
      context: number,
      keys: fc.option(fc.array(key, { maxLength: 4 }), { nil: undefined }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom(
        "discard" as const,
        "preview" as const,
        "log" as const,
        "scope" as const,
        "snapshotBack" as const,
      ),
      context: number,
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("storeSet" as const), store: number, key, value }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("storeDelete" as const), store: number, key }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("restore" as const),
      store: number,
      state: fc.uniqueArray(fc.tuple(key, value), { selector: ([name]) => name, maxLength: 4 }),
    }),
  },
);

/** Random programs. */
export const program: fc.Arbitrary<readonly Step[]> = fc.array(step, { minLength: 1, maxLength: 40, size: "max" });

/** A program's stores and contexts while it runs. There is a store and a context on it from the start. */
export class World {
  readonly log: RunLog;
  readonly stores: StateStore[] = [];
  readonly contexts: AgentContext[] = [];
  /** What each context was made on. */
  readonly parents = new Map<AgentContext, StateStore | AgentContext>();
  /** The contexts that were in a scope: scopes of programs are synchronous, so these have ended. */
  readonly ended = new Set<AgentContext>();

  constructor(retention?: number) {
    this.log = new RunLog({ retention });
    this.run({ do: "newStore" });
    this.run({ do: "newContext", parent: 0 });
  }

  context(number: number): AgentContext {
    return this.contexts[number % this.contexts.length] as AgentContext;
  }
  store(number: number): StateStore {
    return this.stores[number % this.stores.length] as StateStore;
  }

  /** Does one step. */
  run(step: Step): void {
    switch (step.do) {
      case "newStore":
        this.stores.push(new StateStore({ log: this.log }));
        return;
      case "newContext": {
        const parents = [...this.stores, ...this.contexts];
        const parent = parents[step.parent % parents.length] as StateStore | AgentContext;
        const context = new AgentContext(`agent ${this.contexts.length}`, parent);
        this.contexts.push(context);
        this.parents.set(context, parent);
        return;
      }
      case "read":
        this.context(step.context).get(step.key);
        return;
      case "has":
        this.context(step.context).has(step.key);
        return;
      case "deleteLocal":
        return this.context(step.context).delete(step.key);
      case "takeBack":
        this.context(step.context).localState.delete(step.key);
        return;
      case "set":
        return this.context(step.context).set(step.key, step.value);
      case "merge":
        void this.context(step.context).mergeToParent(step.keys === undefined ? {} : { keys: step.keys });
        return;
      case "discard":
        return this.context(step.context).discard();
      case "preview":
        this.context(step.context).previewMerge();
        return;
      case "log":
        return this.context(step.context).log("note", step.context);
      case "scope":
        TaskScope.run(this.context(step.context), (context) => context.set("a", 1));
        this.ended.add(this.context(step.context));
        return;
      case "snapshotBack": {
        const store = this.store(step.context);
        return store.restore(store.snapshot());
      }
      case "storeSet":
        return this.store(step.store).set(step.key, step.value, "writer");
      case "storeDelete":
        this.store(step.store).delete(step.key, "writer");
        return;
      case "restore":
        return this.store(step.store).restore(Object.fromEntries(step.state), "keeper");
    }
  }
}
