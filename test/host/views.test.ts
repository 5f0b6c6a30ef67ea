import * as assert from "node:assert/strict";
import * as vscode from "vscode";
import type { AgentContextApi } from "../../src/extension";
import { activatedExtension, waitFor, workspaceUri } from "./harness/extension";

/** Layers count up in the order in which race.ts makes them. */
const AGENT_A = 2;
const AGENT_B = 3;

/** The text of one side of the diff editor that is in front. */
function diffText(side: "original" | "modified"): string | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  if (!(input instanceof vscode.TabInputTextDiff)) return undefined;
  const uri = input[side].toString();
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri)?.getText();
}

const previewTabs = (): vscode.Tab[] => webviewTabs("agentContext.preview");
const orderTabs = (): vscode.Tab[] => webviewTabs("agentContext.orders");

function webviewTabs(viewType: string): vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter((tab) => tab.input instanceof vscode.TabInputWebview && tab.input.viewType.includes(viewType));
}

async function run(command: string, ...args: unknown[]): Promise<unknown> {
  return vscode.commands.executeCommand(`agentContext.${command}`, ...args);
}

describe("views of a run", () => {
  let runId: string;

  before(async () => {
    const { runs } = (await activatedExtension()).exports as AgentContextApi;
    runId = (await run("runScript", workspaceUri("race.ts"))) as string;
    await waitFor("race.ts to have finished with agent_b unmerged", () => runs.get(runId)?.state.kind === "waiting");
  });

  after(async () => {
    const { runs } = (await activatedExtension()).exports as AgentContextApi;
    if (runs.get(runId) !== undefined) {
      await run("stopRun", runId);
      await run("removeRun", runId);
    }
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  });

  it("opens the merge in VS Code's diff editor: parent against parent after the merge", async () => {
    await run("openDiffEditor", { runId, layer: AGENT_B, key: undefined, path: [] });
    await waitFor("both sides of the diff", () => diffText("original") && diffText("modified"));
    assert.equal(diffText("original"), '{\n  "counter": 1,\n  "agent_a.done": true\n}\n');
    assert.equal(diffText("modified"), '{\n  "counter": 2,\n  "agent_a.done": true,\n  "agent_b.done": true\n}\n');
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
    assert.match(tab?.label ?? "", /↔ after merge of agent_b$/);
  });

  it("shows the past in the open documents while stepping, and the present again when live", async () => {
    await run("openDiffEditor", { runId, layer: AGENT_B, key: undefined, path: [] });
    const live = await waitFor("the diff", () => diffText("original"));
    await run("stepFirst", { runId });
    await waitFor("an empty parent at the first event", () => diffText("original") !== live);
    await run("stepLast", { runId });
    await waitFor("the state of the last event", () => diffText("original") === live);
    await run("stepBack", { runId });
    await run("goLive", { runId });
    await waitFor("the present", () => diffText("original") === live);
  });

  it("compares an overlay's own keys with the parent's", async () => {
    await run("compareOverlay", { runId, layer: AGENT_A, key: undefined, path: [] });
    await waitFor("the overlay", () => diffText("modified"));
    assert.equal(diffText("original"), '{\n  "counter": 1,\n  "agent_a.done": true\n}\n');
    assert.equal(diffText("modified"), '{\n  "counter": 1,\n  "agent_a.done": true\n}\n');
  });

  it("compares one key's value when asked for one", async () => {
    await run("openDiffEditor", { runId, layer: AGENT_B, key: "agent_b.done", path: [] });
    await waitFor("the value", () => diffText("modified") === "true\n");
    assert.equal(diffText("original"), "");
  });

  it("opens one preview an agent, and brings it back when asked again", async () => {
    await run("previewMerge", { runId, layer: AGENT_B, key: undefined, path: [] });
    await waitFor("the preview", () => previewTabs().length === 1);
    await run("previewMerge", { runId, layer: AGENT_A, key: undefined, path: [] });
    await waitFor("the other preview", () => previewTabs().length === 2);
    await run("previewMerge", { runId, layer: AGENT_B, key: undefined, path: [] });
    await waitFor("the first preview in front", () =>
      previewTabs()
        .find((tab) => tab.isActive)
        ?.label.includes("agent_b"),
    );
    assert.equal(previewTabs().length, 2);
    assert.deepEqual(
      previewTabs()
        .map((tab) => tab.label)
        .sort(),
      ["Merge: agent_a", "Merge: agent_b"],
    );
  });

  it("does not discard what is pending without an answer", async () => {
    // Modal questions are refused in a test host: that is no answer.
    await run("discardOverlay", { runId, layer: AGENT_B, key: undefined, path: [] });
    await run("openDiffEditor", { runId, layer: AGENT_B, key: undefined, path: [] });
    await waitFor("the pending key", () => diffText("modified")?.includes("agent_b.done"));
  });

  it("merges into the running script, and the views follow at once", async () => {
    await run("openDiffEditor", { runId, layer: AGENT_B, key: undefined, path: [] });
    await waitFor(
      "the diff",
      () => diffText("original") !== undefined && !diffText("original")?.includes("agent_b.done"),
    );
    await run("mergeOverlay", { runId, layer: AGENT_B, key: undefined, path: [] });
    await waitFor("the merged key in the parent", () => diffText("original")?.includes('"agent_b.done": true'));
    assert.equal(diffText("original"), diffText("modified"));
  });

  it("closes previews and orders with the run that they are of", async () => {
    const ours = (): number => previewTabs().length + orderTabs().length;
    await run("previewMerge", { runId, layer: AGENT_B, key: undefined, path: [] });
    await run("compareOrders", { runId, layer: AGENT_B, key: undefined, path: [] });
    await waitFor("a preview and an order", () => previewTabs().length > 0 && orderTabs().length > 0);
    await run("stopRun", runId);
    assert.notEqual(ours(), 0);
    await run("removeRun", runId);
    await waitFor("no preview of it", () => ours() === 0);
  });
});

describe("keys and menus of the views", () => {
  it("bind only while a view of ours has the focus", async () => {
    const { packageJSON } = await activatedExtension();
    const keybindings = packageJSON.contributes.keybindings as { command: string; key: string; when: string }[];
    assert.ok(keybindings.length >= 6);
    for (const { when } of keybindings) {
      for (const alternative of when.split("||")) {
        assert.match(alternative, /focusedView == agentContext\.|activeWebviewPanelId (==|=~) \S*agentContext/);
      }
    }
  });
});
