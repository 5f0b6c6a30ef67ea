/** The sentence that says that the past is shown; knows nothing of VS Code. */

import * as l10n from "@vscode/l10n";
import { visibleText } from "../../base/visibleText";
import type { TreeRun } from "./treeRun";

/**
 * One sentence for each run whose cursor is not at the live end; undefined when none is.
 * @param steppedLayer the agent whose log steps go through, if it is one agent's
 */
export function pastMessage(
  runs: readonly PastRun[],
  steppedLayer: (run: PastRun) => number | undefined = () => undefined,
): string | undefined {
  const past = runs.filter((run) => !run.cursor.isLive);
  if (past.length === 0) return undefined;
  return past.map((run) => sentence(run, steppedLayer(run))).join(" · ");
}

type PastRun = Pick<TreeRun, "id" | "title" | "cursor" | "model">;

function sentence({ title, cursor, model }: PastRun, layer: number | undefined): string {
  const run = visibleText(title, 60);
  if (layer === undefined) return l10n.t("Showing event {0} of {1} of {2}", cursor.seq, model.lastSeq, run);
  const agent = visibleText(model.layerName(layer), 60);
  return l10n.t("Showing event {0} of {1} of {2}, stepping through {3}", cursor.seq, model.lastSeq, run, agent);
}
