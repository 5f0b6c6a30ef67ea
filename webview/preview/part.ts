/** A piece of the page that is drawn anew only when what it shows is another, so that focus and selections in it last. */

import type { Child } from "../ui/element";
import { element, fill } from "../ui/element";

/**
 * A container with the identity of what it shows. Controls in it that have `data-focus` keep the focus when it is drawn
 * anew, and while the mouse is pressed in it nothing is drawn: the browser forgets a click whose element is replaced
 * between press and release.
 */
export class Part {
  readonly element: HTMLElement;
  private shown: string | undefined;
  private isPressed = false;
  /** What came while the mouse was pressed. */
  private late: (() => void) | undefined;

  constructor(className: string, tag: "div" | "section" | "header" | "p" = "div") {
    this.element = element(tag, { class: className, hidden: true });
    this.element.addEventListener("pointerdown", () => this.press());
  }

  /** @param identity plain data that says the same for what would be drawn the same; undefined hides the part. */
  show(identity: unknown, draw: () => readonly Child[]): void {
    if (this.isPressed) this.late = () => this.show(identity, draw);
    else this.draw(identity, draw);
  }

  private press(): void {
    this.isPressed = true;
    const release = (): void => {
      window.removeEventListener("pointerup", release);
      window.removeEventListener("pointercancel", release);
      // The click comes after the release, and before this.
      setTimeout(() => {
        this.isPressed = false;
        const { late } = this;
        this.late = undefined;
        late?.();
      });
    };
    window.addEventListener("pointerup", release);
    window.addEventListener("pointercancel", release);
  }

  private draw(identity: unknown, draw: () => readonly Child[]): void {
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
