/** The toggles that show and hide classes of keys; it counts nothing itself. */

import * as l10n from "@vscode/l10n";
import { element } from "../ui/element";
import type { Category } from "./category";
import { CATEGORIES, categoryMeaning, categoryWord, LETTERS } from "./category";

/** A row of toggle buttons, one a class; those without keys stay, disabled, so that nothing jumps as keys arrive. */
export class Chips {
  readonly element = element("div", {
    class: "chips",
    role: "group",
    aria: { label: l10n.t("Kinds of changes shown") },
  });
  private readonly chips = new Map<Category, { readonly button: HTMLButtonElement; readonly count: HTMLElement }>();

  constructor(onToggle: (category: Category, shown: boolean) => void) {
    for (const category of CATEGORIES) {
      const count = element("span", { class: "chip-count" });
      const button = element(
        "button",
        { class: "chip", title: categoryMeaning(category), data: { category } },
        element("span", { class: `mark ${category}`, aria: { hidden: "true" } }, LETTERS[category]),
        element("span", { class: "chip-word" }, categoryWord(category)),
        count,
      );
      button.type = "button";
      button.addEventListener("click", () => onToggle(category, button.getAttribute("aria-pressed") !== "true"));
      this.chips.set(category, { button, count });
      this.element.append(button);
    }
  }

  /** Shows counts and which classes are on. */
  update(counts: Readonly<Record<Category, number>>, isOn: (category: Category) => boolean): void {
    for (const [category, { button, count }] of this.chips) {
      const text = counts[category].toLocaleString();
      if (count.textContent !== text) count.textContent = text;
      button.setAttribute("aria-pressed", String(isOn(category)));
      button.disabled = counts[category] === 0;
      // Most plans have none, and a row of chips is short.
      if (category === "loss") button.hidden = counts.loss === 0;
    }
  }
}
