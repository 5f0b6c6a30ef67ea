/** The tick box above the list: how many keys are ticked, and all of them at once; what "all" means is its caller's. */

import * as l10n from "@vscode/l10n";
import { element } from "../ui/element";

/** What the box shows. `all` is whether it stands for every key of the plan, not only for those in the list. */
export interface TickState {
  readonly ticked: number;
  readonly of: number;
  readonly all: boolean;
}

/** A box of three states: all, some, none. */
export class TickAll {
  readonly element: HTMLButtonElement;
  private readonly box = createTick();
  private readonly words = element("span", { class: "tick-words" });
  private state: TickState = { ticked: 0, of: 0, all: true };

  constructor(onTick: (ticked: boolean) => void) {
    this.element = element("button", { class: "tick-all", role: "checkbox" }, this.box, this.words);
    this.element.type = "button";
    this.element.addEventListener("click", () => onTick(this.state.ticked < this.state.of));
  }

  update(state: TickState): void {
    this.state = state;
    const { ticked, of, all } = state;
    const checked = ticked === 0 ? "false" : ticked === of ? "true" : "mixed";
    if (this.element.getAttribute("aria-checked") !== checked) this.element.setAttribute("aria-checked", checked);
    showTick(this.box, checked);
    const numbers = [ticked.toLocaleString(), of.toLocaleString()] as const;
    const words = all ? l10n.t("{0} of {1} keys ticked", ...numbers) : l10n.t("{0} of {1} shown ticked", ...numbers);
    if (this.words.textContent !== words) this.words.textContent = words;
    this.element.title =
      ticked < of
        ? l10n.t("Tick all: merge, discard and approve act on ticked keys")
        : l10n.t("Untick all: merge, discard and approve act on ticked keys");
  }
}

/** The drawing of a tick box; its state is said by what it stands in. */
export function createTick(): HTMLElement {
  return element("span", { class: "tick codicon", aria: { hidden: "true" } });
}

/** Draws a state. */
export function showTick(tick: HTMLElement, checked: "true" | "false" | "mixed"): void {
  const name = `tick codicon ${{ true: "codicon-check", false: "", mixed: "codicon-dash" }[checked]}`.trim();
  if (tick.className !== name) tick.className = name;
}
