/** Compare Runs by clicks: the same script twice with another outcome, from the tree, and to the events where they part. */

import * as assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { waitFor } from "../harness/waitFor";
import { openWorkbench, type Workbench } from "./harness/workbench";

const SCRIPT = `
import { AgentContext, StateStore, TaskScope } from "agent-context";
import { readFileSync } from "node:fs";
const spent = Number(readFileSync(new URL("./spent.txt", import.meta.url), "utf8"));
const shared = new StateStore({ name: "shared" });
shared.set("budget", 10, "setup");
shared.set("plan", { title: "draft", steps: ["look", "think", "write"] }, "setup");
const lead = new AgentContext("lead", shared);
const writer = new AgentContext("writer", shared);
await TaskScope.run(lead, async () => lead.set("budget", lead.get("budget") - 1));
await TaskScope.run(writer, async () => {
  writer.get("plan");
  writer.set("budget", writer.get("budget") - spent);
  if (spent > 3) writer.set("excuse", "it was needed");
});
await lead.mergeToParent();
await writer.mergeToParent();
`;

async function runTwice(workbench: Workbench): Promise<void> {
  for (const [index, spent] of ["2", "5"].entries()) {
    writeFileSync(path.join(workbench.workspaceDir, "spent.txt"), spent);
    await workbench.command("Agent Context: Run Agent Script…");
    await workbench.pick("spend.mjs");
    const tree = await workbench.openTree("Agent Contexts", "Agents");
    await tree.waitForText("exit code 0", index === 0 ? "spend.mjs" : "spend.mjs (2)");
  }
}

describe("comparing runs", () => {
  for (const [name, theme] of [
    ["dark", "Default Dark Modern"],
    ["light", "Default Light Modern"],
  ] as const) {
    it(`shows what differs, and leads to where they part (${name})`, async () => {
      const workbench = await openWorkbench({ files: { "spend.mjs": SCRIPT, "spent.txt": "2" }, theme });
      await runTwice(workbench);
      const tree = await workbench.openTree("Agent Contexts", "Agents");
      await tree.clickMenu("Compare with Run…", "spend.mjs");
      const { page } = workbench;
      await page.locator(".tabs-container .tab", { hasText: "spend.mjs ↔ spend.mjs (2)" }).waitFor();
      await page.locator(".multiDiffEntry", { hasText: "Runs" }).first().waitFor();
      await page.locator(".view-line", { hasText: "spend.mjs (2), at event" }).first().waitFor();
      await page.locator(".view-line", { hasText: "does and sees the same for" }).first().waitFor();
      const notice = await workbench.notification(/are the same for \d+ events\. Then .*writer: set budget = 8/);
      await workbench.shot(`compare-${name}`);
      await notice.click("Show in spend.mjs (2)");
      const events = await workbench.webview("#events");
      await events.locator("[data-index][aria-selected=true]", { hasText: "set budget = 5" }).waitFor();
      await waitFor("both runs to stand there", async () => {
        const rows = (await tree.rows()).filter(({ name: run }) => run.startsWith("spend.mjs"));
        return rows.length === 2 && rows.every(({ description }) => /event \d+ of \d+/.test(description));
      });
      await workbench.shot(`compare-${name}-parted`);
      await workbench.command("View: Hide Panel");
      const parted = page.locator(".multiDiffEntry .view-line", { hasText: "here they part" }).first();
      await waitFor("the events", async () => {
        await page.locator(".multiDiffEntry").first().hover();
        await page.mouse.wheel(0, 400);
        return parted.isVisible();
      });
      await workbench.shot(`compare-${name}-events`);
      assert.deepEqual(workbench.cspViolations, []);
    });
  }
});
