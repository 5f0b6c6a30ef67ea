/** A member of plain data that is read when it is looked at: a value that lies on disk, for one. */

/** Gives an object a member that `get` answers each time; it is a member like any other to whoever reads it. */
export function withGetter<Target extends object, Name extends PropertyKey, Value>(
  target: Target,
  name: Name,
  get: () => Value,
): Target & { readonly [N in Name]: Value } {
  return Object.defineProperty(target, name, { get, enumerable: true }) as Target & { readonly [N in Name]: Value };
}
