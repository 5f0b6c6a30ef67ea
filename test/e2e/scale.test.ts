/** Runs of many agents, events and keys, and many runs at once, used by clicks: `npm run test:long` makes them as large as they get. */

import * as assert from "node:assert/strict";
import { openWorkbench } from "./harness/workbench";
import { sized } from "../harness/long";
import { waitFor } from "../harness/waitFor";

const AGENTS = sized({ usual: 200, long: 1_000 });
const EVENTS = sized({ usual: 50_000, long: 1_000_000 });
const KEYS = sized({ usual: 10_000, long: 100_000 });
const RUNS = sized({ usual: 4, long: 20 });
const PATIENCE_MS = sized({ usual: 120_000, long: 900_000 });
const RUN = "scale.mjs";

const SCRIPT = `
import { AgentContext, StateStore } from "agent-context";
const parent = new StateStore();
const big = new AgentContext("a_big", parent);
for (let index = 0; index < ${KEYS}; index++) big.set("key_" + index, { index, note: "so far so good" });
for (let number = 0; number < ${AGENTS}; number++) {
  const agent = new AgentContext("agent_" + number, parent);
  for (let step = 0; step < ${Math.round(EVENTS / AGENTS)}; step++) {
    agent.set("shared_" + (step % 10), { step, owner: number, note: "so far so good" });
  }
  await agent.mergeToParent();
}
`;
const SMALL = `
import { AgentContext, StateStore } from "agent-context";
const agent = new AgentContext("small", new StateStore());
agent.set("key", 1);
await agent.mergeToParent();
`;

describe("much of everything", function () {
  it("stays usable: agents, events, keys and runs", async function () {
    this.timeout(PATIENCE_MS * 2);
    const workbench = await openWorkbench({
      files: { [RUN]: SCRIPT, "small.mjs": SMALL },
      settings: { "agentContext.memory.megabytes": 1 },
    });
    await workbench.command("Agent Context: Run Agent Script…");
    await workbench.pick(RUN);
    const tree = await workbench.openTree("Agent Contexts", "Agents");
    const state = await workbench.openTree("Agent Contexts", "State");
    await waitFor("the script's end", () => tree.waitForText("finished, unmerged", RUN).then(() => true), PATIENCE_MS);

    // The newest agent is a key press away, and its state opens.
    await tree.click(RUN);
    await tree.expand(RUN);
    const last = `agent_${AGENTS - 1}`;
    // The script may be through before all it did is taken in.
    await waitFor("the last agent", async () => {
      await workbench.page.keyboard.press("End");
      return (await tree.text()).includes(last);
    });
    // Rows that are drawn again take no clicks.
    await state.waitForText(`by ${last}`, "Parent state", "shared_0");
    await workbench.shot("scale-agents");
    await workbench.page.keyboard.press("Home");

    await tree.clickAction("Preview Merge", RUN, "a_big");
    const preview = await workbench.webview("#keys [role=option]");
    await preview.locator(".tick-all", { hasText: `of ${KEYS.toLocaleString("en")} keys ticked` }).waitFor();
    assert.ok((await preview.locator("#keys [role=option]").count()) < 150);
    await preview.locator("#keys [role=option]").first().click();
    await workbench.page.keyboard.press("/");
    await workbench.page.keyboard.type(`key_${KEYS - 1}`);
    await preview.locator("#keys [role=option]", { hasText: `key_${KEYS - 1}` }).waitFor();
    await workbench.shot("scale-preview");

    await workbench.command("Agent Context: Show Events");
    const events = await workbench.webview("[data-view=events] #events [data-index]");
    await events.locator(".on-disk", { hasText: "values on disk" }).waitFor();
    await events.getByRole("textbox", { name: "Text", exact: true }).fill(`"owner":${AGENTS - 1}`);
    await events
      .locator("#events [data-index]", { hasText: `"owner":${AGENTS - 1}` })
      .first()
      .waitFor();
    await workbench.shot("scale-events");
    await events.getByRole("textbox", { name: "Text", exact: true }).fill("");

    // The oldest values are read from the recording.
    await workbench.command("Agent Context: Step to First Event");
    await tree.waitForText(/event 1 of/, RUN);
    await workbench.command("Agent Context: Step to Last Event");
    await workbench.command("Agent Context: Go Live");
    await state.waitForText("so far so good", "Parent state", "shared_0");

    for (let run = 0; run < RUNS; run++) {
      await workbench.command("Agent Context: Run Agent Script…");
      await workbench.pick("small.mjs");
      await tree.waitForText("exit code 0", run === 0 ? "small.mjs" : `small.mjs (${run + 1})`);
    }
    await workbench.shot("scale-runs");
    assert.deepEqual(workbench.cspViolations, []);
  });
});
