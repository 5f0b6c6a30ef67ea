/** Why a run, or a held merge of it, cannot be changed now; knows nothing of VS Code. */

import * as l10n from "@vscode/l10n";
import type { Run } from "./run";
import { unreachableText } from "./runState";

/** What of a run decides it. */
export type DecidedRun = Pick<Run, "state" | "title"> & { readonly cursor: { readonly isLive: boolean } };

/** Why held merges cannot be decided, as one sentence; undefined when they can. */
export function undecidableReason(run: DecidedRun): string | undefined {
  return reasonOf(run, {
    recorded: l10n.t("This is a recording: you can view its held merges, but not decide them."),
    ended: l10n.t("The run has ended: you can view its held merges, but not decide them."),
    past: l10n.t("You are looking at the past: go live to decide held merges."),
  });
}

/** Why nothing can be merged or discarded, as one sentence or two; undefined when it can. */
export function unavailableReason(run: DecidedRun): string | undefined {
  return reasonOf(run, {
    recorded: l10n.t("This is a recording: you can view it, but not change it."),
    ended: l10n.t("The run has ended: there is nothing to merge into."),
    past: l10n.t("You are looking at the past: go live to merge or discard."),
  });
}

function reasonOf(
  { state, title, cursor }: DecidedRun,
  texts: { readonly recorded: string; readonly ended: string; readonly past: string },
): string | undefined {
  switch (state.kind) {
    case "recorded":
      return texts.recorded;
    case "ended":
    case "endedUnexpectedly":
    case "failed":
      return texts.ended;
    case "stopping":
      return l10n.t("The run is being stopped.");
    case "starting":
      return l10n.t("The script has not started yet.");
    case "restoring":
      return cursor.isLive ? unreachableText(title, "disconnected") : texts.past;
    case "unreachable":
      return cursor.isLive ? unreachableText(title, state.why) : texts.past;
    case "running":
    case "waiting":
      return cursor.isLive ? undefined : texts.past;
    default:
      return state satisfies never;
  }
}
