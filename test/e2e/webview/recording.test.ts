/** Tests the page that sums a recording up in a real browser, with the extension's side played by the test. */

import assert from "node:assert/strict";
import type { RecordingFromWebview, RecordingToWebview } from "../../../src/protocol/recordingMessages";
import { assertAccessible, assertReachable, EDITOR_SIZES } from "./harness/accessibility";
import { sampleSummary } from "./harness/samples";
import { closePagesAfterEach, WebviewPage, type WebviewPageOptions } from "./harness/webviewPage";

async function open(
  options: Partial<WebviewPageOptions>,
): Promise<WebviewPage<RecordingToWebview, RecordingFromWebview>> {
  const recording = await WebviewPage.open<RecordingToWebview, RecordingFromWebview>({ view: "recording", ...options });
  await recording.send(sampleSummary());
  await recording.page.locator(".figures").waitFor();
  return recording;
}

describe("recording webview", () => {
  closePagesAfterEach();

  it("shows every agent and merge, however little room there is", async () => {
    const { page } = await open({});
    assert.equal(await page.locator("table").count(), 2);
    assert.equal(await page.locator("tbody tr").count(), 9);
    for (const size of EDITOR_SIZES) {
      await page.setViewportSize(size);
      await assertReachable(page, "h1, h2, vscode-button, .figure, summary, td:first-child, td .link");
      // A table that is wider than its page scrolls sideways by itself, and only so.
      const hidden = await page
        .locator("section, .wide")
        .evaluateAll((all) => all.map((each) => each.scrollHeight - each.clientHeight));
      assert.deepEqual(hidden, [0, 0, 0, 0]);
      await assertAccessible(page);
    }
  });

  for (const theme of ["light", "hc-dark", "hc-light"] as const) {
    it(`can be read in a ${theme} theme`, async () => {
      await assertAccessible((await open({ theme })).page);
    });
  }

  it("keeps its elements, focus and selection while summaries come in", async () => {
    const recording = await open({});
    const { page } = recording;
    await recording.send(sampleSummary({ reading: { kind: "reading", bytes: 1, size: 4 } }));
    await page.locator("summary").click();
    await page.getByRole("button", { name: "Stop Reading" }).focus();
    await page.evaluate(`
      getSelection().selectAllChildren(document.querySelector("h1"));
      window.marked = [...document.querySelectorAll("main *")];
    `);
    const { agents, merges } = sampleSummary();
    const change = { events: 341, agents: [{ ...agents[0]!, layer: 9, name: "newcomer" }, ...agents], agentCount: 4 };
    await recording.send(
      sampleSummary({ reading: { kind: "stopped", bytes: 2, size: 4 }, ...change, merges: merges.slice(1) }),
    );
    await page.getByRole("button", { name: "Read Again" }).waitFor();
    assert.equal(await page.locator("tbody tr").count(), 9);
    const gone = await page.evaluate<number>("marked.filter((node) => !node.isConnected && node.matches('tr')).length");
    assert.equal(gone, 1, "the row of the merge that is no longer listed");
    assert.equal(await page.evaluate("document.activeElement.getAttribute('aria-label')"), "Read Again");
    assert.equal(await page.evaluate("getSelection().toString()"), "repo-review");
    assert.equal(await page.locator("details[open]").count(), 1);
  });

  it("leads into the views", async () => {
    const recording = await open({});
    await recording.page.locator("td .link").first().click();
    assert.deepEqual(await recording.waitForPosted("showEvent"), { type: "showEvent", seq: 40 });
    await recording.page.getByRole("button", { name: "Preview Merge" }).nth(1).click();
    assert.deepEqual(await recording.waitForPosted("previewMerge"), { type: "previewMerge", layer: 3 });
  });
});
