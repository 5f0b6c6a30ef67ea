/** What makes a list the home of the keyboard in its page: where focus lands, and what copying in it means. */

/**
 * Focuses the list whenever the page has focus and nothing in it has, so that arrow keys work at once when VS Code shows
 * the view. @param copy is called for a copy command while the list has focus and no text is selected.
 */
export function followListKeys(list: HTMLElement, copy: () => void): void {
  const focusList = (): void => {
    const isFree = document.activeElement === null || document.activeElement === document.body;
    if (isFree && document.hasFocus() && list.isConnected) list.focus({ preventScroll: true });
  };
  window.addEventListener("focus", focusList);
  // The list is hidden until there is something in it; by then the page may have had its focus for long.
  new ResizeObserver(focusList).observe(list);
  document.addEventListener("copy", (event) => {
    if (document.activeElement !== list || getSelection()?.isCollapsed === false) return;
    event.preventDefault();
    copy();
  });
}
