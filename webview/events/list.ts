/** Owns the list of events: what a row shows, and where the cursor is drawn while the extension's answer is on its way. */

import * as l10n from "@vscode/l10n";
import type { EventRow } from "../../src/protocol/eventsMessages";
import { fullTime, timeOfDay } from "../clock";
import { element } from "../element";
import { VirtualList } from "../virtualList";
import { showText, visibleString } from "../visibleText";
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
  private epoch = "";
  private live = true;

  constructor(
    private readonly on: {
      moveTo(seq: number): void;
      wantRows(request: number, from: number, to: number): void;
    },
  ) {
    this.cache = new RowCache((request, from, to) => on.wantRows(request, from, to));
    this.list = new VirtualList({
      id: "events",
      label: l10n.t("Events"),
      rowHeightPx: 22,
      keyAt: (index) => index,
      createRow: () => this.createRow(),
      updateRow: (row, index) => this.updateRow(row, index),
      onDidMove: (index) => this.move(index),
      onDidOpen: () => undefined,
      onDidRender: (from, to) => this.cache.want(from, to, this.list.length),
    });
  }

  /** Takes a new list in. @param epoch changes when rows get other indexes (another run or filter). */
  show(message: ListMessage, epoch: string): void {
    const isNew = epoch !== this.epoch;
    const wasAtEnd = this.list.length === 0 || this.list.atEnd;
    const becameLive = message.cursor.live && !this.live;
    if (isNew) {
      this.epoch = epoch;
      this.cache.restart();
      this.wanted = undefined;
    }
    const { wanted } = this;
    const isConfirmed = wanted !== undefined && wanted.seq === message.cursor.seq && !message.cursor.live;
    const isPending = wanted !== undefined && !isConfirmed && performance.now() - wanted.atMs < MOVE_GRACE_MS;
    if (!isPending) this.wanted = undefined;
    const index = isPending ? wanted.index : message.cursorIndex;
    const moved = index !== this.cursorIndex;
    this.live = message.cursor.live;
    this.cursorIndex = index;
    this.list.setRows(message.matching, index);
    if (isPending) return;
    if (this.live ? becameLive || wasAtEnd : moved || isNew) this.list.reveal(this.live ? message.matching - 1 : index);
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
    const parts: RowParts = {
      seq: element("span", { class: "seq quiet" }),
      time: element("span", { class: "time quiet" }),
      agent: element("span", { class: "agent ellipsis" }),
      icon: element("span", { class: "codicon", aria: { hidden: "true" } }),
      kind: element("span", { class: "kind ellipsis" }),
      summary: element("span", { class: "row-text ellipsis" }),
    };
    const row = element(
      "div",
      { class: "event-row" },
      parts.seq,
      parts.time,
      parts.agent,
      parts.icon,
      parts.kind,
      parts.summary,
    );
    this.parts.set(row, parts);
    return row;
  }

  private updateRow(row: HTMLElement, index: number): void {
    const { seq, time, agent, icon, kind, summary } = this.parts.get(row)!;
    const event = this.cache.at(index);
    row.classList.toggle("loading", event === undefined);
    row.classList.toggle("future", !this.live && index > this.cursorIndex);
    const sign = eventKindSign(event?.kind ?? "");
    icon.className = `codicon codicon-${event === undefined ? "loading" : sign.icon} ${sign.weight}`;
    showText(seq, event === undefined ? "" : String(event.seq));
    showText(time, event === undefined ? "" : timeOfDay(event.timestampMs));
    time.title = event === undefined ? "" : fullTime(event.timestampMs);
    showText(agent, event?.agent ?? "", { maxLength: 120 });
    showText(kind, event?.kind ?? l10n.t("Loading…"), { maxLength: 120 });
    showText(summary, event?.summary ?? "", { maxLength: 400 });
    const label =
      event === undefined
        ? l10n.t("Loading…")
        : [String(event.seq), event.agent, event.kind, event.summary]
            .filter((part) => part !== undefined)
            .map((part) => visibleString(part, 300))
            .join(", ");
    row.setAttribute("aria-label", label);
  }
}

interface RowParts {
  readonly seq: HTMLElement;
  readonly time: HTMLElement;
  readonly agent: HTMLElement;
  readonly icon: HTMLElement;
  readonly kind: HTMLElement;
  readonly summary: HTMLElement;
}
