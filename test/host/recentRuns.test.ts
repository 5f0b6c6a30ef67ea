import * as assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";
import type { AgentContextApi } from "../../src/extension";
import type { Run } from "../../src/host/runs/run";
import type { RunRegistry } from "../../src/host/runs/runRegistry";
import { isOver } from "../../src/host/runs/runState";
import { activatedExtension, removeRuns, waitFor, workspaceUri } from "./harness/extension";
import { itWhenLong } from "../harness/long";

const ENDS = 'import { StateStore } from "agent-context";\nnew StateStore().set("a", 1, "me");\n';
const LIVES = `${ENDS}setInterval(() => {}, 1000);\n`;

describe("recorded runs in a real host", () => {
  let runs: RunRegistry;

  before(async () => {
    runs = ((await activatedExtension()).exports as AgentContextApi).runs;
  });

  afterEach(async () => {
    await keep(undefined);
    await removeRuns(runs);
  });

  async function keep(count: number | undefined): Promise<void> {
    const configuration = vscode.workspace.getConfiguration("agentContext.recordings");
    await configuration.update("keepCount", count, vscode.ConfigurationTarget.Global);
  }

  async function start(name: string, text: string): Promise<Run> {
    const script = workspaceUri(name);
    await vscode.workspace.fs.writeFile(script, Buffer.from(text));
    const id = await vscode.commands.executeCommand<string>("agentContext.runScript", script);
    const run = runs.get(id);
    assert.ok(run);
    return run;
  }

  async function ended(name: string): Promise<Run> {
    const run = await start(name, ENDS);
    await run.over;
    return run;
  }

  const directory = (run: Run): string => path.dirname(run.recording.fsPath);
  const recordOf = (run: Run): { summary?: { events: number } } =>
    JSON.parse(readFileSync(path.join(directory(run), "run.json"), "utf8"));

  it("are summed up at their end", async () => {
    const run = await ended("counted.ts");
    const { summary } = recordOf(run);
    assert.equal(summary?.events, run.model.eventCount);
  });

  it("go beyond the limit when a run ends, but neither the living nor those on show", async () => {
    const living = await start("living.ts", LIVES);
    await waitFor("its recording", () => living.model.eventCount > 0);
    const gone = await ended("gone.ts");
    runs.remove(gone.id);
    assert.ok(existsSync(directory(gone)), "taking a run out of the views keeps its recording");
    await keep(1);
    assert.ok(existsSync(directory(gone)), "nothing goes while one types a limit");
    const newest = await ended("newest.ts");
    await waitFor("the recording beyond the limit to be gone", () => !existsSync(directory(gone)));
    for (const run of [living, newest]) assert.ok(existsSync(run.recording.fsPath), run.title);
    assert.equal(isOver(living.state), false);
  });

  itWhenLong("stay while they are on show, and go when they no longer are", async () => {
    const shown = await ended("shown.ts");
    const gone = await ended("gone.ts");
    runs.remove(gone.id);
    await keep(1);
    await ended("newer.ts");
    await waitFor("the recording beyond the limit to be gone", () => !existsSync(directory(gone)));
    assert.ok(existsSync(shown.recording.fsPath));
    runs.remove(shown.id);
    await ended("newest.ts");
    await waitFor("what is no longer on show to be gone", () => !existsSync(directory(shown)));
  });

  itWhenLong("are not deleted while they live, nor without an answer", async () => {
    const living = await start("stays.ts", LIVES);
    await waitFor("its recording", () => living.model.eventCount > 0);
    const over = await ended("asked.ts");
    await vscode.commands.executeCommand("agentContext.deleteRecentRuns", living.id);
    // Modal questions are refused in a test host: that is no answer.
    await vscode.commands.executeCommand("agentContext.deleteRecentRuns", over.id);
    await vscode.commands.executeCommand("agentContext.deleteAllRecentRuns");
    for (const run of [living, over]) {
      assert.ok(existsSync(run.recording.fsPath), run.title);
      assert.ok(runs.get(run.id), run.title);
    }
  });

  it("are marked open while they are on show", async () => {
    const run = await ended("marked.ts");
    const marks = (): string[] => readdirSync(directory(run)).filter((file) => file.startsWith("open-"));
    assert.deepEqual(marks(), [`open-${process.pid}`]);
    runs.remove(run.id);
    assert.deepEqual(marks(), []);
  });

  it("have their path copied", async () => {
    const run = await ended("copied.ts");
    await vscode.commands.executeCommand("agentContext.copyRecentRunPath", run.id);
    assert.equal(await vscode.env.clipboard.readText(), run.recording.fsPath);
  });
});
