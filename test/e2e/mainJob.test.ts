/** The main job by clicks: run a script, see its contexts live, preview its merge, merge, step its event log. */

import * as assert from "node:assert/strict";
import { itWhenLong } from "../harness/long";
import { openWorkbench, type Workbench } from "./harness/workbench";

const RUN = "repo-review.ts";

async function runScript(workbench: Workbench, name: string): Promise<void> {
  await workbench.command("Agent Context: Run Agent Script…");
  await workbench.pick(name);
}

describe("the main job", () => {
  for (const vsix of [false, true]) {
    (vsix ? it : itWhenLong)(
      `from the palette to the merge, in ${vsix ? "the packaged extension" : "the development folder"}`,
      async () => {
        const workbench = await openWorkbench({ vsix });
        await runScript(workbench, RUN);
        const tree = await workbench.openTree("Agent Contexts", "Agents");
        const state = await workbench.openTree("Agent Contexts", "State");
        await tree.waitForText("finished, unmerged", RUN);
        await tree.waitForText("conflict", RUN, "todos");
        await tree.reveal(RUN, "sizes", "sizes of (root)", "Overlay");

        await tree.clickAction("Preview Merge", RUN, "todos");
        const preview = await workbench.webview("#keys");
        const conflict = preview.locator("#keys [role=option]", { hasText: "start_here" });
        await conflict.waitFor();
        assert.match((await conflict.getAttribute("aria-label")) ?? "", /Conflict/);
        await conflict.click();
        await preview.locator(".sentence.loss", { hasText: "sizes and todos both added this key" }).waitFor();
        await workbench.shot(vsix ? "preview-vsix" : "preview");

        await preview.locator("vscode-button[aria-label='Open in Diff Editor']").click();
        await workbench.page
          .locator(".monaco-diff-editor .modified .view-line", { hasText: "comment lines" })
          .waitFor();
        await workbench.page.keyboard.press("Control+w");

        const shown = await workbench.webview("#keys");
        await shown.locator("vscode-button", { hasText: /^\s*Merge\s*$/ }).click();
        // Nothing is unmerged any more, so the run ends by itself.
        await tree.waitForText("exit code 0", RUN);
        await state.waitForText("best explained", "Parent state", "start_here", "reason");

        // Stepping back past the merge shows what the parent held before it, and runs nothing.
        await workbench.command("Agent Context: Step to First Event");
        await tree.waitForText(/event 1 of \d+/, RUN);
        await workbench.command("Agent Context: Step to Last Event");
        for (let steps = 0; steps < 3; steps++) await workbench.command("Agent Context: Step Back");
        await state.waitForText("longest file", "Parent state", "start_here", "reason");
        await workbench.page
          .locator(".tree-explorer-viewlet-tree-view .message", { hasText: "Showing event" })
          .waitFor();
        await workbench.shot(vsix ? "past-vsix" : "past");
        await workbench.command("Agent Context: Go Live");
        await state.waitForText("best explained", "Parent state", "start_here", "reason");

        assert.deepEqual(workbench.cspViolations, []);
        assert.deepEqual(workbench.outsideRequests, []);
      },
    );
  }

  itWhenLong("stops a script that never yields, and what it wrote before is there", async () => {
    const workbench = await openWorkbench({
      files: {
        "loop.mjs":
          'import { StateStore } from "agent-context";\nnew StateStore().set("before", "the loop", "setup");\nwhile (true) {}\n',
      },
    });
    await runScript(workbench, "loop.mjs");
    const tree = await workbench.openTree("Agent Contexts", "Agents");
    const state = await workbench.openTree("Agent Contexts", "State");
    await state.waitForText("the loop", "Parent state", "before");
    await workbench.command("Agent Context: Stop");
    await tree.waitForText("stopped", "loop.mjs");
    // VS Code tells which command failed: the script, not what runs it.
    await workbench.terminalShows(/terminated with exit code/);
    assert.doesNotMatch((await workbench.terminalText()).replaceAll("\n", ""), /supervisor/);
    await state.waitForText("the loop", "Parent state", "before");
  });

  it("runs nothing before the workspace is trusted, and says how to trust it", async () => {
    const workbench = await openWorkbench({ trust: "ask" });
    await workbench.page.locator(".monaco-dialog-box .monaco-button", { hasText: /No, I don't trust/ }).click();
    await workbench.openTree("Agent Contexts", "Agents");
    await workbench.page.locator(".welcome-view-content", { hasText: "trusted workspace" }).waitFor();
    await workbench.shot("untrusted");
  });

  itWhenLong("shows hostile values as text", async () => {
    const workbench = await openWorkbench({
      files: {
        "hostile.mjs": [
          'import { AgentContext, StateStore } from "agent-context";',
          "const parent = new StateStore();",
          'const ctx = new AgentContext("<b>agent</b>", parent);',
          'ctx.set("__proto__", "<img src=x onerror=alert(1)>");',
          'ctx.set("[link](command:workbench.action.quit)", "![x](http://127.0.0.1:1/)");',
        ].join("\n"),
      },
    });
    await runScript(workbench, "hostile.mjs");
    const tree = await workbench.openTree("Agent Contexts", "Agents");
    await tree.clickAction("Preview Merge", "hostile.mjs", "<b>agent</b>");
    const preview = await workbench.webview("#keys");
    await preview.locator("#keys [role=option]", { hasText: "__proto__" }).click();
    await preview.locator(".sentence", { hasText: "<img src=x onerror=alert(1)>" }).waitFor();
    assert.equal(await preview.locator("img, b").count(), 0);
    assert.deepEqual(workbench.cspViolations, []);
    assert.deepEqual(workbench.outsideRequests, []);
  });
});
