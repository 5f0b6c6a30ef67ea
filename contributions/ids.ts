/** Makes the ids of our contributions from their names: each begins with the extension's prefix. */

/** What every id begins with; for the editor, the section of our settings. */
export const PREFIX = "agentContext";

export type Id<Name extends string> = `${typeof PREFIX}.${Name}`;

/** The id of a name. */
export function idOf<const Name extends string>(name: Name): Id<Name> {
  return `${PREFIX}.${name}`;
}

/** The ids of a table's entries, by name. */
export function idsOf<Table extends object>(table: Table): { readonly [Name in keyof Table & string]: Id<Name> } {
  const ids = Object.keys(table).map((name) => [name, idOf(name)]);
  return Object.fromEntries(ids) as { [Name in keyof Table & string]: Id<Name> };
}
