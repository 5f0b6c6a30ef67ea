/** Recordings by clicks: opened from disk, looked at like a run, and nothing in them can be changed. */

import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { Frame, Page } from "playwright-core";
import { distDir, examplesDir } from "../harness/paths";
import { waitFor } from "../harness/waitFor";
import { longRecording, recordedLines } from "../harness/longRecording";
import { HELD, recording } from "../unit/host/raceRecording";
import { openWorkbench, type Workbench } from "./harness/workbench";

/** A real recording of a script of `examples/`, made by the command line. */
function recordingOf(script: string): string {
  const dir = mkdtempSync(path.join(os.tmpdir(), "agent-context-recording-"));
  try {
    const file = path.join(dir, "made.agentlog.jsonl");
    const cli = path.join(distDir, "runner/cli.cjs");
    execFileSync(process.execPath, [cli, "run", path.join(examplesDir, script), "--record", file], { stdio: "pipe" });
    return readFileSync(file, "utf8");
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** What the theme says of colours of ours, and of one of Git's. */
async function colorsOf(page: Page | Frame, selector: string): Promise<Readonly<Record<string, string>>> {
  const kinds = ["added", "modified", "deleted", "conflict"];
  const names = [...kinds.map((kind) => `agentContext-${kind}Foreground`), "gitDecoration-addedResourceForeground"];
  const colors = await page.evaluate<string[]>(`((style) => ${JSON.stringify(names)}.map((name) =>
    style.getPropertyValue("--vscode-" + name).trim()))(getComputedStyle(document.querySelector(${JSON.stringify(selector)})))`);
  return Object.fromEntries(names.map((name, index) => [name, colors[index] ?? ""]));
}

/** Opens a file as a double click does. Right after a window's start VS Code may not know of the extension's editor yet. */
async function openInExplorer({ page }: Workbench, name: string): Promise<void> {
  const text = page.locator(".editor-instance .view-line, .monaco-editor-pane-placeholder");
  await waitFor(`the recording ${name} in its editor`, async () => {
    await page.locator(".explorer-folders-view .monaco-list-row", { hasText: name }).dblclick();
    await page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
    await text.or(page.locator("iframe.webview.ready")).first().waitFor();
    if ((await text.count()) === 0) return true;
    await page.keyboard.press("Control+w");
    await text.first().waitFor({ state: "detached" });
    return false;
  });
}

describe("recordings", () => {
  it("open in a tab that leads into tree, preview and events, and cannot be changed, in Restricted Mode too", async function () {
    this.timeout(300_000);
    const kept = recordingOf("budget.ts");
    const workbench = await openWorkbench({
      trust: "ask",
      files: { "kept.agentlog.jsonl": kept, "held.agentlog.jsonl": recording(HELD) },
    });
    await workbench.page.locator(".monaco-dialog-box .monaco-button", { hasText: /No, I don't trust/ }).click();
    await openInExplorer(workbench, "kept.agentlog.jsonl");
    const page = await workbench.webview("[data-view=recording] .figures");
    await page.locator(".outcome", { hasText: "exit code 0" }).waitFor();
    const figure = (name: string): Promise<string | null> => page.locator(`[data-figure=${name}] .count`).textContent();
    assert.equal(await figure("agents"), "3");
    await workbench.shot("recording");

    await page.locator("vscode-button", { hasText: "Show in Agents" }).click();
    const tree = await workbench.openTree("Agent Contexts", "Agents");
    const state = await workbench.openTree("Agent Contexts", "State");
    await tree.waitForText("recording, exit code 0", "kept");
    await state.reveal("Parent state");

    await page.locator("td .link").first().click();
    const events = await workbench.webview("[data-view=events] #events [data-index]");
    await events.locator("#events [data-index]", { hasText: "merged into" }).first().waitFor();
    await tree.waitForText(/event \d+ of \d+/, "kept");
    // A word that only details show: every event whose line has it is found.
    const text = events.getByRole("textbox", { name: "Text", exact: true });
    await text.fill("UNDECIDED");
    const count = kept.split("\n").filter((line) => line.includes("undecided")).length;
    assert.ok(count > 0);
    await events.locator(".counter", { hasText: `(${count} shown)` }).waitFor();
    await text.fill("");

    await page.locator("vscode-button[aria-label='Preview Merge']").first().click();
    const preview = await workbench.webview("[data-view=preview] .notice");
    await preview.locator(".notice", { hasText: "This is a recording" }).waitFor();
    await workbench.shot("recording-preview");
    // The colours of Git's extension are not there in Restricted Mode; ours are, for the tree as for the pages.
    for (const colors of [await colorsOf(workbench.page, ".monaco-workbench"), await colorsOf(preview, "html")]) {
      assert.equal(colors["gitDecoration-addedResourceForeground"], "");
      for (const name of ["added", "modified", "deleted", "conflict"]) {
        assert.match(colors[`agentContext-${name}Foreground`] ?? "", /^#/, name);
      }
    }
    assert.deepEqual(workbench.cspViolations, []);

    // A name that has its suffix keeps it; one without gets it.
    await tree.clickMenu("Export Run…", "kept");
    await workbench.pick("JSON Lines");
    await workbench.chooseFile(path.join(workbench.workspaceDir, "copy.agentlog.jsonl"));
    await workbench.notification("Exported kept to copy.agentlog.jsonl.");
    await tree.clickMenu("Export Run…", "kept");
    await workbench.pick("OpenTelemetry");
    await workbench.chooseFile(path.join(workbench.workspaceDir, "trace"));
    await workbench.notification("Exported kept to trace.otlp.jsonl.");
    const exports = readdirSync(workbench.workspaceDir).filter((name) => /^(copy|trace)/.test(name));
    assert.deepEqual(exports.sort(), ["copy.agentlog.jsonl", "trace.otlp.jsonl"]);

    await tree.clickMenu("Remove Run", "kept");
    await waitFor(
      "its tab to be closed",
      async () => (await workbench.page.locator(".tab[data-resource-name='kept.agentlog.jsonl']").count()) === 0,
    );

    // What was held in a recording is shown, and nobody is asked to decide it.
    await workbench.showContainer("Explorer");
    await openInExplorer(workbench, "held.agentlog.jsonl");
    await workbench.webview("[data-view=recording] .figures");
    await workbench.showContainer("Agent Contexts");
    await workbench.command("Agent Context: Step Back");
    const held = await tree.reveal("held", "Held merges", "agent_b");
    await held.hover();
    assert.equal(await held.locator("a.action-label").count(), 0);
    await tree.clickMenu("Show Held Merge", "held", "Held merges", "agent_b");
    const heldPreview = await workbench.webview(".hold-title:has-text('was held')");
    await heldPreview.locator(".notice", { hasText: "but not decide them" }).waitFor();
    for (const name of ["Approve", "Reject…"]) {
      assert.equal(await heldPreview.locator(`vscode-button[aria-label='${name}']`).isVisible(), false, name);
    }
    await workbench.shot("recording-held");
    assert.deepEqual(workbench.cspViolations, []);
  });

  it("say what cannot be read, in one sentence or by line", async () => {
    const lines = recordingOf("race.ts").split("\n");
    lines[9] = lines[9]!.slice(0, 30);
    const workbench = await openWorkbench({
      files: {
        "empty.agentlog.jsonl": "",
        "other.agentlog.jsonl": "hello\nworld\n",
        "torn.agentlog.jsonl": lines.join("\n").slice(0, -40),
      },
    });
    await openInExplorer(workbench, "empty.agentlog.jsonl");
    await (await workbench.webview(".reading.error")).locator(".reading.error", { hasText: "is empty" }).waitFor();
    await workbench.page.keyboard.press("Control+w");
    await openInExplorer(workbench, "other.agentlog.jsonl");
    await (
      await workbench.webview(".reading.error")
    )
      .locator(".reading.error", { hasText: "is not a recording: line 1: The line is not JSON" })
      .waitFor();
    await openInExplorer(workbench, "torn.agentlog.jsonl");
    const page = await workbench.webview(".damage summary");
    await page.locator(".damage summary").click();
    await page.locator(".damage-lines li", { hasText: "Line 10" }).waitFor();
    await page.locator(".damage-lines li", { hasText: "The last line is torn" }).waitFor();
    await workbench.shot("recording-damaged");
  });

  it("of very many events open, step, and are searched", async () => {
    const count = 200_000;
    const workbench = await openWorkbench({ files: { "long.agentlog.jsonl": longRecording(count) } });
    await openInExplorer(workbench, "long.agentlog.jsonl");
    const page = await workbench.webview("[data-view=recording] .figures");
    await page.locator(".outcome", { hasText: "exit code 0" }).waitFor();
    assert.equal(
      await page.locator("[data-figure=events] .count").textContent(),
      recordedLines(count).toLocaleString(),
    );
    await page.locator("vscode-button", { hasText: "Show Events" }).first().click();
    const events = await workbench.webview("[data-view=events] #events [data-index]");
    await events.locator("#events [data-index]").first().waitFor();
    await events.getByRole("textbox", { name: "Text", exact: true }).fill('"step":199001');
    await events.locator("#events [data-index]", { hasText: '"step":199001' }).first().waitFor();
    await events.locator(".counter", { hasText: /\(\d shown\)/ }).waitFor();
    await workbench.command("Agent Context: Step to First Event");
    const tree = await workbench.openTree("Agent Contexts", "Agents");
    await tree.waitForText(/event 1 of/, "long");
    await workbench.shot("recording-long");
  });
});
