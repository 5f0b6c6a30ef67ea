/** How the difference of two values is drawn: an outline of lines with signs, and the changed words marked inside. */

import * as l10n from "@vscode/l10n";
import { html, nothing, render, type TemplateResult } from "lit/html.js";
import type { DifferenceRow } from "../../src/protocol/previewMessages";
import { button } from "./toolkit";
import { visible, visibleString } from "./visibleText";

/** Lines drawn before the reader asks for the rest. */
const FIRST_LINES = 1_000;

/**
 * The outline; unchanged lines are dimmed, each other line has a sign beside its colour.
 *
 * @param isWhole the reader has asked for all lines, by `showWhole`
 */
export function difference(
  rows: readonly DifferenceRow[],
  label: string,
  isWhole: boolean,
  showWhole: () => void,
): TemplateResult {
  const shown = isWhole ? rows : rows.slice(0, FIRST_LINES);
  const left = rows.length - shown.length;
  return html`<div class="difference" role="group" tabindex="0" aria-label=${label}>
    ${shown.map(line)}
    ${
      left === 0
        ? nothing
        : button({ label: l10n.t("Show {0} More Lines", left), look: "secondary", onClick: showWhole })
    }
  </div>`;
}

/** The same for a page in the older form: the outline looks after itself. */
export function createDifference(rows: readonly DifferenceRow[], label: string): HTMLElement {
  const box = document.createDocumentFragment();
  const show = (isWhole: boolean): unknown =>
    render(
      difference(rows, label, isWhole, () => show(true)),
      box,
    );
  show(false);
  return box.firstElementChild as HTMLElement;
}

function line({ depth, path, label, mark, from, parts }: DifferenceRow): TemplateResult {
  const indent = `padding-inline-start: ${String(Math.min(depth, 40) * 1.25)}em`;
  const words = {
    same: "",
    added: l10n.t("added"),
    removed: l10n.t("removed"),
    changed: l10n.t("changed"),
    moved: l10n.t("moved"),
  };
  const name = html`<span class="difference-label">${visible(label, { maxLength: 200 })}</span>: `;
  return html`<div class="difference-line ${mark}" title=${visibleString(path, 300)}>
    <span class="difference-sign"
      ><span aria-hidden="true">${SIGNS[mark]}</span>${
        mark === "same" ? nothing : html`<span class="visually-hidden">${words[mark]}</span>`
      }</span
    >
    <span class="difference-text" .style=${indent}
      >${label === "" ? nothing : name}${parts.map(piece)}${
        from === undefined ? nothing : html` <span class="difference-note">${l10n.t("moved from {0}", from)}</span>`
      }</span
    >
  </div>`;
}

function piece({ text, mark }: DifferenceRow["parts"][number]): TemplateResult {
  const shown = visible(text, { maxLength: 20_000 });
  if (mark === "same") return html`<span class="difference-same">${shown}</span>`;
  return mark === "added" ? html`<ins>${shown}</ins>` : html`<del>${shown}</del>`;
}

const SIGNS = { same: " ", added: "+", removed: "−", changed: "~", moved: "↕" };
