import * as assert from "node:assert/strict";
import * as vscode from "vscode";
import type { AgentContextApi } from "../../src/extension";
import type { Run } from "../../src/host/runs/run";
import type { RunRegistry } from "../../src/host/runs/runRegistry";
import { activatedExtension, waitFor, workspaceUri } from "./harness/extension";
import { itWhenLong } from "../harness/long";

/** Layers count up in the order in which race.ts makes them. */
const PARENT = 1;
const AGENT_B = 3;

async function command(name: string, ...args: unknown[]): Promise<unknown> {
  return vscode.commands.executeCommand(`agentContext.${name}`, ...args);
}

/** "race.ts: ctx.set("counter", seen + amount);" of the editor in front: its file and what is selected. */
function selected(): string | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) return undefined;
  return `${vscode.workspace.asRelativePath(editor.document.uri)}: ${editor.document.getText(editor.selection)}`;
}

describe("blame", () => {
  let runs: RunRegistry;
  const started: string[] = [];

  async function start(script: string): Promise<Run> {
    const id = (await command("runScript", workspaceUri(script))) as string;
    started.push(id);
    return waitFor(`${script} to have finished`, () => {
      const run = runs.get(id);
      return run?.state.kind === "waiting" || run?.state.kind === "ended" ? run : undefined;
    });
  }

  before(async () => {
    runs = ((await activatedExtension()).exports as AgentContextApi).runs;
  });

  afterEach(async () => {
    await vscode.workspace.getConfiguration("agentContext").update("callSiteLimit", undefined, true);
    for (const id of started.splice(0)) {
      await command("stopRun", id);
      await waitFor("the end", () => runs.get(id)?.state.kind === "ended");
      await command("removeRun", id);
    }
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  });

  itWhenLong("goes to the line of the TypeScript that made a value, behind the merge that carried it", async () => {
    const run = await start("race.ts");
    const target = { runId: run.id, key: "counter", path: [] };
    await command("goToWriter", { ...target, layer: AGENT_B });
    await waitFor("the writer of the overlay", () => selected() === 'race.ts: ctx.set("counter", seen + amount);');
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await command("goToWriter", { ...target, layer: PARENT });
    await waitFor("the writer of the merged value", () => selected() === 'race.ts: ctx.set("counter", seen + amount);');
    run.cursor.moveTo(run.model.history(PARENT, "counter")[0]?.seq ?? 0);
    await command("goToWriter", { ...target, layer: PARENT });
    await waitFor("the first writer", () => selected() === 'race.ts: parent.set("counter", 0, "setup");');
  });

  it("never opens the line over a merge preview", async () => {
    const run = await start("race.ts");
    await command("previewMerge", { runId: run.id, layer: AGENT_B, key: undefined, path: [] });
    const isPreview = (tab: vscode.Tab | undefined) => tab?.input instanceof vscode.TabInputWebview;
    await waitFor("the preview", () => isPreview(vscode.window.tabGroups.activeTabGroup.activeTab));
    await command("goToWriter", { runId: run.id, layer: AGENT_B, key: "counter", path: [] });
    await waitFor("the line", () => selected() === 'race.ts: ctx.set("counter", seen + amount);');
    assert.ok(vscode.window.tabGroups.all.some(({ activeTab }) => isPreview(activeTab)));
  });

  it("moves the views to a write that is chosen from a key's history", async () => {
    const run = await start("race.ts");
    const [first, second] = run.model.history(PARENT, "counter");
    assert.ok(first && second);
    const shown = command("showKeyHistory", { runId: run.id, layer: PARENT, key: "counter", path: [] });
    await waitFor("the list to take the choice", async () => {
      await vscode.commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem");
      return !run.cursor.isLive;
    });
    await shown;
    assert.equal(run.cursor.seq, run.model.stepSeq(second.seq));
  });

  it("takes no lines when the setting says so", async () => {
    await vscode.workspace.getConfiguration("agentContext").update("callSiteLimit", 0, true);
    const run = await start("race.ts");
    const { seq } = run.model.effectiveValue(AGENT_B, "counter", run.model.lastSeq);
    assert.deepEqual(run.model.blame(seq ?? 0), { type: "off" });
    await command("goToWriter", { runId: run.id, layer: AGENT_B, key: "counter", path: [] });
    assert.equal(selected(), undefined);
  });
});
