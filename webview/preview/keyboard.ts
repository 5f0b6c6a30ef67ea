/** The keys that work everywhere on the page: finding, leaving the filter, going from it to the list. */

/** What the keys do. */
export interface PageKeys {
  /** False while there is nothing to find in. */
  canFind(): boolean;
  find(): void;
  clearFilter(): void;
  /** Whether an element is the filter's box. */
  isFilter(target: EventTarget | null): boolean;
  enterList(): void;
}

/** Listens on the whole page. Keys that are typed into a text are left to it. */
export function listenToKeys(keys: PageKeys): void {
  document.addEventListener("keydown", (event) => {
    const [target] = event.composedPath();
    const inText = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
    const isFind =
      (event.key === "f" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) ||
      (event.key === "/" && !event.altKey && !inText);
    if (isFind && keys.canFind()) {
      event.preventDefault();
      event.stopPropagation();
      keys.find();
    } else if (event.key === "Escape" && !inText) {
      keys.clearFilter();
    } else if (inText && (event.key === "ArrowDown" || event.key === "Enter") && keys.isFilter(event.target)) {
      event.preventDefault();
      keys.enterList();
    }
  });
}
