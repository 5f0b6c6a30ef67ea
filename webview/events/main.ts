/**
 * The page of the panel view Agent Events: rows are asked for as they come in sight, moves and steps are posted; it
 * holds no state of agents. The page needs `<meta property="csp-nonce" content="NONCE">`,
 * `<body><div id="app"></div>`, links to codicon.css and events.css, this script with the nonce, and, for other
 * languages than English, `<meta name="l10n" content="BUNDLE AS JSON">`.
 */

import "../ui/localization";
import * as l10n from "@vscode/l10n";
import type { EventFilter, EventsFromWebview, EventsToWebview } from "../../src/protocol/eventsMessages";
import { Announcer } from "../ui/announcer";
import { element, fill } from "../ui/element";
import { connectHost } from "../ui/host";
import { followListKeys } from "../ui/listKeys";
import { createSplitter } from "../ui/splitter";
import { createButton } from "../ui/toolkit";
import { DetailsPane } from "./details";
import { EventList } from "./list";
import type { EventsState } from "./state";
import { filterIdentity, INITIAL_STATE } from "./state";
import type { EventList as ListMessage } from "./toolbar";
import { Toolbar } from "./toolbar";

document.body.dataset["view"] = "events";
const host = connectHost<EventsToWebview, EventsFromWebview, EventsState>();
let state: EventsState = { ...INITIAL_STATE, ...host.kept };
let list: ListMessage | undefined;
/** Filters that were posted and not heard of again yet, oldest first. */
let outstanding: string[] = [];
let hostFilter: string | undefined;

const announcer = new Announcer();
const toolbar = new Toolbar({
  filter: postFilter,
  chooseRun: (id) => host.post({ type: "chooseRun", id }),
  step: (to) => host.post({ type: "step", to }),
});
const events = new EventList(state.columnWidths, {
  moveTo: (seq) => host.post({ type: "moveTo", seq }),
  wantRows: (request, from, to) => host.post({ type: "wantRows", request, from, to }),
  sizeColumns: (columnWidths) => keep({ columnWidths }),
});
const details = new DetailsPane((text) => host.post({ type: "copy", text }));
const nothing = element("div", { class: "empty", hidden: true });
const panes = element("div", { class: "panes" });
const page = element("main", { class: "page", hidden: true }, toolbar.element, panes);
const message = element("div", { class: "empty message" }, l10n.t("Loading…"));

start();

function start(): void {
  const splitter = createSplitter({
    container: panes,
    label: l10n.t("Size of the list"),
    share: state.listShare,
    onDidChange: (listShare) => keep({ listShare }),
  });
  panes.append(element("div", { class: "pane-list" }, events.list.element, nothing), splitter, details.element);
  document.querySelector("#app")!.append(page, message, announcer.element);
  events.list.mount();
  events.list.element.addEventListener("scrollend", () => keep({ scrollTopPx: events.list.element.scrollTop }));
  document.addEventListener("keydown", onKey);
  followListKeys(events.list.element, () => {
    const text = events.selectedText();
    if (text !== undefined) host.post({ type: "copy", text });
  });
  host.onMessage(receive);
  host.post({ type: "ready" });
}

function receive(incoming: EventsToWebview): void {
  switch (incoming.type) {
    case "list":
      return showList(incoming);
    case "rows":
      return events.take(incoming.request, incoming.from, incoming.rows);
    case "details":
      return details.show(incoming.details, list?.startedMs);
  }
}

function showList(incoming: ListMessage): void {
  const isFirst = list === undefined;
  const previous = list;
  list = incoming;
  page.hidden = incoming.run === undefined;
  message.hidden = incoming.run !== undefined;
  if (incoming.run === undefined) {
    fill(message, l10n.t("No run yet. Run an agent script to see its events here."));
    return;
  }
  adoptFilter(incoming, isFirst);
  toolbar.update(incoming);
  events.show(incoming, `${incoming.run.id} ${filterIdentity(incoming.filter)}`);
  showNothing(incoming);
  if (isFirst && !incoming.cursor.live) events.list.element.scrollTop = state.scrollTopPx;
  if (isFirst) events.list.reveal(incoming.cursorIndex);
  if (
    previous !== undefined &&
    previous.matching !== incoming.matching &&
    incoming.searched === incoming.total &&
    !incoming.cursor.live
  ) {
    announcer.say(l10n.t("{0} events shown", incoming.matching));
  }
}

/**
 * The boxes lead: what the extension says of the filter is an echo of what was posted, unless it is something that was
 * never posted, such as "show this agent's events" from the tree.
 */
function adoptFilter({ run, filter }: ListMessage, isFirst: boolean): void {
  const identity = filterIdentity(filter);
  if (isFirst && state.runId === run?.id && identity === filterIdentity(INITIAL_STATE.filter)) {
    hostFilter = identity;
    toolbar.showFilter(state.filter);
    if (filterIdentity(state.filter) !== identity) postFilter(state.filter);
    return;
  }
  const echo = outstanding.indexOf(identity);
  if (echo >= 0) outstanding = outstanding.slice(echo + 1);
  else if (identity !== hostFilter) {
    outstanding = [];
    toolbar.showFilter(filter);
  }
  hostFilter = identity;
  keep({ runId: run?.id, filter: toolbar.filter });
}

function postFilter(filter: EventFilter): void {
  outstanding.push(filterIdentity(filter));
  host.post({ type: "setFilter", filter });
  keep({ runId: list?.run?.id, filter });
}

function showNothing({ matching, total, searched }: ListMessage): void {
  const isSomething = matching > 0 || events.isOutdated;
  events.list.element.hidden = !isSomething;
  nothing.hidden = isSomething;
  if (isSomething) return;
  const clear = createButton({
    label: l10n.t("Clear Filters"),
    look: "secondary",
    onClick: () => toolbar.clearFilter(),
  });
  if (searched < total) fill(nothing, l10n.t("Searching…"));
  else if (total === 0) fill(nothing, l10n.t("No events yet."));
  else fill(nothing, element("p", {}, l10n.t("No event matches the filters.")), clear.element);
}

function onKey(event: KeyboardEvent): void {
  const inText = event.composedPath()[0] instanceof HTMLInputElement;
  const isFind = event.key === "f" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
  if (list?.run !== undefined && (isFind || (event.key === "/" && !event.altKey && !inText))) {
    event.preventDefault();
    event.stopPropagation();
    toolbar.focusText();
  } else if (inText && event.key === "Enter") {
    events.list.element.focus();
  }
}

function keep(change: Partial<EventsState>): void {
  state = { ...state, ...change };
  host.keep(state);
}
