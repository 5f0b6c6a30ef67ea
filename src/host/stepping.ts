/** Owns stepping through a run's events: it moves the run's one cursor and runs nothing again. */

import * as vscode from "vscode";
import { CommandId } from "./commandIds";
import { registerCommand } from "./commands";
import { Coalescer } from "./coalescer";
import { DisposableStore } from "./disposableStore";
import type { Run, Runs } from "./run";
import type { RunsWatcher } from "./runsWatcher";
import { isRunTarget } from "./runTarget";
import type { StepScope } from "./stepScope";

export type StepTo = "back" | "forward" | "first" | "last" | "live";

/** What stepping needs of the rest. */
export interface SteppingDeps {
  readonly log: vscode.LogOutputChannel;
  readonly runs: Runs;
  readonly watcher: RunsWatcher;
  readonly scope: StepScope;
}

/** Registers Step Back, Forward, First, Last and Live, and keeps the context keys that their buttons depend on. */
export function registerStepping(deps: SteppingDeps): vscode.Disposable {
  const disposables = new DisposableStore();
  const commands: readonly (readonly [CommandId, StepTo])[] = [
    [CommandId.stepBack, "back"],
    [CommandId.stepForward, "forward"],
    [CommandId.stepFirst, "first"],
    [CommandId.stepLast, "last"],
    [CommandId.goLive, "live"],
  ];
  for (const [id, to] of commands) {
    disposables.add(registerCommand<[unknown]>(deps.log, id, (argument) => stepFrom(deps, argument, to)));
  }
  const shown = new Map<string, boolean>();
  const setKey = (key: string, value: boolean): void => {
    if (shown.get(key) === value) return;
    shown.set(key, value);
    void vscode.commands.executeCommand("setContext", key, value);
  };
  const keys = disposables.add(
    new Coalescer(() => {
      const { all } = deps.runs;
      setKey("agentContext.pastShown", all.some((run) => !run.cursor.live));
      setKey("agentContext.commandWaiting", all.some((run) => run.waitingFor !== undefined));
    }),
  );
  disposables.add(deps.watcher.onDidChange(() => keys.request()));
  keys.request();
  return disposables;
}

/** @param layer the agent whose events are stepped through; undefined = every event */
export function step(run: Run, to: StepTo, layer: number | undefined): void {
  const { cursor, model } = run;
  switch (to) {
    case "live":
      cursor.goLive();
      return;
    case "back": {
      const seq = model.previous(cursor.seq, layer);
      if (seq !== undefined) cursor.moveTo(seq);
      return;
    }
    case "forward": {
      const seq = model.next(cursor.seq, layer);
      if (seq !== undefined) cursor.moveTo(seq);
      return;
    }
    case "first": {
      const seq = model.next(model.firstSeq, layer);
      if (seq !== undefined) cursor.moveTo(seq);
      return;
    }
    case "last": {
      const seq = model.previous(model.lastSeq + 1, layer);
      if (seq !== undefined) cursor.moveTo(seq);
      return;
    }
  }
}

function stepFrom(deps: SteppingDeps, argument: unknown, to: StepTo): void {
  const target = isRunTarget(argument) ? deps.runs.get(argument.runId) : undefined;
  const run = target ?? deps.scope.run;
  if (to === "live" && target === undefined) {
    // The title bar says that some past is shown; its button ends all of it.
    for (const each of deps.runs.all) if (!each.cursor.live) each.cursor.goLive();
    return;
  }
  if (run !== undefined) step(run, to, deps.scope.layerFor(run));
}
