/**
 * The page that sums a recording up: what the extension sends is shown, and its buttons lead into the views. The
 * page needs what the other pages need, with recording.css and recording.js.
 */

import "../ui/localization";
import * as l10n from "@vscode/l10n";
import { html, type TemplateResult } from "lit/html.js";
import type { RecordingFromWebview, RecordingSummary, RecordingToWebview } from "../../src/protocol/recordingMessages";
import { Announcer } from "../ui/announcer";
import { connectHost } from "../ui/host";
import { createPage } from "../ui/page";
import { agentTable } from "./agentTable";
import { damageList } from "./damageList";
import { accessibleLabel, header } from "./header";
import { mergeTable } from "./mergeTable";
import { otherRunsNotice } from "./otherRuns";

interface State {
  readonly summary: RecordingSummary | undefined;
}

document.body.dataset["view"] = "recording";
const host = connectHost<RecordingToWebview, RecordingFromWebview, { readonly scrollTopPx: number }>();
const post = (message: RecordingFromWebview): void => host.post(message);
const announcer = new Announcer();
const page = createPage<State>({ summary: undefined }, draw);
let isScrolledBack = false;

host.onMessage(show);
host.post({ type: "ready" });

function draw({ summary }: State): TemplateResult {
  const loading = html`<div class="empty message">${l10n.t("Loading…")}</div>`;
  return html`${summary === undefined ? loading : main(summary)}${announcer.element}`;
}

function main(summary: RecordingSummary): TemplateResult {
  const keepScroll = (event: Event): void => host.keep({ scrollTopPx: (event.currentTarget as Element).scrollTop });
  return html`<main class="page" @scrollend=${keepScroll}>
    ${header(summary, post)}${otherRunsNotice(summary)}${damageList(summary)}${agentTable(summary, post)}${mergeTable(summary, post)}
  </main>`;
}

function show(summary: RecordingSummary): void {
  const { kind } = summary.reading;
  const isOther = kind !== page.state.summary?.reading.kind;
  page.update({ summary });
  if (kind === "reading") return;
  if (isOther) announcer.say(accessibleLabel(summary));
  // What is below may not have been there before all was read.
  if (!isScrolledBack) {
    isScrolledBack = true;
    document.querySelector("main")!.scrollTop = host.kept?.scrollTopPx ?? 0;
  }
}
