/** What views and commands may know of a run, whether it lives, has ended or is a recording. */

import * as vscode from "vscode";
import { HumanError } from "../../base/humanError";
import type { HeldMergeInfo } from "../../model/runInfo";
import type { RunCursor } from "../../model/runCursor";
import type { RunModel } from "../../model/runModel";
import type { WireMerge } from "../../protocol/wire";
import type { HoldMode, MergePolicy } from "../../core/choices";
import type { HoldModes } from "../../core/inspector";
import type { RunState } from "./runState";
import type { RunThread } from "./runThread";

/** What came of a merge. */
export interface Merged {
  readonly merged: number;
  readonly skipped: readonly string[];
}

/** A run on show; the registry disposes of it when it is taken out. */
export interface Run extends vscode.Disposable {
  readonly id: string;
  /** The script's file name, made unique among the runs shown ("race.ts", "race.ts (2)"). */
  readonly title: string;
  readonly script: vscode.Uri;
  /** How this window came by it when it did not start it: "live", or "ended" with its end told by an earlier window. */
  readonly restored?: "live" | "ended" | undefined;
  /** Of a recording: resolves when reading has come to its end, whichever. */
  readonly whenRead?: Promise<void>;
  /** The recording's file. */
  readonly recording: vscode.Uri;
  readonly model: RunModel;
  /** The one cursor of this run: tree, preview, events and debugger follow it. */
  readonly cursor: RunCursor;
  readonly state: RunState;
  /** Resolves once the run has ended and its model is whole. */
  readonly over: Promise<void>;
  /** The terminal that the script runs in, until the user closes it. */
  readonly terminal?: vscode.Terminal | undefined;
  /** One sentence when something went wrong (load error, uncaught error, unexpected end), else undefined. */
  readonly problem: string | undefined;
  /** Which Node runs it and why that one; for the tooltip. */
  readonly nodeText: string;
  /** A command given and not answered yet: "Waiting for the script to merge agent_a"; else undefined. */
  readonly waitingFor?: string | undefined;
  /** State, status or events changed. Not throttled: views coalesce. Cursor moves come from `cursor.onDidChange`. */
  readonly onDidChange: vscode.Event<void>;
  /** Which merges of the script wait for the user; what was last asked for. */
  readonly holds: HoldModes;
  /** The script's thread, if the run was started for a debugger. */
  readonly thread?: RunThread | undefined;
  /** Where the script's JavaScript inspector listens, if the run was started with one and is connected. */
  readonly inspectorUrl?: string | undefined;
  /** Merges that wait for the user now, oldest first; none once the run has ended. */
  readonly held: readonly HeldMergeInfo[];
  /** What can be asked of its script; undefined of a recording that is looked at, and of nothing else. */
  readonly control: RunControl | undefined;
}

/** What can be asked of a script that was started here. */
export interface RunControl {
  /**
   * Rejects with a HumanError when the run has ended, the merge is refused, or the user cancels; with a
   * {@link StalePlan} when a key moved after the event `merge.asOf`.
   */
  merge(layer: number, merge?: WireMerge): Promise<Merged>;
  /** Discards the overlay of an agent, or these keys of it. */
  discard(layer: number, keys?: readonly string[]): Promise<void>;
  /** Changes the run's mode, or an agent's own (undefined = it follows the run's). */
  setHold(mode: HoldMode): Promise<void>;
  setHold(mode: HoldMode | undefined, layer: number): Promise<void>;
  /** Applies a held merge. Rejects as {@link merge} does. */
  approve(hold: number, merge?: WireMerge): Promise<Merged>;
  reject(hold: number, reason?: string): Promise<void>;
  /** Applies all held merges as they are, oldest first. @returns how many there were */
  releaseAll(): Promise<number>;
  /** Merges one after another with nothing in between, as planned at the event `asOf`. Rejects as {@link merge} does. */
  mergeInOrder(
    merges: readonly { readonly layer: number; readonly hold?: number }[],
    policy: MergePolicy,
    asOf: number,
  ): Promise<readonly { readonly merged: number; readonly refused?: string }[]>;
  /** Lets the run go on alone: held merges are released, and it cannot be commanded any more. */
  detach(): Promise<void>;
  /** Lets a waiting run end. */
  end(): Promise<void>;
  cancelCommand(): void;
  /** Ends the whole process tree; the second call does so without grace. */
  stop(): Promise<void>;
}

/** @throws HumanError when the run is a recording */
export function controlOf({ control }: Pick<Run, "control">): RunControl {
  if (control !== undefined) return control;
  throw new HumanError(vscode.l10n.t("This is a recording: you can view it, but not change it. Run the script again."));
}
