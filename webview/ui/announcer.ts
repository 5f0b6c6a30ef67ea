/** What a screen reader is told without being asked: one polite live region for a page. */

import { html } from "lit/html.js";
import { createElement } from "./page";

/** Says texts aloud, the newest of a burst only, so that streaming data does not talk over itself. */
export class Announcer {
  readonly element = createElement(html`<div class="visually-hidden" role="status" aria-live="polite"></div>`);
  private pending: ReturnType<typeof setTimeout> | undefined;

  /** @param delayMs how long a newer text may still replace this one. */
  say(text: string, delayMs = 500): void {
    clearTimeout(this.pending);
    this.pending = setTimeout(() => {
      if (this.element.textContent !== text) this.element.textContent = text;
    }, delayMs);
  }
}
