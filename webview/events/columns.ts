/** Lays out the columns of the list of events: their headers, and widths that the reader sets by pointer or keys. */

import * as l10n from "@vscode/l10n";
import { element } from "../ui/element";

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
  readonly header: HTMLElement;
  private readonly widths: Record<SizedColumn, number>;
  private readonly bars = new Map<SizedColumn, HTMLElement>();

  /** @param onDidChange hears each change that the reader has made, once it is made */
  constructor(
    widths: ColumnWidths,
    private readonly onDidChange: (widths: ColumnWidths) => void,
  ) {
    this.widths = { ...DEFAULT_PX, ...widths };
    const names = {
      kind: l10n.t("Kind"),
      agent: l10n.t("Agent"),
      time: l10n.t("Time"),
      seq: l10n.t("Event"),
    };
    this.header = element(
      "div",
      { class: "event-columns list-header", role: "row", aria: { rowindex: "1" } },
      headerCell("what", l10n.t("What Happened")),
      ...SIZED.map((column) => headerCell(column, names[column], this.createBar(column, names[column]))),
    );
  }

  /** Sets the widths on the list that the header and its rows are in; again when it gets another size. */
  layOut(list: HTMLElement): void {
    const apply = (): void => {
      for (const column of SIZED) this.apply(column, this.widths[column]);
    };
    apply();
    new ResizeObserver(apply).observe(list);
  }

  private createBar(column: SizedColumn, name: string): HTMLElement {
    const bar = element("div", {
      class: "column-bar",
      role: "separator",
      tabIndex: 0,
      title: l10n.t("Drag, or press the arrow keys, to resize the column. Double-click to reset its width."),
      aria: { label: l10n.t("Width of the column {0}", name), orientation: "vertical", valuemin: String(MIN_PX) },
    });
    this.bars.set(column, bar);
    let from: { readonly x: number; readonly width: number } | undefined;
    bar.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      bar.setPointerCapture(event.pointerId);
      bar.focus();
      from = { x: event.clientX, width: this.widths[column] };
    });
    bar.addEventListener("pointermove", (event) => {
      if (from !== undefined && bar.hasPointerCapture(event.pointerId)) {
        this.set(column, from.width + from.x - event.clientX);
      }
    });
    bar.addEventListener("lostpointercapture", () => {
      from = undefined;
      this.onDidChange({ ...this.widths });
    });
    bar.addEventListener("dblclick", () => this.change(column, DEFAULT_PX[column]));
    bar.addEventListener("keydown", (event) => {
      const width = this.widths[column];
      const wanted = { ArrowLeft: width + STEP_PX, ArrowRight: width - STEP_PX, Home: MIN_PX, End: Infinity }[
        event.key
      ];
      if (wanted === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      // The list has a meaning of its own for these keys.
      event.stopPropagation();
      this.change(column, wanted);
    });
    return bar;
  }

  private change(column: SizedColumn, wanted: number): void {
    this.set(column, wanted);
    this.onDidChange({ ...this.widths });
  }

  private set(column: SizedColumn, wanted: number): void {
    this.widths[column] = this.apply(column, wanted);
  }

  /** Gives a column a width as far as there is room: one that is narrow for a while does not change what was set. */
  private apply(column: SizedColumn, wanted: number): number {
    const list = this.header.parentElement;
    const others = SIZED.reduce((sum, other) => (other === column ? sum : sum + this.widths[other]), 0);
    const mostPx = Math.max(DEFAULT_PX[column], (list?.clientWidth ?? 0) - others - REST_PX);
    const width = Math.round(Math.min(mostPx, Math.max(MIN_PX, wanted)));
    list?.style.setProperty(`--column-${column}`, `${String(width)}px`);
    const bar = this.bars.get(column);
    bar?.setAttribute("aria-valuenow", String(width));
    bar?.setAttribute("aria-valuemax", String(mostPx));
    return width;
  }
}

function headerCell(column: string, label: string, bar?: HTMLElement): HTMLElement {
  const name = element("span", { class: "ellipsis" }, label);
  return element("div", { class: `${column} column`, role: "columnheader", aria: { label } }, bar, name);
}
