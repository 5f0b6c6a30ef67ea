import * as assert from "node:assert/strict";
import { waitFor } from "../harness/waitFor";
import type { TreeView } from "./harness/treeView";
import { openWorkbench, type Workbench } from "./harness/workbench";

/** Two agents, one lost update, and an end. */
const LOST_UPDATE = `import { AgentContext, StateStore } from "agent-context";
const parent = new StateStore();
parent.set("counter", 0, "setup");
const agents = [new AgentContext("agent_a", parent), new AgentContext("agent_b", parent)];
for (const [index, agent] of agents.entries()) agent.set("counter", (agent.get("counter") as number) + index + 1);
for (const agent of agents) await agent.mergeToParent();
`;

const ENDED = /^(just now|\d+ min ago) · exit code 0 · 1 lost update · 2 agents · \d+(\.\d)? KB$/;

/** Several scripts are started at once, in a window that has just opened. */
const START_MS = 90_000;

async function run(workbench: Workbench, script: string): Promise<void> {
  await workbench.command("Agent Context: Run Agent Script…");
  await workbench.pick(script);
}

async function waitForRows(recent: TreeView, what: string, fits: (names: string[]) => boolean): Promise<void> {
  await waitFor(what, async () => fits((await recent.rows()).map(({ name }) => name)), START_MS);
}

/** Themes by their names, and what the workbench is marked with in each. */
const THEMES = [
  ["Dark Modern", "vs-dark"],
  ["Light Modern", "vs"],
  ["Dark High Contrast", "hc-black"],
] as const;

async function shotsInAllThemes(workbench: Workbench): Promise<void> {
  for (const [theme, mark] of THEMES) {
    await workbench.command("Preferences: Color Theme");
    await workbench.answer(theme);
    await workbench.page.locator(`.monaco-workbench.${mark}`).waitFor();
    await workbench.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
    await workbench.shot(`recent-runs-${mark}`);
  }
}

describe("Recent Runs", () => {
  it("lists every run, renames and deletes them, and finds them again after a reload", async () => {
    const workbench = await openWorkbench({ files: { "lost.ts": LOST_UPDATE } });
    const recent = await workbench.openTree("Agent Contexts", "Recent Runs");
    await run(workbench, "lost.ts");
    await waitForRows(recent, "a run", (names) => names.join() === "lost.ts");
    await run(workbench, "lost.ts");
    await waitForRows(recent, "two runs", (names) => names.join() === "lost.ts,lost.ts");
    const allEnded = async (): Promise<boolean> => (await recent.rows()).every((row) => ENDED.test(row.description));
    await waitFor("how they ended", allEnded, START_MS);
    const [newest] = await recent.rows();
    assert.match(newest?.label ?? "", /^Run lost\.ts, exit code 0, started .*, 1 lost update, 2 agents, .* kilobytes$/);
    await workbench.page.locator(".pane-header", { hasText: "keeps 50 runs, up to 1 GB" }).waitFor();

    await recent.clickMenu("Rename", "lost.ts");
    await workbench.answer("before the fix");
    await waitForRows(recent, "the new name", (names) => names.join() === "before the fix,lost.ts");
    await shotsInAllThemes(workbench);

    await recent.clickMenu("Delete", "lost.ts");
    await workbench.confirm("Delete");
    await waitForRows(recent, "one run less", (names) => names.join() === "before the fix");
    const contexts = await workbench.openTree("Agent Contexts", "Agents");
    await waitFor("one run less on show", async () => {
      const runs = (await contexts.rows()).filter(({ level }) => level === 1).map(({ name }) => name);
      return runs.join() === "lost.ts (2)";
    });

    await workbench.page.reload();
    const again = await workbench.openTree("Agent Contexts", "Recent Runs");
    await waitForRows(again, "the run that is left", (names) => names.join() === "before the fix");
    await waitFor("how it ended", async () => (await again.rows()).every((row) => ENDED.test(row.description)));

    await workbench.command("Agent Context: Rename Recent Run…");
    await workbench.pick("before the fix");
    await workbench.answer("");
    await waitForRows(again, "the script's name", (names) => names.join() === "lost.ts");
    await workbench.command("Agent Context: Delete All Recent Runs…");
    await workbench.confirm("Delete");
    await workbench.page.locator(".welcome-view-content", { hasText: "Every run of an agent script" }).waitFor();
    assert.deepEqual(workbench.cspViolations, []);
  });

  it("lists a living run, which can be shown in the Contexts view but not deleted", async () => {
    const workbench = await openWorkbench({ files: { "lost.ts": LOST_UPDATE } });
    await run(workbench, "race.ts");
    const recent = await workbench.openTree("Agent Contexts", "Recent Runs");
    await recent.waitForText("finished, unmerged", "race.ts");
    await run(workbench, "lost.ts");
    await waitForRows(recent, "both runs", (names) => names.join() === "lost.ts,race.ts");
    await recent.waitForText("exit code 0", "lost.ts");
    await workbench.shot("recent-runs-living");

    await recent.click("race.ts");
    const contexts = await workbench.openTree("Agent Contexts", "Agents");
    await waitFor("the run to be selected", async () =>
      (await contexts.rows()).some(({ name, selected }) => name === "race.ts" && selected),
    );
    await workbench.command("Agent Context: Delete Recent Runs…");
    await workbench.page.locator(".quick-input-list .monaco-list-row", { hasText: "race.ts" }).click();
    await workbench.page.keyboard.press("Enter");
    await workbench.notification("race.ts is still running. Stop it first.");

    await workbench.command("Agent Context: Stop");
    await recent.waitForText(/stopped|ended by/, "race.ts");
    await waitFor("the icon of a run that was ended before all was merged", async () => {
      const row = await recent.reveal("race.ts");
      return (await row.locator(".codicon-warning").count()) > 0;
    });
    // The key deletes what is selected, once it may go.
    await recent.click("lost.ts");
    await recent.click("race.ts");
    await recent.locator.press("Delete");
    await workbench.confirm("Delete");
    await waitForRows(recent, "one run", (names) => names.join() === "lost.ts");
  });
});
