/** Lays out the columns of the list of events: their headers, and widths that the reader sets by pointer or keys. */

import * as l10n from "@vscode/l10n";
import { html, nothing, render, type TemplateResult } from "lit/html.js";
import { createElement } from "../ui/page";

/** The columns that have a width of their own, from left to right; what happened stands before them and takes the rest. */
const SIZED = ["kind", "agent", "time", "seq"] as const;
type SizedColumn = (typeof SIZED)[number];
/** Widths that the reader has set, pixels. */
export type ColumnWidths = Readonly<Partial<Record<SizedColumn, number>>>;

const DEFAULT_PX: Readonly<Record<SizedColumn, number>> = { kind: 56, agent: 104, time: 84, seq: 64 };
const MIN_PX = 32;
/** What happened is never narrower than this because of the other columns. */
const REST_PX = 200;
const STEP_PX = 8;

/** The row of headers. Each header but the first has a bar at its left edge, which moves that edge. */
export class Columns {
  readonly header = createElement(html`<div class="event-columns list-header" role="row" aria-rowindex="1"></div>`);
  private widths: Readonly<Record<SizedColumn, number>>;
  /** How wide the list is. */
  private roomPx = 0;
  /** Where a bar was when it was taken hold of. */
  private held: { readonly x: number; readonly width: number } | undefined;

  /** @param onDidChange hears each change that the reader has made, once it is made */
  constructor(
    widths: ColumnWidths,
    private readonly onDidChange: (widths: ColumnWidths) => void,
  ) {
    this.widths = { ...DEFAULT_PX, ...widths };
    this.draw();
  }

  /** Sets the widths on the list that the header and its rows are in; again when it gets another size. */
  layOut(list: HTMLElement): void {
    const fitIn = (): void => {
      this.roomPx = list.clientWidth;
      this.draw();
    };
    fitIn();
    new ResizeObserver(fitIn).observe(list);
  }

  private draw(): void {
    const names = { kind: l10n.t("Kind"), agent: l10n.t("Agent"), time: l10n.t("Time"), seq: l10n.t("Event") };
    for (const column of SIZED) {
      const width = this.fit(column, this.widths[column]);
      this.header.parentElement?.style.setProperty(`--column-${column}`, `${String(width)}px`);
    }
    const headers = SIZED.map((column) => headerCell(column, names[column], this.bar(column, names[column])));
    render([headerCell("what", l10n.t("What Happened")), ...headers], this.header);
  }

  private bar(column: SizedColumn, name: string): TemplateResult {
    const width = this.widths[column];
    return html`<div
      class="column-bar"
      role="separator"
      tabindex="0"
      title=${l10n.t("Drag, or press the arrow keys, to resize the column. Double-click to reset its width.")}
      aria-label=${l10n.t("Width of the column {0}", name)}
      aria-orientation="vertical"
      aria-valuemin=${MIN_PX}
      aria-valuenow=${this.fit(column, width)}
      aria-valuemax=${this.mostPx(column)}
      @pointerdown=${(event: PointerEvent) => {
        const bar = event.currentTarget as HTMLElement;
        event.preventDefault();
        bar.setPointerCapture(event.pointerId);
        bar.focus();
        this.held = { x: event.clientX, width };
      }}
      @pointermove=${(event: PointerEvent) => {
        if (this.held === undefined || !(event.currentTarget as Element).hasPointerCapture(event.pointerId)) return;
        this.set(column, this.held.width + this.held.x - event.clientX);
      }}
      @lostpointercapture=${() => {
        this.held = undefined;
        this.onDidChange(this.widths);
      }}
      @dblclick=${() => this.change(column, DEFAULT_PX[column])}
      @keydown=${(event: KeyboardEvent) => {
        const wanted = { ArrowLeft: width + STEP_PX, ArrowRight: width - STEP_PX, Home: MIN_PX, End: Infinity }[
          event.key
        ];
        if (wanted === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        // The list has a meaning of its own for these keys.
        event.stopPropagation();
        this.change(column, wanted);
      }}
    ></div>`;
  }

  private change(column: SizedColumn, wanted: number): void {
    this.set(column, wanted);
    this.onDidChange(this.widths);
  }

  private set(column: SizedColumn, wanted: number): void {
    this.widths = { ...this.widths, [column]: this.fit(column, wanted) };
    this.draw();
  }

  /** The width of a column as far as there is room: one that is narrow for a while does not change what was set. */
  private fit(column: SizedColumn, wanted: number): number {
    return Math.round(Math.min(this.mostPx(column), Math.max(MIN_PX, wanted)));
  }

  private mostPx(column: SizedColumn): number {
    const others = SIZED.reduce((sum, other) => (other === column ? sum : sum + this.widths[other]), 0);
    return Math.max(DEFAULT_PX[column], this.roomPx - others - REST_PX);
  }
}

function headerCell(column: string, label: string, bar?: TemplateResult): TemplateResult {
  return html`<div class="${column} column" role="columnheader" aria-label=${label}>
    ${bar ?? nothing}<span class="ellipsis">${label}</span>
  </div>`;
}
