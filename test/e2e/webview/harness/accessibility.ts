/** Says what any page of ours must hold for people who use a keyboard, a screen reader or large text; it knows no view. */

import assert from "node:assert/strict";
import type { Page } from "playwright-core";

/**
 * Looks at the page as it stands: names, roles and references, reachability, contrast, and that nothing is cut off.
 *
 * @throws AssertionError that lists every fault.
 */
export async function assertAccessible(page: Page): Promise<void> {
  assert.deepEqual(await page.evaluate(FAULTS), []);
}

/**
 * Scrolls each element that the selector finds into view, as a person would, and looks whether it then can be seen and
 * clicked: not cut off, not squeezed to nothing, with nothing over it.
 *
 * @throws AssertionError that lists every element that cannot.
 */
export async function assertReachable(page: Page, selector: string): Promise<void> {
  const faults = await page.evaluate(`(${UNREACHABLE})(${JSON.stringify(selector)})`);
  const { width, height } = page.viewportSize() ?? {};
  assert.deepEqual(faults, [], `in ${width} by ${height} pixels`);
}

/** Room of a page in the editor area while the panel is open: width and height, by the window's size. */
export const EDITOR_SIZES: readonly { readonly width: number; readonly height: number }[] = [
  // 1440 by 900.
  { width: 1083, height: 490 },
  // 900 by 600; the same, split for two editors.
  { width: 542, height: 185 },
  { width: 270, height: 185 },
  // At 200 %.
  { width: 362, height: 120 },
];

/** Room of a view in the panel, as {@link EDITOR_SIZES}, and in one that is low. */
export const PANEL_SIZES: typeof EDITOR_SIZES = [
  { width: 1083, height: 260 },
  { width: 542, height: 260 },
  { width: 362, height: 260 },
  { width: 1083, height: 130 },
];

