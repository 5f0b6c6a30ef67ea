/** Owns a piece of the page that is drawn anew only when what it shows is another, so that focus and selections in it last. */

import type { Child } from "../element";
import { element, fill } from "../element";

/** A container with the identity of what it shows. Controls in it that have `data-focus` keep the focus when it is drawn anew. */
export class Part {
  readonly element: HTMLElement;
  private shown: string | undefined;

  constructor(className: string, tag: "div" | "section" | "header" | "p" = "div") {
    this.element = element(tag, { class: className, hidden: true });
  }

  /** @param identity plain data that says the same for what would be drawn the same; undefined hides the part. */
  show(identity: unknown, draw: () => readonly Child[]): void {
    const text = identity === undefined ? undefined : JSON.stringify(identity);
    if (text === this.shown && text !== undefined) return;
    this.shown = text;
    this.element.hidden = text === undefined;
    if (text === undefined) {
      fill(this.element);
      return;
    }
    const focus = this.focused();
    const { scrollTop } = this.element;
    fill(this.element, ...draw());
    this.element.scrollTop = scrollTop;
    if (focus === undefined) return;
    this.controls(focus.name)[focus.place]?.focus({ preventScroll: true });
  }

  /** The control that has the focus, and its place among those of the same name. */
  private focused(): { readonly name: string; readonly place: number } | undefined {
    const active = document.activeElement;
    if (!(active instanceof HTMLElement) || !this.element.contains(active)) return undefined;
    const name = active.dataset["focus"];
    return name === undefined ? undefined : { name, place: this.controls(name).indexOf(active) };
  }

  private controls(name: string): readonly HTMLElement[] {
    const all = [...this.element.querySelectorAll<HTMLElement>("[data-focus]")];
    return all.filter((control) => control.dataset["focus"] === name);
  }
}
