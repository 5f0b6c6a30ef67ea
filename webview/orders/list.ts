/** The list of keys: who decides each in the order on show, with what, and what the others would leave. */

import * as l10n from "@vscode/l10n";
import type { OrderAgent } from "../../src/protocol/ordersMessages";
import { element } from "../ui/element";
import { VirtualList } from "../ui/virtualList";
import { showText, visibleString } from "../ui/visibleText";
import { mergeName } from "./names";
import type { OrderRows, ShownRow } from "./rows";

/** Texts of others that a row shows at most. */
const MAX_OTHERS = 6;

/** The list; it selects keys, not indexes. */
export class KeyList {
  readonly element: HTMLElement;
  readonly list: VirtualList;
  private rows: OrderRows | undefined;
  private shown: readonly number[] = [];
  private agents = new Map<string, OrderAgent>();
  private readonly parts = new WeakMap<HTMLElement, RowParts>();

  constructor(on: { selected(key: string): void; opened(key: string): void }) {
    this.list = new VirtualList({
      id: "keys",
      label: l10n.t("Keys that the merges write"),
      rowHeightPx: 24,
      keyAt: (index) => this.keyAt(index)!,
      createRow: () => this.createRow(),
      updateRow: (row, index) => this.updateRow(row, this.rows!.at(this.shown[index]!)),
      onDidMove: (index) => on.selected(this.keyAt(index)!),
      onDidOpen: (index) => on.opened(this.keyAt(index)!),
    });
    // The options say all of it in words, so the headings are for the eye.
    const head = element(
      "div",
      { class: "key-row key-head quiet", aria: { hidden: "true" } },
      element("span", {}),
      element("span", { class: "ellipsis" }, l10n.t("Key")),
      element("span", { class: "ellipsis" }, l10n.t("Decided by")),
      element("span", { class: "ellipsis" }, l10n.t("In the end")),
      element("span", { class: "ellipsis others" }, l10n.t("Others would leave")),
    );
    this.element = element("div", { class: "pane-list" }, head, this.list.element);
  }

  get length(): number {
    return this.shown.length;
  }

  /**
   * Shows other rows. The row at the upper edge stays there, wherever it is now; where it is gone, the scroll offset
   * stays. @returns the index of `selectedKey`, −1 when it is not among them.
   */
  show(
    rows: OrderRows,
    shown: readonly number[],
    agents: readonly OrderAgent[],
    selectedKey: string | undefined,
  ): number {
    const anchor = this.list.anchor();
    const hasMoved = rows !== this.rows || shown !== this.shown;
    this.rows = rows;
    this.shown = shown;
    this.agents = new Map(agents.map((agent) => [agent.id, agent]));
    const selected = selectedKey === undefined ? -1 : this.indexOf(selectedKey);
    this.list.setRows(shown.length, selected);
    const anchored = anchor === undefined || !hasMoved ? -1 : this.indexOf(String(anchor.key));
    if (anchor !== undefined && anchored >= 0) this.list.scrollTo(anchored, anchor.offsetPx);
    return selected;
  }

  /** @returns the key nearest to an index; undefined in an empty list. */
  keyNear(index: number): string | undefined {
    return this.keyAt(Math.min(Math.max(index, 0), this.shown.length - 1));
  }

  select(key: string): void {
    const index = this.indexOf(key);
    this.list.setActive(index);
    this.list.reveal(index);
  }

  private indexOf(key: string): number {
    const rows = this.rows?.table.rows;
    return rows === undefined ? -1 : this.shown.findIndex((index) => rows[index]!.key === key);
  }

  private keyAt(index: number): string | undefined {
    const row = this.shown[index];
    return row === undefined ? undefined : this.rows?.table.rows[row]?.key;
  }

  private createRow(): HTMLElement {
    const parts: RowParts = {
      mark: element("span", { class: "mark", aria: { hidden: "true" } }),
      key: element("span", { class: "key ellipsis" }),
      winner: element("span", { class: "winner name ellipsis" }),
      result: element("span", { class: "row-text result ellipsis" }),
      others: element("span", { class: "row-text others ellipsis" }),
    };
    const row = element("div", { class: "key-row" }, parts.mark, parts.key, parts.winner, parts.result, parts.others);
    this.parts.set(row, parts);
    return row;
  }

  private updateRow(element: HTMLElement, shown: ShownRow): void {
    const { mark, key, winner, result, others } = this.parts.get(element)!;
    const { row, sensitive, combined, changed } = shown;
    element.classList.toggle("changed", changed);
    mark.className = `mark ${sensitive ? "sensitive" : ""}`;
    mark.textContent = sensitive ? "!" : "";
    showText(key, row.key, { maxLength: 400 });
    const name = shown.winner < 0 ? l10n.t("nobody") : this.nameOf(shown.winner);
    winner.classList.toggle("absent", shown.winner < 0);
    showText(winner, combined ? l10n.t("{0}, combined", name) : name, { maxLength: 200 });
    showSide(result, shown.resultText);
    const rest = shown.others
      .slice(0, MAX_OTHERS)
      .map(({ agent, text }) =>
        l10n.t("{0}: {1}", this.nameOf(agent), text === shown.resultText ? l10n.t("the same") : (text ?? absent())),
      );
    if (shown.others.length > MAX_OTHERS) rest.push("…");
    showText(others, rest.join("  ·  "), { maxLength: 400 });
    const facts = [
      visibleString(row.key, 200),
      sensitive ? l10n.t("depends on the order") : undefined,
      shown.winner < 0 ? l10n.t("written by nobody") : l10n.t("decided by {0}", name),
      l10n.t("in the end {0}", shown.resultText === undefined ? absent() : visibleString(shown.resultText, 100)),
      rest.length > 0 ? l10n.t("others would leave: {0}", visibleString(rest.join(", "), 300)) : undefined,
      changed ? l10n.t("changed by the last move") : undefined,
    ];
    element.setAttribute("aria-label", facts.filter((fact) => fact !== undefined).join(", "));
  }

  private nameOf(agent: number): string {
    const found = this.agents.get(this.rows?.table.agents[agent] ?? "");
    return found === undefined ? "" : mergeName(found);
  }
}

interface RowParts {
  readonly mark: HTMLElement;
  readonly key: HTMLElement;
  readonly winner: HTMLElement;
  readonly result: HTMLElement;
  readonly others: HTMLElement;
}

function showSide(cell: HTMLElement, text: string | undefined): void {
  cell.classList.toggle("absent", text === undefined);
  showText(cell, text ?? absent(), { maxLength: 200 });
}

function absent(): string {
  return l10n.t("not there");
}
