/** Shows the list of events: what a row shows, and where the cursor is drawn while the extension's answer is on its way. */

import * as l10n from "@vscode/l10n";
import type { EventRow } from "../../src/protocol/eventsMessages";
import { fullTime, sinceStart, timeOfDay } from "../ui/clock";
import { element } from "../ui/element";
import { VirtualList } from "../ui/virtualList";
import { showText, visibleString } from "../ui/visibleText";
import { Columns, type ColumnWidths } from "./columns";
import { eventKindSign } from "./eventKind";
import { RowCache } from "./rowCache";
import type { EventList as ListMessage } from "./toolbar";

/** How long the extension may take to confirm a move before its own cursor is believed again. */
const MOVE_GRACE_MS = 1_500;

/** The list. Moving in it moves the cursor: at once here, and by `moveTo` there. */
export class EventList {
  readonly list: VirtualList;
  readonly cache: RowCache;
  private readonly parts = new WeakMap<HTMLElement, RowParts>();
  private cursorIndex = -1;
  private wanted: { readonly index: number; readonly seq: number | undefined; readonly atMs: number } | undefined;
  private readonly columns: Columns;
  private epoch = "";
  private runId: string | undefined;
  private cursorSeq = -1;
  private startedMs: number | undefined;
  /** A search is under way that began with this epoch. */
  private isFirstSearch = false;
  private live = true;

  constructor(
    columnWidths: ColumnWidths,
    private readonly on: {
      moveTo(seq: number): void;
      wantRows(request: number, from: number, to: number): void;
      sizeColumns(widths: ColumnWidths): void;
    },
  ) {
    this.columns = new Columns(columnWidths, (widths) => on.sizeColumns(widths));
    this.cache = new RowCache((request, from, to) => on.wantRows(request, from, to));
    this.list = new VirtualList({
      id: "events",
      label: l10n.t("Events"),
      rowHeightPx: 22,
      header: this.columns.header,
      keyAt: (index) => index,
      createRow: () => this.createRow(),
      updateRow: (row, index) => this.updateRow(row, index),
      onDidMove: (index) => this.move(index),
      onDidOpen: () => undefined,
      onDidRender: (from, to) => {
        if (!this.isOutdated) this.cache.want(from, to, this.list.length);
      },
    });
    this.columns.layOut(this.list.element);
  }

  /** What is shown is what matched before: nothing that matches now is found yet. */
  get isOutdated(): boolean {
    return this.list.element.getAttribute("aria-busy") === "true";
  }

  /**
   * Takes a new list in. While a search begins, what was there stays until something is found; what is found then
   * comes below, and nothing moves the place that the reader looks at.
   *
   * @param epoch changes when rows get other indexes (another run or filter).
   */
  show(message: ListMessage, epoch: string): void {
    const isNew = epoch !== this.epoch;
    const isSearching = message.searched < message.total;
    const isSameRun = message.run?.id === this.runId;
    const waits = isNew && isSearching && isSameRun && message.matching === 0 && this.list.length > 0;
    this.list.element.setAttribute("aria-busy", String(waits));
    if (waits) return;
    const wasAtEnd = this.list.length === 0 || this.list.atEnd;
    const becameLive = message.cursor.live && !this.live;
    if (isNew) {
      this.epoch = epoch;
      this.runId = message.run?.id;
      this.cache.restart();
      this.wanted = undefined;
    }
    const { wanted } = this;
    const isConfirmed = wanted !== undefined && wanted.seq === message.cursor.seq && !message.cursor.live;
    const isPending = wanted !== undefined && !isConfirmed && performance.now() - wanted.atMs < MOVE_GRACE_MS;
    if (!isPending) this.wanted = undefined;
    const index = isPending ? wanted.index : message.cursorIndex;
    const cursorMoved = message.cursor.seq !== this.cursorSeq;
    const moved = this.isFirstSearch ? cursorMoved : index !== this.cursorIndex;
    const keepsPlace = this.isFirstSearch || (isNew && isSearching);
    this.isFirstSearch = isSearching && (isNew || this.isFirstSearch);
    this.live = message.cursor.live;
    this.cursorIndex = index;
    this.cursorSeq = message.cursor.seq;
    this.startedMs = message.startedMs;
    this.list.setRows(message.matching, index);
    if (isPending) return;
    if (isNew && isSearching) this.list.scrollTo(0);
    else if (this.live) {
      if (becameLive || (wasAtEnd && !keepsPlace)) this.list.reveal(message.matching - 1);
    } else if (moved || (isNew && !keepsPlace)) this.list.reveal(index);
  }

