/** What was lost in a run, by clicks: the badge, the list, its evidence, and that it stays in sight once the run has ended. */

import * as assert from "node:assert/strict";
import { openWorkbench } from "./harness/workbench";

const COUNTER = `import { AgentContext, StateStore } from "agent-context";
const parent = new StateStore();
parent.set("steps", 0, "setup");
parent.set("budget", { tokens: 100 }, "setup");
const agents = ["planner", "coder", "reviewer"].map((name) => new AgentContext(name, parent));
for (const agent of agents) {
  const steps = Number(agent.get("steps"));
  agent.set("steps", steps + 1);
}
const auditor = new AgentContext("auditor", parent);
auditor.set("audit", auditor.get("budget"));
parent.set("budget", { tokens: 40 }, "setup");
for (const agent of [...agents, auditor]) await agent.mergeToParent();
`;
const CLEAN = `import { StateStore } from "agent-context";
new StateStore().set("key", 1, "setup");
`;

describe("findings", () => {
  it("are listed with their evidence, and a run that lost something does not end in a green tick", async () => {
    const workbench = await openWorkbench({ empty: true, files: { "counter.mjs": COUNTER, "clean.mjs": CLEAN } });
    const { page } = workbench;
    const runFile = async (name: string): Promise<void> => {
      await workbench.command("Agent Context: Run Agent Script…");
      await workbench.pick(name);
    };
    await runFile("counter.mjs");
    const agents = await workbench.openTree("Agent Contexts", "Agents");
    await agents.waitForText("exit code 0 · 2 lost updates", "counter.mjs");
    const icon = (await agents.reveal("counter.mjs")).locator(".codicon-warning");
    await icon.waitFor();
    await agents.waitForText("merged, 1 problem", "counter.mjs", "coder");
    const findings = await workbench.openTree("Agent Contexts", "Findings");
    assert.equal(
      await findings.text(),
      [
        "steps  lost update · planner and coder both wrote 1 from 0",
        "steps  lost update · coder and reviewer both wrote 1 from 0",
        "Advice  1 stale read",
      ].join("\n"),
    );
    await page.locator(".activitybar .action-item", { hasText: "2" }).first().waitFor();
    await page.locator(".statusbar-item", { hasText: "counter.mjs: 2 lost updates" }).waitFor();
    await workbench.shot("findings");

    await findings.click("steps");
    const preview = await workbench.webview("#keys");
    await preview.locator("#keys [role=option][aria-selected=true]", { hasText: "steps" }).waitFor();
    await agents.waitForText(/event \d+ of \d+/, "counter.mjs");
    await workbench.shot("findings-evidence");

    await findings.click("steps", "coder read 0");
    await page.locator(".editor-instance .view-line", { hasText: "const steps = Number" }).first().waitFor();
    await page.locator(".statusbar-item", { hasText: /Ln 7\b/ }).waitFor();
    await findings.click("steps", "planner wrote 1");
    await page.locator(".statusbar-item", { hasText: /Ln 8\b/ }).waitFor();
    await workbench.command("Agent Context: Go Live");

    // A later run without losses does not push it away.
    await runFile("clean.mjs");
    await agents.waitForText("exit code 0", "clean.mjs");
    await findings.waitForText("3", "counter.mjs");
    const recent = await workbench.openTree("Agent Contexts", "Recent Runs");
    await recent.waitForText("2 lost updates", "counter.mjs");
    const names = (await recent.rows()).map(({ name }) => name);
    assert.deepEqual(names, ["counter.mjs", "clean.mjs"]);
    assert.deepEqual(workbench.cspViolations, []);
  });
});
