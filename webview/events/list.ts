/** Shows the list of events: what a row shows, and where the cursor is drawn while the extension's answer is on its way. */

import * as l10n from "@vscode/l10n";
import { html, render, type TemplateResult } from "lit/html.js";
import type { EventRow } from "../../src/protocol/eventsMessages";
import { fullTime, sinceStart, timeOfDay } from "../ui/clock";
import { VirtualList } from "../ui/virtualList";
import { visible, visibleString } from "../ui/visibleText";
import { Columns, type ColumnWidths } from "./columns";
import { eventKindSign } from "./eventKind";
import { RowCache } from "./rowCache";
import type { ListMessage } from "./state";

/** How long the extension may take to confirm a move before its own cursor is believed again. */
const MOVE_GRACE_MS = 1_500;

/** The list. Moving in it moves the cursor: at once here, and by `moveTo` there. */
export class EventList {
  readonly list: VirtualList;
  readonly cache: RowCache;
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
  /** The rows are those of before. */
  private waits = false;

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
      createRow: () => document.createElement("div"),
      updateRow: (row, index) => this.updateRow(row, index),
      onDidMove: (index) => this.move(index),
      onDidOpen: () => undefined,
      onDidRender: (from, to) => {
        if (!this.waits) this.cache.want(from, to, this.list.length);
      },
    });
    this.columns.layOut(this.list.element);
  }

  /** True while a search has begun and found nothing yet: what was there before stays until something is found. */
  isOutdatedBy({ run, searched, total, matching }: ListMessage, epoch: string): boolean {
    const isSameRun = run?.id === this.runId;
    return epoch !== this.epoch && searched < total && isSameRun && matching === 0 && this.list.length > 0;
  }

  /**
   * Takes a new list in. What is found while a search goes on comes below, and nothing moves the place that the reader
   * looks at.
   *
   * @param epoch changes when rows get other indexes (another run or filter).
   */
  show(message: ListMessage, epoch: string): void {
    const isNew = epoch !== this.epoch;
    const isSearching = message.searched < message.total;
    this.waits = this.isOutdatedBy(message, epoch);
    this.list.element.setAttribute("aria-busy", String(this.waits));
    this.list.element.hidden = message.matching === 0 && !this.waits;
    if (this.waits) return;
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

  private updateRow(row: HTMLElement, index: number): void {
    const event = this.cache.at(index);
    const isFuture = !this.live && index > this.cursorIndex;
    row.className = `event-columns event-row ${event === undefined ? "loading" : ""} ${isFuture ? "future" : ""}`;
    row.setAttribute("aria-label", event === undefined ? l10n.t("Loading…") : accessibleLabel(event));
    render(cells(event, this.startedMs), row);
  }
}

function accessibleLabel({ summary, kind, agent, seq }: EventRow): string {
  return [summary, kind, agent, l10n.t("event {0}", seq)]
    .filter((part) => part !== undefined)
    .map((part) => visibleString(part, 300))
    .join(", ");
}

/** The cells of a row whose event may still be on its way. */
function cells(event: EventRow | undefined, startedMs: number | undefined): TemplateResult {
  const { summary = l10n.t("Loading…"), kind = "", agent = "", timestampMs = 0, seq = "" } = event ?? {};
  const sign = eventKindSign(kind);
  const time = event === undefined ? "" : sinceStart(timestampMs, startedMs);
  const wholeTime = event === undefined ? "" : fullTime(timestampMs);
  return html`<span class="what row-text ellipsis column" role="gridcell">${visible(summary, { maxLength: 400 })}</span>
    <span class="kind column" role="gridcell" title=${visibleString(kind, 300)}>
      <span
        class="codicon codicon-${event === undefined ? "loading" : sign.icon} ${sign.weight}"
        aria-hidden="true"
      ></span>
      <span class="visually-hidden">${visible(kind, { maxLength: 120 })}</span>
    </span>
    <span class="agent ellipsis column" role="gridcell" title=${visibleString(agent, 300)}
      >${visible(agent, { maxLength: 120 })}</span
    >
    <span class="time quiet ellipsis column" role="gridcell" title=${wholeTime}>${time}</span>
    <span class="seq quiet ellipsis column" role="gridcell">${seq}</span>`;
}
