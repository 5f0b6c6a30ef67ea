/**
 * The page of the panel view Agent Events: rows are asked for as they come in sight, moves and steps are posted; it
 * holds no state of agents. The page needs `<meta property="csp-nonce" content="NONCE">`,
 * `<body><div id="app"></div>`, links to codicon.css and events.css, this script with the nonce, and, for other
 * languages than English, `<meta name="l10n" content="BUNDLE AS JSON">`.
 */

import "../ui/localization";
import * as l10n from "@vscode/l10n";
import { html, nothing, type TemplateResult } from "lit/html.js";
import type { EventFilter, EventsFromWebview, EventsToWebview } from "../../src/protocol/eventsMessages";
import { Announcer } from "../ui/announcer";
import { connectHost } from "../ui/host";
import { followListKeys } from "../ui/listKeys";
import { createPage } from "../ui/page";
import { shareStyle, splitter } from "../ui/splitter";
import { button, focusTextField } from "../ui/toolkit";
import { detailsPane, type DetailsActions } from "./details";
import { EventList } from "./list";
import type { EventsState, KeptState, ListMessage } from "./state";
import { filterIdentity, INITIAL_STATE, NO_FILTER, NO_LIST } from "./state";
import { TEXT_BOX, toolbar, type ToolbarActions } from "./toolbar";

document.body.dataset["view"] = "events";
const host = connectHost<EventsToWebview, EventsFromWebview, KeptState>();
/** Filters that were posted and not heard of again yet, oldest first. */
let outstanding: string[] = [];
let hostFilter: string | undefined;

const announcer = new Announcer();
const initial: EventsState = { ...INITIAL_STATE, ...host.kept };
const events = new EventList(initial.columnWidths, {
  moveTo: (seq) => host.post({ type: "moveTo", seq }),
  wantRows: (request, from, to) => host.post({ type: "wantRows", request, from, to }),
  sizeColumns: (columnWidths) => keep({ columnWidths }),
});
const toolbarActions: ToolbarActions = {
  filter: setFilter,
  openPicker: (openPicker) => page.update({ openPicker }),
  chooseRun: (id) => host.post({ type: "chooseRun", id }),
  step: (to) => host.post({ type: "step", to }),
};
const detailsActions: DetailsActions = {
  copy: (text) => host.post({ type: "copy", text }),
  showWhole: () => page.update({ isWhole: true }),
};
const page = createPage(initial, draw);

start();

function start(): void {
  const { element } = events.list;
  events.list.mount();
  element.addEventListener("scrollend", () => keep({ scrollTopPx: element.scrollTop }));
  document.addEventListener("keydown", onKey);
  followListKeys(element, () => {
    const text = events.selectedText();
    if (text !== undefined) host.post({ type: "copy", text });
  });
  host.onMessage(receive);
  host.post({ type: "ready" });
}

function draw(state: EventsState): TemplateResult {
  const { list } = state;
  const hasRun = list.run !== undefined;
  const bar = splitter({
    label: l10n.t("Size of the list"),
    share: state.listShare,
    onDidMove: (listShare) => page.update({ listShare }),
    onDidChange: (listShare) => keep({ listShare }),
  });
  return html`<main class="page" ?hidden=${!hasRun}>
      ${toolbar(state, toolbarActions)}
      <div class="panes" .style=${shareStyle(state.listShare)}>
        <div class="pane-list">${events.list.element}${instead(state)}</div>
        ${bar}${detailsPane({ ...state, startedMs: list.startedMs }, detailsActions)}
      </div>
    </main>
    ${hasRun ? nothing : message(list)}${announcer.element}`;
}

function message(list: ListMessage): TemplateResult {
  return html`<div class="empty message">
    ${list === NO_LIST ? l10n.t("Loading…") : l10n.t("No run yet. Run an agent script to see its events here.")}
  </div>`;
}

/** What stands in the place of an empty list. */
function instead({ list: { matching, total, searched }, isOutdated }: EventsState): TemplateResult | typeof nothing {
  if (matching > 0 || isOutdated) return nothing;
  if (searched < total) return html`<div class="empty">${l10n.t("Searching…")}</div>`;
  if (total === 0) return html`<div class="empty">${l10n.t("No events yet.")}</div>`;
  return html`<div class="empty">
    <p>${l10n.t("No event matches the filters.")}</p>
    ${button({ label: l10n.t("Clear Filters"), look: "secondary", onClick: () => setFilter(NO_FILTER) })}
  </div>`;
}

function receive(incoming: EventsToWebview): void {
  switch (incoming.type) {
    case "list":
      return showList(incoming);
    case "rows":
      return events.take(incoming.request, incoming.from, incoming.rows);
    case "details":
      // The same details again keep their place.
      if (JSON.stringify(incoming.details) === JSON.stringify(page.state.details)) return;
      return page.update({ details: incoming.details, isWhole: false });
  }
}

function showList(list: ListMessage): void {
  const previous = page.state.list;
  if (list.run === undefined) return page.update({ list });
  const isFirst = previous === NO_LIST;
  const epoch = `${list.run.id} ${filterIdentity(list.filter)}`;
  const filter = filterFor(list, isFirst);
  keep({ list, isOutdated: events.isOutdatedBy(list, epoch), runId: list.run.id, filter });
  events.show(list, epoch);
  if (isFirst) {
    if (!list.cursor.live) events.list.element.scrollTop = page.state.scrollTopPx;
    events.list.reveal(list.cursorIndex);
  } else if (previous.matching !== list.matching && list.searched === list.total && !list.cursor.live) {
    announcer.say(l10n.t("{0} events shown", list.matching));
  }
}

/**
 * The boxes lead: what the extension says of the filter is an echo of what was posted, unless it is something that was
 * never posted, such as "show this agent's events" from the tree. @returns what the boxes show from now on
 */
function filterFor({ run, filter }: ListMessage, isFirst: boolean): EventFilter {
  const { runId, filter: shown } = page.state;
  const identity = filterIdentity(filter);
  const isOther = identity !== filterIdentity(shown);
  const isNews = identity !== hostFilter;
  hostFilter = identity;
  if (isFirst && runId === run?.id && identity === filterIdentity(NO_FILTER)) {
    if (isOther) post(shown);
    return shown;
  }
  const echo = outstanding.indexOf(identity);
  if (echo >= 0) outstanding = outstanding.slice(echo + 1);
  else if (isNews) outstanding = [];
  return echo < 0 && isNews && isOther ? filter : shown;
}

function setFilter(filter: EventFilter): void {
  post(filter);
  keep({ runId: page.state.list.run?.id, filter });
}

function post(filter: EventFilter): void {
  outstanding.push(filterIdentity(filter));
  host.post({ type: "setFilter", filter });
}

function onKey(event: KeyboardEvent): void {
  const inText = event.composedPath()[0] instanceof HTMLInputElement;
  const isFind = event.key === "f" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
  if (page.state.list.run !== undefined && (isFind || (event.key === "/" && !event.altKey && !inText))) {
    event.preventDefault();
    event.stopPropagation();
    focusTextField(TEXT_BOX);
  } else if (inText && event.key === "Enter") {
    events.list.element.focus();
  }
}

/** Draws a change, and keeps what is kept while the view is hidden. */
function keep(change: Partial<EventsState>): void {
  page.update(change);
  const { runId, filter, scrollTopPx, listShare, columnWidths } = page.state;
  host.keep({ runId, filter, scrollTopPx, listShare, columnWidths });
}
