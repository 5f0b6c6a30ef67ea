import * as assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";
import type { AgentContextApi } from "../../src/extension";
import { controlOf, type Run } from "../../src/host/runs/run";
import type { RunRegistry } from "../../src/host/runs/runRegistry";
import { isReachable, statusText } from "../../src/host/runs/runState";
import { itWhenLong } from "../harness/long";
import { activatedExtension, removeRuns, waitFor, workspaceUri } from "./harness/extension";

const IMPORT = 'import { AgentContext, StateStore } from "agent-context";\nconst parent = new StateStore();\n';
const FINISHED = ["ended", "endedUnexpectedly", "failed"];

describe("runs in a real host", () => {
  let runs: RunRegistry;

  before(async () => {
    runs = ((await activatedExtension()).exports as AgentContextApi).runs;
  });

  afterEach(async () => {
    await removeRuns(runs);
  });

  async function write(name: string, text: string): Promise<vscode.Uri> {
    const uri = workspaceUri(name);
    await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
    return uri;
  }

  async function start(script: vscode.Uri): Promise<Run> {
    const id = await vscode.commands.executeCommand<string>("agentContext.runScript", script);
    const run = runs.get(id);
    assert.ok(run, "the command returns the run's id");
    return run;
  }

  const draw = (run: Run): string => `${run.state.kind} | ${statusText(run.state)} | ${run.problem ?? "-"}`;
  const inState = (run: Run, ...states: string[]): Promise<unknown> =>
    waitFor(`${run.title} to be ${states.join(" or ")}`, () => {
      if (FINISHED.includes(run.state.kind) && !states.includes(run.state.kind)) assert.fail(draw(run));
      return states.includes(run.state.kind);
    });

  it("runs a script in a terminal, waits when it is unmerged, merges for real, and ends", async () => {
    const script = await write(
      "waits.ts",
      `${IMPORT}const agent = new AgentContext("agent_a", parent);\nagent.set("answer", 42);\nconsole.log("done");\n`,
    );
    const run = await start(script);
    assert.equal(run.title, "waits.ts");
    assert.match(run.nodeText, /Node\.js \d+\.\d+/);
    await waitFor("its terminal", () => vscode.window.terminals.some(({ name }) => name.includes("waits.ts")));
    await inState(run, "waiting");
    assert.equal(statusText(run.state), "finished, unmerged");
    assert.equal(isReachable(run.state), true);

    const { model } = run;
    const agent = await waitFor("the agent", () => model.agents().find(({ name }) => name === "agent_a"));
    assert.equal(model.isPending(agent.layer, model.lastSeq), true);
    assert.deepEqual(model.storeKeys(agent.parent, model.lastSeq), []);
    assert.deepEqual(await controlOf(run).merge(agent.layer), { merged: 1, skipped: [] });
    await waitFor("the merge in the model", () => model.storeKeys(agent.parent, model.lastSeq).length === 1);
    await inState(run, "ended");
    assert.equal(draw(run), "ended | exit code 0 | -");
    await assert.rejects(controlOf(run).merge(agent.layer), /The run has ended: there is nothing to merge into\./);
    await assert.rejects(controlOf(run).discard(agent.layer), /The run has ended/);
  });

  it("reads the values of a living run that are beyond the memory that it may take from its recording", async () => {
    const setting = vscode.workspace.getConfiguration("agentContext.memory");
    await setting.update("megabytes", 0.001, vscode.ConfigurationTarget.Global);
    try {
      const text = [
        'const agent = new AgentContext("agent_a", parent);',
        'for (let step = 0; step < 300; step++) agent.set("key", { step, note: "so far so good" });',
        "await agent.mergeToParent();",
        "setInterval(() => {}, 1_000);",
      ].join("\n");
      const run = await start(await write("long.ts", IMPORT + text));
      await inState(run, "running");
      const { model } = run;
      const agent = await waitFor("the merge", () => {
        const [first] = model.agents();
        return first && model.storeKeys(first.parent, model.lastSeq).length === 1 ? first : undefined;
      });
      assert.ok(model.droppedValues > 250, String(model.droppedValues));
      const firstWrite = model.lastSeq - model.eventCountOf(agent.layer) + 2;
      const values = [firstWrite, model.lastSeq].map((seq) => model.overlay(agent.layer, seq)[0]?.value);
      assert.deepEqual(
        values,
        [0, 299].map((step) => ({ step, note: "so far so good" })),
      );
    } finally {
      await setting.update("megabytes", undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it("keeps its index of old events on disk beyond that memory, and tells of every event all the same", async () => {
    const setting = vscode.workspace.getConfiguration("agentContext.memory");
    await setting.update("megabytes", 0, vscode.ConfigurationTarget.Global);
    try {
      const text = [
        'const agent = new AgentContext("agent_a", parent);',
        'for (let step = 0; step < 250_000; step++) agent.set("key_" + (step % 10), step);',
        "await agent.mergeToParent();",
        "setInterval(() => {}, 1_000);",
      ].join("\n");
      const run = await start(await write("longer.ts", IMPORT + text));
      await inState(run, "running");
      const { model } = run;
      const agent = await waitFor("the merge", () => {
        const [first] = model.agents();
        return first && model.storeKeys(first.parent, model.lastSeq).length === 10 ? first : undefined;
      });
      assert.ok(model.indexOnDisk > 4_000_000, String(model.indexOnDisk));
      const writes = model.history(agent.layer, "key_7");
      assert.equal(writes.length, 25_000);
      for (const nth of [0, 123, 10_000, 24_999]) {
        const seq = writes[nth]?.seq ?? NaN;
        const seen = [model.row(seq)?.value, model.effectiveValue(agent.layer, "key_7", seq).value];
        assert.deepEqual(seen, [7 + 10 * nth, 7 + 10 * nth]);
      }
    } finally {
      await setting.update("megabytes", undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it("discards, and lets a waiting run end", async () => {
    const text = `${IMPORT}new AgentContext("a", parent).set("x", 1);\nnew AgentContext("b", parent).set("y", 1);\n`;
    const run = await start(await write("discards.ts", text));
    await inState(run, "waiting");
    const [a] = run.model.agents();
    assert.ok(a);
    await controlOf(run).discard(a.layer);
    await waitFor("the discard in the model", () => !run.model.isPending(a.layer, run.model.lastSeq));
    await controlOf(run).end();
    await inState(run, "ended");
    assert.equal(statusText(run.state), "exit code 0");
  });

  it("stops a script that never yields", async () => {
    const run = await start(await write("loop.ts", `${IMPORT}parent.set("a", 1, "setup");\nwhile (true) {}\n`));
    await waitFor("the last write before the loop", () => run.model.stores().length > 0 && run.model.lastSeq >= 2);
    await controlOf(run).stop();
    assert.equal(draw(run), "ended | stopped | -");
  });

  it("loses nothing of a script that exits right after its writes, and tells its code", async () => {
    const text = `${IMPORT}for (let i = 0; i < 10_000; i++) parent.set("k" + (i % 100), i, "setup");\nprocess.exit(7);\n`;
    const run = await start(await write("exits.ts", text));
    await inState(run, "ended");
    assert.equal(statusText(run.state), "exit code 7");
    const [store] = run.model.stores();
    assert.ok(store);
    assert.equal(run.model.storeKeys(store.layer, run.model.lastSeq).find(({ key }) => key === "k99")?.value, 9_999);
    assert.ok(run.model.lastSeq > 10_000, `${run.model.lastSeq}`);
    assert.deepEqual(run.model.damage, []);
  });

  it("tells a script that was killed from one that ended", async () => {
    const run = await start(
      await write("killed.ts", `${IMPORT}parent.set("a", 1, "me");\nprocess.kill(process.pid, "SIGKILL");\n`),
    );
    await inState(run, "ended");
    assert.equal(draw(run), "ended | ended by SIGKILL | killed.ts was ended by SIGKILL.");
  });

  it("never takes an unreported end for a success, and leaves no script behind", async () => {
    const run = await start(
      await write("orphan.ts", `${IMPORT}parent.set("a", 1, "me");\nsetInterval(() => {}, 1000);\n`),
    );
    await inState(run, "running");
    const pid = await waitFor("the script's pid", () => run.model.info.pid);
    const terminal = vscode.window.terminals.find(({ name }) => name.includes("orphan.ts"));
    process.kill((await terminal?.processId) as number, "SIGKILL");
    await inState(run, "endedUnexpectedly");
    assert.match(run.problem ?? "", /ended unexpectedly/);
    await waitFor("the script's end", () => {
      try {
        process.kill(pid, 0);
        return false;
      } catch {
        return true;
      }
    });
  });

  it("says in one sentence why a script could not be loaded", async () => {
    const run = await start(await write("broken.ts", `${IMPORT}const x = ;\n`));
    await inState(run, "failed");
    assert.equal(statusText(run.state), "could not be loaded");
    assert.match(run.problem ?? "", /^broken\.ts could not be loaded: \S+Error: [^\n]+$/);
  });

  it("shows an uncaught error", async () => {
    const run = await start(
      await write("throws.ts", `${IMPORT}setTimeout(() => { throw new RangeError("too far"); }, 10);\n`),
    );
    await inState(run, "ended");
    assert.equal(draw(run), "ended | exit code 1 | throws.ts had an uncaught error: RangeError: too far");
  });

  it("tells what cannot be run, and starts nothing", async () => {
    for (const uri of [workspaceUri("missing.ts"), workspaceUri("README.md"), vscode.Uri.parse("untitled:x.ts")]) {
      assert.equal(await vscode.commands.executeCommand("agentContext.runScript", uri), undefined);
    }
    assert.deepEqual(runs.all, []);
  });

  itWhenLong("runs several at once, each with a title of its own; restart takes the old one's place", async () => {
    const script = await write("twice.ts", `${IMPORT}setInterval(() => {}, 1000);\n`);
    const first = await start(script);
    const second = await start(script);
    assert.deepEqual(
      runs.all.map(({ title }) => title),
      ["twice.ts (2)", "twice.ts"],
    );
    assert.equal(runs.current, second);
    await Promise.all([inState(first, "running"), inState(second, "running")]);
    assert.throws(() => runs.remove(first.id), /still running/);

    const id = await vscode.commands.executeCommand<string>("agentContext.restartRun", first.id);
    assert.equal(first.state.kind, "ended");
    assert.equal(runs.get(first.id), undefined);
    assert.equal(runs.get(id)?.title, "twice.ts");
    await inState(runs.get(id) as Run, "running");
    assert.equal(second.state.kind, "running");
    await vscode.commands.executeCommand("agentContext.stopAllRuns");
    assert.deepEqual(
      runs.all.map(({ state }) => state),
      ["ended", "ended"],
    );
  });

  itWhenLong("takes VS Code's Rerun Last Task for a restart", async () => {
    const first = await start(await write("rerun.ts", `${IMPORT}parent.set("a", 1, "me");\n`));
    await inState(first, "ended");
    await vscode.commands.executeCommand("workbench.action.tasks.reRunTask");
    const second = await waitFor("the new run", () => runs.all.find(({ id }) => id !== first.id));
    assert.equal(second.title, "rerun.ts");
    await inState(second, "ended");
    assert.equal(statusText(second.state), "exit code 0");
    assert.equal(runs.all.length, 1);
  });

  it("hands over args, env and runtimeArgs, runs in the workspace folder, and keeps the secret to itself", async () => {
    const configuration = vscode.workspace.getConfiguration("agentContext");
    await configuration.update("args", ["--one", "two words"], vscode.ConfigurationTarget.Workspace);
    await configuration.update("env", { GREETING: "hello" }, vscode.ConfigurationTarget.Workspace);
    await configuration.update("runtimeArgs", ["--stack-trace-limit=77"], vscode.ConfigurationTarget.Workspace);
    try {
      const script = await write(
        "asks.ts",
        `${IMPORT}parent.set("facts", { args: process.argv.slice(2), greeting: process.env.GREETING ?? null, cwd: process.cwd(),` +
          ` limit: Error.stackTraceLimit, variables: Object.keys(process.env) }, "me");\n`,
      );
      const run = await start(script);
      await inState(run, "ended");
      const facts = run.model.storeKeys(run.model.stores()[0]?.layer ?? 0, run.model.lastSeq)[0]?.value as {
        args: string[];
        greeting: string;
        cwd: string;
        limit: number;
        variables: string[];
      };
      assert.deepEqual([facts.args, facts.greeting, facts.limit], [["--one", "two words"], "hello", 77]);
      assert.equal(facts.cwd, workspaceUri().fsPath);
      assert.ok(!facts.variables.includes("AGENT_CONTEXT_SECRET"));
      assert.ok(!facts.variables.includes("ELECTRON_RUN_AS_NODE"));
    } finally {
      for (const name of ["args", "env", "runtimeArgs"]) {
        await configuration.update(name, undefined, vscode.ConfigurationTarget.Workspace);
      }
    }
  });

  it("restarts a run with all that it was started with, whatever the settings say by then", async () => {
    const configuration = vscode.workspace.getConfiguration("agentContext");
    const set = async (values: Readonly<Record<string, unknown>>): Promise<void> => {
      for (const [name, value] of Object.entries(values)) {
        await configuration.update(name, value, vscode.ConfigurationTarget.Workspace);
      }
    };
    const facts =
      "{ args: process.argv.slice(2), greeting: process.env.GREETING ?? null, cwd: process.cwd(), node: process.execArgv.length,";
    const script = await write(
      "again.ts",
      `${IMPORT}parent.set("facts", ${facts} limit: Error.stackTraceLimit, launch: process.env.AGENT_CONTEXT_LAUNCH ?? null,` +
        ` pin: "4711", code: "0815" }, "me");\n`,
    );
    const told = async (run: Run): Promise<Record<string, unknown>> => {
      await inState(run, "ended");
      const { model } = run;
      const value = model.storeKeys(model.stores()[0]?.layer ?? 0, model.lastSeq)[0]?.value;
      return value as Record<string, unknown>;
    };
    try {
      await set({
        args: ["--one", "two words"],
        env: { GREETING: "hello" },
        runtimeArgs: ["--stack-trace-limit=77"],
        atEnd: "exit",
        holdMerges: "onProblem",
        "redact.keys": ["^pin$"],
      });
      const first = await start(script);
      const before = await told(first);
      assert.deepEqual([before["args"], before["greeting"], before["limit"]], [["--one", "two words"], "hello", 77]);
      assert.match(String(before["pin"]), /masked/);
      assert.equal(first.holds.run, "onProblem");

      await set({
        args: ["--other"],
        env: { GREETING: "no" },
        runtimeArgs: [],
        atEnd: undefined,
        holdMerges: undefined,
        "redact.keys": ["^code$"],
      });
      const id = await vscode.commands.executeCommand<string>("agentContext.restartRun", first.id);
      const second = runs.get(id);
      assert.ok(second);
      const after = await told(second);
      for (const name of ["args", "greeting", "cwd", "node", "limit"]) {
        assert.deepEqual(after[name], before[name], name);
      }
      assert.equal(second.holds.run, "onProblem");
      // Masks add up, by a salt of the new run's own.
      assert.match(String(after["pin"]), /masked/);
      assert.match(String(after["code"]), /masked/);
      assert.notEqual(after["pin"], before["pin"]);
      assert.equal(before["code"], "0815");

      // Nothing of the environment stands in the run's directory as it is.
      const folder = path.dirname(second.recording.fsPath);
      for (const name of readdirSync(folder)) {
        const file = path.join(folder, name);
        assert.equal(statSync(file).mode & 0o077, 0, `${name} is for its owner only`);
        if (!name.endsWith(".agentlog.jsonl")) assert.doesNotMatch(readFileSync(file, "latin1"), /GREETING|two words/);
      }
    } finally {
      await set(
        Object.fromEntries(
          ["args", "env", "runtimeArgs", "atEnd", "holdMerges", "redact.keys"].map((name) => [name, undefined]),
        ),
      );
    }
  });

  it("does not take a recording for a run to restart", async () => {
    const run = await start(await write("recorded.ts", `${IMPORT}parent.set("a", 1, "me");\n`));
    await inState(run, "ended");
    const copy = workspaceUri("recorded.agentlog.jsonl");
    await vscode.workspace.fs.copy(run.recording, copy, { overwrite: true });
    await vscode.commands.executeCommand("vscode.openWith", copy, "agentContext.recording");
    const opened = await waitFor("the recording", () => runs.all.find(({ control }) => control === undefined));
    assert.equal(await vscode.commands.executeCommand("agentContext.restartRun", opened.id), undefined);
    assert.ok(runs.get(opened.id), "it stays where it is");
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await vscode.workspace.fs.delete(copy);
  });

  it("offers a lens over the import, and only there", async () => {
    const lenses = async (uri: vscode.Uri): Promise<vscode.CodeLens[]> => {
      await vscode.workspace.openTextDocument(uri);
      return (await vscode.commands.executeCommand<vscode.CodeLens[]>("vscode.executeCodeLensProvider", uri)).filter(
        ({ command }) => command?.command === "agentContext.runScript",
      );
    };
    const [lens] = await lenses(await write("lens.mts", `// a comment\n${IMPORT}`));
    assert.ok(lens);
    assert.equal(lens.range.start.line, 1);
    assert.match(lens.command?.title ?? "", /Run agent script/);
    assert.deepEqual(await lenses(await write("plain.ts", "export const x = 1;\n")), []);
  });

  it("saves the active file before it runs it", async () => {
    const script = await write("unsaved.ts", `${IMPORT}parent.set("saved", false, "me");\n`);
    const editor = await vscode.window.showTextDocument(script);
    await editor.edit((edit) => edit.insert(new vscode.Position(2, 0), 'parent.set("saved", true, "me");\n'));
    const id = await vscode.commands.executeCommand<string>("agentContext.runActiveFile");
    assert.equal(editor.document.isDirty, false);
    const run = runs.get(id);
    assert.ok(run);
    await inState(run, "ended");
    assert.match(readFileSync(script.fsPath, "utf8"), /true/);
    assert.equal(path.basename(run.script.fsPath), "unsaved.ts");
    assert.ok(run.model.lastSeq >= 3);
  });
});