// Page code, as text: this project's tests are typed for Node, where there is no DOM.
const FAULTS = `(() => {
  const faults = [];
  const say = (node, text) => faults.push(text + ": " + (node.outerHTML ?? "").slice(0, 160));
  const visible = (node) => node.checkVisibility({ visibilityProperty: true }) && node.getBoundingClientRect().width > 0;
  const name = (node) => (node.getAttribute("aria-label") ?? node.textContent ?? "").trim();
  const all = (selector) => [...document.querySelectorAll(selector)].filter(visible);

  for (const node of all("button, vscode-button, vscode-text-field, vscode-checkbox, select, [role=listbox], [role=option], [role=grid], [role=columnheader], [role=separator], [role=group], section"))
    if (name(node) === "") say(node, "no accessible name");
  const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
  if (new Set(ids).size !== ids.length) faults.push("an id stands twice");
  for (const node of document.querySelectorAll("[aria-activedescendant]"))
    if (document.getElementById(node.getAttribute("aria-activedescendant")) === null) say(node, "aria-activedescendant points at nothing");
  for (const node of document.querySelectorAll("[style]"))
    if (!/^(transform|height|padding-inline-start|--|width)/.test(node.getAttribute("style"))) say(node, "a style of unknown origin");
  for (const list of all("[role=listbox]")) {
    if (list.tabIndex !== 0) say(list, "cannot be reached by Tab");
    const options = [...list.querySelectorAll("[role=option]")];
    for (const option of options) {
      if (option.getAttribute("aria-selected") === null || option.getAttribute("aria-setsize") === null) say(option, "an option without its state");
      if (option.getAttribute("aria-label") === null) say(option, "an option without a label");
    }
    const places = options.map((option) => Number(option.getAttribute("aria-posinset")));
    if (places.some((place, index) => index > 0 && place <= places[index - 1])) say(list, "options out of order");
  }
  for (const grid of all("[role=grid]")) {
    if (grid.tabIndex !== 0) say(grid, "cannot be reached by Tab");
    const rows = [...grid.querySelectorAll("[role=row]")];
    const headers = grid.querySelectorAll("[role=columnheader]").length;
    if (headers === 0 || Number(grid.getAttribute("aria-colcount")) !== headers) say(grid, "columns that are not told");
    if (Number(grid.getAttribute("aria-rowcount")) < rows.length) say(grid, "fewer rows than there are");
    for (const row of rows.slice(1)) {
      if (row.getAttribute("aria-selected") === null || row.getAttribute("aria-label") === null) say(row, "a row without its state or label");
      if (row.querySelectorAll(":scope > [role=gridcell]").length !== headers) say(row, "a row of other cells than the headers say");
    }
    const places = rows.map((row) => Number(row.getAttribute("aria-rowindex")));
    if (places.some((place, index) => !(place > (places[index - 1] ?? 0)))) say(grid, "rows out of order");
  }
  for (const bar of all("[role=separator][tabindex]"))
    for (const name of ["aria-valuenow", "aria-valuemin", "aria-valuemax", "aria-orientation"])
      if (bar.getAttribute(name) === null) say(bar, "a bar without " + name);
  if (document.querySelectorAll("[aria-live]").length === 0) faults.push("no live region");
  if (document.querySelectorAll("main").length !== 1) faults.push("no main landmark");
  for (const node of all(".codicon"))
    if (node.getAttribute("aria-hidden") !== "true") say(node, "an icon that would be read aloud");

  if (document.documentElement.scrollWidth > innerWidth) faults.push("the page scrolls sideways");
  for (const node of all("button, vscode-button, vscode-text-field, select, .badge, .sentence, .side, h1, h2")) {
    const box = node.getBoundingClientRect();
    if (box.left < -1 || box.right > innerWidth + 1) say(node, "cut off sideways");
  }

  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const parse = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, bottom) => [0, 1, 2].map((i) => top[i] * top[3] + bottom[i] * (1 - top[3])).concat(1);
  const background = (node) => {
    const layers = [];
    for (let at = node; at !== null; at = at.parentElement) layers.push(parse(getComputedStyle(at).backgroundColor));
    return layers.reduceRight((below, layer) => over(layer, below), [255, 255, 255, 1]);
  };
  const light = (c) => c.slice(0, 3).map((v) => v / 255).map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const walker = document.createTreeWalker(document.querySelector("#app"), NodeFilter.SHOW_TEXT);
  const looked = new Set();
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (looked.has(node) || walker.currentNode.data.trim() === "" || !visible(node) || node.closest(".visually-hidden, [disabled], :disabled, vscode-button")) continue;
    looked.add(node);
    const below = background(node);
    const text = over(parse(getComputedStyle(node).color), below);
    const [a, b] = [light(text), light(below)];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 3) say(node, "contrast " + contrast.toFixed(2));
  }
  return faults;
})()`;

const UNREACHABLE = `((selector) => {
  const faults = [];
  const say = (node, text) => faults.push(text + ": " + node.outerHTML.slice(0, 160));
  const found = [...document.querySelectorAll(selector)].filter((node) => node.checkVisibility());
  if (found.length === 0) faults.push("nothing is " + selector);
  for (const node of found) {
    node.scrollIntoView({ block: "nearest", inline: "nearest" });
    const box = node.getBoundingClientRect();
    let { left, right, top, bottom } = box;
    for (let at = node.parentElement; at !== null; at = at.parentElement) {
      if (getComputedStyle(at).overflow === "visible") continue;
      const clip = at.getBoundingClientRect();
      [left, right, top, bottom] = [Math.max(left, clip.left), Math.min(right, clip.right), Math.max(top, clip.top), Math.min(bottom, clip.bottom)];
    }
    // What is larger than the page is seen part by part.
    const wide = Math.min(box.width, innerWidth * 0.6);
    const high = Math.min(box.height, innerHeight * 0.5, 60);
    if (right - left < wide - 1 || bottom - top < high - 1) {
      say(node, "cut off, " + Math.round(right - left) + " by " + Math.round(bottom - top) + " of " + Math.round(box.width) + " by " + Math.round(box.height));
      continue;
    }
    const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    if (hit === null || !(node.contains(hit) || hit.contains(node))) say(node, "under " + (hit?.outerHTML ?? "nothing").slice(0, 80));
  }
  return faults;
})`;
