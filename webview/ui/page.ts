/** What pages drawn with lit have in common: one state, one template that draws it, and a focus that drawing does not lose. */

import { render, type TemplateResult } from "lit/html.js";

/** A page and what it shows. */
export interface Page<State> {
  readonly state: State;
  /** Replaces parts of the state and draws the page, at once. */
  update(change: Partial<State>): void;
}

/** Draws the page's first state, and each one that `update` makes. What is drawn the same stays the same elements. */
export function createPage<State extends object>(
  initial: State,
  template: (state: State) => TemplateResult,
): Page<State> {
  const root = document.querySelector<HTMLElement>("#app")!;
  let state = initial;
  let isDrawing = false;
  const draw = (): void => {
    isDrawing = true;
    try {
      keepFocus(() => render(template(state), root));
    } finally {
      isDrawing = false;
    }
  };
  draw();
  return {
    get state() {
      return state;
    },
    update: (change) => {
      // Elements that are moved, removed or set by drawing fire events too, such as focusout; nobody asked for those.
      if (isDrawing) return;
      state = { ...state, ...change };
      draw();
    },
  };
}

/** Makes the one element of a template, for what stands in a page and looks after itself. */
export function createElement(template: TemplateResult): HTMLElement {
  const box = document.createDocumentFragment();
  render(template, box);
  return box.firstElementChild as HTMLElement;
}

/** An element that was moved keeps the focus; the focus of one that is gone goes to what stands in its place. */
function keepFocus(draw: () => void): void {
  const active = document.activeElement;
  const parent = active?.parentElement;
  const place = parent ? [...parent.children].indexOf(active) : -1;
  draw();
  if (document.activeElement === active) return;
  const next = active?.isConnected === true ? active : parent?.children[place];
  if (next instanceof HTMLElement) next.focus({ preventScroll: true });
}
