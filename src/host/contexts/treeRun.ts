/** What the Agents and State views need of a run: a part of {@link Run} that is free of VS Code, so that tests can draw trees. */

import type { Run } from "../runs/run";

export type TreeRun = Pick<
  Run,
  | "id"
  | "title"
  | "origin"
  | "model"
  | "cursor"
  | "state"
  | "isOver"
  | "statusText"
  | "problem"
  | "nodeText"
  | "connected"
  | "waitingFor"
  | "holds"
  | "held"
> & {
  readonly script: { readonly fsPath: string };
  /** Whether a debugger holds it. */
  readonly thread?: { readonly stop: unknown } | undefined;
};
