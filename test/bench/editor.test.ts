/**
 * Rows of the benchmark that need an editor: `npm run bench` runs this file as a suite of its own, in a real VS Code and a
 * real Chromium. It asserts no time; what it measures goes into the file that AGENT_CONTEXT_BENCH_ROWS names.
 */

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { openWorkbench, type Workbench } from "../e2e/harness/workbench";
import { openPreview } from "../e2e/webview/harness/previewPage";
import { manyRows, samplePlan } from "../e2e/webview/harness/samples";
import { closePagesAfterEach } from "../e2e/webview/harness/webviewPage";
import { waitFor } from "../harness/waitFor";
import { median, summary } from "./measure";
import type { Measured, Row } from "./row";

const REPEATS = 5;
const KEYS = 100_000;
const EXTENSION = "agent-context.agent-context-inspector";
const SCRIPT = `
import { AgentContext, StateStore } from "agent-context";
const ctx = new AgentContext("agent_a", new StateStore());
ctx.set("key", 1);
await ctx.mergeToParent();
`;

/** A row that was measured, as the table takes it. */
export type EditorRow = Pick<Row, "name" | "unit" | "goal"> & { readonly measured: Measured };

const rows: EditorRow[] = [];
const row = (name: string, atMost: number, measured: Measured): void => {
  rows.push({ name, unit: "ms", goal: { atMost }, measured });
};

/** Milliseconds of loading and calling, as VS Code's own page of its start tells them. */
async function activationMs(workbench: Workbench): Promise<number> {
  await workbench.command("Developer: Startup Performance");
  const lines = workbench.page.locator(".editor-instance .view-line");
  await lines.first().waitFor();
  await lines.first().click();
  return waitFor("the row of the extension", async () => {
    await workbench.page.keyboard.press("Control+f");
    await workbench.page.keyboard.type(EXTENSION);
    await workbench.page.keyboard.press("Escape");
    const text = (await lines.allTextContents()).find((line) => line.includes(EXTENSION))?.replaceAll("\u00a0", " ");
    // | Extension | Eager | Load Code | Call Activate | Finish Activate | …
    const [, , , load, call] = text?.split("|") ?? [];
    const sum = Number.parseFloat(load ?? "") + Number.parseFloat(call ?? "");
    return Number.isFinite(sum) ? sum : undefined;
  });
}

/** From the choice of the script to the first row of its state in the tree. */
async function firstEventMs(workbench: Workbench, name: string): Promise<number> {
  await workbench.command("Agent Context: Run Agent Script…");
  const item = workbench.page.locator(".quick-input-list .monaco-list-row .label-name", { hasText: name }).first();
  await item.waitFor();
  const start = performance.now();
  await item.click();
  await workbench.page.locator(`.pane-body .monaco-list-row[aria-label*="agent_a"]`).first().waitFor();
  return performance.now() - start;
}

/** The same work by a bare node, the runtime beside the script. */
function bareMs(): number {
  const dir = mkdtempSync(path.join(os.tmpdir(), "agent-context-bench-"));
  try {
    const file = path.join(dir, "bare.mjs");
    writeFileSync(
      file,
      SCRIPT.replace('"agent-context"', JSON.stringify(path.resolve("dist/agent-context/index.mjs"))),
    );
    const times = Array.from({ length: REPEATS }, () => {
      const start = performance.now();
      execFileSync(process.execPath, [file]);
      return performance.now() - start;
    });
    return median(times);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

describe("the editor", function () {
  this.timeout(300_000);
  closePagesAfterEach();

  after(() => {
    const file = process.env["AGENT_CONTEXT_BENCH_ROWS"];
    if (file !== undefined) writeFileSync(file, JSON.stringify(rows));
  });

  it("activates, and runs to the first event", async () => {
    const names = Array.from({ length: REPEATS }, (_, index) => `first_${index}.mjs`);
    const workbench = await openWorkbench({ files: Object.fromEntries(names.map((name) => [name, SCRIPT])) });
    const activation = await activationMs(workbench);
    row("activation: loading and calling, as the editor itself tells", 50, summary([activation]));
    await workbench.openTree("Agent Contexts");
    const times: number[] = [];
    for (const name of names) {
      times.push(await firstEventMs(workbench, name));
      const tree = await workbench.openTree("Agent Contexts");
      await tree.waitForText("exit code 0", name);
      await tree.clickMenu("Remove Run", name);
      await waitFor("the run to be gone", async () => !(await tree.text()).includes(name));
    }
    const bare = bareMs();
    row("Run, from the click to the first event in the tree, above a bare node with the same script", 700, {
      ...summary(times.map((time) => time - bare)),
      note: `${median(times).toFixed(0)} ms beside ${bare.toFixed(0)} ms`,
    });
  });

  it("opens and filters a preview of many keys", async () => {
    const opened: number[] = [];
    const filtered: number[] = [];
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      const preview = await openPreview();
      const plan = JSON.stringify(samplePlan({ rows: [] }));
      await preview.sendExpression(`(window.manyRows = (${manyRows.toString()})(${KEYS}), { type: "none" })`);
      let start = performance.now();
      await preview.sendExpression(`{ ...${plan}, rows: window.manyRows }`);
      await preview.page.locator("#keys [role=option]").first().waitFor();
      opened.push(performance.now() - start);
      await preview.page.keyboard.press("/");
      start = performance.now();
      await preview.page.keyboard.insertText("9999");
      await preview.page.locator(".shown-count", { hasText: "19 of 100,000 keys" }).waitFor();
      filtered.push(performance.now() - start);
    }
    row("preview of a 100,000-key overlay: its page, from the message to the first rows drawn", 300, summary(opened));
    row("preview of a 100,000-key overlay: its page, from a filter's text to the rows drawn", 100, summary(filtered));
  });
});
