/** What tests of the merge preview's page ask and answer again and again, in the extension's place. */

import type { PreviewDetails, PreviewFromWebview, PreviewToWebview } from "../../../../src/protocol/previewMessages";
import { waitFor } from "../../../harness/waitFor";
import { sampleDetails } from "./samples";
import type { WebviewPageOptions } from "./webviewPage";
import { WebviewPage } from "./webviewPage";

export type Preview = WebviewPage<PreviewToWebview, PreviewFromWebview>;

/** Opens the page. */
export function openPreview(options: Partial<WebviewPageOptions> = {}): Promise<Preview> {
  return WebviewPage.open<PreviewToWebview, PreviewFromWebview>({ view: "preview", ...options });
}

/** The keys in sight, from top to bottom. */
export function keysShown(preview: Preview): Promise<string[]> {
  return preview.page.locator("#keys [role=option] .key").allTextContents();
}

/** The key of the selected row. */
export function selectedKey(preview: Preview): Promise<string> {
  return preview.page.locator("#keys [role=option][aria-selected=true] .key").innerText();
}

/** The row of a key. */
export function rowOfKey(preview: Preview, key: string): ReturnType<Preview["page"]["locator"]> {
  return preview.page.locator("#keys [role=option]", { has: preview.page.getByText(key, { exact: true }) });
}

/** Details of the sample plan, with some of them replaced. */
export function detailsOfKey(key: string, change: Partial<PreviewDetails> = {}): PreviewDetails {
  return { ...sampleDetails.find((details) => details.key === key)!, ...change };
}

/** Answers the newest request for details, by default with those of the sample plan. */
export async function answerDetails(
  preview: Preview,
  key: string,
  planId = 1,
  details: PreviewDetails = detailsOfKey(key),
): Promise<void> {
  await waitFor(`a request for the details of ${key}`, async () => {
    const asked = await preview.waitForPosted("wantDetails");
    return asked.planId === planId && asked.key === key;
  });
  await preview.send({ type: "details", planId, details });
  await preview.page.locator(`.pane-details[data-key="${key}"]`).waitFor();
}

/** Texts as a reader sees them: breaks and runs of space are one space. */
export async function textOf(preview: Preview, selector: string): Promise<string> {
  return (await preview.page.locator(selector).first().innerText()).replaceAll(/\s+/g, " ").trim();
}
