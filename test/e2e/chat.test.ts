/** A chat that grows by messages of a kilobyte: every view has it whole, live and recorded, though its lines say what was added alone. */

import * as assert from "node:assert/strict";
import { copyFileSync, readdirSync, statSync } from "node:fs";
import * as path from "node:path";
import { openWorkbench } from "./harness/workbench";
import { itWhenLong } from "../harness/long";

const TURNS = 200;
const CHAT = `import { AgentContext, StateStore } from "agent-context";
const parent = new StateStore();
parent.set("messages", [], "setup");
const text = (turn) => \`message \${turn}: \`.padEnd(1000, "lorem ipsum ");
for (let turn = 0; turn < ${TURNS}; turn++) {
  const agent = new AgentContext(turn % 2 ? "writer" : "critic", parent, { id: turn % 2 ? "writer" : "critic" });
  agent.set("messages", [...agent.get("messages"), { role: "assistant", content: text(turn) }]);
  await agent.mergeToParent();
}
`;

describe("a chat", () => {
  itWhenLong("is whole at every event, live and recorded, and takes what was added", async () => {
    const workbench = await openWorkbench({ empty: true, files: { "chat.mjs": CHAT } });
    await workbench.command("Agent Context: Run Agent Script…");
    await workbench.pick("chat.mjs");
    const agents = await workbench.openTree("Agent Contexts", "Agents");
    await agents.waitForText("exit code 0", "chat.mjs");
    const state = await workbench.openTree("Agent Contexts", "State");
    await state.waitForText(`${TURNS} messages · assistant: message ${TURNS - 1}: lorem`, "Parent state", "messages");
    const recording = recordingIn(workbench.evidence().profileDir);
    const { size } = statSync(recording);
    assert.ok(size < TURNS * (6 * 400 + 3 * 1_000), `${size} bytes`);

    // Recorded, and in another tab: the words of a message are found where it came, and the value there is whole.
    copyFileSync(recording, path.join(workbench.workspaceDir, "kept.agentlog.jsonl"));
    await workbench.openFile("kept.agentlog.jsonl");
    const page = await workbench.webview("[data-view=recording] .figures");
    await page.locator("vscode-button", { hasText: "Show Events" }).first().click();
    const events = await workbench.webview("[data-view=events] #events [data-index]");
    await events.getByRole("textbox", { name: "Text", exact: true }).fill(`message ${TURNS - 1}:`);
    await events.locator(".counter", { hasText: /\(\d+ shown\)/ }).waitFor();
    const found = await events.locator("#events [data-index]").allInnerTexts();
    assert.equal(found.length, 2, found.join("\n"));
    await events.locator("#events [data-index]").first().click();
    const details = events.locator(".pane-details");
    await details
      .getByText(`message ${TURNS - 1}: lorem`)
      .first()
      .waitFor();
    await details.getByText("message 0: lorem").first().waitFor();
    await workbench.shot("chat-events");
    assert.deepEqual(workbench.cspViolations, []);
  });
});

function recordingIn(profileDir: string): string {
  const names = readdirSync(profileDir, { recursive: true, encoding: "utf8" });
  const name = names.find((each) => each.endsWith("chat.mjs.agentlog.jsonl"));
  return path.join(profileDir, name ?? "no recording");
}
