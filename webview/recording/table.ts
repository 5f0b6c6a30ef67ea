/** A table whose columns say what their cells hold. */

import { html, type TemplateResult } from "lit/html.js";
import { repeat } from "lit/directives/repeat.js";
import { visible } from "../ui/visibleText";

/** One column. */
export interface Column<Item> {
  readonly label: string;
  /** It holds numbers. */
  readonly numeric?: boolean;
  cell(item: Item): string | TemplateResult;
}

/** A table with a heading above it and a line below it that says what it leaves out; hidden while there is nothing. */
export function table<Item>({
  heading,
  columns,
  items,
  id,
  rowClass = () => "",
  more,
}: {
  readonly heading: string;
  readonly columns: readonly Column<Item>[];
  readonly items: readonly Item[];
  /** Tells items apart: a row stays the same element while its item is there. */
  id(item: Item): number;
  rowClass?(item: Item): string;
  /** "" = nothing is left out. */
  readonly more: string;
}): TemplateResult {
  const align = ({ numeric }: Column<Item>): string => (numeric === true ? "numeric" : "");
  const cell = (column: Column<Item>, item: Item): TemplateResult => {
    const content = column.cell(item);
    const shown = typeof content === "string" ? visible(content, { maxLength: 300 }) : content;
    return html`<td class=${align(column)}>${shown}</td>`;
  };
  // The heading stays in sight when the table is scrolled sideways.
  return html`<section ?hidden=${items.length === 0 && more === ""}>
    <h2>${heading}</h2>
    <div class="wide">
      <table aria-label=${heading}>
        <thead>
          <tr>
            ${columns.map((column) => html`<th class=${align(column)} scope="col">${column.label}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${repeat(
            items,
            id,
            (item) =>
              html`<tr class=${rowClass(item)}>
                ${columns.map((column) => cell(column, item))}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p class="more quiet" ?hidden=${more === ""}>${more}</p>
  </section>`;
}

/** @returns a number for a cell that is empty for 0. */
export function unlessZero(count: number): string {
  return count === 0 ? "" : count.toLocaleString();
}
