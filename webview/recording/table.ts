/** A table whose rows stay the same elements while their texts change, so that nothing flickers and focus stays. */

import { element } from "../ui/element";
import { showText } from "../ui/visibleText";

/** One column: its heading, and whether it holds numbers. */
export interface Column {
  readonly label: string;
  readonly numeric?: boolean;
}

/** What a row shows; cells without a text of their own are filled when the row is made. */
export interface Row {
  readonly id: string;
  readonly cells: readonly (string | undefined)[];
  readonly class?: string;
}

/** A table with a heading above it and a line below it that says what it leaves out. */
export class Table {
  readonly element: HTMLElement;
  private readonly body = element("tbody");
  private readonly more = element("p", { class: "more quiet", hidden: true });
  private readonly rows = new Map<string, HTMLTableRowElement>();

  /** @param fillRow puts into a new row's cells what texts cannot say: buttons; cells of `undefined` text are left to it */
  constructor(
    heading: string,
    columns: readonly Column[],
    private readonly fillRow: (id: string, cells: readonly HTMLTableCellElement[]) => void,
  ) {
    const head = columns.map(({ label, numeric }) => {
      const cell = element("th", { class: numeric === true ? "numeric" : "" }, label);
      cell.scope = "col";
      return cell;
    });
    const title = element("h2", {}, heading);
    const table = element("table", {}, element("thead", {}, element("tr", {}, ...head)), this.body);
    table.setAttribute("aria-label", heading);
    // The heading stays in sight when the table is scrolled sideways.
    this.element = element("section", { hidden: true }, title, element("div", { class: "wide" }, table), this.more);
    this.columns = columns;
  }

  private readonly columns: readonly Column[];

  /** @param more what is said below; "" = nothing */
  show(rows: readonly Row[], more: string): void {
    this.element.hidden = rows.length === 0 && more === "";
    const kept = new Set(rows.map(({ id }) => id));
    for (const [id, shown] of this.rows) {
      if (kept.has(id)) continue;
      shown.remove();
      this.rows.delete(id);
    }
    rows.forEach((row, index) => {
      const shown = this.rows.get(row.id) ?? this.makeRow(row);
      if (this.body.children[index] !== shown) this.body.insertBefore(shown, this.body.children[index] ?? null);
      shown.className = row.class ?? "";
      row.cells.forEach((text, column) => {
        const cell = shown.cells[column];
        if (cell !== undefined && text !== undefined) showText(cell, text, { maxLength: 300 });
      });
    });
    this.more.hidden = more === "";
    showText(this.more, more);
  }

  private makeRow({ id }: Row): HTMLTableRowElement {
    const cells = this.columns.map(({ numeric }) => element("td", { class: numeric === true ? "numeric" : "" }));
    const made = element("tr", {}, ...cells);
    this.fillRow(id, cells);
    this.rows.set(id, made);
    return made;
  }
}
