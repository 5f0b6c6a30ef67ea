/** Debugging agents in a real host, as users of VS Code do it: configurations, sessions beside each other, cursor, pause, disconnect, stop. */

import * as assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { DebugProtocol } from "@vscode/debugprotocol";
import * as vscode from "vscode";
import type { AgentContextApi } from "../../src/extension";
import { controlOf, type Run } from "../../src/host/runs/run";
import type { RunRegistry } from "../../src/host/runs/runRegistry";
import { isOver, statusText } from "../../src/host/runs/runState";
import { DEBUG_TYPE, DebugRecorder } from "./harness/debugRecorder";
import { activatedExtension, removeRuns, waitFor, workspaceUri } from "./harness/extension";
import { itWhenLong } from "../harness/long";

const HEAD = `import { AgentContext, StateStore } from "agent-context";
import { existsSync } from "node:fs";
const store = new StateStore();
`;
const TWO_AGENTS = `${HEAD}const a = new AgentContext("a", store);
const b = new AgentContext("b", store);
a.set("x", 1);
b.set("y", 1);
a.set("x", 2);
b.set("y", 2);
a.discard();
b.discard();
`;

describe("debugging agents", () => {
  let runs: RunRegistry;
  const recorders: DebugRecorder[] = [];
  const files: vscode.Uri[] = [];

  before(async () => {
    runs = ((await activatedExtension()).exports as AgentContextApi).runs;
  });

  afterEach(async () => {
    await vscode.debug.stopDebugging();
    await waitFor("no session", () => vscode.debug.activeDebugSession === undefined);
    for (const recorder of recorders.splice(0)) {
      recorder.check();
      recorder.dispose();
    }
    vscode.debug.removeBreakpoints(vscode.debug.breakpoints);
    await removeRuns(runs);
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    for (const uri of files.splice(0)) await vscode.workspace.fs.delete(uri).then(undefined, () => undefined);
  });

  async function write(name: string, text: string): Promise<vscode.Uri> {
    const uri = workspaceUri(name);
    files.push(uri);
    await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
    return uri;
  }

  async function debug(
    script: vscode.Uri,
    configuration: Partial<vscode.DebugConfiguration> = {},
  ): Promise<DebugRecorder & { run: Run }> {
    const name = path.basename(script.fsPath);
    const before = new Set(runs.all);
    const recorder = await DebugRecorder.start({ request: "launch", name, program: script.fsPath, ...configuration });
    recorders.push(recorder);
    const run = await waitFor("the run", () => runs.all.find((each) => !before.has(each)));
    return Object.assign(recorder, { run });
  }

  /** What is told to the user by notifications while `act` is under way. */
  async function told(act: () => PromiseLike<unknown>): Promise<readonly string[]> {
    const texts: string[] = [];
    const { window } = vscode;
    const { showErrorMessage } = window;
    const spy = (text: string, ...rest: never[]): unknown => {
      texts.push(text);
      return showErrorMessage(text, ...rest);
    };
    Object.assign(window, { showErrorMessage: spy });
    try {
      await act();
    } finally {
      Object.assign(window, { showErrorMessage });
      await vscode.commands.executeCommand("notifications.clearAll");
    }
    return texts;
  }

  /** Neither a session nor a run comes of it. @returns what the user is told */
  async function refusal(configuration: Partial<vscode.DebugConfiguration>): Promise<readonly string[]> {
    return told(async () => {
      const whole = { type: DEBUG_TYPE, request: "launch", name: "refused", ...configuration };
      const isStarted = await vscode.debug.startDebugging(vscode.workspace.workspaceFolders?.[0], whole);
      assert.equal(isStarted, false);
      assert.equal(vscode.debug.activeDebugSession, undefined);
      assert.deepEqual(runs.all, []);
    });
  }

  /** Why the adapter does not begin. VS Code shows it in a dialog, which a test host refuses. */
  async function launchError(configuration: Partial<vscode.DebugConfiguration>): Promise<string> {
    const recorder = DebugRecorder.watch("unlaunched");
    recorders.push(recorder);
    const whole = { type: DEBUG_TYPE, request: "launch", name: "unlaunched", ...configuration };
    const isStarted = await Promise.resolve(vscode.debug.startDebugging(undefined, whole)).catch(() => false);
    assert.equal(isStarted, false);
    await waitFor("no session", () => vscode.debug.activeDebugSession === undefined);
    const answers = recorder.messages.filter(
      ({ what, message }) => what === "response" && message.command === "launch",
    );
    const [answer] = answers.map(({ message }) => message as DebugProtocol.ErrorResponse);
    assert.equal(answer?.success, false);
    return answer.body.error?.variables?.["text"] ?? "";
  }

  async function threads(recorder: DebugRecorder): Promise<readonly DebugProtocol.Thread[]> {
    return (await recorder.ask<DebugProtocol.ThreadsResponse["body"]>("threads")).threads;
  }

  async function stack(recorder: DebugRecorder, threadId: number): Promise<readonly DebugProtocol.StackFrame[]> {
    return (await recorder.ask<DebugProtocol.StackTraceResponse["body"]>("stackTrace", { threadId })).stackFrames;
  }

  const breakOn = (...names: string[]): void =>
    vscode.debug.addBreakpoints(names.map((name) => new vscode.FunctionBreakpoint(name)));

  it("starts the script in the editor when nothing else is said", async () => {
    const script = await write("front.ts", TWO_AGENTS);
    await vscode.window.showTextDocument(script);
    breakOn("write x @a");
    const recorder = await DebugRecorder.start({ request: "launch", name: "front" });
    recorders.push(recorder);
    await recorder.stop();
    assert.equal(recorder.session?.configuration["program"], script.fsPath);
    assert.equal(runs.current?.script.fsPath, script.fsPath);
  });

  it("says that a plain script is none, and starts nothing", async () => {
    await vscode.window.showTextDocument(await write("plain.ts", "export const x = 1;\n"));
    const [text, ...more] = await refusal({});
    assert.match(text ?? "", /^There is no script to debug\. Open an agent script, or set "program"/);
    assert.deepEqual(more, []);
  });

  it("says what is wrong in a configuration, and starts nothing", async () => {
    const { fsPath: program } = await write("right.ts", TWO_AGENTS);
    for (const [configuration, pattern] of [
      [{ program, args: "--one" }, /^"args" in the debug configuration must be a list of strings\.$/],
      [{ program, args: ["--one", 2] }, /^"args" in the debug configuration must be a list of strings\.$/],
      [{ program, env: ["A=1"] }, /^"env" in the debug configuration must be an object of strings\.$/],
      [{ program, cwd: 7 }, /^"cwd" in the debug configuration must be a path\.$/],
      [{ program, stopOnEntry: "yes" }, /^"stopOnEntry" in the debug configuration must be true or false\.$/],
      [{ program, holdMerges: "sometimes" }, /^"holdMerges" .* must be "never", "onProblem" or "always"\.$/],
      [{ program, request: "attach" }, /^"request" must be "launch" or "replay", not "attach"\.$/],
      [{ program: 5 }, /^"program" in the debug configuration must be a path\.$/],
      [{ request: "replay" }, /^To replay, a debug configuration needs "recording": the path of a recording\.$/],
    ] as const) {
      const texts = await refusal(configuration);
      assert.equal(texts.length, 1, JSON.stringify(configuration));
      assert.match(texts[0] ?? "", pattern);
    }
  });

  it("offers the workspace's scripts without a launch.json", async () => {
    await write("zz-offered.ts", TWO_AGENTS);
    breakOn("write x @a");
    const recorder = DebugRecorder.watch("Debug zz-offered.ts");
    recorders.push(recorder);
    void vscode.commands.executeCommand("workbench.action.debug.selectandstart", DEBUG_TYPE);
    await waitFor("the newest script to be chosen", async () => {
      if (recorder.session) return true;
      await vscode.commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem");
      return false;
    });
    await recorder.stop();
    assert.equal(recorder.session?.configuration["program"], workspaceUri("zz-offered.ts").fsPath);
  });

  it("takes F5 in agent scripts, and leaves plain ones to others", async () => {
    const plain = await write("plain2.ts", "export const x = 1;\n");
    const agents = await write("agents.ts", TWO_AGENTS);
    const shown: unknown[] = [];
    const { commands } = vscode;
    const { executeCommand } = commands;
    const spy = (command: string, ...rest: unknown[]): unknown => {
      if (command === "setContext" && rest[0] === "agentContext.canDebug") shown.push(rest[1]);
      return executeCommand(command, ...rest);
    };
    Object.assign(commands, { executeCommand: spy });
    try {
      await vscode.window.showTextDocument(agents);
      const editor = await vscode.window.showTextDocument(plain);
      await waitFor("a plain script", () => shown.at(-1) === false);
      await vscode.window.showTextDocument(agents);
      await waitFor("an agent script", () => shown.at(-1) === true);
      const again = await vscode.window.showTextDocument(editor.document);
      await waitFor("the plain script", () => shown.at(-1) === false);
      await again.edit((edit) => edit.insert(new vscode.Position(0, 0), HEAD));
      await waitFor("the script to have become an agent script", () => shown.at(-1) === true);
      await again.document.save();
    } finally {
      Object.assign(commands, { executeCommand });
    }
  });

  it("has one cursor with the views", async () => {
    breakOn("write y @b");
    const recorder = await debug(await write("cursor.ts", TWO_AGENTS));
    const { run } = recorder;
    const first = await recorder.stop();
    assert.equal(run.cursor.isLive, true, "at the newest event there is nothing past");
    const { seq } = run.cursor;
    const a = run.model.agents().find(({ name }) => name === "a");
    assert.ok(a);

    // The views move it.
    run.cursor.moveTo(seq - 1);
    const moved = await recorder.stop();
    assert.equal(moved.reason, "goto");
    assert.equal(moved.threadId, a.layer + 1);
    assert.match((await stack(recorder, moved.threadId ?? 0))[0]?.name ?? "", new RegExp(`^#${seq - 1} set x = 1`));
    await vscode.commands.executeCommand("agentContext.stepForward", { runId: run.id });
    assert.equal((await recorder.stop()).threadId, first.threadId);

    // The debugger moves it.
    await recorder.move("stepBack", { threadId: first.threadId });
    assert.equal(run.cursor.seq, run.model.previous(seq, (first.threadId ?? 0) - 1));
    await recorder.move("next", { threadId: first.threadId });
    assert.equal(run.cursor.seq, seq);
    await recorder.move("next", { threadId: a.layer + 1 });
    assert.equal(run.cursor.seq, run.model.lastSeq);
    assert.equal(run.model.lastSeq, seq + 1, "the script ran no further than to the agent's next event");
    await recorder.ask("continue");
    await waitFor("the second stop", () => recorder.events("stopped").length > 5);
    assert.equal(run.cursor.isLive, true);
  });

  it("tells what views do to a held script", async () => {
    breakOn("write y @b");
    const recorder = await debug(await write("commanded.ts", TWO_AGENTS));
    const { run } = recorder;
    await recorder.stop();
    const { lastSeq } = run.model;
    const a = run.model.agents().find(({ name }) => name === "a");
    await controlOf(run).merge(a?.layer ?? 0);
    await waitFor("the merge in the model", () => run.model.lastSeq > lastSeq);
    const { reason, threadId } = await recorder.stop();
    assert.deepEqual([reason, threadId], ["goto", (a?.layer ?? 0) + 1]);
    assert.match((await stack(recorder, threadId ?? 0))[0]?.name ?? "", /merged into/);
  });

  it("shows nothing for references of an earlier stop", async () => {
    breakOn("write y @b");
    const recorder = await debug(await write("stale.ts", TWO_AGENTS));
    const { threadId = 0 } = await recorder.stop();
    const frameId = (await stack(recorder, threadId))[0]?.id;
    const { scopes } = await recorder.ask<DebugProtocol.ScopesResponse["body"]>("scopes", { frameId });
    await recorder.move("stepBack", { threadId });
    const newer = (await stack(recorder, threadId))[0]?.id;
    assert.notEqual(newer, frameId);
    const stale = /The run has moved on\./;
    assert.deepEqual(await recorder.ask("scopes", { frameId }), { scopes: [] });
    await assert.rejects(recorder.ask("evaluate", { frameId, expression: "y" }), stale);
    const { variablesReference } = scopes[0] ?? {};
    assert.ok(variablesReference);
    assert.deepEqual(await recorder.ask("variables", { variablesReference }), { variables: [] });
  });

  it("pauses a tight loop, lets it go on, and stops it", async () => {
    const recorder = await debug(
      await write(
        "loop.ts",
        `${HEAD}const ctx = new AgentContext("a", store);\nctx.set("x", 1);\nwhile (true) ctx.get("x");\n`,
      ),
    );
    const { run } = recorder;
    await waitFor("the loop", () => run.model.agents().length === 1 && run.model.isPending(2, run.model.lastSeq));
    for (let i = 0; i < 3; i++) {
      await recorder.ask("pause", { threadId: 1 });
      const { reason, threadId = 0 } = await recorder.stop();
      assert.deepEqual([reason, run.thread?.phase], ["pause", "held"]);
      assert.match((await stack(recorder, threadId))[0]?.name ?? "", /set x = 1/);
      await recorder.ask("continue", { threadId });
      assert.equal(run.thread?.phase, "running");
    }
    await vscode.debug.stopDebugging(recorder.session);
    await recorder.ended();
    assert.equal(statusText(run.state), "stopped");
  });

  itWhenLong("shows fifty agents, each with a place", async () => {
    breakOn("write ready");
    const recorder = await debug(
      await write(
        "fifty.ts",
        `${HEAD}const all = Array.from({ length: 50 }, (_, i) => new AgentContext("agent " + i, store));\n` +
          `for (const each of all) each.set("x", 1);\nstore.set("ready", true, "setup");\nfor (const each of all) each.discard();\n`,
      ),
    );
    await recorder.stop();
    const all = await threads(recorder);
    assert.deepEqual(
      all.map(({ name }) => name),
      ["Script", ...Array.from({ length: 50 }, (_, i) => `agent ${i}`)],
    );
    const stacks = await Promise.all(all.map(({ id }) => stack(recorder, id)));
    for (const [index, [frame]] of stacks.entries()) {
      assert.equal(frame?.source?.name, "fifty.ts", all[index]?.name);
      assert.match(frame?.name ?? "", index === 0 ? /set ready = true/ : /set x = 1/);
    }
    await recorder.ask("continue");
    await recorder.ended();
  });

  it("lets a held script run to its end when one disconnects", async () => {
    breakOn("write x @a");
    const recorder = await debug(await write("disconnects.ts", TWO_AGENTS));
    await recorder.stop();
    await recorder.focused();
    await vscode.commands.executeCommand("workbench.action.debug.disconnect");
    await recorder.ended();
    await recorder.run.over;
    assert.equal(statusText(recorder.run.state), "exit code 0");
  });

  it("ends when one detaches, and the held script runs to its end", async () => {
    breakOn("write x @a");
    const recorder = await debug(await write("detached.ts", TWO_AGENTS));
    await recorder.stop();
    await controlOf(recorder.run).detach();
    await recorder.ended();
    await recorder.run.over;
    assert.equal(statusText(recorder.run.state), "exit code 0");
  });

  it("is debugged again when its run is restarted, as its configuration said", async () => {
    const text = `${HEAD}store.set("facts", { args: process.argv.slice(2), greeting: process.env.GREETING ?? null, cwd: process.cwd() }, "me");\n`;
    const script = await write("restarted.ts", `${text}setInterval(() => {}, 1_000);\n`);
    const cwd = workspaceUri("..").fsPath;
    const given = { args: ["--deep", "a b"], env: { GREETING: "hello" }, cwd, holdMerges: "always" };
    const facts = (run: Run): unknown =>
      run.model.storeKeys(run.model.stores()[0]?.layer ?? 0, run.model.lastSeq)[0]?.value;
    const recorder = await debug(script, { ...given, stopOnEntry: true });
    await waitFor("the stop at its entry", () => recorder.run.thread?.stop !== undefined);
    const again = vscode.commands.executeCommand<string>("agentContext.restartRun", recorder.run.id);
    const second = runs.get(await again);
    assert.ok(second && second !== recorder.run);
    assert.equal(runs.all.length, 1);
    await waitFor("the stop at its entry again", () => second.thread?.stop !== undefined);
    await waitFor("the new session", () => vscode.debug.activeDebugSession?.configuration["program"] === script.fsPath);
    assert.equal(second.holds.run, "always");
    await vscode.commands.executeCommand("workbench.action.debug.continue");
    await waitFor("its facts", () => facts(second) !== undefined);
    assert.deepEqual(facts(second), { args: given.args, greeting: "hello", cwd });
  });

  it("ends a held script when one stops", async () => {
    breakOn("write x @a");
    const recorder = await debug(await write("stops.ts", TWO_AGENTS));
    await recorder.stop();
    await vscode.debug.stopDebugging(recorder.session);
    await recorder.ended();
    assert.equal(statusText(recorder.run.state), "stopped");
  });

  itWhenLong("leaves nothing held when one leaves while the script starts", async () => {
    for (const [request, args, end] of [
      ["terminate", {}, "stopped"],
      ["disconnect", { terminateDebuggee: true }, "stopped"],
      ["disconnect", { terminateDebuggee: false }, "exit code 0"],
    ] as const) {
      const script = await write("leaves.ts", TWO_AGENTS);
      const recorder = DebugRecorder.watch("leaves", (message, session) => {
        if (message.command === "launch") void session.customRequest(request, args).then(undefined, () => undefined);
      });
      const known = new Set(runs.all);
      void vscode.debug.startDebugging(undefined, {
        type: DEBUG_TYPE,
        request: "launch",
        name: "leaves",
        program: script.fsPath,
      });
      const run = await waitFor("the run", () => runs.all.find((each) => !known.has(each)));
      await run.over;
      assert.equal(statusText(run.state), end, request);
      // VS Code does not know of the test's own disconnect: it asks the script to end, then ends the session itself.
      for (let i = 0; i < 2; i++) void vscode.debug.stopDebugging(recorder.session);
      await recorder.ended();
      recorder.dispose();
    }
  });

  it("pauses at the entry when one asked while the script starts", async () => {
    const script = await write("pauses.ts", TWO_AGENTS);
    const recorder = DebugRecorder.watch("pauses", (message, session) => {
      if (message.command === "configurationDone") void session.customRequest("pause", { threadId: 1 });
    });
    recorders.push(recorder);
    await vscode.debug.startDebugging(undefined, {
      type: DEBUG_TYPE,
      request: "launch",
      name: "pauses",
      program: script.fsPath,
    });
    assert.equal((await recorder.stop()).reason, "pause");
    assert.deepEqual(runs.current?.model.agents(), []);
  });

  it("steps on from the past of a running script to what comes next", async () => {
    const recorder = await debug(
      await write(
        "edge.ts",
        `${HEAD}const a = new AgentContext("a", store);\na.set("x", 1);\na.set("x", 2);\n` +
          `while (!existsSync("edge.go")) a.get("x");\na.set("x", 3);\nwhile (true) a.get("x");\n`,
      ),
    );
    const { run } = recorder;
    const a = await waitFor("the agent", () => run.model.agents()[0]);
    const last = await waitFor("its writes", () => {
      const { lastSeq } = run.model;
      return run.model.effectiveValue(a.layer, "x", lastSeq).value === 2 ? lastSeq : undefined;
    });
    run.cursor.moveTo(last - 1);
    assert.equal((await recorder.stop()).reason, "goto");
    await recorder.move("next", { threadId: a.layer + 1 });
    assert.equal(run.cursor.seq, last);
    await recorder.ask("next", { threadId: a.layer + 1 });
    await waitFor("it to go on", () => recorder.events("continued").length === 1);
    const file = workspaceUri("edge.go");
    files.push(file);
    writeFileSync(file.fsPath, "");
    assert.equal((await recorder.stop()).reason, "step");
    assert.equal(run.model.effectiveValue(a.layer, "x", run.cursor.seq).value, 3);
    assert.equal(run.thread?.phase, "held");
  });

  it("shows where a step ended that the running script passed before it heard of the step", async () => {
    const recorder = await debug(
      await write(
        "passed.ts",
        `${HEAD}const a = new AgentContext("a", store);\na.set("x", 1);\na.set("x", 2);\n` +
          `while (!existsSync("passed.go")) a.get("x");\na.set("x", 3);\na.set("x", 4);\nwhile (true) a.get("x");\n`,
      ),
    );
    const { run } = recorder;
    const a = await waitFor("the agent", () => run.model.agents()[0]);
    const valueNow = (): unknown => run.model.effectiveValue(a.layer, "x", run.model.lastSeq).value;
    await waitFor("its writes", () => valueNow() === 2);
    run.cursor.moveTo(run.model.lastSeq);
    assert.equal((await recorder.stop()).reason, "goto");
    assert.ok(run.thread);
    // The step gets lost on its way: no message comes later than that.
    const { go } = run.thread;
    run.thread.go = () => undefined;
    await recorder.ask("next", { threadId: a.layer + 1 });
    run.thread.go = go;
    const file = workspaceUri("passed.go");
    files.push(file);
    writeFileSync(file.fsPath, "");
    assert.equal((await recorder.stop()).reason, "step");
    assert.equal(valueNow(), 4);
    assert.equal(run.model.effectiveValue(a.layer, "x", run.cursor.seq).value, 3);
    assert.equal(run.thread.phase, "held");
  });

  it("hands over args, env, cwd and holdMerges", async () => {
    const script = await write(
      "asked.ts",
      `${HEAD}store.set("facts", { args: process.argv.slice(2), greeting: process.env.GREETING ?? null, cwd: process.cwd() }, "me");\n` +
        `const a = new AgentContext("a", store);\na.set("x", 1);\nawait a.mergeToParent();\n`,
    );
    const folder = workspaceUri("asked-here");
    await vscode.workspace.fs.createDirectory(folder);
    files.push(folder);
    const { run } = await debug(script, {
      args: ["--one", "two words"],
      env: { GREETING: "hello", COUNT: 1 },
      cwd: "${workspaceFolder}/asked-here",
      holdMerges: "always",
    });
    const [held] = await waitFor("the held merge", () => (run.held.length > 0 ? run.held : undefined));
    const facts = run.model.storeKeys(run.model.stores()[0]?.layer ?? 0, run.model.lastSeq)[0]?.value;
    assert.deepEqual(facts, { args: ["--one", "two words"], greeting: "hello", cwd: folder.fsPath });
    assert.equal(run.holds.run, "always");
    await controlOf(run).approve(held?.id ?? 0);
    await run.over;
  });

  it("ends with the script, and tells its exit code", async () => {
    const recorder = await debug(await write("exits3.ts", `${HEAD}store.set("x", 1, "me");\nprocess.exit(3);\n`));
    await recorder.ended();
    assert.deepEqual(
      recorder.events("exited").map(({ body }) => body),
      [{ exitCode: 3 }],
    );
    assert.equal(recorder.events("stopped").length, 0);
  });

  it("ends with a script that could not be loaded", async () => {
    const recorder = await debug(await write("broken2.ts", `${HEAD}const x = ;\n`));
    await recorder.ended();
    assert.equal(recorder.run.state.kind, "failed");
  });

  it("runs without stopping when one runs without debugging", async () => {
    breakOn("write x @a");
    const script = await write(
      "undebugged.ts",
      `${TWO_AGENTS}while (!existsSync("undebugged.go")) await new Promise((go) => setTimeout(go, 20));\n`,
    );
    const recorder = await debug(script, { noDebug: true, stopOnEntry: true });
    const { run } = recorder;
    await waitFor("all its events", () => run.model.agents().length === 2 && run.model.lastSeq >= 10);
    run.cursor.moveTo(run.model.lastSeq - 3);
    run.cursor.goLive();
    run.cursor.moveTo(run.model.lastSeq - 3);
    const file = workspaceUri("undebugged.go");
    files.push(file);
    writeFileSync(file.fsPath, "");
    await recorder.ended();
    assert.equal(recorder.events("stopped").length, 0);
    assert.equal(statusText(run.state), "exit code 0");
  });

  itWhenLong("debugs two scripts at once, each for itself", async () => {
    breakOn("write y @b");
    const first = await debug(await write("one.ts", TWO_AGENTS));
    const second = await debug(await write("two.ts", TWO_AGENTS));
    const { threadId: here = 0 } = await first.stop();
    const { threadId: there = 0 } = await second.stop();
    const { seq } = first.run.cursor;
    await second.move("next", { threadId: there });
    assert.ok(second.run.cursor.seq > seq);
    assert.equal(first.run.cursor.seq, seq);
    assert.equal(first.events("stopped").length, 1);
    await second.ask("continue", { threadId: there });
    await second.ended();
    assert.equal(first.run.thread?.phase, "held");
    await first.move("stepBack", { threadId: here });
    await vscode.debug.stopDebugging(first.session);
    await first.ended();
    assert.deepEqual([statusText(first.run.state), statusText(second.run.state)], ["stopped", "exit code 0"]);
  });

  itWhenLong("starts again in the same place", async () => {
    breakOn("write x @a");
    const recorder = await debug(await write("again.ts", TWO_AGENTS));
    await recorder.stop();
    await recorder.focused();
    const again = DebugRecorder.watch("again.ts");
    recorders.push(again);
    await vscode.commands.executeCommand("workbench.action.debug.restart");
    await again.stop();
    assert.equal(statusText(recorder.run.state), "stopped");
    assert.deepEqual(
      runs.all.map(({ title, state }) => [title, isOver(state)]),
      [["again.ts", false]],
    );
  });

  it("expands long lists in ranges, and values as deep as they go", async () => {
    breakOn("write long in parent");
    const recorder = await debug(
      await write(
        "long.ts",
        `${HEAD}store.set("long", Array.from({ length: 2_500 }, (_, i) => ({ i, "<b>": [i] })), "me");\nstore.set("end", 1, "me");\n`,
      ),
    );
    const { threadId = 0 } = await recorder.stop();
    const [top] = await stack(recorder, threadId);
    const { scopes } = await recorder.ask<DebugProtocol.ScopesResponse["body"]>("scopes", { frameId: top?.id });
    type Variables = DebugProtocol.Variable[];
    const inside = async (variablesReference = 0, more: object = {}): Promise<Variables> =>
      (await recorder.ask<DebugProtocol.VariablesResponse["body"]>("variables", { variablesReference, ...more }))
        .variables;
    const [long] = await inside(scopes[0]?.variablesReference);
    assert.equal(long?.type, "list of 2500");
    const ranges = await inside(long.variablesReference);
    assert.deepEqual(
      ranges.map(({ name }) => name),
      ["[0…999]", "[1000…1999]", "[2000…2499]"],
    );
    const items = await inside(ranges[2]?.variablesReference);
    assert.deepEqual([items.length, items[0]?.name, items.at(-1)?.name], [500, "2000", "2499"]);
    const part = await inside(ranges[1]?.variablesReference, { start: 10, count: 2 });
    assert.deepEqual(
      part.map(({ name }) => name),
      ["1010", "1011"],
    );
    const [, odd] = await inside(items[0]?.variablesReference);
    assert.equal(odd?.name, "<b>");
    const evaluated = await recorder.ask<DebugProtocol.EvaluateResponse["body"]>("evaluate", {
      expression: odd.evaluateName,
      frameId: top?.id,
      context: "clipboard",
    });
    assert.equal(evaluated.result, "[\n  2000\n]");
  });

  it("goes back to who wrote a key", async () => {
    breakOn("state_rollback @b");
    const recorder = await debug(await write("wrote.ts", TWO_AGENTS));
    const { run } = recorder;
    await recorder.stop();
    const b = run.model.agents().find(({ name }) => name === "b");
    const { threadId = 0 } = await recorder.move("stepBack", { threadId: (b?.layer ?? 0) + 1 });
    const at = run.cursor.seq;
    run.cursor.moveTo(at + 1);
    await recorder.stop();
    const frameId = (await stack(recorder, threadId))[0]?.id;
    const { scopes } = await recorder.ask<DebugProtocol.ScopesResponse["body"]>("scopes", { frameId });
    await vscode.commands.executeCommand("agentContext.reverseToWrite", {
      container: scopes[0],
      variable: { name: "y" },
    });
    assert.equal((await recorder.stop()).reason, "breakpoint");
    assert.deepEqual([run.cursor.seq, run.model.effectiveValue(b?.layer ?? 0, "y", at).value], [at, 2]);
  });

  itWhenLong("tells one stop a move, whatever moves it meanwhile", async () => {
    const script = await write(
      "many.ts",
      `${HEAD}for (let i = 0; i < 200_000; i++) store.set("k", i, "me");\nnew AgentContext("a", store);\n`,
    );
    const id = await vscode.commands.executeCommand<string>("agentContext.runScript", script);
    const run = runs.get(id);
    assert.ok(run);
    await run.over;
    vscode.debug.addBreakpoints([new vscode.FunctionBreakpoint("write k", true, "value < 0")]);
    let isMoved = false;
    const recorder = DebugRecorder.watch("many", ({ command }) => {
      if (command !== "continue" || isMoved) return;
      isMoved = true;
      // The search has begun, and rests.
      setImmediate(() => setImmediate(() => run.cursor.moveTo(10)));
    });
    recorders.push(recorder);
    const configuration = { type: DEBUG_TYPE, request: "launch", name: "many", runId: id };
    assert.ok(await vscode.debug.startDebugging(undefined, configuration));
    const reasons = [(await recorder.stop()).reason];
    await recorder.ask("continue");
    reasons.push((await recorder.stop()).reason);
    // A search that nobody waits for any more would come to its end by now, and move it.
    await sleep(1_000);
    assert.deepEqual([run.cursor.seq, recorder.events("stopped").length], [10, 2]);
    await Promise.all([recorder.ask("continue"), recorder.ask("continue")]);
    reasons.push((await recorder.stop()).reason);
    assert.equal(run.cursor.seq, run.model.lastSeq);
    await recorder.ask("continue");
    await recorder.ended();
    assert.deepEqual(reasons, ["entry", "goto", "step"]);
    assert.equal(recorder.events("stopped").length, 3);
  });

  it("does not replay what still runs", async () => {
    const script = await write("lives.ts", `${HEAD}store.set("x", 1, "me");\nsetInterval(() => {}, 1000);\n`);
    const id = await vscode.commands.executeCommand<string>("agentContext.runScript", script);
    const run = runs.get(id);
    assert.ok(run);
    await waitFor("its events", () => run.model.lastSeq > 1);
    assert.match(
      await launchError({ runId: id }),
      /^lives\.ts is still running\. Step through its events in the views/,
    );
    assert.equal(isOver(run.state), false, "the run is left alone");
  });

  it("says that a script is not there, and leaves nothing", async () => {
    const { fsPath: program } = workspaceUri("missing.ts");
    const { fsPath: recording } = workspaceUri("missing.agentlog.jsonl");
    assert.match(await launchError({ program }), /missing\.ts/);
    assert.deepEqual(runs.all, []);
    assert.match(await launchError({ request: "replay", recording }), /missing\.agentlog\.jsonl/);
    assert.match(await launchError({ runId: "none" }), /^The run is no longer shown\. Open its recording\.$/);
  });
});
