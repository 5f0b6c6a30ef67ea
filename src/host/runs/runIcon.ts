/** Which icon stands for a run by its state and outcome, the same in every list of runs; knows nothing of VS Code. */

import type { RunWord } from "../../../contributions/rows";

/** Name of a codicon, and a theme colour for it. */
export type Icon = readonly [icon: string, color?: string];

/** What the icon tells of a run. */
export interface IconFacts {
  readonly word: RunWord;
  /** Something went wrong. */
  readonly problem: boolean;
  /** Somebody's work was lost in it. */
  readonly lost?: boolean;
  /** A debugger holds its thread. */
  readonly isPaused?: boolean;
  /** The script's exit code, where it ended with one. */
  readonly code?: number | null | undefined;
  /** The signal that ended it. */
  readonly signal?: string | null | undefined;
  /** Of a recording that says nothing of its run's end: it is being read still, or its end was not recorded. */
  readonly endless?: "reading" | "unrecorded" | undefined;
}

const ICONS: Readonly<Record<RunWord, Icon>> = {
  starting: ["loading~spin"],
  running: ["sync~spin"],
  waiting: ["debug-pause", "debugIcon.pauseForeground"],
  stopping: ["loading~spin"],
  ended: ["pass", "testing.iconPassed"],
  endedUnexpectedly: ["warning", "problemsWarningIcon.foreground"],
  failed: ["error", "problemsErrorIcon.foreground"],
};

/** It ended well by its exit code alone. */
const LOST_ICON: Icon = ["warning", "problemsErrorIcon.foreground"];
/** Neither a success nor a failure: somebody ended it. */
const STOPPED_ICON: Icon = ["debug-stop", "descriptionForeground"];
/** Nobody knows whether it ended well. */
const UNKNOWN_ICON: Icon = ["question", "descriptionForeground"];

/** The icon of a run. */
export function runIcon({ word, problem, lost, isPaused, code, signal, endless }: IconFacts): Icon {
  if (isPaused === true) return ICONS.waiting;
  if (word !== "ended") return ICONS[word];
  if (problem || (code ?? 0) !== 0) return ICONS.failed;
  if (endless === "reading") return ICONS.starting;
  if (lost === true) return LOST_ICON;
  if (endless !== undefined) return UNKNOWN_ICON;
  return typeof signal === "string" ? STOPPED_ICON : ICONS.ended;
}
