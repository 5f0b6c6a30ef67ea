/** Keeps only the rows in sight of a list or grid of any length in the page; it knows rows by index and key alone. */

import {
  defaultRangeExtractor,
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
} from "@tanstack/virtual-core";
import { html, nothing } from "lit/html.js";
import { createElement } from "./page";

/** What a list needs to know of its rows. All rows have one height, so that places are exact at any length. */
export interface VirtualListOptions {
  readonly id: string;
  readonly label: string;
  readonly rowHeightPx: number;
  /** A row of column headers that stays in sight. With it the list is a grid, whose rows hold cells of role "gridcell". */
  readonly header?: HTMLElement;
  /** A row's key: rows keep their element while their key stays in sight. Unique in the list. */
  keyAt(index: number): string | number;
  createRow(): HTMLElement;
  /** Fills a row, its `aria-label` included; called for each row that comes in sight and after `refresh`. */
  updateRow(row: HTMLElement, index: number): void;
  /** The user moved to a row by keyboard or pointer. */
  onDidMove(index: number): void;
  /** The user pressed Enter on a row or double-clicked it. */
  onDidOpen(index: number): void;
  /** The user pressed Space on a row or clicked the part of it that has `data-toggle`; neither moves the selection. */
  onDidToggle?(index: number): void;
  /** The rows in sight changed; `from` and `to` (exclusive) include some beyond either edge. */
  onDidRender?(from: number, to: number): void;
}

/** A place in the list that holds while rows come and go: a row's key and how far it is scrolled past. */
export interface ScrollAnchor {
  readonly key: string | number;
  readonly offsetPx: number;
}

/** The listbox or grid. Focus stays on the box itself; the active row is told by `aria-activedescendant`. */
export class VirtualList {
  readonly element: HTMLElement;
  private readonly canvas = createElement(html`<div class="list-canvas" role="presentation"></div>`);
  private readonly virtualizer: Virtualizer<HTMLElement, HTMLElement>;
  private rows = new Map<string | number, HTMLElement>();
  private readonly filled = new WeakMap<HTMLElement, number>();
  private version = 0;
  private count = 0;
  private activeIndex = -1;
  private nextRowId = 0;

  constructor(private readonly options: VirtualListOptions) {
    this.element = createElement(
      html`<div
        class="list"
        id=${options.id}
        role=${this.isGrid ? "grid" : "listbox"}
        tabindex="0"
        aria-label=${options.label}
        aria-colcount=${options.header?.childElementCount ?? nothing}
      >
        ${options.header}${this.canvas}
      </div>`,
    );
    this.virtualizer = new Virtualizer(this.virtualizerOptions());
    this.element.addEventListener("keydown", (event) => this.onKey(event));
    this.canvas.addEventListener("click", (event) => {
      const index = rowIndex(event);
      if (index === undefined) return;
      if (options.onDidToggle !== undefined && isToggle(event)) options.onDidToggle(index);
      else this.moveTo(index);
    });
    this.canvas.addEventListener("dblclick", (event) => {
      const index = rowIndex(event);
      if (index !== undefined && !isToggle(event)) options.onDidOpen(index);
    });
  }

  /** Starts measuring; call once the element stands in the page. */
  mount(): void {
    this.virtualizer._didMount();
    this.virtualizer._willUpdate();
    this.render();
  }

  private get isGrid(): boolean {
    return this.options.header !== undefined;
  }

  /** Height of what stands over the rows at the upper edge. */
  private get headerPx(): number {
    return this.options.header?.offsetHeight ?? 0;
  }

  get length(): number {
    return this.count;
  }

  /** The row that is selected; −1 = none. */
  get active(): number {
    return this.activeIndex;
  }

  /** Shows other rows: as many, and which of them is active. What rows show is asked for anew. */
  setRows(count: number, active: number): void {
    this.count = count;
    this.activeIndex = active < count ? active : -1;
    this.version++;
    this.virtualizer.setOptions(this.virtualizerOptions());
    this.virtualizer._willUpdate();
    this.render();
  }

  setActive(index: number): void {
    if (index !== this.activeIndex) {
      this.activeIndex = index;
      this.render();
    }
  }

  /** Asks for the content of the rows in sight again. */
  refresh(): void {
    this.version++;
    this.render();
  }

  /** Scrolls no more than needed to bring a row in sight. */
  reveal(index: number): void {
    if (index < 0 || index >= this.count) return;
    const top = index * this.options.rowHeightPx;
    const bottom = top + this.options.rowHeightPx;
    const { scrollTop, clientHeight } = this.element;
    if (top < scrollTop) this.element.scrollTop = top;
    else if (bottom > scrollTop + clientHeight - this.headerPx) {
      this.element.scrollTop = bottom - clientHeight + this.headerPx;
    }
  }

  /** The row at the upper edge; undefined while the list stands at its start. */
  anchor(): ScrollAnchor | undefined {
    // Asking an empty list where it stands would have the page laid out in vain.
    if (this.count === 0) return undefined;
    const { scrollTop } = this.element;
    const index = Math.floor(scrollTop / this.options.rowHeightPx);
    if (scrollTop <= 0 || index >= this.count) return undefined;
    return { key: this.options.keyAt(index), offsetPx: scrollTop - index * this.options.rowHeightPx };
  }

  /** Brings a row to the upper edge, scrolled past by so many pixels. */
  scrollTo(index: number, offsetPx = 0): void {
    this.element.scrollTop = index * this.options.rowHeightPx + offsetPx;
  }

