/** Owns the sentence that says that the past is shown; knows nothing of VS Code. */

import * as l10n from "@vscode/l10n";
import { visibleText } from "../visibleText";
import type { TreeRun } from "./treeRun";

/** One sentence for each run whose cursor is not at the live end; undefined when none is. */
export function pastMessage(runs: readonly Pick<TreeRun, "title" | "cursor" | "model">[]): string | undefined {
  const past = runs.filter((run) => !run.cursor.isLive);
  if (past.length === 0) return undefined;
  return past
    .map((run) =>
      l10n.t("Showing event {0} of {1} of {2}", run.cursor.seq, run.model.lastSeq, visibleText(run.title, 60)),
    )
    .join(" · ");
}
