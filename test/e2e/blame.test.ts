/** Blame by clicks: a key's history in the tree, the line of a write, and why a line is not known. */

import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { examplesDir } from "../harness/paths";
import { waitFor } from "../harness/waitFor";
import { openWorkbench, type Workbench } from "./harness/workbench";

const RACE = "race.ts";

async function runScript(workbench: Workbench, name: string): Promise<void> {
  await workbench.command("Agent Context: Run Agent Script…");
  await workbench.pick(name);
}

/** The line of the example, from 1, that holds this text. */
function lineOf(text: string): number {
  return (
    readFileSync(path.join(examplesDir, RACE), "utf8")
      .split("\n")
      .findIndex((line) => line.includes(text)) + 1
  );
}

async function waitForSelection(workbench: Workbench, line: number): Promise<void> {
  await workbench.page.locator(".statusbar-item", { hasText: new RegExp(`^\\s*Ln ${line}, `) }).waitFor();
}

/** What the history of a key lists, a text a row; waits until it is what the quick pick shows. */
async function listed(workbench: Workbench, key: string): Promise<string[]> {
  await workbench.page.locator(".quick-input-title", { hasText: `History of ${key} in` }).waitFor();
  const rows = workbench.page.locator(".quick-input-list .monaco-list-row");
  await rows.first().waitFor();
  return (await rows.allInnerTexts()).map((text) => text.replace(/\s+/g, " ").trim());
}

describe("blame", () => {
  it("lists who wrote a key, opens the line of a write, and shows the run as it was then", async () => {
    const workbench = await openWorkbench();
    await runScript(workbench, RACE);
    const tree = await workbench.openTree("Agent Contexts", "Agents");
    const state = await workbench.openTree("Agent Contexts", "State");
    await tree.waitForText("finished, unmerged", RACE);

    await state.clickAction("Show Key History", "Parent state", "counter");
    const merged = lineOf("await a.mergeToParent()");
    const written = lineOf('ctx.set("counter"');
    const first = lineOf('parent.set("counter"');
    const rows = await listed(workbench, "counter");
    assert.equal(rows.length, 2, rows.join("\n"));
    assert.match(
      rows[0] ?? "",
      new RegExp(`^1 ?revision 2 · agent_a.*race\\.ts:${written}, merged at race\\.ts:${merged}`),
    );
    assert.match(rows[1] ?? "", new RegExp(`^0 ?revision 1 · setup.*race\\.ts:${first}`));
    await workbench.shot("key-history");
    const newest = workbench.page.locator(".quick-input-list .monaco-list-row").first();
    await newest.hover();
    await newest.locator('[aria-label="Go to Merge"]').click();
    await waitForSelection(workbench, merged);

    // The value that a merge wrote was made where the agent wrote it.
    await state.clickAction("Go to Writer", "Parent state", "counter");
    await waitForSelection(workbench, written);
    await workbench.shot("writer");

    // By keys: the palette takes what is selected in the tree.
    await state.click("Parent state", "counter");
    await workbench.command("Agent Context: Show Key History");
    await listed(workbench, "counter");
    await workbench.page.keyboard.press("ArrowDown");
    await workbench.page.keyboard.press("Enter");
    await state.waitForText("0", "Parent state", "counter");
    await workbench.page.locator(".tree-explorer-viewlet-tree-view .message", { hasText: "Showing event" }).waitFor();

    await (await state.reveal("Parent state", "counter")).hover();
    await workbench.page.locator(".workbench-hover", { hasText: `Line: ${RACE}:${first}` }).waitFor();
    await workbench.shot("writer-tooltip");

    // By keys: what has the focus counts, whatever is selected.
    await workbench.command("Agent Context: Go Live");
    await tree.reveal(RACE, "agent_b");
    await tree.click(RACE, "agent_a");
    await waitFor("the focus on agent_b", async () => {
      await workbench.page.keyboard.press("ArrowDown");
      return (await tree.locator.locator(".monaco-list-row.focused .label-name").textContent()) === "agent_b";
    });
    await workbench.page.keyboard.press("Alt+m");
    const preview = await workbench.webview("#keys");
    assert.equal(await preview.locator("h1 .name").first().textContent(), "agent_b");
    assert.equal(await workbench.page.locator(".quick-input-widget").isVisible(), false);
    assert.deepEqual(
      (await tree.rows()).filter(({ selected }) => selected).map(({ name }) => name),
      ["agent_a"],
    );
    assert.deepEqual(workbench.cspViolations, []);
  });

  it("says that lines were left out while events came too fast, and shows values as text", async () => {
    const workbench = await openWorkbench({
      settings: { "agentContext.callSiteLimit": 50 },
      files: {
        "busy.mjs": [
          'import { AgentContext, StateStore } from "agent-context";',
          "const parent = new StateStore();",
          'const agent = new AgentContext("busy", parent);',
          'agent.set("note", "$(trash) <b>text</b>");',
          'for (let i = 0; i < 100; i++) agent.set("count", i);',
        ].join("\n"),
      },
    });
    await runScript(workbench, "busy.mjs");
    const tree = await workbench.openTree("Agent Contexts", "Agents");
    await tree.waitForText("finished, unmerged", "busy.mjs");
    await tree.clickAction("Show Key History", "busy.mjs", "busy", "Overlay", "count");
    const [newest] = await listed(workbench, "count");
    assert.match(newest ?? "", /^99.*not recorded \(more than 50 events a second\)/);
    await workbench.shot("key-history-paused");
    await workbench.page.keyboard.press("Escape");
    await tree.clickAction("Go to Writer", "busy.mjs", "busy", "Overlay", "count");
    await workbench.notification(/above 50 events a second, lines are not recorded/);

    await tree.clickMenu("Show Key History", "busy.mjs", "busy", "Overlay", "note");
    const [note] = await listed(workbench, "note");
    assert.match(note ?? "", /"\$\(trash\) <b>text<\/b>".*busy\.mjs:4/);
  });
});
