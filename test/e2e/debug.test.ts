/** Agents stepped by the editor's own debugger: by clicks on its toolbar, live and recorded. */

import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import type { Locator } from "playwright-core";
import { repositoryDir } from "../harness/paths";
import { itWhenLong } from "../harness/long";
import { waitFor } from "../harness/waitFor";
import { longRecording } from "../harness/longRecording";
import { openWorkbench, type Workbench } from "./harness/workbench";

const SPEND = [
  'import { AgentContext, StateStore, TaskScope } from "agent-context";',
  "const parent = new StateStore({ initial: { budget: 100 } });",
  'const planner = new AgentContext("planner", parent);',
  'const spender = new AgentContext("spender", parent);',
  "await TaskScope.run(planner, async () => {",
  '  planner.get("budget");',
  '  planner.set("plan", { steps: [{ owner: "spender" }] });',
  '  planner.set("budget", 80);',
  "});",
  "await TaskScope.run(spender, async () => {",
  '  spender.get("budget");',
  '  spender.set("note", "mine");',
  '  spender.set("budget", 70);',
  '  spender.set("note", "still mine");',
  '  spender.set("budget", 60);',
  "});",
  "await planner.mergeToParent();",
  "await spender.mergeToParent();",
  'console.log("ends with", parent.get("budget"));',
].join("\n");

/** The debugger, as a person uses it. */
class DebugView {
  readonly stack: Locator;
  constructor(readonly workbench: Workbench) {
    this.stack = workbench.page.locator(".debug-call-stack");
  }

  /** A click on the debug toolbar; waits until it can be clicked. */
  async click(
    button: "Continue" | "Pause" | "Step Over" | "Step Into" | "Step Out" | "Step Back" | "Reverse" | "Stop",
  ) {
    await this.workbench.page.locator(`.debug-toolbar .action-label:not(.disabled)[aria-label^='${button}']`).click();
  }

  /** Waits for the frame that the debugger stands at. */
  async at(text: string | RegExp): Promise<void> {
    await this.stack.locator(".stack-frame", { hasText: text }).first().waitFor();
  }

  async variable(text: string | RegExp): Promise<void> {
    await this.workbench.page.locator(".debug-variables .monaco-list-row", { hasText: text }).first().waitFor();
  }

  async ended(): Promise<void> {
    await this.workbench.page.locator(".debug-toolbar").waitFor({ state: "hidden" });
  }
}

async function addBreakpoint(workbench: Workbench, text: string): Promise<void> {
  await workbench.command("Agent Context: Add Breakpoint on Events…");
  await workbench.answer(text);
  await workbench.page.locator(".statusbar-item", { hasText: `Breakpoint added: ${text}` }).waitFor();
}

async function debug(workbench: Workbench, name: string): Promise<DebugView> {
  await workbench.command("Agent Context: Debug Agent Script…");
  await workbench.pick(name);
  return shown(workbench);
}

/** The debugger's views, once it debugs. */
async function shown(workbench: Workbench): Promise<DebugView> {
  await workbench.page.locator(".debug-toolbar").waitFor();
  await workbench.showContainer("Run and Debug");
  return new DebugView(workbench);
}

