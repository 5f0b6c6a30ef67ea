/** Whether a run can be changed, and why a held merge on show cannot be decided; knows nothing of VS Code. */

import * as l10n from "@vscode/l10n";
import type { Run } from "./run";

/** What of a run decides it. */
export type DecidedRun = Pick<Run, "connected" | "origin" | "state"> & {
  readonly cursor: { readonly isLive: boolean };
};

/** Whether commands can change a run; of one that is looked at in the past, too: they say that it must go live. */
export function isReachable({ connected, state }: Pick<Run, "connected" | "state">): boolean {
  return connected && (state === "running" || state === "waiting");
}

/** Whether nothing of a run will ever be decided again. */
export function isDecided({ origin, state }: Pick<Run, "origin" | "state">): boolean {
  return origin === "opened" || state === "ended" || state === "endedUnexpectedly" || state === "failed";
}

/** One sentence; undefined when it can be decided. */
export function undecidableReason(run: DecidedRun): string | undefined {
  if (run.origin === "opened") return l10n.t("This is a recording: you can view its held merges, but not decide them.");
  if (isDecided(run)) return l10n.t("The run has ended: you can view its held merges, but not decide them.");
  if (run.state === "stopping") return l10n.t("The run is being stopped.");
  if (!run.cursor.isLive) return l10n.t("You are looking at the past: go live to decide held merges.");
  if (!run.connected) return l10n.t("The script cannot be reached at the moment.");
  return undefined;
}
