import * as assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";
import type { AgentContextApi } from "../../src/extension";
import type { Exported } from "../../src/host/export/writeExport";
import { controlOf, type Run } from "../../src/host/runs/run";
import type { RunRegistry } from "../../src/host/runs/runRegistry";
import { attribute, readTrace } from "../unit/model/otlpSchema";
import { activatedExtension, waitFor, workspaceUri } from "./harness/extension";

const SCRIPT = `import { AgentContext, StateStore, TaskScope } from "agent-context";
const parent = new StateStore();
parent.set("counter", 0, "setup");
const agent = new AgentContext("agent_a", parent);
await TaskScope.run(agent, async () => agent.set("counter", 1));
`;

describe("exports of runs in a real host", () => {
  let runs: RunRegistry;
  let run: Run;
  const out = (name: string): vscode.Uri => workspaceUri("exports", name);
  const read = (uri: vscode.Uri): string => readFileSync(uri.fsPath, "utf8");
  const exportRun = (argument: unknown, format: string, target: vscode.Uri): Thenable<Exported | undefined> =>
    vscode.commands.executeCommand<Exported | undefined>("agentContext.exportRun", argument, { format, target });

  before(async () => {
    runs = ((await activatedExtension()).exports as AgentContextApi).runs;
    await vscode.workspace.fs.createDirectory(workspaceUri("exports"));
    const script = workspaceUri("exported.mts");
    await vscode.workspace.fs.writeFile(script, Buffer.from(SCRIPT));
    const id = await vscode.commands.executeCommand<string>("agentContext.runScript", script);
    const started = runs.get(id);
    assert.ok(started);
    run = started;
    await waitFor("the run to wait", () => run.state.kind === "waiting" && run.model.isPending(2, run.model.lastSeq));
  });

  after(async () => {
    for (const each of [...runs.all]) {
      await each.control?.stop();
      runs.remove(each.id);
    }
    for (const terminal of vscode.window.terminals) terminal.dispose();
    await vscode.workspace.fs.delete(workspaceUri("exports"), { recursive: true });
  });

  it("takes a run that still goes on as it is, as a trace and as a recording", async () => {
    const trace = await exportRun(run.id, "otlp", out("live.otlp.jsonl"));
    assert.deepEqual(trace, { snapshot: true, leftOut: 0, otherRuns: 0, damage: [], damageCount: 0 });
    const { spans, resource } = readTrace(read(out("live.otlp.jsonl")));
    assert.deepEqual(
      spans.map(({ name }) => name),
      ["exported.mts", "agent_a", "agent_a scope"],
    );
    assert.equal(attribute(resource, "process.pid"), run.model.info.pid);
    assert.equal(attribute(spans[0]!.attributes, "agent_context.run.id"), run.id);
    const target = { runId: run.id, layer: undefined, key: undefined, path: [] };
    const lines = await exportRun(target, "jsonl", out("live.agentlog.jsonl"));
    assert.equal(lines?.snapshot, true);
    assert.ok(readFileSync(run.recording.fsPath, "utf8").startsWith(read(out("live.agentlog.jsonl"))));
  });

  it("takes a run that has ended, byte by byte, by its id or by its recording", async () => {
    await controlOf(run).end();
    await waitFor("the run to end", () => run.state.kind === "ended");
    const whole = read(run.recording);
    assert.deepEqual((await exportRun(run.id, "jsonl", out("ended.agentlog.jsonl")))?.snapshot, false);
    assert.equal(read(out("ended.agentlog.jsonl")), whole);
    await exportRun({ recording: run.recording }, "jsonl", out("file.agentlog.jsonl"));
    assert.equal(read(out("file.agentlog.jsonl")), whole);
    await exportRun(run.id, "otlp", out("ended.otlp.jsonl"));
    await exportRun({ recording: out("file.agentlog.jsonl") }, "otlp", out("file.otlp.jsonl"));
    assert.equal(read(out("file.otlp.jsonl")), read(out("ended.otlp.jsonl")));
    const [root] = readTrace(read(out("ended.otlp.jsonl"))).spans;
    assert.equal(attribute(root!.attributes, "process.exit.code"), 0);
  });

  it("does not overwrite the recording, and leaves nothing behind", async () => {
    const before = read(run.recording);
    const folder = path.dirname(run.recording.fsPath);
    const files = readdirSync(folder);
    assert.equal(await exportRun(run.id, "otlp", run.recording), undefined);
    assert.equal(read(run.recording), before);
    assert.deepEqual(readdirSync(folder), files);
    assert.ok(readdirSync(workspaceUri("exports").fsPath).every((name) => !name.endsWith(".partial")));
  });
});
