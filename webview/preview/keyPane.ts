/** Everything about the list of keys: filter, kinds, ticks, selection, and that all of it holds while plans come in. */

import * as l10n from "@vscode/l10n";
import type { PreviewRow } from "../../src/protocol/previewRow";
import type { Announcer } from "../ui/announcer";
import { element } from "../ui/element";
import { followListKeys } from "../ui/listKeys";
import { createTextField } from "../ui/toolkit";
import type { Category } from "./category";
import { Chips } from "./chips";
import { listenToKeys } from "./keyboard";
import { KeyList } from "./list";
import { EmptyList } from "./placeholders";
import { PlanRows } from "./rows";
import { type PreviewState, isShown } from "./state";
import { TickAll } from "./ticks";

/** What the pane needs of the page. */
export interface KeyPaneDeps {
  readonly announcer: Announcer;
  state(): PreviewState;
  keep(change: Partial<PreviewState>): void;
  /** False while there is no plan. */
  hasPlan(): boolean;
  copy(text: string): void;
  openDiff(key: string): void;
  /** The selection is on another key, or on none. */
  onDidSelect(): void;
  /** The reader ticked rows; `all` says that they stand for the whole plan. */
  onDidTick(rows: readonly PreviewRow[], ticked: boolean, all: boolean): void;
}

/** The list with its filters above it. */
export class KeyPane {
  readonly element: HTMLElement;
  readonly filters: HTMLElement;
  private readonly keys: KeyList;
  private readonly filter;
  private readonly chips: Chips;
  private readonly tickAll: TickAll;
  private readonly nothing: EmptyList;
  private readonly count = element("span", { class: "shown-count quiet" });
  private rows = new PlanRows([]);
  private isTickable = true;
  private said = "";

  constructor(private readonly deps: KeyPaneDeps) {
    this.chips = new Chips((category, shown) => {
      deps.keep({ chips: { ...deps.state().chips, [category]: shown } });
      this.draw();
    });
    this.filter = createTextField({
      label: l10n.t("Filter keys"),
      icon: "filter",
      clearLabel: l10n.t("Clear Filter"),
      onInput: (text) => {
        deps.keep({ filter: text });
        this.draw();
      },
    });
    this.tickAll = new TickAll((ticked) => {
      const { rows, all } = this.rows.tickable(deps.state());
      deps.onDidTick(rows, ticked, all);
    });
    this.keys = new KeyList({
      selected: (key) => this.setSelected(key),
      opened: (key) => deps.openDiff(key),
      ticked: (row, ticked) => deps.onDidTick([row], ticked, false),
    });
    this.nothing = new EmptyList(() => this.showAll());
    this.filters = element("div", { class: "filters" }, this.filter.element, this.chips.element, this.count);
    this.element = element(
      "div",
      { class: "pane-list" },
      this.tickAll.element,
      this.keys.list.element,
      this.nothing.element,
    );
  }

  /** Starts listening; call once the pane stands in the page. */
  mount(): void {
    const { deps, filter, keys } = this;
    const list = keys.list.element;
    filter.value = deps.state().filter;
    keys.list.mount();
    list.addEventListener("scrollend", () => deps.keep({ scrollTopPx: list.scrollTop }));
    listenToKeys({
      canFind: () => deps.hasPlan(),
      find: () => filter.focus(),
      clearFilter: () => this.clearFilter(),
      isFilter: (target) => target === filter.element,
      enterList: () => this.enterList(),
    });
    followListKeys(list, () => {
      const { selectedKey } = deps.state();
      if (selectedKey !== undefined) deps.copy(selectedKey);
    });
  }

  /** Shows the rows that filter and kinds let through, and keeps the selection where it can. */
  show(rows: PlanRows, isTickable: boolean): void {
    this.rows = rows;
    this.isTickable = isTickable;
    this.draw();
  }

  /** Marks the keys that have an edit which is not applied. */
  markDrafts(keys: ReadonlySet<string>, isTickable: boolean): void {
    this.keys.setMarks(isTickable, keys);
  }

  /** Goes back to where the list stood before the page was hidden. */
  restoreScroll(): void {
    const { scrollTopPx } = this.deps.state();
    if (scrollTopPx > 0) this.keys.list.element.scrollTop = scrollTopPx;
  }

  /** Goes to a key that is named elsewhere on the page, also where filter or kinds hide it. */
  selectKey(key: string): void {
    if (!this.rows.all.some((row) => row.key === key)) return;
    if (!this.rows.shown(this.deps.state()).some((row) => row.key === key)) this.showAll();
    this.setSelected(key);
    this.keys.select(key);
  }

  private draw(): void {
    const { rows, keys, deps } = this;
    const shown = rows.shown(deps.state());
    const before = keys.list.active;
    const { selectedKey } = deps.state();
    const index = keys.show(shown, selectedKey);
    if (index < 0 && (selectedKey === undefined || !rows.all.some(({ key }) => key === selectedKey))) {
      const key = keys.keyNear(before);
      this.setSelected(key);
      if (key !== undefined) keys.select(key);
    }
    const state = deps.state();
    const { rows: meant, all } = rows.tickable(state);
    this.tickAll.element.hidden = !this.isTickable || meant.length === 0;
    this.tickAll.update({ ticked: meant.reduce((sum, row) => sum + Number(row.ticked), 0), of: meant.length, all });
    this.chips.update(rows.counts, (category) => isShown(state, category, rows.counts));
    this.tellCount(shown.length);
    keys.list.element.hidden = shown.length === 0;
    const reason = rows.all.length === 0 ? "overlay" : state.filter === "" ? "chips" : "filter";
    this.nothing.show(shown.length === 0 ? reason : undefined);
  }

  private tellCount(shown: number): void {
    const all = this.rows.all.length;
    const numbers = [shown.toLocaleString(), all.toLocaleString()] as const;
    const count = shown === all ? "" : l10n.t("{0} of {1} keys", ...numbers);
    if (this.count.textContent !== count) this.count.textContent = count;
    const said = l10n.t("{0} of {1} keys shown", ...numbers);
    if (said !== this.said) this.deps.announcer.say(said);
    this.said = said;
  }

  private setSelected(key: string | undefined): void {
    this.deps.keep({ selectedKey: key });
    this.deps.onDidSelect();
  }

  private showAll(): void {
    const all: Record<Category, boolean> = {
      conflict: true,
      loss: true,
      added: true,
      modified: true,
      deleted: true,
      unchanged: true,
    };
    this.deps.keep({ filter: "", chips: all });
    this.filter.value = "";
    this.draw();
    this.keys.list.element.focus();
  }

  private clearFilter(): void {
    if (this.deps.state().filter === "") return;
    this.filter.value = "";
    this.deps.keep({ filter: "" });
    this.draw();
  }

  private enterList(): void {
    this.keys.list.element.focus();
    const key = this.keys.list.active < 0 ? this.keys.keyNear(0) : undefined;
    if (key === undefined) return;
    this.keys.select(key);
    this.setSelected(key);
  }
}
