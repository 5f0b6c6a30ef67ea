/** What Compare Runs offers: the runs on show and the recorded ones, told apart by when they began; knows nothing of VS Code. */

import * as l10n from "@vscode/l10n";
import * as path from "node:path";
import { ageText, momentText } from "../ui/ageText";
import { isLive, runName, type RecentRun } from "../recentRuns/recentRun";
import { statusWords } from "../recentRuns/recentRunNode";
import type { Run } from "../runs/run";
import { statusText } from "../runs/runState";
import { visibleText } from "../../base/visibleText";

/** The parts of a run on show that are told. */
export type ShownChoice = Pick<Run, "id" | "title" | "state" | "model"> & {
  readonly script: { readonly fsPath: string };
  readonly recording: { readonly fsPath: string };
};

/** One run that can be compared. */
export interface RunChoice<R extends ShownChoice = ShownChoice> {
  readonly label: string;
  readonly description: string;
  /** Absolute path. */
  readonly script: string;
  /** undefined where nobody knows. */
  readonly startedMs: number | undefined;
  /** The recording's file, absolute. */
  readonly recording: string;
  /** Undefined for a recorded run that is not on show: it is opened when it is chosen. */
  readonly run: R | undefined;
}

/** What words depend on. */
export interface ChoiceContext {
  readonly nowMs: number;
  /** A BCP 47 tag for dates. */
  readonly locale: string;
}

/**
 * Those on show, then those of Recent Runs that are not, both in the order given. A run that lives in another window is
 * left out: its recording is not whole.
 */
export function runChoices<R extends ShownChoice>(
  shown: readonly R[],
  recorded: readonly RecentRun[],
  context: ChoiceContext,
): readonly RunChoice<R>[] {
  const isShown = ({ recording }: RecentRun): boolean =>
    shown.some((run) => path.relative(run.recording.fsPath, recording) === "");
  const noted = new Map(recorded.map((run) => [path.normalize(run.recording), run.record]));
  return [
    ...shown.map((run) => {
      const recording = run.recording.fsPath;
      const startedMs = noted.get(path.normalize(recording))?.startedMs ?? run.model.info.startedMs;
      return {
        label: visibleText(run.title),
        description: description(startedMs, statusText(run.state), context),
        script: run.script.fsPath,
        ...{ startedMs, recording, run },
      };
    }),
    ...recorded
      .filter((run) => !isShown(run) && !isLive(run))
      .map((run) => ({
        label: visibleText(runName(run.record)),
        description: description(run.record.startedMs, statusWords(run.status), context),
        script: run.record.script,
        startedMs: run.record.startedMs,
        recording: run.recording,
        run: undefined,
      })),
  ];
}

/** The newest two of one script, of that whose run is the newest; else the first two. */
export function likelyPair<C extends Pick<RunChoice, "script" | "startedMs">>(choices: readonly C[]): readonly C[] {
  const newestFirst = [...choices].sort((a, b) => (b.startedMs ?? 0) - (a.startedMs ?? 0));
  for (const [index, one] of newestFirst.entries()) {
    const other =
      one.script === "" ? undefined : newestFirst.slice(index + 1).find(({ script }) => script === one.script);
    if (other !== undefined) return [one, other];
  }
  return choices.slice(0, 2);
}

/** The older one first; in the order given, turned round, where that is not known: lists begin with the newest. */
export function olderFirst<C extends Pick<RunChoice, "startedMs">>([one, other]: readonly [C, C]): readonly [C, C] {
  const isOlder = one.startedMs !== undefined && other.startedMs !== undefined && one.startedMs < other.startedMs;
  return isOlder ? [one, other] : [other, one];
}

function description(startedMs: number | undefined, status: string, { nowMs, locale }: ChoiceContext): string {
  if (startedMs === undefined) return visibleText(status);
  return [momentText(startedMs, locale), ageText(startedMs, nowMs, locale), visibleText(status)].join(" · ");
}

/** The names of the two groups, for a list that has both. */
export function groupNames(): { readonly shown: string; readonly recorded: string } {
  return { shown: l10n.t("In Agent Contexts"), recorded: l10n.t("Recent Runs") };
}
