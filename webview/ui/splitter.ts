/** The bar between a list and its details: dragged or moved by arrow keys, in whichever direction the two stand. */

import { element } from "./element";

/** @param share part of the container that the first side takes, 0 to 1. @param onDidChange hears each final change. */
export function createSplitter(options: {
  readonly container: HTMLElement;
  readonly label: string;
  readonly share: number;
  onDidChange(share: number): void;
}): HTMLElement {
  const { container } = options;
  const bar = element("div", { class: "splitter", role: "separator", tabIndex: 0, aria: { label: options.label } });
  let share = options.share;
  set(share);

  bar.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    bar.setPointerCapture(event.pointerId);
    bar.focus();
  });
  bar.addEventListener("pointermove", (event) => {
    if (!bar.hasPointerCapture(event.pointerId)) return;
    const box = container.getBoundingClientRect();
    set(stacked() ? (event.clientY - box.top) / box.height : (event.clientX - box.left) / box.width);
  });
  bar.addEventListener("lostpointercapture", () => options.onDidChange(share));
  bar.addEventListener("dblclick", () => changeTo(DEFAULT_SHARE));
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -0.02, ArrowUp: -0.02, ArrowRight: 0.02, ArrowDown: 0.02 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    changeTo(share + step);
  });
  new ResizeObserver(() => bar.setAttribute("aria-orientation", stacked() ? "horizontal" : "vertical")).observe(
    container,
  );
  return bar;

  function stacked(): boolean {
    return getComputedStyle(container).flexDirection === "column";
  }
  function changeTo(wanted: number): void {
    set(wanted);
    options.onDidChange(share);
  }
  function set(wanted: number): void {
    share = Math.min(0.85, Math.max(0.15, wanted));
    container.style.setProperty("--list-share", `${(share * 100).toFixed(2)}%`);
    bar.setAttribute("aria-valuenow", String(Math.round(share * 100)));
    bar.setAttribute("aria-valuemin", "15");
    bar.setAttribute("aria-valuemax", "85");
  }
}

/** The share of the list until the user moves the bar, and again after a double click on it. */
export const DEFAULT_SHARE = 0.42;
