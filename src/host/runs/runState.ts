/** Where a run stands, as one closed union, and what views ask of it; knows no editor. */

import * as l10n from "@vscode/l10n";
import type { RunWord } from "../../../contributions/rows";
import type { ReadingState } from "../../protocol/recordingMessages";
import type { Outcome } from "./runOutcome";

/** Each state says what is true in it, and nothing else. */
export type RunState = LiveState | RecordedState;

/** Of a run of a script, from its launch to its end. */
export type LiveState =
  /** The task is asked for; the runner has not dialled in. */
  | { readonly kind: "starting" }
  /** Found after a reload, and not known to live: its process is looked for, or gone, and its recording is read. */
  | { readonly kind: "restoring"; readonly from: "process" | "recording" }
  /** Commands reach the script. */
  | { readonly kind: "running"; readonly pause?: Pause | undefined }
  /** Finished, unmerged, kept alive; commands reach the script. */
  | { readonly kind: "waiting" }
  /** It runs, or waits, and commands do not reach it. */
  | { readonly kind: "unreachable"; readonly why: Unreachable; readonly isWaiting: boolean }
  | { readonly kind: "stopping" }
  | Outcome;

/** Of a recording that is looked at. `end`: how its run ended, once that is read; undefined where it does not say. */
export interface RecordedState {
  readonly kind: "recorded";
  readonly reading: ReadingState;
  readonly end: Outcome | undefined;
}

/** Who holds the script's thread, or will; at an event, where a debugger of ours does. */
export type Pause = "asked" | "scriptDebugger" | { readonly at: number };

/**
 * disconnected: not connected yet after a reload, or no longer · detached: the user let it go on alone · secret: this
 * window does not have the run's · version: another version of the extension started it.
 */
export type Unreachable = "disconnected" | "detached" | "secret" | "version";

/** How far the script of a run is. */
export type Phase = "starting" | "running" | "waiting" | "stopping" | Outcome;

/** What a run of a script knows of itself. */
export interface LiveFacts {
  readonly phase: Phase;
  /** It was found after a reload, and is not known to live. */
  readonly restoring: "process" | "recording" | undefined;
  /** undefined = its runner is connected. */
  readonly unreachable: Unreachable | undefined;
  readonly pause: Pause | undefined;
}

/** The state that a run of a script is in. */
export function liveState({ phase, restoring, unreachable, pause }: LiveFacts): LiveState {
  if (typeof phase === "object") return phase;
  if (phase === "stopping") return { kind: "stopping" };
  if (restoring !== undefined) return { kind: "restoring", from: restoring };
  if (phase === "starting") return { kind: "starting" };
  if (unreachable !== undefined) return { kind: "unreachable", why: unreachable, isWaiting: phase === "waiting" };
  return phase === "waiting" ? { kind: "waiting" } : { kind: "running", pause };
}

/** What was told to stop does nothing else until it has ended, whatever its script still says. */
export function nextPhase(phase: Phase, next: Phase): Phase {
  if (typeof phase === "object") return phase;
  return phase === "stopping" && typeof next !== "object" ? phase : next;
}

/** True once nothing of the run runs any more; of a recording from the beginning. */
export function isOver(state: RunState): boolean {
  return state.kind === "recorded" || isOutcome(state);
}

/** True once all is known that will ever be: it is over, and a recording is read to its end. */
export function isWhole(state: RunState): boolean {
  return state.kind === "recorded" ? state.reading.kind === "read" : isOutcome(state);
}

/** Whether commands can change a run; of one that is looked at in the past, too: they say that it must go live. */
export function isReachable({ kind }: RunState): boolean {
  return kind === "running" || kind === "waiting";
}

/** Finished, unmerged, kept alive, whether it can be reached or not. */
export function isWaiting(state: RunState): boolean {
  return state.kind === "waiting" || (state.kind === "unreachable" && state.isWaiting);
}

/** A debugger of ours holds its thread. */
export function isPaused(state: RunState): boolean {
  return state.kind === "running" && typeof state.pause === "object";
}

/** How a run of a script ended; undefined while it has not, and of a recording. */
export function isOutcome(state: RunState): state is Outcome {
  return state.kind === "ended" || state.kind === "endedUnexpectedly" || state.kind === "failed";
}

/** The word by which rows, menus and icons know it. */
export function runWord(state: RunState): RunWord {
  switch (state.kind) {
    case "restoring":
      return state.from === "process" ? "running" : "starting";
    case "unreachable":
      return state.isWaiting ? "waiting" : "running";
    case "recorded":
      return state.end?.kind ?? "ended";
    default:
      return state.kind;
  }
}

/** One short phrase: "running", "exit code 0", "ended by SIGKILL", "finished, unmerged", … */
export function statusText(state: RunState): string {
  switch (state.kind) {
    case "starting":
      return l10n.t("starting");
    case "restoring":
      return state.from === "process" ? l10n.t("looking for its process") : l10n.t("reading its recording");
    case "running":
      return runningText(state.pause);
    case "waiting":
      return l10n.t("finished, unmerged");
    case "unreachable":
      return state.why === "detached" ? l10n.t("running, detached") : l10n.t("running, not connected");
    case "stopping":
      return l10n.t("stopping");
    case "ended":
    case "endedUnexpectedly":
    case "failed":
      return state.statusText;
    case "recorded":
      return recordedText(state);
    default:
      return state satisfies never;
  }
}

/** How a run ended, as far as its recording says it; what it is doing where it has not. */
export function endText(state: RunState): string {
  return state.kind === "recorded" ? (state.end?.statusText ?? l10n.t("end not recorded")) : statusText(state);
}

/** Why commands do not reach a run, as one sentence or two. */
export function unreachableText(title: string, why: Unreachable): string {
  switch (why) {
    case "disconnected":
      return l10n.t("The script cannot be reached at the moment.");
    case "detached":
      return l10n.t("{0} is detached: it runs on its own until it ends.", title);
    case "version":
      return l10n.t(
        "{0} is shown from its recording only: another version of this extension started the script, and the two do not understand each other. Stop and Restart work.",
        title,
      );
    case "secret":
      return l10n.t(
        "{0} is shown from its recording only: this window does not have the secret that the script was started with, so it cannot be reached. Stop and Restart work.",
        title,
      );
    default:
      return why satisfies never;
  }
}

function runningText(pause: Pause | undefined): string {
  switch (pause) {
    case undefined:
      return l10n.t("running");
    case "asked":
      return l10n.t("pausing, at the script's next call or turn");
    case "scriptDebugger":
      return l10n.t("paused by the JavaScript debugger");
    default:
      return l10n.t("paused at event {0}", pause.at);
  }
}

function recordedText(state: RecordedState): string {
  const { reading } = state;
  switch (reading.kind) {
    case "reading": {
      const percent = reading.size === 0 ? 0 : Math.floor((100 * reading.bytes) / reading.size);
      return l10n.t("recording, reading {0} %", percent);
    }
    case "failed":
      return l10n.t("recording, cannot be read");
    case "stopped":
      return l10n.t("recording, not read to its end");
    case "read":
      return l10n.t("recording, {0}", endText(state));
    default:
      return reading satisfies never;
  }
}
