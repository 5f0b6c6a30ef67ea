/**
 * The page that compares orders of merges: what the extension sends is shown, what the user arranges is posted; it
 * decides nothing about merges. The page needs what the merge preview's page needs, with orders.css and orders.js.
 */

import "../ui/localization";
import * as l10n from "@vscode/l10n";
import type { OrdersFromWebview, OrdersToWebview } from "../../src/protocol/ordersMessages";
import { Announcer } from "../ui/announcer";
import { codicon, element, fill } from "../ui/element";
import { connectHost } from "../ui/host";
import { followListKeys } from "../ui/listKeys";
import { createSplitter } from "../ui/splitter";
import { createButton, createTextField } from "../ui/toolkit";
import { AgentList } from "./agentList";
import { Arrangement, type Outcome } from "./arrangement";
import { DetailsPane } from "./details";
import { Header } from "./header";
import { KeyList } from "./list";
import { mergeName } from "./names";
import { Notices, type CommandState } from "./notices";
import { OrderRows, type Table } from "./rows";
import { INITIAL_STATE, type OrdersState } from "./state";

document.body.dataset["view"] = "orders";
const host = connectHost<OrdersToWebview, OrdersFromWebview, OrdersState>();
let state: OrdersState = { ...INITIAL_STATE, ...host.kept };
/** A table waits for its outcome, so that the two are drawn as one. */
let newTable: Table | undefined;
let rows: OrderRows | undefined;
let outcome: Outcome | undefined;
let command: CommandState = { type: "command", state: "idle", text: "" };
let shownEdit = 0;
/** What the user moved last, to be said aloud with what came of it. */
let movedId: string | undefined;

