/** Compare Runs in a real editor: its documents, its snapshot of a run that goes on, and its answers to wrong choices. */

import * as assert from "node:assert/strict";
import * as vscode from "vscode";
import type { AgentContextApi } from "../../src/extension";
import type { Run } from "../../src/host/runs/run";
import type { RunRegistry } from "../../src/host/runs/runRegistry";
import { activatedExtension, waitFor, workspaceUri } from "./harness/extension";

const SCRIPT = `
import { AgentContext, StateStore } from "agent-context";
import { readFileSync } from "node:fs";
const store = new StateStore({ name: "shared" });
store.set("counter", 0, "setup");
const ann = new AgentContext("ann", store);
ann.set("counter", Number(readFileSync(new URL("./amount.txt", import.meta.url), "utf8")));
await ann.mergeToParent();
`;

async function command(name: string, ...args: unknown[]): Promise<unknown> {
  return vscode.commands.executeCommand(`agentContext.${name}`, ...args);
}

/** The texts of the section's open documents, by side. */
function texts(section: string): { readonly left: string; readonly right: string } | undefined {
  const found = new Map<string, string>();
  for (const document of vscode.workspace.textDocuments) {
    const { uri } = document;
    if (uri.scheme !== "agent-context-comparison" || !uri.path.includes(`/${section}`)) continue;
    const { side, comparison } = JSON.parse(uri.query) as { side: string; comparison: number };
    if (comparison === latest()) found.set(side, document.getText());
  }
  const [left, right] = [found.get("left"), found.get("right")];
  return left === undefined || right === undefined ? undefined : { left, right };
}

/** Comparisons count up. */
function latest(): number {
  const numbers = vscode.workspace.textDocuments
    .filter(({ uri }) => uri.scheme === "agent-context-comparison")
    .map(({ uri }) => (JSON.parse(uri.query) as { comparison: number }).comparison);
  return Math.max(0, ...numbers);
}

/** A command that asks for runs where there are several, with what it offers first. */
async function acceptOffer(name: string, ...args: unknown[]): Promise<void> {
  let isDone = false;
  const done = command(name, ...args).finally(() => (isDone = true));
  await waitFor("the offered runs to be taken", async () => {
    await vscode.commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem");
    return isDone;
  });
  await done;
}

/** VS Code adds how many sections there are. */
const tabLabel = (): string | undefined =>
  vscode.window.tabGroups.activeTabGroup.activeTab?.label.replace(/ \(\d+ files?\)$/, "");

describe("comparing runs", () => {
  let runs: RunRegistry;
  const started: string[] = [];
  const script = (): vscode.Uri => workspaceUri("compared.mjs");

  async function start(amount: number): Promise<Run> {
    await vscode.workspace.fs.writeFile(workspaceUri("amount.txt"), Buffer.from(String(amount)));
    const id = (await command("runScript", script())) as string;
    started.push(id);
    return waitFor("the end of the run", () => {
      const run = runs.get(id);
      return run?.state.kind === "ended" ? run : undefined;
    });
  }

  before(async () => {
    runs = ((await activatedExtension()).exports as AgentContextApi).runs;
    await vscode.workspace.fs.writeFile(script(), Buffer.from(SCRIPT));
  });

  after(async () => {
    for (const id of started.splice(0)) await command("removeRun", id);
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    for (const file of ["compared.mjs", "amount.txt"]) await vscode.workspace.fs.delete(workspaceUri(file));
  });

  it("needs two runs", async () => {
    const run = await start(1);
    const before = tabLabel();
    await command("compareRuns", run.id, run.id);
    assert.equal(tabLabel(), before);
    assert.equal(latest(), 0);
  });

  it("offers the newest two runs of one script, and opens what differs, the older one on the left", async () => {
    await start(2);
    await acceptOffer("compareRuns");
    await waitFor("the comparison", () => tabLabel() === "compared.mjs ↔ compared.mjs (2)");
    const state = await waitFor("the parent state", () => texts("Parent state"));
    assert.deepEqual(state, { left: '{\n  "counter": 1\n}\n', right: '{\n  "counter": 2\n}\n' });
    const first = await waitFor("the runs", () => texts("Runs"));
    assert.match(first.left, /^compared\.mjs, at event \d+\n/);
    assert.match(first.right, /^compared\.mjs \(2\), at event \d+\n/);
    assert.match(first.left, /Agents: 1 of 1 agent differs/);
    assert.match(first.left, /event \d+: ann: set counter = 1 \(was 0\)/);
    assert.match(first.right, /event \d+: ann: set counter = 2 \(was 0\)/);
  });

  it("takes two ids, or an element of the tree, in the order given", async () => {
    const [newer, older] = [started[1], started[0]];
    await command("compareRuns", newer, { runId: older, layer: undefined, key: undefined, path: [] });
    await waitFor("the comparison", () => tabLabel() === "compared.mjs (2) ↔ compared.mjs");
    const state = await waitFor("the parent state", () => texts("Parent state"));
    assert.deepEqual(state.left, '{\n  "counter": 2\n}\n');
    // Runs of other tests are recorded, too: of those that are offered the one of the same script stands first.
    await acceptOffer("compareWithRun", { runId: newer, layer: undefined, key: undefined, path: [] });
    await waitFor("the comparison", () => tabLabel() === "compared.mjs ↔ compared.mjs (2)");
  });

  it("offers recorded runs too, and opens one that is chosen", async () => {
    const [older = ""] = started.splice(0, 1);
    await command("removeRun", older);
    const before = latest();
    await acceptOffer("compareRuns");
    await waitFor("the comparison", () => latest() > before && tabLabel() === "compared.mjs ↔ compared.mjs (2)");
    const state = await waitFor("the parent state", () => texts("Parent state"));
    assert.deepEqual(state, { left: '{\n  "counter": 1\n}\n', right: '{\n  "counter": 2\n}\n' });
    const opened = runs.all.find(({ control, title }) => control === undefined && title === "compared.mjs");
    assert.ok(opened);
    started.unshift(opened.id);
  });

  it("says that equal runs are the same, and opens no section but that", async () => {
    const again = await start(2);
    await command("compareRuns", started[1], again.id);
    await waitFor("the comparison", () => tabLabel() === "compared.mjs (2) ↔ compared.mjs (3)");
    const first = await waitFor("the runs", () => texts("Runs"));
    assert.match(first.right, /Agents: the same \(1 agent\)\nParent state: the same \(1 key\)\n.*Events: the same/s);
    assert.equal(texts("Events"), undefined);
  });
});
