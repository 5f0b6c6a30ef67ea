/** What adapter and VS Code say to each other, as golden transcripts: real VS Code, real scripts, real recordings. */

import * as assert from "node:assert/strict";
import { copyFileSync } from "node:fs";
import * as path from "node:path";
import type { DebugProtocol } from "@vscode/debugprotocol";
import * as vscode from "vscode";
import type { AgentContextApi } from "../../src/extension";
import type { RunRegistry } from "../../src/host/runs/runRegistry";
import { repositoryDir } from "../harness/paths";
import { DebugRecorder, type Frame } from "./harness/debugRecorder";
import { activatedExtension, removeRuns, workspaceUri } from "./harness/extension";
import { assertGolden } from "./harness/golden";
import { itWhenLong } from "../harness/long";

/** Two agents over one store; everything happens in one turn, so that every run has the same events. */
const SCRIPT = `import { AgentContext, StateStore, TaskScope } from "agent-context";

const store = new StateStore();
store.set("budget", 100, "setup");
store.set("plan", { steps: [1, 2], owner: "setup" }, "setup");
const planner = new AgentContext("planner", store);
const builder = new AgentContext("builder", store);
TaskScope.run(planner, () => {
  planner.get("budget");
  planner.set("budget", 90);
  builder.get("budget");
  planner.delete("plan");
  builder.set("budget", 70);
  planner.set("note", "cheaper");
});
void builder.mergeToParent();
void planner.mergeToParent();
planner.log("done", { ok: true });
planner.discard();
`;