  /** True while the last row is in sight. */
  get atEnd(): boolean {
    const { scrollTop, clientHeight, scrollHeight } = this.element;
    return scrollTop + clientHeight >= scrollHeight - this.options.rowHeightPx;
  }

  private virtualizerOptions(): ConstructorParameters<typeof Virtualizer<HTMLElement, HTMLElement>>[0] {
    return {
      count: this.count,
      getScrollElement: () => this.element,
      estimateSize: () => this.options.rowHeightPx,
      scrollToFn: elementScroll,
      observeElementRect,
      observeElementOffset,
      overscan: OVERSCAN,
      onChange: () => this.render(),
      // The active row stays in the page when scrolled away, or aria-activedescendant would point at nothing.
      rangeExtractor: (range) => {
        const indexes = defaultRangeExtractor(range);
        if (this.activeIndex >= 0 && this.activeIndex < this.count && !indexes.includes(this.activeIndex)) {
          indexes.push(this.activeIndex);
        }
        return indexes.sort((a, b) => a - b);
      },
    };
  }

  private render(): void {
    if (!this.element.isConnected) return;
    // The active index is not among what the virtualizer watches: its memo would return the old rows.
    this.virtualizer.setOptions(this.virtualizerOptions());
    const items = this.virtualizer.getVirtualItems();
    this.canvas.style.height = `${String(this.count * this.options.rowHeightPx)}px`;
    const keys = items.map(({ index }) => this.options.keyAt(index));
    const next = new Map<string | number, HTMLElement>();
    for (const key of keys) {
      const row = this.rows.get(key);
      if (row !== undefined) next.set(key, row);
    }
    const free = [...this.rows].filter(([key]) => !next.has(key)).map(([, row]) => row);
    let activeRow: HTMLElement | undefined;
    let before: Element | null = this.canvas.firstElementChild;
    items.forEach(({ index, start }, position) => {
      const key = keys[position]!;
      const known = next.get(key);
      const row = known ?? free.pop() ?? this.createRow();
      if (known === undefined || this.filled.get(row) !== this.version) {
        this.filled.set(row, this.version);
        this.options.updateRow(row, index);
      }
      next.set(key, row);
      row.dataset["index"] = String(index);
      row.style.transform = `translateY(${String(start)}px)`;
      if (this.isGrid) setAttribute(row, "aria-rowindex", String(index + 2));
      else {
        setAttribute(row, "aria-posinset", String(index + 1));
        setAttribute(row, "aria-setsize", String(this.count));
      }
      setAttribute(row, "aria-selected", String(index === this.activeIndex));
      if (index === this.activeIndex) activeRow = row;
      if (row === before) before = before.nextElementSibling;
      else this.canvas.insertBefore(row, before);
    });
    for (const row of free) row.remove();
    if (this.isGrid) setAttribute(this.element, "aria-rowcount", String(this.count + 1));
    this.rows = next;
    if (activeRow === undefined) this.element.removeAttribute("aria-activedescendant");
    else setAttribute(this.element, "aria-activedescendant", activeRow.id);
    const { range } = this.virtualizer;
    if (this.count > 0 && range !== null) {
      const from = Math.max(0, range.startIndex - OVERSCAN);
      this.options.onDidRender?.(from, Math.min(this.count, range.endIndex + 1 + OVERSCAN));
    }
  }

  private createRow(): HTMLElement {
    const row = this.options.createRow();
    row.setAttribute("role", this.isGrid ? "row" : "option");
    row.id = `${this.options.id}-row-${String(this.nextRowId++)}`;
    row.style.height = `${String(this.options.rowHeightPx)}px`;
    return row;
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || this.count === 0) return;
    const roomPx = this.element.clientHeight - this.headerPx;
    const page = Math.max(1, Math.floor(roomPx / this.options.rowHeightPx) - 1);
    const steps: Record<string, number> = {
      ArrowDown: this.activeIndex + 1,
      ArrowUp: this.activeIndex < 0 ? this.count - 1 : this.activeIndex - 1,
      PageDown: Math.max(this.activeIndex, 0) + page,
      PageUp: Math.max(this.activeIndex, 0) - page,
      Home: 0,
      End: this.count - 1,
    };
    const target = steps[event.key];
    if (target !== undefined) {
      event.preventDefault();
      this.moveTo(Math.min(this.count - 1, Math.max(0, target)));
    } else if (event.key === "Enter" && this.activeIndex >= 0) {
      event.preventDefault();
      this.options.onDidOpen(this.activeIndex);
    } else if (event.key === " " && this.activeIndex >= 0 && this.options.onDidToggle !== undefined) {
      event.preventDefault();
      this.options.onDidToggle(this.activeIndex);
    }
  }

  private moveTo(index: number): void {
    this.reveal(index);
    if (index === this.activeIndex) return;
    this.setActive(index);
    this.options.onDidMove(index);
  }
}

/** Rows that are kept beyond either edge, so that a scrolled pixel never shows a gap. */
const OVERSCAN = 12;

function rowIndex(event: Event): number | undefined {
  const row = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-index]") : null;
  return row === null ? undefined : Number(row.dataset["index"]);
}

function isToggle(event: Event): boolean {
  return event.target instanceof Element && event.target.closest("[data-toggle]") !== null;
}

function setAttribute(target: Element, name: string, value: string): void {
  if (target.getAttribute(name) !== value) target.setAttribute(name, value);
}
