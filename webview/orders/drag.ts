/** The dragging of rows of a list to another place by pointer; it knows rows by `data-index` alone. */

/** What a drag means to the list. */
export interface RowDrag {
  /** The row now hangs at the pointer. */
  started(index: number): void;
  /** It would be dropped before the row with this index, or after the last one. */
  over(gap: number): void;
  /** It was let go there; `undefined` = taken back. */
  ended(index: number, gap: number | undefined): void;
}

/** So far must a pointer go before it drags and no longer clicks, pixels. */
const THRESHOLD_PX = 4;
/** The list scrolls while the pointer is so near its edge, pixels. */
const EDGE_PX = 24;
const SCROLL_STEP_PX = 6;

/** Lets rows of `list` be dragged: by mouse anywhere on a row, by touch at its `[data-grip]`, so that lists still scroll. */
export function enableRowDrag(list: HTMLElement, rows: () => readonly HTMLElement[], drag: RowDrag): void {
  let pressed: { readonly index: number; readonly x: number; readonly y: number; readonly id: number } | undefined;
  let dragging = false;
  let pointerY = 0;
  let frame = 0;

  list.addEventListener("pointerdown", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const row = target?.closest<HTMLElement>("[role=option]");
    if (event.button !== 0 || !row || target?.closest("[data-toggle]")) return;
    if (event.pointerType === "touch" && !target?.closest("[data-grip]")) return;
    pressed = { index: Number(row.dataset["index"]), x: event.clientX, y: event.clientY, id: event.pointerId };
  });
  list.addEventListener("pointermove", (event) => {
    if (pressed?.id !== event.pointerId) return;
    pointerY = event.clientY;
    if (!dragging) {
      if (Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) < THRESHOLD_PX) return;
      dragging = true;
      list.setPointerCapture(event.pointerId);
      drag.started(pressed.index);
      frame = requestAnimationFrame(scroll);
    }
    drag.over(gapAt(pointerY));
  });
  list.addEventListener("pointerup", () => end(true));
  list.addEventListener("lostpointercapture", () => end(false));
  list.addEventListener("pointercancel", () => end(false));
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || !dragging) return;
      event.preventDefault();
      event.stopPropagation();
      end(false);
    },
    { capture: true },
  );

  function end(dropped: boolean): void {
    const from = pressed;
    const wasDragging = dragging;
    pressed = undefined;
    dragging = false;
    cancelAnimationFrame(frame);
    if (from === undefined || !wasDragging) return;
    if (list.hasPointerCapture(from.id)) list.releasePointerCapture(from.id);
    drag.ended(from.index, dropped ? gapAt(pointerY) : undefined);
  }
  function gapAt(y: number): number {
    const all = rows();
    const index = all.findIndex((row) => {
      const box = row.getBoundingClientRect();
      return y < box.top + box.height / 2;
    });
    return index < 0 ? all.length : index;
  }
  function scroll(): void {
    const box = list.getBoundingClientRect();
    const step = pointerY < box.top + EDGE_PX ? -SCROLL_STEP_PX : pointerY > box.bottom - EDGE_PX ? SCROLL_STEP_PX : 0;
    const { scrollTop } = list;
    if (step !== 0) list.scrollTop += step;
    if (list.scrollTop !== scrollTop) drag.over(gapAt(pointerY));
    frame = requestAnimationFrame(scroll);
  }
}
