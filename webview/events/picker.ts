/** A button that opens a list of checkboxes: several of many, none meaning all. */

import * as l10n from "@vscode/l10n";
import { codicon, element, fill } from "../ui/element";
import { createCheckbox, createTextField } from "../ui/toolkit";
import { visibleString } from "../ui/visibleText";

/** One thing that can be picked. */
export interface Choice<Id> {
  readonly id: Id;
  readonly name: string;
}

/** Choices shown at once; a search box narrows longer lists. */
const MAX_SHOWN = 200;
const SEARCH_FROM = 12;

/** The button and its popup. The popup closes on Escape, on a click elsewhere and when focus leaves it. */
export class Picker<Id extends string | number> {
  readonly element: HTMLElement;
  private readonly button: HTMLButtonElement;
  private readonly label = element("span", { class: "ellipsis" });
  private readonly popup: HTMLElement;
  private readonly list = element("div", { class: "picker-list" });
  private choices: readonly Choice<Id>[] = [];
  private picked: readonly Id[] = [];
  private search = "";
  private showPicked = (): void => undefined;
  /** While checkboxes are replaced the focused one goes away, which must not close the popup. */
  private isRebuilding = false;

  constructor(
    private readonly options: { readonly name: string; readonly all: string; onPick(ids: readonly Id[]): void },
  ) {
    this.popup = element("div", { class: "picker-popup", role: "group", hidden: true, aria: { label: options.name } });
    this.button = element(
      "button",
      { class: "picker-button", title: options.name, aria: { haspopup: "true", expanded: "false" } },
      this.label,
      codicon("chevron-down"),
    );
    this.button.type = "button";
    this.button.addEventListener("click", () => this.toggle(this.popup.hidden === true));
    this.element = element("div", { class: "picker" }, this.button, this.popup);
    this.element.addEventListener("keydown", (event) => this.onKey(event));
    this.element.addEventListener("focusout", ({ relatedTarget }) => {
      if (this.isRebuilding) return;
      if (!(relatedTarget instanceof Node) || !this.element.contains(relatedTarget)) this.toggle(false);
    });
    this.showLabel();
  }

  /** Shows other choices; the popup is left alone while it is open and nothing in it changed. */
  update(choices: readonly Choice<Id>[], picked: readonly Id[]): void {
    const isOther = JSON.stringify(this.choices) !== JSON.stringify(choices);
    if (!isOther && JSON.stringify(this.picked) === JSON.stringify(picked)) return;
    this.choices = choices;
    this.picked = picked;
    this.showLabel();
    if (this.popup.hidden) return;
    if (isOther) this.showChoices();
    else this.showPicked();
  }

  private showLabel(): void {
    const names = this.choices.filter(({ id }) => this.picked.includes(id)).map(({ name }) => visibleString(name, 60));
    const text =
      names.length === 0
        ? this.options.all
        : names.length === 1
          ? names[0]!
          : `${this.options.name}: ${String(names.length)}`;
    if (this.label.textContent !== text) this.label.textContent = text;
    this.button.classList.toggle("active", this.picked.length > 0);
    this.button.setAttribute(
      "aria-label",
      `${this.options.name}: ${names.length === 0 ? this.options.all : names.join(", ")}`,
    );
  }

  private toggle(open: boolean): void {
    if ((this.popup.hidden === true) === !open) return;
    this.popup.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    if (!open) return;
    this.search = "";
    const box = createTextField({
      label: l10n.t("Search"),
      icon: "search",
      clearLabel: l10n.t("Clear Search"),
      onInput: (text) => {
        this.search = text.toLowerCase();
        this.showChoices();
      },
    });
    fill(this.popup, this.choices.length >= SEARCH_FROM ? box.element : undefined, this.list);
    this.showChoices();
  }

  private showChoices(): void {
    const matching = this.choices.filter(({ name }) => name.toLowerCase().includes(this.search));
    const shown = matching.slice(0, MAX_SHOWN);
    const all = createCheckbox({
      label: this.options.all,
      checked: false,
      onChange: () => this.pick([]),
    });
    const boxes = shown.map(({ id, name }) =>
      createCheckbox({
        label: visibleString(name, 120),
        checked: false,
        onChange: (checked) => this.pick(checked ? [...this.picked, id] : this.picked.filter((other) => other !== id)),
      }),
    );
    this.showPicked = () => {
      all.setChecked(this.picked.length === 0);
      boxes.forEach((box, index) => box.setChecked(this.picked.includes(shown[index]!.id)));
    };
    const rest = matching.length - shown.length;
    const more = element(
      "p",
      { class: "quiet", hidden: rest === 0 },
      l10n.t("{0} more: search to narrow the list", rest),
    );
    const focused = [...this.list.children].indexOf(document.activeElement as Element);
    this.isRebuilding = true;
    fill(this.list, all.element, ...boxes.map((box) => box.element), more);
    this.showPicked();
    const next = this.list.children[focused];
    if (next instanceof HTMLElement) next.focus();
    this.isRebuilding = false;
  }

  private pick(ids: readonly Id[]): void {
    this.picked = ids;
    this.showLabel();
    this.showPicked();
    this.options.onPick(ids);
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key === "Escape" && !this.popup.hidden) {
      event.stopPropagation();
      this.button.focus();
      this.toggle(false);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      event.stopPropagation();
      this.toggle(true);
      const boxes = [...this.list.querySelectorAll<HTMLElement>(".checkbox")];
      const at = boxes.indexOf(document.activeElement as HTMLElement);
      boxes[Math.min(boxes.length - 1, Math.max(0, at + (event.key === "ArrowDown" ? 1 : -1)))]?.focus();
    }
  }
}
