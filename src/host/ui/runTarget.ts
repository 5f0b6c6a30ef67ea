/** What a menu of the Agents and State views hands to a command: where it was clicked, as plain data; knows nothing of VS Code. */

/** Any element of the Agents and State views is one of these. Commands must also work without it (palette, keys). */
export interface RunTarget {
  readonly runId: string;
  /** The agent or store that the element belongs to; undefined on a run itself. */
  readonly layer: number | undefined;
  /** The key that the element shows or is inside of. */
  readonly key: string | undefined;
  /** The held merge that the element is, by id. */
  readonly hold?: number | undefined;
  /** The finding that the element is or belongs to, by its place in the run's list. */
  readonly finding?: number | undefined;
  /** The event that a finding's moment is. */
  readonly seq?: number | undefined;
  /** The path into the key's value; empty for the key itself. */
  readonly path: readonly (string | number)[];
}

/** Tells whether a command's first argument came from the Contexts tree. */
export function isRunTarget(argument: unknown): argument is RunTarget {
  return (
    typeof argument === "object" && argument !== null && typeof (argument as Partial<RunTarget>).runId === "string"
  );
}