describe("the debug adapter's transcripts", () => {
  let runs: RunRegistry;
  let script: vscode.Uri;
  const recorders: DebugRecorder[] = [];

  before(async () => {
    runs = ((await activatedExtension()).exports as AgentContextApi).runs;
    script = workspaceUri("transcript.ts");
    await vscode.workspace.fs.writeFile(script, Buffer.from(SCRIPT));
  });

  afterEach(async () => {
    await vscode.debug.stopDebugging();
    for (const recorder of recorders.splice(0)) recorder.dispose();
    vscode.debug.removeBreakpoints(vscode.debug.breakpoints);
    await removeRuns(runs);
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  });

  after(() => vscode.workspace.fs.delete(script));

  async function start(configuration: Partial<vscode.DebugConfiguration> = {}): Promise<DebugRecorder> {
    const recorder = await DebugRecorder.start({
      request: "launch",
      name: "transcript",
      ...(configuration.request === "replay" ? {} : { program: script.fsPath }),
      ...configuration,
    });
    recorders.push(recorder);
    return recorder;
  }

  async function topFrame(recorder: DebugRecorder, threadId: number | undefined): Promise<Frame> {
    const { stackFrames } = await recorder.ask<DebugProtocol.StackTraceResponse["body"]>("stackTrace", { threadId });
    assert.ok(stackFrames[0]);
    return stackFrames[0];
  }

  function finish(recorder: DebugRecorder, name: string): void {
    recorder.check();
    assertGolden(name, recorder.text());
  }

  it("launch with stopOnEntry, to the end", async () => {
    const recorder = await start({ stopOnEntry: true });
    const { threadId } = await recorder.stop();
    await recorder.showStacks(threadId ?? 0);
    await recorder.show("continue", { threadId });
    const { threadId: merging } = await recorder.stop();
    await recorder.showStacks(merging ?? 0);
    await recorder.show("continue", { threadId });
    await recorder.ended();
    finish(recorder, "launch");
  });

  it("a key's breakpoint: variables, steps forward and back, and on from the past", async () => {
    vscode.debug.addBreakpoints([new vscode.FunctionBreakpoint("write budget @planner in overlay")]);
    const recorder = await start();
    const { threadId = 0 } = await recorder.stop();
    const [top] = await recorder.showStacks(threadId);
    await recorder.showVariables(top?.id ?? 0);
    await recorder.press("stepOver");
    await recorder.press("stepInto");
    await recorder.press("stepOut");
    for (let i = 0; i < 3; i++) await recorder.press("stepBack");
    await recorder.showStacks(threadId);
    await recorder.press("reverseContinue");
    await recorder.press("reverseContinue");
    await recorder.showVariables((await topFrame(recorder, threadId)).id, ["Overlay", "Effective"]);
    await recorder.show("continue", { threadId });
    await recorder.stop();
    await recorder.show("continue", { threadId });
    await recorder.ended();
    finish(recorder, "steps");
  });

  it("a conflicting merge, as an exception", async () => {
    const recorder = await start();
    const { threadId = 0 } = await recorder.stop();
    await recorder.show("exceptionInfo", { threadId });
    const [top] = await recorder.showStacks(threadId);
    await recorder.showVariables(top?.id ?? 0, ["Pending merge", "Event"]);
    await recorder.show("setExceptionBreakpoints", {
      filters: [],
      filterOptions: [{ filterId: "merge", condition: 'agent == "planner' }, { filterId: "other" }],
    });
    await recorder.show("continue", { threadId });
    await recorder.ended();
    finish(recorder, "conflict");
  });

  it("breakpoints on data, asked for in the Variables view", async () => {
    vscode.debug.addBreakpoints([new vscode.FunctionBreakpoint("write note in overlay")]);
    const recorder = await start();
    const { threadId = 0 } = await recorder.stop();
    const frameId = (await topFrame(recorder, threadId)).id;
    const { scopes } = await recorder.ask<DebugProtocol.ScopesResponse["body"]>("scopes", { frameId });
    const ids: string[] = [];
    for (const [scope, name] of [
      ["Overlay", "budget"],
      ["Parent", "budget"],
      ["Parent", "plan"],
      ["Effective", "note"],
      ["Pending merge", "plan"],
      ["Event", "kind"],
    ] as const) {
      const { variablesReference = 0 } = scopes.find((each) => each.name === scope) ?? {};
      recorder.note(`  ${scope}: ${name}`);
      const info = await recorder.show<DebugProtocol.DataBreakpointInfoResponse["body"]>("dataBreakpointInfo", {
        variablesReference,
        name,
      });
      if (typeof info?.dataId === "string") ids.push(info.dataId);
    }
    const [, parentBudget = "", parentPlan = ""] = ids;
    await recorder.show("setDataBreakpoints", {
      breakpoints: [
        { dataId: parentBudget, accessType: "write", condition: "value < before" },
        { dataId: parentPlan, accessType: "readWrite" },
        { dataId: parentPlan, condition: "value +" },
        { dataId: "no place" },
      ],
    });
    // Merges that conflict must not be in the way.
    await recorder.show("setExceptionBreakpoints", { filters: [] });
    await recorder.move("continue", { threadId });
    await recorder.showStacks(threadId);
    await recorder.move("continue", { threadId });
    await recorder.showStacks(threadId);
    await recorder.show("continue", { threadId });
    await recorder.ended();
    finish(recorder, "data");
  });

  itWhenLong("breakpoints on lines, on a line that does nothing, and ones that cannot be read", async () => {
    const at = (text: string): vscode.Location => {
      const line = SCRIPT.split("\n").findIndex((each) => each.includes(text));
      return new vscode.Location(script, new vscode.Position(line, 0));
    };
    vscode.debug.addBreakpoints([
      new vscode.SourceBreakpoint(at('planner.delete("plan")')),
      new vscode.SourceBreakpoint(at("const store")),
      new vscode.SourceBreakpoint(at("builder.set"), true, "value > 1000"),
      new vscode.SourceBreakpoint(at("planner.log"), true, "value.ok && unknown"),
      new vscode.FunctionBreakpoint("write"),
      new vscode.FunctionBreakpoint("merge @planner extra"),
      new vscode.FunctionBreakpoint("write budget", true, "value >"),
      new vscode.FunctionBreakpoint("read budget", true, undefined, "every other"),
      new vscode.FunctionBreakpoint("read budget", true, undefined, "2"),
    ]);
    const recorder = await start();
    const { threadId = 0 } = await recorder.stop();
    await recorder.showStacks(threadId);
    await recorder.move("continue", { threadId });
    await recorder.showStacks(threadId);
    await recorder.show("setExceptionBreakpoints", { filters: [] });
    await recorder.show("continue", { threadId });
    await recorder.ended();
    finish(recorder, "lines");
  });

  it("expressions of Watch, hover, console and clipboard, and completions", async () => {
    vscode.debug.addBreakpoints([new vscode.FunctionBreakpoint("write note in overlay")]);
    const recorder = await start();
    const { threadId = 0 } = await recorder.stop();
    const frameId = (await topFrame(recorder, threadId)).id;
    for (const [context, expression] of [
      ["watch", "budget"],
      ["watch", "budget in parent"],
      ["watch", "plan"],
      ["watch", "plan.steps[1] in parent"],
      ["hover", '"budget"'],
      ["hover", "'budget'"],
      ["hover", "planner"],
      ["repl", "plan.steps in parent"],
      ["repl", '"budget'],
      ["repl", ""],
      ["clipboard", "plan in parent"],
    ] as const) {
      await recorder.show("evaluate", { expression, frameId, context });
    }
    recorder.note("  without a frame");
    await recorder.show("evaluate", { expression: "budget", context: "repl" });
    const [script1] = await recorder.showStacks(1);
    await recorder.show("evaluate", { expression: "budget", frameId: script1?.id, context: "watch" });
    await recorder.show("evaluate", { expression: "plan.owner", frameId: script1?.id, context: "watch" });
    for (const [text, frame] of [
      ["bud", frameId],
      ["plan.", script1?.id],
      ["plan.s", script1?.id],
      ["nothing.", frameId],
    ] as const) {
      await recorder.show("completions", { text, column: text.length + 1, frameId: frame });
    }
    await recorder.show("setExceptionBreakpoints", { filters: [] });
    await recorder.show("continue", { threadId });
    await recorder.ended();
    finish(recorder, "evaluate");
  });

  it("a recording: to a breakpoint, to its end, and out", async () => {
    const id = await vscode.commands.executeCommand<string>("agentContext.runScript", script);
    const run = runs.get(id);
    assert.ok(run);
    await run.over;
    const recording = workspaceUri("transcript.agentlog.jsonl");
    copyFileSync(run.recording.fsPath, recording.fsPath);
    try {
      runs.remove(id);
      vscode.debug.addBreakpoints([new vscode.FunctionBreakpoint("read budget", true, 'agent == "builder"')]);
      const recorder = await start({ request: "replay", recording: recording.fsPath });
      const { threadId = 0 } = await recorder.stop();
      await recorder.showStacks(threadId);
      const { threadId: builder = 0 } = await recorder.press("continue");
      const [top] = await recorder.showStacks(builder);
      await recorder.showVariables(top?.id ?? 0, ["Effective", "Event"]);
      const { threadId: conflict = 0 } = await recorder.press("continue");
      const { threadId: last = 0 } = await recorder.move("continue", { threadId: conflict });
      await recorder.showStacks(last);
      await recorder.move("stepBack", { threadId: last });
      await recorder.move("continue", { threadId: last });
      await recorder.show("continue", { threadId: last });
      await recorder.ended();
      finish(recorder, "replay");
    } finally {
      await vscode.workspace.fs.delete(recording);
    }
  });

  itWhenLong("another tool's log", async () => {
    const recording = workspaceUri("journal.jsonl");
    copyFileSync(path.join(repositoryDir, "test/fixtures/car/journal.jsonl"), recording.fsPath);
    try {
      vscode.debug.addBreakpoints([new vscode.FunctionBreakpoint("write deployed")]);
      const recorder = await start({ request: "replay", recording: recording.fsPath });
      const { threadId = 0 } = await recorder.stop();
      await recorder.showStacks(threadId);
      const { threadId: builder = 0 } = await recorder.move("continue", { threadId });
      const [top] = await recorder.showStacks(builder);
      await recorder.showVariables(top?.id ?? 0);
      await recorder.move("next", { threadId: builder });
      await recorder.move("reverseContinue", { threadId: builder });
      await recorder.move("reverseContinue", { threadId: builder });
      await recorder.show("setFunctionBreakpoints", { breakpoints: [] });
      const { threadId: last = 0 } = await recorder.move("continue", { threadId: builder });
      await recorder.showStacks(last);
      await recorder.show("continue", { threadId: last });
      await recorder.ended();
      finish(recorder, "car");
    } finally {
      await vscode.workspace.fs.delete(recording);
    }
  });
});
