/** Stepping through a run's events: it moves the run's one cursor and runs nothing again. */

import type * as vscode from "vscode";
import { ContextKeys } from "../ui/contextKeys";
import { commandWaiting, pastShown } from "../../../contributions/contextKeys";
import { CommandId } from "../../../contributions/commands";
import { registerCommand } from "../ui/commands";
import { Coalescer } from "../../base/coalescer";
import { DisposableStore } from "../../base/disposableStore";
import type { StepTarget } from "../../model/runCursor";
import type { RunRegistry } from "../runs/runRegistry";
import type { RunsWatcher } from "../runs/runsWatcher";
import { isRunTarget } from "../ui/runTarget";
import type { StepScope } from "../runs/stepScope";

/** What stepping needs of the rest. */
export interface SteppingDeps {
  readonly log: vscode.LogOutputChannel;
  readonly runs: RunRegistry;
  readonly watcher: RunsWatcher;
  readonly scope: StepScope;
}

/** Registers Step Back, Forward, First, Last and Live, and keeps the context keys that their buttons depend on. */
export function registerStepping(deps: SteppingDeps): vscode.Disposable {
  const disposables = new DisposableStore();
  const commands: readonly (readonly [CommandId, StepTarget])[] = [
    [CommandId.stepBack, "back"],
    [CommandId.stepForward, "forward"],
    [CommandId.stepFirst, "first"],
    [CommandId.stepLast, "last"],
    [CommandId.goLive, "live"],
  ];
  for (const [id, to] of commands) {
    disposables.add(registerCommand<[unknown]>(deps.log, id, (argument) => stepFrom(deps, argument, to)));
  }
  const keys = new ContextKeys();
  const updates = disposables.add(
    new Coalescer(() => {
      const { all } = deps.runs;
      keys.set(
        pastShown,
        all.some((run) => !run.cursor.isLive),
      );
      keys.set(
        commandWaiting,
        all.some((run) => run.waitingFor !== undefined),
      );
    }),
  );
  disposables.add(deps.watcher.onDidChange(() => updates.request()));
  updates.request();
  return disposables;
}

function stepFrom(deps: SteppingDeps, argument: unknown, to: StepTarget): void {
  const target = isRunTarget(argument) ? deps.runs.get(argument.runId) : undefined;
  const run = target ?? deps.scope.run;
  if (to === "live" && target === undefined) {
    // The title bar says that some past is shown; its button ends all of it.
    for (const each of deps.runs.all) if (!each.cursor.isLive) each.cursor.goLive();
    return;
  }
  run?.cursor.step(to, deps.scope.layerFor(run));
}
