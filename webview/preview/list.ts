/** The preview's list of keys: what a row shows, and that place and selection hold while plans come in. */

import * as l10n from "@vscode/l10n";
import type { PreviewRow } from "../../src/protocol/previewRow";
import { codicon, element, fill } from "../ui/element";
import { VirtualList } from "../ui/virtualList";
import { showText, visibleString } from "../ui/visibleText";
import { categoryOf, categoryWord, LETTERS } from "./category";
import { decisionOf } from "./decision";
import { createTick, showTick } from "./ticks";

/** The list; it selects keys, not indexes. */
export class KeyList {
  readonly list: VirtualList;
  private rows: readonly PreviewRow[] = [];
  private readonly parts = new WeakMap<HTMLElement, RowParts>();
  private tickable = true;
  private drafts: ReadonlySet<string> = new Set();

  constructor(on: {
    selected(key: string): void;
    opened(key: string): void;
    ticked(row: PreviewRow, ticked: boolean): void;
  }) {
    this.list = new VirtualList({
      id: "keys",
      label: l10n.t("Keys that the merge would write"),
      rowHeightPx: 24,
      keyAt: (index) => this.rows[index]!.key,
      createRow: () => this.createRow(),
      updateRow: (row, index) => this.updateRow(row, this.rows[index]!),
      onDidMove: (index) => on.selected(this.rows[index]!.key),
      onDidOpen: (index) => on.opened(this.rows[index]!.key),
      onDidToggle: (index) => {
        const row = this.rows[index]!;
        if (this.tickable) on.ticked(row, !row.ticked);
      },
    });
  }

  /**
   * Shows other rows. The row at the upper edge stays there, wherever it is now; where it is gone, the scroll offset
   * stays. @returns the index of `selectedKey`, −1 when it is not among them.
   */
  show(rows: readonly PreviewRow[], selectedKey: string | undefined): number {
    const anchor = this.list.anchor();
    this.rows = rows;
    this.fitFlags();
    const selected = selectedKey === undefined ? -1 : rows.findIndex(({ key }) => key === selectedKey);
    this.list.setRows(rows.length, selected);
    const anchored = anchor === undefined ? -1 : rows.findIndex(({ key }) => key === anchor.key);
    if (anchor !== undefined && anchored >= 0) this.list.scrollTo(anchored, anchor.offsetPx);
    return selected;
  }

  /** Says whether keys can be ticked, and which of them have an edit that is not applied. */
  setMarks(tickable: boolean, drafts: ReadonlySet<string>): void {
    const isSame = tickable === this.tickable && [...drafts].join("\n") === [...this.drafts].join("\n");
    if (isSame) return;
    this.tickable = tickable;
    this.drafts = drafts;
    this.fitFlags();
    this.list.refresh();
    this.list.element.classList.toggle("without-ticks", !tickable);
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

  /** All rows have as much room for flags as the one with most of them, so that columns stand under each other. */
  private fitFlags(): void {
    const most = this.rows.reduce((so, row) => Math.max(so, this.flagCount(row)), 0);
    this.list.element.style.setProperty("--flags-width", `${String(most * FLAG_WIDTH_PX)}px`);
  }

  private flagCount(row: PreviewRow): number {
    return (
      Number(this.drafts.has(row.key)) + Number(decisionOf(row) !== undefined) + Number(row.stale) + Number(row.masked)
    );
  }

  private createRow(): HTMLElement {
    const parts: RowParts = {
      tick: createTick(),
      mark: element("span", { class: "mark", aria: { hidden: "true" } }),
      key: element("span", { class: "key ellipsis" }),
      word: element("span", { class: "kind ellipsis" }),
      flags: element("span", { class: "flags", aria: { hidden: "true" } }),
      arrow: element("span", { class: "arrow quiet", aria: { hidden: "true" } }),
      before: element("span", { class: "row-text before ellipsis" }),
      after: element("span", { class: "row-text after ellipsis" }),
    };
    const toggle = element("span", { class: "tick-cell", data: { toggle: "" } }, parts.tick);
    const row = element(
      "div",
      { class: "key-row" },
      toggle,
      parts.mark,
      parts.key,
      parts.word,
      parts.flags,
      parts.before,
      parts.arrow,
      parts.after,
    );
    this.parts.set(row, parts);
    return row;
  }

  private updateRow(row: HTMLElement, shown: PreviewRow): void {
    const { key, kind, parentText, resultText, ticked, take } = shown;
    const { tick, mark, key: keyCell, word, flags, before, arrow, after } = this.parts.get(row)!;
    const category = categoryOf(shown);
    const isTicked = ticked || !this.tickable;
    row.dataset["category"] = category;
    row.classList.toggle("unticked", !isTicked);
    showTick(tick, String(isTicked) as "true" | "false");
    mark.className = `mark ${category}`;
    mark.textContent = LETTERS[category];
    showText(keyCell, key, { maxLength: 400 });
    word.textContent = categoryWord(category);
    word.className = `kind ellipsis ${category}`;
    const marks = this.marksOf(shown);
    const identity = marks.map(({ text }) => text).join("\n");
    if (flags.dataset["flags"] !== identity) {
      flags.dataset["flags"] = identity;
      fill(flags, ...marks.map(createFlag));
    }
    showSide(before, parentText);
    arrow.textContent = kind === "unchanged" ? "=" : "→";
    if (take === "undecided") {
      showText(after, l10n.t("undecided"));
      after.classList.add("absent");
    } else showSide(after, resultText);
    if (this.tickable) row.setAttribute("aria-checked", String(ticked));
    else row.removeAttribute("aria-checked");
    const facts = [
      category === kind ? categoryWord(kind) : `${categoryWord(category)}, ${categoryWord(kind)}`,
      ...marks.map(({ text }) => text),
    ];
    row.setAttribute(
      "aria-label",
      l10n.t(
        "{0}, {1}, from {2} to {3}",
        visibleString(key, 200),
        facts.join(", "),
        parentText === undefined ? absent() : visibleString(parentText, 100),
        resultText === undefined ? absent() : visibleString(resultText, 100),
      ),
    );
  }

  private marksOf(row: PreviewRow): readonly Flag[] {
    const marks: Flag[] = [];
    if (this.drafts.has(row.key)) marks.push({ name: "draft", icon: "edit", text: l10n.t("Edit not applied") });
    const decision = decisionOf(row);
    if (decision !== undefined) marks.push(decision);
    if (row.masked) marks.push({ name: "masked", icon: "lock", text: l10n.t("Masked") });
    if (row.stale) {
      marks.push({
        name: "stale",
        icon: "clockface",
        text: l10n.t("Stale: written after a read that is outdated now"),
      });
    }
    return marks;
  }
}

const FLAG_WIDTH_PX = 20;

interface Flag {
  readonly name: string;
  readonly icon: string;
  readonly text: string;
}

function createFlag({ name, icon, text }: Flag): HTMLElement {
  return element("span", { class: `flag ${name}`, title: text }, codicon(icon));
}

interface RowParts {
  readonly tick: HTMLElement;
  readonly flags: HTMLElement;
  readonly arrow: HTMLElement;
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
