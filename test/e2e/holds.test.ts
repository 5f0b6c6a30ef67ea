/** Merges under control, by clicks: held ones approved with choices, rejected and released; ticked keys merged, others kept. */

import * as assert from "node:assert/strict";
import { copyFileSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { repositoryDir } from "../harness/paths";
import { openWorkbench, type Workbench } from "./harness/workbench";
import type { Frame, Locator } from "playwright-core";

const BUDGET = "budget.ts";

async function runScript(workbench: Workbench, name: string): Promise<void> {
  await workbench.command("Agent Context: Run Agent Script…");
  await workbench.pick(name);
}

const row = (preview: Frame, key: string): Locator => preview.locator("#keys [role=option]", { hasText: key });
const button = (preview: Frame, text: RegExp | string): Locator =>
  preview.locator("vscode-button, button", { hasText: text }).first();

/** An agent that stays unmerged, with two keys of its own and one that somebody else changed meanwhile. */
const UNMERGED = [
  'import { AgentContext, StateStore } from "agent-context";',
  "const parent = new StateStore({ initial: { shared: 1 } });",
  'const ctx = new AgentContext("agent", parent);',
  'ctx.get("shared");',
  'ctx.set("shared", 2);',
  'parent.set("shared", 3, "somebody");',
  'ctx.set("one", 1);',
  'ctx.set("two", { list: [1, 2] });',
  "",
].join("\n");

describe("merges under control", () => {
  it("holds conflicting merges of three agents: the preview opens by itself, one is approved with a choice, one rejected", async () => {
    const workbench = await openWorkbench({ settings: { "agentContext.holdMerges": "onProblem" } });
    await runScript(workbench, BUDGET);
    const tree = await workbench.openTree("Agent Contexts", "Agents");
    const state = await workbench.openTree("Agent Contexts", "State");
    // The first agent merges without a conflict; the two after it would undo what it did.
    await tree.waitForText("2", BUDGET, "Held merges");
    await tree.waitForText("1 conflict", BUDGET, "Held merges", "writer");
    await tree.waitForText("merge held", BUDGET, "editor");
    await workbench.page.locator(".statusbar-item", { hasText: "2 merges held" }).waitFor();
    // The view's icon counts them, for whoever looks at another view; nothing lies over the panel.
    await workbench.page.locator(".activitybar .action-item", { hasText: "2" }).locator(".badge-content").waitFor();
    assert.equal(await workbench.page.locator(".notifications-toasts .notification-list-item").count(), 0);
    await workbench.terminalShows(/researcher merged: budget is 70/);

    const preview = await workbench.webview("#keys");
    await preview.locator("body", { hasText: /writer/ }).waitFor();
    await row(preview, "budget").click();
    await preview.locator(".sentence.loss", { hasText: /researcher/ }).waitFor();
    const picture = await workbench.shot("held-merge");
    if (process.env["UPDATE_PICTURE"]) copyFileSync(picture, path.join(repositoryDir, "media/tour.png"));

    // The user knows better than both: 100 − 30 − 25.
    await button(preview, /Edit/).click();
    await preview.locator("textarea").fill("45");
    await workbench.page.keyboard.press("Control+Enter");
    await preview.locator("#keys [role=option]", { hasText: "45" }).waitFor();
    await workbench.shot("held-merge-decided");
    await button(preview, /^\s*Approve/).click();
    await state.waitForText("45", "Parent state", "budget");
    await tree.waitForText("1", BUDGET, "Held merges");

    // The next one comes into its place, with a receipt, and the keyboard on the same button.
    const next = await workbench.webview(".hold-title:has-text('editor')");
    await next
      .locator("[data-notice=command]", { hasText: "Approved the merge of writer: 2 keys were merged." })
      .waitFor();
    await next.locator("vscode-button[aria-label=Approve]:focus").waitFor();
    await workbench.shot("held-merge-next");
    await workbench.page.keyboard.press("Tab");
    await workbench.page.keyboard.press("Enter");
    // Without a reason.
    await workbench.answer("");
    // Nothing is held any more; the editor's overlay is unmerged, so the run waits.
    await tree.waitForText("finished, unmerged", BUDGET);
    await workbench.terminalShows(/writer merged: budget is 45/);
    await workbench.terminalShows(/editor was not merged: .*rejected by the user/);
    await next
      .locator("[data-notice=command]", { hasText: "Rejected the merge of editor: nothing was merged." })
      .waitFor();
    assert.deepEqual(workbench.cspViolations, []);
    assert.deepEqual(workbench.outsideRequests, []);
  });

  it("goes by the choices made wherever it is approved from, finds its way out of the past, and holds nothing once detached", async () => {
    const workbench = await openWorkbench({ settings: { "agentContext.holdMerges": "onProblem" } });
    await runScript(workbench, BUDGET);
    const tree = await workbench.openTree("Agent Contexts", "Agents");
    const state = await workbench.openTree("Agent Contexts", "State");
    await tree.waitForText("2", BUDGET, "Held merges");
    const preview = await workbench.webview("#keys");
    await row(preview, "budget").click();
    await button(preview, /Keep parent/i).click();
    await preview.locator("body", { hasText: /by you/i }).waitFor();
    await tree.clickAction("Approve Held Merge", BUDGET, "Held merges", "writer");
    await tree.waitForText("1", BUDGET, "Held merges");
    await state.waitForText("70", "Parent state", "budget");
    const status = workbench.page.locator(".statusbar-item", { hasText: "1 merge held" });
    await status.waitFor();

    // The past knows nothing of what is held: showing it leads back.
    await workbench.command("Agent Context: Step to First Event");
    await tree.waitForText(/event 1 of/, BUDGET);
    await status.click();
    await tree.waitForText(/^(?!.* of )/, BUDGET);
    const editor = await workbench.webview("#keys");
    await button(editor, /^\s*Approve/).waitFor();
    await workbench.shot("held-after-the-past");

    // In the past, too, one may let the run go.
    await workbench.command("Agent Context: Step to First Event");
    await tree.waitForText(/event 1 of/, BUDGET);
    await workbench.command("Agent Context: Detach from Run");
    await status.waitFor({ state: "detached" });
    await workbench.command("Agent Context: Go Live");
    await tree.waitForText(/^(?!.*held)/, BUDGET);
    await workbench.terminalShows(/editor merged/);
  });

  it("holds every merge of a run that is told to from the tree, and releases them all", async () => {
    const workbench = await openWorkbench({
      files: {
        "steps.mjs": [
          'import { AgentContext, StateStore } from "agent-context";',
          'import { setTimeout as sleep } from "node:timers/promises";',
          "const parent = new StateStore();",
          'const ctx = new AgentContext("stepper", parent);',
          "for (let step = 1; step <= 600; step++) {",
          '  ctx.set("step", step);',
          "  await ctx.mergeToParent();",
          "  await sleep(100);",
          "}",
        ].join("\n"),
      },
    });
    await runScript(workbench, "steps.mjs");
    const tree = await workbench.openTree("Agent Contexts", "Agents");
    const state = await workbench.openTree("Agent Contexts", "State");
    // The tree keeps up with data that never pauses.
    await state.waitForText(/[2-9]\d/, "Parent state", "step");
    await tree.clickAction("Hold Merges", "steps.mjs");
    await tree.waitForText("1", "steps.mjs", "Held merges");
    const preview = await workbench.webview("#keys");
    await preview.locator("vscode-button", { hasText: /Approve/ }).waitFor();
    // Nobody asked for it: the keyboard is not taken away.
    assert.notEqual(await workbench.page.evaluate("document.activeElement?.tagName"), "IFRAME");
    await workbench.shot("held-from-tree");
    // Remembered for the workspace: the next run begins with it.
    const settings = path.join(workbench.workspaceDir, ".vscode/settings.json");
    assert.equal(JSON.parse(readFileSync(settings, "utf8"))["agentContext.holdMerges"], "always");
    await tree.clickAction("Stop Holding Merges", "steps.mjs");
    await tree.clickAction("Release All Held Merges", "steps.mjs", "Held merges");
    await tree.waitForText("running", "steps.mjs");
    await tree.waitForText(/^(?!.*held)/, "steps.mjs");

    // An agent may be held alone; detaching lets everything go, and the run goes on without us.
    await tree.clickAction("Hold Merges", "steps.mjs", "stepper");
    await tree.waitForText("merge held", "steps.mjs", "stepper");
    await workbench.command("Agent Context: Detach from Run");
    await tree.waitForText("detached", "steps.mjs");
    await workbench.command("Agent Context: Stop");
    await tree.waitForText("stopped", "steps.mjs");
  });

  it("merges the ticked keys by the choices made; what stays is discarded or stays", async () => {
    const workbench = await openWorkbench({ files: { "unmerged.mjs": UNMERGED } });
    await runScript(workbench, "unmerged.mjs");
    const tree = await workbench.openTree("Agent Contexts", "Agents");
    const state = await workbench.openTree("Agent Contexts", "State");
    await tree.waitForText("finished, unmerged", "unmerged.mjs");
    await tree.clickAction("Preview Merge", "unmerged.mjs", "agent");
    const preview = await workbench.webview("#keys");
    await row(preview, "two").click();
    await workbench.page.keyboard.press("Space");
    await button(preview, /Merge 2 of 3/).waitFor();
    await row(preview, "shared").click();
    await preview.locator("h2", { hasText: "shared" }).waitFor();
    await button(preview, /Keep parent/i).click();
    await preview.locator("body", { hasText: /by you/i }).waitFor();
    await workbench.shot("ticked-and-chosen");

    // The native diff editor shows the same plan: the parent's value stays, and the unticked key is not in it.
    await preview.locator("vscode-button[aria-label='Open in Diff Editor']").click();
    const modified = workbench.page.locator(".monaco-diff-editor .modified .view-lines");
    await modified.locator(".view-line", { hasText: '"one"' }).waitFor();
    const text = (await modified.innerText()).replaceAll("\u00a0", " ");
    assert.match(text, /"shared": 3/);
    assert.doesNotMatch(text, /"two"/);
    await workbench.page.keyboard.press("Control+w");

    const shown = await workbench.webview("#keys");
    await button(shown, /Merge 2 of 3/).click();
    await state.waitForText("1", "Parent state", "one");
    await state.waitForText("3 · by somebody", "Parent state", "shared");
    await tree.waitForText("added", "unmerged.mjs", "agent", "Overlay", "two");
    assert.deepEqual(workbench.cspViolations, []);
  });

  it("says which key moved since the plan was shown, and shows the new plan", async () => {
    const workbench = await openWorkbench({
      files: {
        "moving.mjs": [
          'import { AgentContext, StateStore } from "agent-context";',
          "const parent = new StateStore({ initial: { shared: 1 } });",
          'const ctx = new AgentContext("agent", parent);',
          'ctx.get("shared");',
          'ctx.set("shared", 2);',
          // The merge that the user asks for waits behind this turn, in which somebody else writes.
          "setInterval(() => {",
          "  const until = Date.now() + 6000;",
          "  while (Date.now() < until);",
          '  parent.set("shared", parent.get("shared") + 100, "somebody");',
          "}, 4000);",
        ].join("\n"),
      },
    });
    await runScript(workbench, "moving.mjs");
    const tree = await workbench.openTree("Agent Contexts", "Agents");
    const state = await workbench.openTree("Agent Contexts", "State");
    await state.waitForText("101", "Parent state", "shared");
    await tree.clickAction("Preview Merge", "moving.mjs", "agent");
    const preview = await workbench.webview("#keys");
    await row(preview, "shared").waitFor();
    // Within a busy turn the answer waits for its end, and by then the key has moved.
    const moved = preview.locator("body", { hasText: /Not merged.*shared/ });
    for (let tries = 0; tries < 20 && (await moved.count()) === 0; tries++) {
      await button(preview, /^\s*Merge/)
        .click({ timeout: 2_000 })
        .catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
    await moved.waitFor();
    await workbench.shot("moved");
    await workbench.command("Agent Context: Stop");
  });
});
