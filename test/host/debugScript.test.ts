/** The script under VS Code's own JavaScript debugger and its agents under ours, at once. */

import * as assert from "node:assert/strict";
import type { DebugProtocol } from "@vscode/debugprotocol";
import * as vscode from "vscode";
import type { AgentContextApi } from "../../src/extension";
import type { RunRegistry } from "../../src/host/runs/runRegistry";
import { statusText } from "../../src/host/runs/runState";
import { DebugRecorder } from "./harness/debugRecorder";
import { activatedExtension, removeRuns, waitFor, workspaceUri } from "./harness/extension";

const NAME = "both.mts";
const SCRIPT = `import { AgentContext, StateStore } from "agent-context";
interface Plan { readonly total: number }
const store = new StateStore();
const ctx = new AgentContext("planner", store);
ctx.set("before", 1);
const plan: Plan = { total: 42 };
ctx.set("plan", plan.total);
ctx.set("after", 2);
ctx.discard();
`;
/** Counted from 1: the line that writes "plan". */
const LINE = 7;

/** What the JavaScript debugger's sessions tell. */
class ScriptSessions implements vscode.Disposable {
  stopped: { session: vscode.DebugSession; threadId: number } | undefined;
  private readonly disposables: vscode.Disposable[] = [];

  constructor() {
    for (const type of ["node", "pwa-node"]) {
      this.disposables.push(
        vscode.debug.registerDebugAdapterTrackerFactory(type, {
          createDebugAdapterTracker: (session) => ({
            onDidSendMessage: (message: DebugProtocol.Event) => {
              if (message.type !== "event") return;
              const { threadId } = (message.body ?? {}) as { threadId?: number };
              if (message.event === "stopped") this.stopped = { session, threadId: threadId ?? 0 };
              if (message.event === "continued") this.stopped = undefined;
            },
          }),
        }),
      );
    }
  }

  async evaluate(expression: string): Promise<string> {
    assert.ok(this.stopped);
    const { session, threadId } = this.stopped;
    const { stackFrames } = (await session.customRequest("stackTrace", {
      threadId,
    })) as DebugProtocol.StackTraceResponse["body"];
    const frameId = stackFrames[0]?.id;
    const answer = (await session.customRequest("evaluate", {
      expression,
      frameId,
      context: "repl",
    })) as DebugProtocol.EvaluateResponse["body"];
    return answer.result;
  }

  dispose(): void {
    for (const each of this.disposables) each.dispose();
  }
}

describe("debugging the script and its agents", () => {
  let runs: RunRegistry;
  let script: vscode.Uri;
  let scriptSessions: ScriptSessions;
  let recorder: DebugRecorder | undefined;

  before(async () => {
    runs = ((await activatedExtension()).exports as AgentContextApi).runs;
    script = workspaceUri(NAME);
    await vscode.workspace.fs.writeFile(script, Buffer.from(SCRIPT));
  });

  beforeEach(() => {
    scriptSessions = new ScriptSessions();
  });

  afterEach(async () => {
    await vscode.debug.stopDebugging();
    await waitFor("no session", () => vscode.debug.activeDebugSession === undefined);
    scriptSessions.dispose();
    recorder?.check();
    recorder?.dispose();
    vscode.debug.removeBreakpoints(vscode.debug.breakpoints);
    await removeRuns(runs);
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  });

  after(() => vscode.workspace.fs.delete(script));

  it("stops at lines by the one and at keys by the other, each at its own", async function () {
    this.timeout(120_000);
    vscode.debug.addBreakpoints([
      new vscode.SourceBreakpoint(new vscode.Location(script, new vscode.Position(LINE - 1, 0))),
      new vscode.FunctionBreakpoint("write after"),
    ]);
    recorder = await DebugRecorder.start({ request: "launch", name: NAME, program: script.fsPath, debugScript: true });
    const run = await waitFor("the run", () => runs.all[0]);
    const at = await waitFor("the JavaScript debugger to stop", () => scriptSessions.stopped, 60_000);
    assert.notEqual(at.session, recorder.session);
    assert.equal(await scriptSessions.evaluate("plan.total"), "42");
    // Its types are gone, and its lines are those of the source.
    const { stackFrames } = (await at.session.customRequest("stackTrace", {
      threadId: at.threadId,
    })) as DebugProtocol.StackTraceResponse["body"];
    assert.deepEqual([stackFrames[0]?.source?.name, stackFrames[0]?.line], [NAME, LINE]);

    // All that happened before is on show; nothing looks as if it hung.
    const { model } = run;
    await waitFor("what was written before", () =>
      model.agents(model.lastSeq).some(({ layer }) => model.effectiveValue(layer, "before", model.lastSeq).value === 1),
    );
    await waitFor("its state", () => statusText(run.state) === "paused by the JavaScript debugger");
    assert.deepEqual(recorder.events("stopped"), []);
    const source = recorder.messages.findLast(
      ({ what, message }) => what === "response" && message.command === "setBreakpoints",
    )?.message.body as DebugProtocol.SetBreakpointsResponse["body"];
    assert.equal(source.breakpoints[0]?.verified, false);
    assert.match(source.breakpoints[0]?.message ?? "", /belong to the JavaScript debugger/);

    await at.session.customRequest("continue", { threadId: at.threadId });
    const { reason, threadId } = await recorder.stop();
    assert.equal(reason, "function breakpoint");
    const [frame] = (await recorder.ask<DebugProtocol.StackTraceResponse["body"]>("stackTrace", { threadId }))
      .stackFrames;
    assert.match(frame?.name ?? "", /set after = 2/);
    assert.match(statusText(run.state), /paused at event \d+/);
    // The JavaScript debugger is heard meanwhile.
    const global = (await at.session.customRequest("evaluate", {
      expression: "1 + 1",
      context: "repl",
    })) as DebugProtocol.EvaluateResponse["body"];
    assert.equal(global.result, "2");

    await recorder.show("continue", { threadId });
    await recorder.ended();
    await run.over;
    assert.equal(statusText(run.state), "exit code 0");
  });

  it("ends both when one stops while the JavaScript debugger holds the script", async function () {
    this.timeout(120_000);
    vscode.debug.addBreakpoints([
      new vscode.SourceBreakpoint(new vscode.Location(script, new vscode.Position(LINE - 1, 0))),
    ]);
    recorder = await DebugRecorder.start({ request: "launch", name: NAME, program: script.fsPath, debugScript: true });
    const run = await waitFor("the run", () => runs.all[0]);
    await waitFor("the JavaScript debugger to stop", () => scriptSessions.stopped, 60_000);
    await vscode.debug.stopDebugging(recorder.session);
    await recorder.ended();
    await run.over;
    await waitFor("no session", () => vscode.debug.activeDebugSession === undefined);
    assert.notEqual(statusText(run.state), "exit code 0");
  });
});