  /** Takes rows in, and posts the move that waited for one of them. */
  take(request: number, from: number, rows: readonly EventRow[]): void {
    if (!this.cache.take(request, from, rows)) return;
    this.list.refresh();
    const { wanted } = this;
    if (wanted !== undefined && wanted.seq === undefined) this.move(wanted.index);
  }

  /** @returns the selected row as one line of text; undefined when none is selected or it is not here yet. */
  selectedText(): string | undefined {
    const row = this.cache.certain(this.list.active);
    return row && [row.seq, timeOfDay(row.timestampMs), row.agent ?? "", row.kind, row.summary].join("\t");
  }

  private move(index: number): void {
    const row = this.cache.certain(index);
    this.wanted = { index, seq: row?.seq, atMs: performance.now() };
    this.cursorIndex = index;
    this.list.refresh();
    if (row !== undefined) this.on.moveTo(row.seq);
  }

  private createRow(): HTMLElement {
    const cell = (column: string, ...children: readonly HTMLElement[]): HTMLElement =>
      element("span", { class: `${column} column`, role: "gridcell" }, ...children);
    const icon = element("span", { class: "codicon", aria: { hidden: "true" } });
    const kindName = element("span", { class: "visually-hidden" });
    const parts: RowParts = {
      summary: cell("what row-text ellipsis"),
      kind: cell("kind", icon, kindName),
      icon,
      kindName,
      agent: cell("agent ellipsis"),
      time: cell("time quiet ellipsis"),
      seq: cell("seq quiet ellipsis"),
    };
    const { summary, kind, agent, time, seq } = parts;
    const row = element("div", { class: "event-columns event-row" }, summary, kind, agent, time, seq);
    this.parts.set(row, parts);
    return row;
  }

  private updateRow(row: HTMLElement, index: number): void {
    const { summary, kind, icon, kindName, agent, time, seq } = this.parts.get(row)!;
    const event = this.cache.at(index);
    row.classList.toggle("loading", event === undefined);
    row.classList.toggle("future", !this.live && index > this.cursorIndex);
    const sign = eventKindSign(event?.kind ?? "");
    icon.className = `codicon codicon-${event === undefined ? "loading" : sign.icon} ${sign.weight}`;
    showText(summary, event?.summary ?? l10n.t("Loading…"), { maxLength: 400 });
    showText(kindName, event?.kind ?? "", { maxLength: 120 });
    kind.title = visibleString(event?.kind ?? "", 300);
    showText(agent, event?.agent ?? "", { maxLength: 120 });
    agent.title = visibleString(event?.agent ?? "", 300);
    showText(time, event === undefined ? "" : sinceStart(event.timestampMs, this.startedMs));
    time.title = event === undefined ? "" : fullTime(event.timestampMs);
    showText(seq, event === undefined ? "" : String(event.seq));
    const label =
      event === undefined
        ? l10n.t("Loading…")
        : [event.summary, event.kind, event.agent, l10n.t("event {0}", event.seq)]
            .filter((part) => part !== undefined)
            .map((part) => visibleString(part, 300))
            .join(", ");
    row.setAttribute("aria-label", label);
  }
}

interface RowParts {
  readonly summary: HTMLElement;
  readonly kind: HTMLElement;
  readonly icon: HTMLElement;
  readonly kindName: HTMLElement;
  readonly agent: HTMLElement;
  readonly time: HTMLElement;
  readonly seq: HTMLElement;
}
