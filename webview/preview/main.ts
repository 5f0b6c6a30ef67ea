/**
 * Owns the merge preview's page: what the extension sends is shown, what the reader does is posted; it decides nothing
 * about merges. The page needs `<meta property="csp-nonce" content="NONCE">`, `<body><div id="app"></div>`, links to
 * codicon.css and preview.css, this script with the nonce, and, for other languages than English,
 * `<meta name="l10n" content="BUNDLE AS JSON">`.
 */

import "../localization";
import * as l10n from "@vscode/l10n";
import type { PreviewFromWebview, PreviewToWebview } from "../../src/protocol/previewMessages";
import { Announcer } from "../announcer";
import { element, fill } from "../element";
import { connectHost } from "../host";
import { followListKeys } from "../listKeys";
import { createSplitter } from "../splitter";
import { createButton, createTextField } from "../toolkit";
import type { Category } from "./category";
import { Chips } from "./chips";
import { DetailsPane } from "./details";
import type { CommandState, Plan } from "./header";
import { Header } from "./header";
import { KeyList } from "./list";
import { Notices } from "./notices";
import { PlanRows } from "./rows";
import type { PreviewState } from "./state";
import { INITIAL_STATE, isShown } from "./state";

document.body.dataset["view"] = "preview";
const host = connectHost<PreviewToWebview, PreviewFromWebview, PreviewState>();
let state: PreviewState = { ...INITIAL_STATE, ...host.kept };
let plan: Plan | undefined;
let rows = new PlanRows([]);
let command: CommandState = { type: "command", state: "idle", text: "" };
let detailsPlanId = -1;

const announcer = new Announcer();
const act = (type: "merge" | "discard" | "openDiffEditor", key?: string): void => {
  if (plan === undefined) return;
  host.post(key === undefined ? { type, planId: plan.planId } : { type: "openDiffEditor", planId: plan.planId, key });
};
const header = new Header({
  merge: () => act("merge"),
  discard: () => act("discard"),
  openDiff: () => act("openDiffEditor"),
});
const notices = new Notices({ cancel: () => host.post({ type: "cancelCommand" }) });
const chips = new Chips((category, shown) => {
  keep({ chips: { ...state.chips, [category]: shown } });
  showRows();
});
const filter = createTextField({
  label: l10n.t("Filter keys"),
  icon: "filter",
  clearLabel: l10n.t("Clear Filter"),
  onInput: (text) => {
    keep({ filter: text });
    showRows();
  },
});
const keys = new KeyList({ selected: select, opened: (key) => act("openDiffEditor", key) });
const details = new DetailsPane({
  copy: (text) => host.post({ type: "copy", text }),
  openDiff: (key) => act("openDiffEditor", key),
});
const nothing = element("div", { class: "empty", hidden: true });
const shownCount = element("span", { class: "shown-count quiet" });
const panes = element("div", { class: "panes" });
const page = element(
  "main",
  { class: "page", hidden: true },
  header.element,
  notices.element,
  element("div", { class: "filters" }, filter.element, chips.element, shownCount),
  panes,
);
const message = element("div", { class: "empty message" });

start();

function start(): void {
  const splitter = createSplitter({
    container: panes,
    label: l10n.t("Size of the list"),
    share: state.listShare,
    onDidChange: (listShare) => keep({ listShare }),
  });
  panes.append(element("div", { class: "pane-list" }, keys.list.element, nothing), splitter, details.element);
  document.querySelector("#app")!.append(page, message, announcer.element);
  filter.value = state.filter;
  keys.list.mount();
  keys.list.element.addEventListener("scrollend", () => keep({ scrollTopPx: keys.list.element.scrollTop }));
  document.addEventListener("keydown", onKey);
  followListKeys(keys.list.element, () => {
    if (state.selectedKey !== undefined) host.post({ type: "copy", text: state.selectedKey });
  });
  host.onMessage(receive);
  host.post({ type: "ready" });
}

function receive(incoming: PreviewToWebview): void {
  switch (incoming.type) {
    case "message":
      return showMessage(incoming.kind, incoming.text);
    case "plan":
      return showPlan(incoming);
    case "details":
      return showDetails(incoming);
    case "command":
      command = incoming;
      notices.showCommand(incoming);
      if (plan !== undefined) header.update(plan, rows.counts, command.state === "waiting");
      if (incoming.text !== "") announcer.say(incoming.text, 0);
      return;
  }
}

