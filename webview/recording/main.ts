/**
 * The page that sums a recording up: what the extension sends is shown, and its buttons lead into the views. The
 * page needs what the other pages need, with recording.css and recording.js.
 */

import "../ui/localization";
import * as l10n from "@vscode/l10n";
import type { RecordingFromWebview, RecordingSummary, RecordingToWebview } from "../../src/protocol/recordingMessages";
import { Announcer } from "../ui/announcer";
import { element } from "../ui/element";
import { connectHost } from "../ui/host";
import { AgentTable } from "./agentTable";
import { DamageList } from "./damageList";
import { Header } from "./header";
import { MergeTable } from "./mergeTable";

document.body.dataset["view"] = "recording";
const host = connectHost<RecordingToWebview, RecordingFromWebview, { readonly scrollTopPx: number }>();
const post = (message: RecordingFromWebview): void => host.post(message);

const announcer = new Announcer();
const header = new Header(post);
const agents = new AgentTable(post);
const merges = new MergeTable(post);
const damage = new DamageList();
const page = element(
  "main",
  { class: "page", hidden: true },
  header.element,
  damage.element,
  agents.element,
  merges.element,
);
const message = element("div", { class: "empty message" }, l10n.t("Loading…"));
let told = "";
let isScrolledBack = false;

document.querySelector("#app")!.append(page, message, announcer.element);
page.addEventListener("scrollend", () => host.keep({ scrollTopPx: page.scrollTop }));
host.onMessage(show);
host.post({ type: "ready" });

function show(summary: RecordingSummary): void {
  page.hidden = false;
  message.hidden = true;
  header.show(summary);
  agents.show(summary);
  merges.show(summary);
  damage.show(summary);
  const { kind } = summary.reading;
  if (kind !== told) {
    told = kind;
    if (kind !== "reading") announcer.say(header.accessibleLabel);
  }
  // What is below may not have been there before all was read.
  if (!isScrolledBack && kind !== "reading") {
    isScrolledBack = true;
    page.scrollTop = host.kept?.scrollTopPx ?? 0;
  }
}