describe("debugging agents", () => {
  it("launches, breaks on a key, shows values, steps back three, reverses to the last write, continues to the end", async () => {
    const workbench = await openWorkbench({ files: { "spend.mjs": SPEND } });
    await addBreakpoint(workbench, "write budget @spender");
    const view = await debug(workbench, "spend.mjs");
    await view.at("set budget = 70 (was 100)");
    await view.variable(/budget\s*=\s*70/);
    // The line of the script is marked.
    await workbench.page.locator(".debug-top-stack-frame-line").waitFor();
    assert.equal((await workbench.terminalText()).includes("ends with"), false);
    await workbench.shot("debug-breakpoint");

    await view.click("Continue");
    await view.at("set budget = 60 (was 70)");
    await view.click("Step Back");
    await view.at('set note = "still mine"');
    await view.variable(/note\s*=\s*"still mine"/);
    await view.click("Step Back");
    await view.at("set budget = 70 (was 100)");
    await view.click("Step Back");
    await view.at('set note = "mine"');
    await workbench.shot("debug-back");
    // The tree shows the same event.
    const tree = await workbench.openTree("Agent Contexts", "Agents");
    await tree.waitForText(/event \d+ of \d+/, "spend.mjs");
    await workbench.showContainer("Run and Debug");
    await view.click("Step Over");
    await view.at("set budget = 70 (was 100)");
    await view.click("Step Over");
    await view.at('set note = "still mine"');
    await view.click("Reverse");
    await view.at("set budget = 70 (was 100)");

    // Back to the newest event, and on: the merge loses an update, which stops by itself.
    await view.click("Continue");
    await view.at(/merge into parent: .*1 conflict/);
    await workbench.page.locator(".exception-widget", { hasText: "Merge that loses something" }).waitFor();
    await workbench.shot("debug-conflict");
    // The merge writes the key, too.
    await view.click("Continue");
    await view.at(/merged into parent: .*budget/);
    await view.click("Continue");
    await view.ended();
    await workbench.terminalShows(/ends with 60/);
    assert.deepEqual(workbench.cspViolations, []);
  });

  itWhenLong("holds a tight loop, lets it go on, and stops it", async () => {
    const workbench = await openWorkbench({
      files: {
        "tight.mjs": [
          'import { AgentContext, StateStore } from "agent-context";',
          'const ctx = new AgentContext("looper", new StateStore());',
          'for (let i = 0; ; i++) ctx.set("i", i % 1000);',
        ].join("\n"),
      },
    });
    const view = await debug(workbench, "tight.mjs");
    const tree = await workbench.openTree("Agent Contexts", "Agents");
    await tree.waitForText(/\d/, "tight.mjs", "looper", "Overlay", "i");
    await view.click("Pause");
    await workbench.showContainer("Run and Debug");
    await view.at(/set i = \d+/);
    await workbench.showContainer("Agent Contexts");
    await tree.waitForText(/paused at event \d+/, "tight.mjs");
    await workbench.showContainer("Run and Debug");
    await view.click("Step Over");
    await view.at(/set i = \d+/);
    await view.click("Continue");
    await view.click("Pause");
    await view.at(/set i = \d+/);
    await workbench.shot("debug-tight-loop");
    await view.click("Stop");
    await view.ended();
    await workbench.openTree("Agent Contexts", "Agents");
    await tree.waitForText("stopped", "tight.mjs");
  });

  itWhenLong("replays a recording by F5 and a launch.json, and stops at its end", async () => {
    const workbench = await openWorkbench({
      files: {
        "long.agentlog.jsonl": longRecording(2_000),
        ".vscode/launch.json": JSON.stringify({
          version: "0.2.0",
          configurations: [
            {
              type: "agent-context",
              request: "replay",
              name: "Again",
              recording: "${workspaceFolder}/long.agentlog.jsonl",
            },
          ],
        }),
      },
    });
    await addBreakpoint(workbench, "write key_7");
    await workbench.page.keyboard.press("F5");
    const view = await shown(workbench);
    await view.at("parent state shared was made");
    await view.click("Continue");
    await view.at("set key_7 = ");
    // No line of a script is known: the event itself is shown.
    await workbench.page.locator(".tab.active", { hasText: /event \d+ state_changed/ }).waitFor();
    await workbench.shot("debug-recording");
    await view.click("Step Into");
    await view.at("set key_14 = ");
    await view.click("Reverse");
    await view.at("set key_7 = ");
    const breakpoints = workbench.page.locator(".pane", { has: workbench.page.locator(".debug-breakpoints") });
    await breakpoints.locator(".pane-header").hover();
    await breakpoints.locator("a.action-label[aria-label^='Remove All Breakpoints']").click();
    await view.click("Continue");
    await view.at(/#2021 /);
    await view.click("Continue");
    await view.ended();
  });

  itWhenLong("steps through a log of another tool", async () => {
    const journal = readFileSync(path.join(repositoryDir, "test/fixtures/car/journal.jsonl"), "utf8");
    const workbench = await openWorkbench({ files: { "car.agentlog.jsonl": journal } });
    await workbench.command("Agent Context: Open Recording…");
    await workbench.chooseFile(path.join(workbench.workspaceDir, "car.agentlog.jsonl"));
    const tree = await workbench.openTree("Agent Contexts", "Agents");
    await tree.waitForText(/recording, /, "car");
    await workbench.command("Agent Context: Step Through Run in Debugger");
    const view = await shown(workbench);
    await view.at(/#1 /);
    await view.click("Step Into");
    await view.at(/#2 /);
    await view.click("Step Back");
    await view.at(/#1 /);
    await view.variable(/kind\s*=\s*run_started/);
    await workbench.shot("debug-car");
    await view.click("Stop");
    await view.ended();
  });

  itWhenLong("has fifty agents as threads, each with its event", async () => {
    const workbench = await openWorkbench({
      files: {
        "many.mjs": [
          'import { AgentContext, StateStore, TaskScope } from "agent-context";',
          "const parent = new StateStore();",
          "const agents = Array.from({ length: 50 }, (_, i) => new AgentContext(`agent_${i}`, parent));",
          "await Promise.all(agents.map((ctx, i) => TaskScope.run(ctx, async () => {",
          "  for (let step = 0; step < 5; step++) { ctx.set(`of_${i}`, step); await null; }",
          "})));",
          'agents[49].log("all_done", {});',
          "for (const ctx of agents) ctx.discard();",
        ].join("\n"),
      },
    });
    await addBreakpoint(workbench, "all_done");
    const view = await debug(workbench, "many.mjs");
    await view.at("all_done");
    await view.stack.locator(".monaco-list-row", { hasText: "agent_49" }).first().waitFor();
    await workbench.shot("debug-fifty");
    // The list of threads is virtual: where a step leads to may lie outside it. Stepping is for the other tests.
    await view.click("Continue");
    await view.ended();
  });

  itWhenLong("searches a recording of a million events backward", async function (this: Mocha.Context) {
    this.timeout(400_000);
    const workbench = await openWorkbench({ files: { "huge.agentlog.jsonl": longRecording(1_000_000) } });
    await workbench.command("Agent Context: Open Recording…");
    await workbench.chooseFile(path.join(workbench.workspaceDir, "huge.agentlog.jsonl"));
    const tree = await workbench.openTree("Agent Contexts", "Agents");
    await waitFor(
      "the recording to be read",
      () => tree.waitForText("recording, exit code 0", "huge").then(() => true),
      200_000,
    );
    await workbench.command("Agent Context: Step Through Run in Debugger");
    const view = await shown(workbench);
    await view.at("#1 ");
    // Nothing stops: the end, then the beginning again.
    await view.click("Continue");
    await view.at("#1000021 ");
    await view.click("Step Back");
    await view.at(/#10000\d\d /);
    await addBreakpoint(workbench, "write key_7 @agent_1");
    await view.click("Reverse");
    await view.at("set key_7 = ");
    await workbench.shot("debug-million");
    await view.click("Stop");
    await view.ended();
  });
});