function showMessage(kind: "loading" | "empty" | "error", text: string): void {
  plan = undefined;
  page.hidden = true;
  message.hidden = false;
  message.dataset["kind"] = kind;
  fill(
    message,
    element("span", { class: `codicon codicon-${MESSAGE_ICONS[kind]}`, aria: { hidden: "true" } }),
    element("p", {}, text),
  );
  announcer.say(text);
}

function showPlan(incoming: Plan): void {
  const isFirst = plan === undefined;
  const isOther = plan !== undefined && (plan.agent !== incoming.agent || plan.run !== incoming.run);
  plan = incoming;
  rows = new PlanRows(incoming.rows);
  page.hidden = false;
  message.hidden = true;
  if (isOther) keep({ selectedKey: undefined, scrollTopPx: 0 });
  if (isFirst || isOther) detailsPlanId = -1;
  header.update(incoming, rows.counts, command.state === "waiting");
  notices.showDisabledReason(incoming.disabledReason);
  showRows();
  if (isFirst) keys.list.element.scrollTop = state.scrollTopPx;
}

/** Shows the rows that filter and chips let through, keeps the selection where it can, and asks for its details. */
function showRows(): void {
  const shown = rows.shown(state);
  const before = keys.list.active;
  const index = keys.show(shown, state.selectedKey);
  if (index < 0 && (state.selectedKey === undefined || !rows.all.some(({ key }) => key === state.selectedKey))) {
    const key = keys.keyNear(before);
    keep({ selectedKey: key });
    if (key !== undefined) keys.select(key);
  }
  chips.update(rows.counts, (category) => isShown(state, category, rows.counts));
  const isAll = shown.length === rows.all.length;
  const count = isAll ? "" : l10n.t("{0} of {1} keys", shown.length.toLocaleString(), rows.all.length.toLocaleString());
  if (shownCount.textContent !== count) shownCount.textContent = count;
  announcer.say(l10n.t("{0} of {1} keys shown", shown.length, rows.all.length));
  showNothing(shown.length === 0);
  askDetails();
}

function showNothing(isEmpty: boolean): void {
  keys.list.element.hidden = isEmpty;
  nothing.hidden = !isEmpty;
  if (!isEmpty) return;
  const reset = createButton({ label: l10n.t("Show All Keys"), look: "secondary", onClick: showAll });
  const text =
    state.filter === ""
      ? l10n.t("All keys are hidden by the chips above.")
      : l10n.t("No key that is shown matches the filter.");
  if (rows.all.length === 0) {
    fill(nothing, element("p", {}, l10n.t("The overlay is empty: there is nothing to merge.")));
  } else fill(nothing, element("p", {}, text), reset.element);
}

function showAll(): void {
  const all: Record<Category, boolean> = {
    conflict: true,
    added: true,
    modified: true,
    deleted: true,
    unchanged: true,
  };
  keep({ filter: "", chips: all });
  filter.value = "";
  showRows();
  keys.list.element.focus();
}

function select(key: string): void {
  keep({ selectedKey: key });
  askDetails();
}

function askDetails(): void {
  if (plan === undefined) return;
  if (state.selectedKey === undefined) details.showNothing(l10n.t("Select a key to see what the merge does to it."));
  else host.post({ type: "wantDetails", planId: plan.planId, key: state.selectedKey });
}

function showDetails(incoming: Extract<PreviewToWebview, { readonly type: "details" }>): void {
  // An older plan's answer is shown all the same if nothing newer was: while plans stream in, late is better than never.
  const isStale = incoming.details.key !== state.selectedKey || incoming.planId < detailsPlanId;
  if (plan === undefined || isStale) return;
  detailsPlanId = incoming.planId;
  details.show(incoming.details, plan);
}

function onKey(event: KeyboardEvent): void {
  const inText = event.composedPath()[0] instanceof HTMLInputElement;
  const isFind =
    (event.key === "f" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) ||
    (event.key === "/" && !event.altKey && !inText);
  if (isFind && plan !== undefined) {
    event.preventDefault();
    event.stopPropagation();
    filter.focus();
  } else if (event.key === "Escape" && !inText && state.filter !== "") {
    filter.value = "";
    keep({ filter: "" });
    showRows();
  } else if (inText && (event.key === "ArrowDown" || event.key === "Enter") && event.target === filter.element) {
    event.preventDefault();
    keys.list.element.focus();
    const key = keys.list.active < 0 ? keys.keyNear(0) : undefined;
    if (key !== undefined) {
      keys.select(key);
      select(key);
    }
  }
}

function keep(change: Partial<PreviewState>): void {
  state = { ...state, ...change };
  host.keep(state);
}

const MESSAGE_ICONS = { loading: "loading codicon-modifier-spin", empty: "git-merge", error: "error" } as const;
