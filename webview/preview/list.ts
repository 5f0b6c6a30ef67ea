/** Owns the preview's list of keys: what a row shows, and that place and selection hold while plans come in. */

import * as l10n from "@vscode/l10n";
import type { PreviewRow } from "../../src/protocol/previewMessages";
import { element } from "../element";
import { VirtualList } from "../virtualList";
import { showText, visibleString } from "../visibleText";
import { categoryOf, categoryWord, LETTERS } from "./category";

/** The list; it selects keys, not indexes. */
export class KeyList {
  readonly list: VirtualList;
  private rows: readonly PreviewRow[] = [];
  private readonly parts = new WeakMap<HTMLElement, RowParts>();

  constructor(on: { selected(key: string): void; opened(key: string): void }) {
    this.list = new VirtualList({
      id: "keys",
      label: l10n.t("Keys that the merge would write"),
      rowHeightPx: 24,
      keyAt: (index) => this.rows[index]!.key,
      createRow: () => this.createRow(),
      updateRow: (row, index) => this.updateRow(row, this.rows[index]!),
      onDidMove: (index) => on.selected(this.rows[index]!.key),
      onDidOpen: (index) => on.opened(this.rows[index]!.key),
    });
  }

  /**
   * Shows other rows. The row at the upper edge stays there, wherever it is now; where it is gone, the scroll offset
   * stays. @returns the index of `selectedKey`, −1 when it is not among them.
   */
  show(rows: readonly PreviewRow[], selectedKey: string | undefined): number {
    const anchor = this.list.anchor();
    this.rows = rows;
    const selected = selectedKey === undefined ? -1 : rows.findIndex(({ key }) => key === selectedKey);
    this.list.setRows(rows.length, selected);
    const anchored = anchor === undefined ? -1 : rows.findIndex(({ key }) => key === anchor.key);
    if (anchor !== undefined && anchored >= 0) this.list.scrollTo(anchored, anchor.offsetPx);
    return selected;
  }

  /** @returns the key nearest to an index; undefined in an empty list. */
  keyNear(index: number): string | undefined {
    return this.rows[Math.min(Math.max(index, 0), this.rows.length - 1)]?.key;
  }

  select(key: string): void {
    const index = this.rows.findIndex((row) => row.key === key);
    this.list.setActive(index);
    this.list.reveal(index);
  }

  private createRow(): HTMLElement {
    const parts: RowParts = {
      mark: element("span", { class: "mark", aria: { hidden: "true" } }),
      key: element("span", { class: "key ellipsis" }),
      word: element("span", { class: "kind ellipsis" }),
      before: element("span", { class: "row-text before ellipsis" }),
      after: element("span", { class: "row-text after ellipsis" }),
    };
    const arrow = element("span", { class: "arrow quiet", aria: { hidden: "true" } }, "→");
    const row = element(
      "div",
      { class: "key-row" },
      parts.mark,
      parts.key,
      parts.word,
      parts.before,
      arrow,
      parts.after,
    );
    this.parts.set(row, parts);
    return row;
  }

  private updateRow(row: HTMLElement, { key, kind, conflict, parentText, resultText }: PreviewRow): void {
    const { mark, key: keyCell, word, before, after } = this.parts.get(row)!;
    const category = categoryOf({ kind, conflict });
    row.dataset["category"] = category;
    mark.className = `mark ${category}`;
    mark.textContent = LETTERS[category];
    showText(keyCell, key, { maxLength: 400 });
    word.textContent = categoryWord(category);
    word.className = `kind ellipsis ${category}`;
    showSide(before, parentText);
    showSide(after, resultText);
    row.setAttribute(
      "aria-label",
      l10n.t(
        "{0}, {1}, from {2} to {3}",
        visibleString(key, 200),
        conflict ? `${categoryWord("conflict")}, ${categoryWord(kind)}` : categoryWord(kind),
        parentText === undefined ? absent() : visibleString(parentText, 100),
        resultText === undefined ? absent() : visibleString(resultText, 100),
      ),
    );
  }
}

interface RowParts {
  readonly mark: HTMLElement;
  readonly key: HTMLElement;
  readonly word: HTMLElement;
  readonly before: HTMLElement;
  readonly after: HTMLElement;
}

function showSide(cell: HTMLElement, text: string | undefined): void {
  cell.classList.toggle("absent", text === undefined);
  showText(cell, text ?? absent(), { maxLength: 200 });
}

function absent(): string {
  return l10n.t("not there");
}
