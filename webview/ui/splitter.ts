/** The bar between a list and its details: dragged or moved by arrow keys, in whichever direction the two stand. */

import { html, render, type TemplateResult } from "lit/html.js";
import { ref } from "lit/directives/ref.js";

/** The share of the list until the user moves the bar, and again after a double click on it. */
export const DEFAULT_SHARE = 0.42;
const MIN_SHARE = 0.15;
const MAX_SHARE = 0.85;

/** What a splitter shows and whom it asks. */
export interface SplitterOptions {
  readonly label: string;
  /** Part of the container that the first side takes, 0 to 1; the container has it as {@link shareStyle}. */
  readonly share: number;
  /** Hears where the bar is while it is dragged. */
  onDidMove(share: number): void;
  /** Hears each final change. */
  onDidChange(share: number): void;
}

/** The bar, to stand in its container, between the two sides. */
export function splitter({ label, share, onDidMove, onDidChange }: SplitterOptions): TemplateResult {
  return html`<div
    class="splitter"
    role="separator"
    tabindex="0"
    aria-label=${label}
    aria-valuenow=${Math.round(share * 100)}
    aria-valuemin=${MIN_SHARE * 100}
    aria-valuemax=${MAX_SHARE * 100}
    ${ref(followOrientation)}
    @pointerdown=${(event: PointerEvent) => {
      const bar = event.currentTarget as HTMLElement;
      event.preventDefault();
      bar.setPointerCapture(event.pointerId);
      bar.focus();
    }}
    @pointermove=${(event: PointerEvent) => {
      const bar = event.currentTarget as HTMLElement;
      if (!bar.hasPointerCapture(event.pointerId)) return;
      const box = bar.parentElement!.getBoundingClientRect();
      onDidMove(fit(isStacked(bar) ? (event.clientY - box.top) / box.height : (event.clientX - box.left) / box.width));
    }}
    @lostpointercapture=${() => onDidChange(share)}
    @dblclick=${() => onDidChange(DEFAULT_SHARE)}
    @keydown=${(event: KeyboardEvent) => {
      const step = { ArrowLeft: -0.02, ArrowUp: -0.02, ArrowRight: 0.02, ArrowDown: 0.02 }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      onDidChange(fit(share + step));
    }}
  ></div>`;
}

/** The `style` property of the container of a splitter. */
export function shareStyle(share: number): string {
  return `--list-share: ${percentOf(fit(share))}`;
}

/** The same for a page in the older form: the bar looks after itself. */
export function createSplitter(options: {
  readonly container: HTMLElement;
  readonly label: string;
  readonly share: number;
  onDidChange(share: number): void;
}): HTMLElement {
  const box = document.createDocumentFragment();
  const show = (share: number): void => {
    options.container.style.setProperty("--list-share", percentOf(share));
    render(splitter({ label: options.label, share, onDidMove: show, onDidChange: change }), box);
  };
  const change = (share: number): void => {
    show(share);
    options.onDidChange(share);
  };
  show(fit(options.share));
  return box.firstElementChild as HTMLElement;
}

function fit(share: number): number {
  return Math.min(MAX_SHARE, Math.max(MIN_SHARE, share));
}

function percentOf(share: number): string {
  return `${(share * 100).toFixed(2)}%`;
}

function isStacked({ parentElement }: HTMLElement): boolean {
  return parentElement !== null && getComputedStyle(parentElement).flexDirection === "column";
}

/** The bar lies along its container, so it gets another size when the direction changes. */
function followOrientation(bar: Element | undefined): void {
  if (!(bar instanceof HTMLElement)) return;
  new ResizeObserver(() => bar.setAttribute("aria-orientation", isStacked(bar) ? "horizontal" : "vertical")).observe(
    bar,
  );
}
