/** Merge orders by clicks: three agents write one key; the order is changed by keys; merging all ends as predicted. */

import * as assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import type { Frame } from "playwright-core";
import { waitFor } from "../harness/waitFor";
import { openWorkbench, type Workbench } from "./harness/workbench";

const RUN = "orders.mjs";
const SCRIPT = `
import { AgentContext, StateStore } from "agent-context";

const shared = new StateStore({ name: "shared" });
shared.set("budget", 0, "setup");
const ann = new AgentContext("ann", shared);
const ben = new AgentContext("ben", shared);
const cal = new AgentContext("cal", shared);
ann.set("budget", 1);
ann.set("notes", "from ann");
ben.set("budget", 2);
cal.set("budget", 3);
cal.set("extra", true);
`;

/** Runs the script and opens the comparison from the tree. */
async function compare(workbench: Workbench): Promise<Frame> {
  await workbench.command("Agent Context: Run Agent Script…");
  await workbench.pick(RUN);
  const tree = await workbench.openTree("Agent Contexts", "Agents");
  await tree.reveal(RUN, "cal");
  await workbench.command("Agent Context: Compare Merge Orders");
  const page = await workbench.webview("#agents");
  await page.locator("#agents [role=option]").nth(2).waitFor();
  return page;
}

const names = (page: Frame): Promise<string[]> => page.locator("#agents .name").allTextContents();
const row = async (page: Frame, key: string): Promise<string> => {
  const found = page.locator("#keys [role=option]", { has: page.locator(".key", { hasText: new RegExp(`^${key}$`) }) });
  return ((await found.getAttribute("aria-label")) ?? "").replaceAll(/\s+/g, " ");
};

/** Waits for a file without yielding, then writes. */
const BUSY_END = `
import { existsSync } from "node:fs";
while (!existsSync(new URL("go", import.meta.url))) {}
cal.set("budget", 9);
`;

describe("merge orders", () => {
  it("are compared, changed by keys and merged as predicted", async () => {
    const workbench = await openWorkbench({ files: { [RUN]: SCRIPT } });
    const page = await compare(workbench);
    assert.deepEqual(await names(page), ["ann", "ben", "cal"]);
    assert.equal(
      await page.locator(".summary").innerText(),
      "1 of 3 keys depends on the order: whoever merges last wins.",
    );
    assert.match(await row(page, "budget"), /depends on the order, decided by cal, in the end 3/);

    await page.locator("#agents [role=option]", { hasText: "ann" }).click();
    await page.locator("#agents").press("Alt+ArrowDown");
    await page.locator("#agents").press("Alt+ArrowDown");
    await waitFor("ann to decide", async () => (await row(page, "budget")).includes("decided by ann, in the end 1"));
    assert.deepEqual(await names(page), ["ben", "cal", "ann"]);
    await page.locator("body", { hasText: "ann is the last to write this key" }).waitFor();
    await workbench.shot("orders");

    // Hidden and shown again, the arrangement is as it was.
    await workbench.openFile(RUN);
    await workbench.page.locator(".tabs-container .tab", { hasText: "Merge Orders: shared" }).click();
    const shown = await workbench.webview("#agents");
    await waitFor("the order to be back", async () => (await names(shown)).join() === "ben,cal,ann");

    await shown.locator("vscode-button", { hasText: "Merge All in This Order" }).click();
    const state = await workbench.openTree("Agent Contexts", "State");
    await state.waitForText("1", "Parent state", "budget");
    await state.waitForText("from ann", "Parent state", "notes");
    await state.waitForText("true", "Parent state", "extra");
    await shown.locator(".notice", { hasText: "All 3 merges were applied: 5 keys written." }).waitFor();
    assert.deepEqual(workbench.cspViolations, []);
  });

  it("merge nothing when a key moved after it was shown, say which, and show how it is now", async () => {
    const workbench = await openWorkbench({ files: { [RUN]: SCRIPT + BUSY_END } });
    const page = await compare(workbench);
    const button = page.locator("vscode-button", { hasText: "Merge All in This Order" });
    await button.click();
    await page.locator(".notice[data-state=waiting]").waitFor();
    writeFileSync(path.join(workbench.workspaceDir, "go"), "");
    await page.locator(".notice.warning", { hasText: "budget changed since this order was shown" }).waitFor();
    await waitFor("the new outcome", async () => (await row(page, "budget")).includes("in the end 9"));
    const state = await workbench.openTree("Agent Contexts", "State");
    await state.waitForText("0", "Parent state", "budget");
    await button.click();
    await state.waitForText("9", "Parent state", "budget");
  });

  it("take held merges along, and the script goes on", async () => {
    const awaited = `
await Promise.all([ben, ann].map((context) => context.mergeToParent()));
shared.set("after", "the merges", "script");
`;
    const workbench = await openWorkbench({
      files: { [RUN]: SCRIPT + awaited },
      settings: { "agentContext.holdMerges": "always" },
    });
    await workbench.command("Agent Context: Run Agent Script…");
    await workbench.pick(RUN);
    const tree = await workbench.openTree("Agent Contexts", "Agents");
    const state = await workbench.openTree("Agent Contexts", "State");
    await tree.reveal(RUN, "cal");
    // The preview of the first held merge opens by itself.
    await workbench.webview("#keys");
    await workbench.command("Agent Context: Compare Merge Orders");
    const page = await workbench.webview("#agents");
    await page.locator("#agents [role=option]").nth(2).waitFor();
    assert.deepEqual(await names(page), ["ben", "ann", "cal"]);
    assert.equal(await page.locator("#agents .badge:visible").count(), 2);
    await page.locator("#agents [role=option]", { hasText: "cal" }).click();
    await page.locator("#agents").press("Alt+Home");
    await waitFor("ann to decide", async () =>
      (await row(page, "budget")).includes("decided by ann (held), in the end 1"),
    );
    await workbench.shot("orders-held");
    await page.locator("vscode-button", { hasText: "Merge All in This Order" }).click();
    await state.waitForText("the merges", "Parent state", "after");
    await state.waitForText("1", "Parent state", "budget");
    assert.deepEqual(workbench.cspViolations, []);
  });
});
