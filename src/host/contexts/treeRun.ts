/** What the Agents and State views need of a run: a part of {@link Run} that is free of VS Code, so that tests can draw trees. */

import type { Run } from "../runs/run";

export type TreeRun = Pick<
  Run,
  "id" | "title" | "model" | "cursor" | "state" | "problem" | "nodeText" | "waitingFor" | "holds" | "held"
> & {
  readonly script: { readonly fsPath: string };
};
