/** Windows that are reloaded, or whose extension host dies, while runs live: what was on show is on show again, and nothing is missing. */

import * as assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { waitFor } from "../harness/waitFor";
import { openWorkbench, type Workbench, type WorkbenchOptions } from "./harness/workbench";

/** Holds a merge, has an agent that stays unmerged, and writes numbers all the while. */
const SCRIPT = [
  'import { AgentContext, StateStore } from "agent-context";',
  "const parent = new StateStore({ initial: { budget: 100 } });",
  'parent.set("started", [...process.argv.slice(2), process.env.FLAVOUR].join(" "), "setup");',
  'const spender = new AgentContext("spender", parent);',
  'spender.get("budget");',
  'spender.set("budget", 70);',
  'parent.set("budget", 90, "somebody");',
  'const loner = new AgentContext("loner", parent);',
  'loner.set("mine", true);',
  "let count = 0;",
  'const timer = setInterval(() => parent.set("count", ++count, "counter"), 50);',
  "await spender.mergeToParent();",
  'console.log("merged, budget is", parent.get("budget"));',
  'parent.set("approved", parent.get("budget"), "spender");',
  "clearInterval(timer);",
].join("\n");

const NAME = "reloads.mts";
const SETTINGS = ".vscode/settings.json";
const ENDED = "ends.mts";

/** A window that has just come, and all that comes back with it, may take longer than one click. */
const PATIENCE_MS = 150_000;
const LIMIT_MS = 500_000;

function patiently(what: string, wait: () => Promise<unknown>): Promise<unknown> {
  return waitFor(what, () => wait().then(() => true), PATIENCE_MS);
}

/** One run that has ended, and one that holds a merge. */
async function heldRun(options: Pick<WorkbenchOptions, "vsix"> = {}): Promise<Workbench> {
  const workbench = await openWorkbench({
    ...options,
    files: {
      [NAME]: SCRIPT,
      [SETTINGS]: '{ "agentContext.args": ["--depth", "7"], "agentContext.env": { "FLAVOUR": "dark roast" } }',
      [ENDED]: 'import { StateStore } from "agent-context"; new StateStore().set("a", 1, "me");',
    },
    settings: { "agentContext.holdMerges": "onConflict", "agentContext.holdGraceSeconds": 600 },
  });
  await workbench.command("Agent Context: Run Agent Script…");
  await workbench.pick(ENDED);
  const tree = await workbench.openTree("Agent Contexts", "Agents");
  await patiently(ENDED, () => tree.waitForText("exit code 0", ENDED));
  await workbench.command("Agent Context: Run Agent Script…");
  await workbench.pick(NAME);
  await patiently(NAME, () => tree.waitForText("1", NAME, "Held merges"));
  return workbench;
}

/** What was on show is there again, and does what it is told; the recording is whole. */
async function decideAgain(workbench: Workbench, shot: string): Promise<void> {
  const tree = await workbench.openTree("Agent Contexts", "Agents");
  const state = await workbench.openTree("Agent Contexts", "State");
  await patiently("the run to be found again", () => tree.waitForText("1", NAME, "Held merges"));
  await tree.waitForText("1 conflict", NAME, "Held merges", "spender");
  await patiently("its connection", () => tree.waitForText(/running(?!, not)/, NAME));
  await tree.waitForText("exit code 0", ENDED);
  await workbench.shot(`${shot}-found`);
  await tree.clickAction("Approve Held Merge", NAME, "Held merges", "spender");
  await patiently("the approval to reach the script", () => state.waitForText("70", "Parent state", "approved"));
  await patiently("the script's end", () => tree.waitForText(/finished, unmerged.*holds merges with problems/, NAME));
  await workbench.shot(`${shot}-approved`);
  await workbench.terminalShows(/merged, budget is 70/);

  const counts = linesOf(workbench, NAME).flatMap(({ data }) => {
    const changes = (data as { changes?: Record<string, unknown> } | undefined)?.changes;
    return typeof changes?.["count"] === "number" ? [changes["count"]] : [];
  });
  assert.ok(counts.length > 20, `${counts.length} numbers`);
  assert.deepEqual(
    counts,
    counts.map((_, index) => index + 1),
  );
  await workbench.command("Agent Context: Stop");
  await patiently("its end", () => tree.waitForText("stopped", NAME));
  // What it printed can still be read.
  await workbench.terminalShows(/merged, budget is 70/);

  // Started by an earlier window, and by settings that are others now.
  writeFileSync(path.join(workbench.workspaceDir, SETTINGS), '{ "agentContext.args": ["--shallow"] }');
  await tree.clickAction("Restart", NAME);
  await patiently("its restart", () => tree.waitForText("1", NAME, "Held merges"));
  await state.waitForText("--depth 7 dark roast", "Parent state", "started");
  await workbench.command("Agent Context: Stop");
  await patiently("its end again", () => tree.waitForText("stopped", NAME));
}

function linesOf({ server }: Workbench, name: string): { readonly data?: unknown }[] {
  const files = readdirSync(server.userDataDir, { recursive: true, encoding: "utf8" });
  const file = files.find((each) => each.endsWith(`${name}.agentlog.jsonl`));
  assert.ok(file, "the recording");
  const text = readFileSync(path.join(server.userDataDir, file), "utf8");
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as { data?: unknown });
}

describe("a window that is reloaded", () => {
  it("shows its runs again, ended ones too, and decides a merge that was held before", async function () {
    this.timeout(LIMIT_MS);
    const workbench = await heldRun();
    await workbench.page.reload();
    await workbench.ready();
    await decideAgain(workbench, "reload");
    assert.deepEqual(workbench.cspViolations, []);
  });
});

describe("an extension host that is killed", () => {
  it("leaves its runs to the next one", async function () {
    this.timeout(LIMIT_MS);
    const workbench = await heldRun({ vsix: true });
    const killed = await workbench.extensionHostPid();
    process.kill(killed, "SIGKILL");
    // VS Code starts another one by itself, unless the extension is in development.
    await waitFor("another one", async () => (await workbench.extensionHostPid()) !== killed, PATIENCE_MS);
    await decideAgain(workbench, "killed-host");
  });
});
