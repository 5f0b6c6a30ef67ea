import * as assert from "node:assert/strict";
import { openWorkbench } from "./harness/workbench";

describe("a window with the extension", () => {
  it("shows the view container, and in it what to do first", async () => {
    const workbench = await openWorkbench();
    await workbench.openTree("Agent Contexts");
    await workbench.page.locator(".welcome-view-content", { hasText: "Run Agent Script…" }).waitFor();
    await workbench.shot("welcome");
    assert.deepEqual(workbench.cspViolations, []);
    assert.deepEqual(workbench.outsideRequests, []);
  });

  it("runs a script from the packaged extension too", async () => {
    const workbench = await openWorkbench({ vsix: true });
    await workbench.command("Agent Context: Run Agent Script…");
    await workbench.pick("race.ts");
    const tree = await workbench.openTree("Agent Contexts");
    await tree.reveal(/^race\.ts/, /shared|parent/i);
    await workbench.shot("packaged");
    assert.deepEqual(workbench.cspViolations, []);
  });

  it("runs nothing in a folder that the user does not trust", async () => {
    const workbench = await openWorkbench({ trust: "ask" });
    await workbench.page.locator(".monaco-dialog-box .monaco-button", { hasText: "No, I don't trust" }).click();
    await workbench.openTree("Agent Contexts");
    await workbench.page.locator(".welcome-view-content", { hasText: "only in a trusted workspace" }).waitFor();
    await workbench.shot("untrusted");
    await workbench.page.keyboard.press("F1");
    const input = workbench.page.locator(".quick-input-widget .quick-input-box input");
    await input.fill(">Agent Context: Run");
    await workbench.page.locator(".quick-input-list .monaco-list-row").first().waitFor();
    assert.deepEqual(
      (await workbench.picks()).filter((name) => name.startsWith("Agent Context: Run")),
      [],
    );
  });
});
