/**
 * Rows of the benchmark that need an editor: `npm run bench` runs this file as a suite of its own, in a real VS Code and a
 * real Chromium. It asserts no time; what it measures goes into the file that AGENT_CONTEXT_BENCH_ROWS names.
 */

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { Page } from "playwright-core";
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
/** What loading and calling any extension takes. */
const EMPTY = "agent-context.empty";
const EMPTY_FILES = {
  "empty/package.json": JSON.stringify({
    name: "empty",
    publisher: "agent-context",
    version: "0.0.1",
    engines: { vscode: "^1.101.0" },
    main: "./extension.mjs",
    extensionKind: ["workspace"],
    activationEvents: ["onStartupFinished"],
  }),
  "empty/extension.mjs": "export function activate() {}\n",
};
const SCRIPT = `
import { AgentContext, StateStore } from "agent-context";
const ctx = new AgentContext("agent_a", new StateStore());
ctx.set("key", 1);
await ctx.mergeToParent();
`;

/** A row that was measured, as the table takes it. */
export type EditorRow = Pick<Row, "name" | "unit" | "goal" | "floor"> & { readonly measured: Measured };

const rows: EditorRow[] = [];
const row = (name: string, atMost: number, measured: Measured, floor?: string): void => {
  rows.push({ name, unit: "ms", goal: { atMost }, measured, ...(floor !== undefined && { floor }) });
};

interface Activation {
  readonly load: number;
  readonly call: number;
}

/** Milliseconds of loading and calling, as VS Code's own page of its start tells them. */
async function activationMs(workbench: Workbench): Promise<{ readonly ours: Activation; readonly empty: Activation }> {
  await workbench.command("Developer: Startup Performance");
  const lines = workbench.page.locator(".editor-instance .view-line");
  await lines.first().waitFor();
  await lines.first().click();
  const ofExtension = (id: string): Promise<Activation> =>
    waitFor(`the row of ${id}`, async () => {
      await workbench.page.keyboard.press("Control+f");
      await workbench.page.keyboard.type(id);
      await workbench.page.keyboard.press("Escape");
      const text = (await lines.allTextContents()).find((line) => line.includes(id))?.replaceAll("\u00a0", " ");
      // | Extension | Eager | Load Code | Call Activate | Finish Activate | …
      const [, , , loadText = "", callText = ""] = text?.split("|") ?? [];
      const load = Number.parseFloat(loadText);
      const call = Number.parseFloat(callText);
      return Number.isFinite(load + call) ? { load, call } : undefined;
    });
  return { ours: await ofExtension(EXTENSION), empty: await ofExtension(EMPTY) };
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

/** Milliseconds from what is done to the frame in which something is so; told by the page, so that no way to it counts. */
function spentInPage(page: Page, act: string, isSo: string): Promise<number> {
  return page.evaluate<number>(`new Promise((resolve) => {
    const start = performance.now();
    ${act};
    const look = () => (${isSo} ? resolve(performance.now() - start) : requestAnimationFrame(look));
    requestAnimationFrame(look);
  })`);
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
    const workbench = await openWorkbench({
      vsix: true,
      files: { ...EMPTY_FILES, ...Object.fromEntries(names.map((name) => [name, SCRIPT])) },
      extensions: ["empty"],
    });
    const activations: { readonly ours: Activation; readonly empty: Activation }[] = [];
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      activations.push(await activationMs(workbench));
      await workbench.page.reload();
      await workbench.ready();
    }
    row("activation: loading and calling above an empty extension, as the editor itself tells while it starts", 25, {
      ...summary(activations.map(({ ours, empty }) => ours.load + ours.call - empty.load - empty.call)),
      note: `loading ${median(activations.map(({ ours }) => ours.load))} ms, calling ${median(activations.map(({ ours }) => ours.call))} ms; the empty one ${median(activations.map(({ empty }) => empty.load + empty.call))} ms`,
    });
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
    row(
      "Run, from the click to the first event in the tree, above a bare node with the same script",
      700,
      {
        ...summary(times.map((time) => time - bare)),
        note: `${median(times).toFixed(0)} ms beside ${bare.toFixed(0)} ms`,
      },
      "the editor's own start of a task, and its delay of 200 ms before it draws a changed tree",
    );
  });

  it("opens and filters a preview of many keys", async () => {
    const opened: number[] = [];
    const filtered: number[] = [];
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      const preview = await openPreview();
      const plan = JSON.stringify(samplePlan({ rows: manyRows(KEYS) }));
      await preview.sendExpression(`(window.plan = ${plan}, { type: "none" })`);
      const drawn = `document.querySelector("#keys [role=option]")`;
      opened.push(await spentInPage(preview.page, `harness.send(window.plan)`, drawn));
      await preview.page.keyboard.press("/");
      const type = `document.execCommand("insertText", false, "9999")`;
      const shown = `document.querySelector(".shown-count")?.textContent === "19 of 100,000 keys"`;
      filtered.push(await spentInPage(preview.page, type, shown));
    }
    row("preview of a 100,000-key overlay: its page, from the message to the first rows drawn", 300, summary(opened));
    row("preview of a 100,000-key overlay: its page, from a filter's text to the rows drawn", 100, summary(filtered));
  });
});