const announcer = new Announcer();
const arrangement = new Arrangement(
  (message) => host.post(message),
  () => showAgents(),
);
const header = new Header({
  policy: (policy) => arrangement.setPolicy(policy),
  mergeAll: () => {
    if (outcome === undefined) return;
    const ids = outcome.agents.flatMap(({ id, ticked }) => (ticked ? [id] : []));
    host.post({ type: "mergeAll", ids, policy: outcome.policy, asOf: outcome.asOf.seq });
  },
});
const notices = new Notices({ cancel: () => host.post({ type: "cancelCommand" }) });
const agents = new AgentList({
  move: (id, place) => {
    movedId = id;
    if (arrangement.move(id, place)) agents.reveal();
  },
  toggle: (id) => arrangement.toggle(id),
  open: (id) => host.post({ type: "openPreview", id }),
  activated: (activeAgent) => keep({ activeAgent }),
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
const contested = createButton({
  label: l10n.t("Only Order-Sensitive"),
  icon: "warning",
  look: "secondary",
  class: "toggle",
  onClick: () => {
    keep({ onlyContested: !state.onlyContested });
    showRows();
  },
});
const keys = new KeyList({
  selected: select,
  opened: (key) => select(key),
});
const details = new DetailsPane({ copy: (text) => host.post({ type: "copy", text }) });
const nothing = element("div", { class: "empty", hidden: true });
const shownCount = element("span", { class: "shown-count quiet" });
const changedCount = element("span", { class: "changed-count", hidden: true });
const panes = element("div", { class: "panes" });
const columns = element("div", { class: "columns" });
const page = element("main", { class: "page", hidden: true }, header.element, notices.element, columns);
const message = element("div", { class: "empty message" });

start();

function start(): void {
  const agentsSplitter = createSplitter({
    container: columns,
    label: l10n.t("Size of the order"),
    share: state.agentsShare,
    onDidChange: (agentsShare) => keep({ agentsShare }),
  });
  const keysSplitter = createSplitter({
    container: panes,
    label: l10n.t("Size of the list"),
    share: state.keysShare,
    onDidChange: (keysShare) => keep({ keysShare }),
  });
  keys.element.append(nothing);
  panes.append(keys.element, keysSplitter, details.element);
  const filters = element("div", { class: "filters" }, filter.element, contested.element, shownCount, changedCount);
  columns.append(agents.element, agentsSplitter, element("div", { class: "results" }, filters, panes));
  document.querySelector("#app")!.append(page, message, announcer.element);
  filter.value = state.filter;
  keys.list.mount();
  keys.list.element.addEventListener("scrollend", () => keep({ scrollTopPx: keys.list.element.scrollTop }));
  document.addEventListener("keydown", onKey);
  followListKeys(agents.list, () => {
    if (agents.active !== undefined) host.post({ type: "copy", text: agents.active.name });
  });
  document.addEventListener("copy", (event) => {
    const isListCopy = document.activeElement === keys.list.element && getSelection()?.isCollapsed !== false;
    if (!isListCopy || state.selectedKey === undefined) return;
    event.preventDefault();
    host.post({ type: "copy", text: state.selectedKey });
  });
  host.onMessage(receive);
  host.post({ type: "ready" });
}

function receive(incoming: OrdersToWebview): void {
  switch (incoming.type) {
    case "message":
      return showMessage(incoming.kind, incoming.text);
    case "table":
      newTable = incoming;
      return;
    case "outcome":
      return showOutcome(incoming);
    case "details":
      if (outcome === undefined || incoming.details.key !== state.selectedKey) return;
      return details.show(incoming.details, outcome.parentName, outcome.policy);
    case "command":
      command = incoming;
      notices.showCommand(incoming);
      showHeader();
      if (incoming.text !== "") announcer.say(incoming.text, 0);
      return;
  }
}

function showMessage(kind: "empty" | "error", text: string): void {
  outcome = undefined;
  page.hidden = true;
  message.hidden = false;
  fill(message, codicon(kind === "error" ? "error" : "git-merge"), element("p", {}, text));
  announcer.say(text);
}

function showOutcome(incoming: Outcome): void {
  if (newTable?.tableId === incoming.tableId) {
    rows = new OrderRows(newTable);
    newTable = undefined;
  }
  // The answer to the newest arrangement will follow, and a table's own outcome follows it.
  if (rows?.table.tableId !== incoming.tableId || !arrangement.take(incoming)) return;
  const isFirst = outcome === undefined;
  const isRearranged = incoming.edit > shownEdit && !isFirst;
  shownEdit = incoming.edit;
  outcome = incoming;
  rows.take(incoming, isRearranged);
  page.hidden = false;
  message.hidden = true;
  const news = notices.showOutcome(incoming);
  showHeader();
  showAgents();
  showRows();
  if (isFirst) keys.list.element.scrollTop = state.scrollTopPx;
  if (news !== "") announcer.say(news, 0);
  else if (isRearranged) announcer.say(rearrangedText(rows.changedCount), 0);
  else announcer.say(header.summaryText);
  movedId = undefined;
}

function showHeader(): void {
  if (outcome !== undefined && rows !== undefined) {
    header.update(outcome, rows, arrangement.policy, command.state === "waiting");
  }
}

function showAgents(): void {
  agents.show(arrangement.agents, outcome?.policy ?? "overwrite", state.activeAgent);
}

/** What a screen reader is told after a move, a tick or another policy. */
function rearrangedText(changed: number): string {
  const all = arrangement.agents;
  const place = all.findIndex(({ id }) => id === movedId);
  const moved = all[place];
  const what = changed === 1 ? l10n.t("1 key ends differently.") : l10n.t("{0} keys end differently.", changed);
  if (moved === undefined) return `${header.summaryText} ${what}`;
  return `${l10n.t("{0} is now {1} of {2}.", mergeName(moved), place + 1, all.length)} ${what}`;
}

/** Shows the keys that the filters let through, keeps the selection where it can, and asks for its details. */
function showRows(): void {
  if (rows === undefined || outcome === undefined) return;
  const isOverwrite = outcome.policy === "overwrite";
  const shown = rows.shown(state.filter, state.onlyContested);
  const before = keys.list.active;
  const index = keys.show(rows, shown, outcome.agents, state.selectedKey);
  const isKnown = rows.table.rows.some(({ key }) => key === state.selectedKey);
  if (index < 0 && !isKnown) {
    const key = keys.keyNear(before);
    keep({ selectedKey: key });
    if (key !== undefined) keys.select(key);
  }
  contested.setLabel(isOverwrite ? l10n.t("Only Order-Sensitive") : l10n.t("Only with Several Writers"));
  contested.setTitle(
    isOverwrite
      ? l10n.t("Show only keys whose outcome depends on the order")
      : l10n.t("Show only keys that several merges write"),
  );
  contested.setPressed(state.onlyContested);
  const all = rows.table.rows.length;
  const count =
    shown.length === all ? "" : l10n.t("{0} of {1} keys", shown.length.toLocaleString(), all.toLocaleString());
  if (shownCount.textContent !== count) shownCount.textContent = count;
  const { changedCount: changed } = rows;
  changedCount.hidden = changed === 0;
  const ends =
    changed === 1
      ? l10n.t("1 key ends differently now")
      : l10n.t("{0} keys end differently now", changed.toLocaleString());
  if (changedCount.textContent !== ends) changedCount.textContent = ends;
  showNothing(shown.length === 0, all);
  askDetails();
}

function showNothing(isEmpty: boolean, all: number): void {
  keys.list.element.hidden = isEmpty;
  nothing.hidden = !isEmpty;
  if (!isEmpty) return;
  if (all === 0) return fill(nothing, element("p", {}, l10n.t("Nothing would be written: tick what to merge.")));
  const reset = createButton({
    label: l10n.t("Show All Keys"),
    look: "secondary",
    onClick: () => {
      filter.value = "";
      keep({ filter: "", onlyContested: false });
      showRows();
      keys.list.element.focus();
    },
  });
  const text =
    state.filter !== ""
      ? l10n.t("No key that is shown matches the filter.")
      : outcome?.policy === "overwrite"
        ? l10n.t("No key depends on the order.")
        : l10n.t("No key is written by several merges.");
  fill(nothing, element("p", {}, text), reset.element);
}

function select(key: string): void {
  keep({ selectedKey: key });
  askDetails();
}

function askDetails(): void {
  if (outcome === undefined) return;
  if (state.selectedKey === undefined) details.showNothing(l10n.t("Select a key to see what each merge would leave."));
  else host.post({ type: "wantDetails", tableId: outcome.tableId, key: state.selectedKey });
}

function onKey(event: KeyboardEvent): void {
  const inText = event.composedPath()[0] instanceof HTMLInputElement;
  const isFind =
    (event.key === "f" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) ||
    (event.key === "/" && !event.altKey && !inText);
  if (isFind && outcome !== undefined) {
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

function keep(change: Partial<OrdersState>): void {
  state = { ...state, ...change };
  host.keep(state);
}
