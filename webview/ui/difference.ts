/** How the difference of two values is drawn: an outline of lines with signs, and the changed words marked inside. */

import * as l10n from "@vscode/l10n";
import type { DifferenceRow } from "../../src/protocol/previewMessages";
import { createButton } from "./toolkit";
import { element } from "./element";
import { visibleString, visibleText } from "./visibleText";

/** Lines drawn before the reader asks for the rest. */
const FIRST_LINES = 1_000;

/** @returns the outline; unchanged lines are dimmed, each other line has a sign beside its colour. */
export function createDifference(rows: readonly DifferenceRow[], label: string): HTMLElement {
  const lines = rows.slice(0, FIRST_LINES).map(line);
  const box = element("div", { class: "difference", role: "group", tabIndex: 0, aria: { label } }, ...lines);
  if (rows.length > FIRST_LINES) {
    const more = createButton({
      label: l10n.t("Show {0} More Lines", rows.length - FIRST_LINES),
      look: "secondary",
      onClick: () => more.element.replaceWith(...rows.slice(FIRST_LINES).map(line)),
    });
    box.append(more.element);
  }
  return box;
}

function line(row: DifferenceRow): HTMLElement {
  const text = element("span", { class: "difference-text" });
  text.style.paddingInlineStart = `${String(Math.min(row.depth, 40) * 1.25)}em`;
  if (row.label !== "") {
    text.append(element("span", { class: "difference-label" }, ...visibleText(row.label, { maxLength: 200 })), ": ");
  }
  for (const part of row.parts) {
    const piece = visibleText(part.text, { maxLength: 20_000 });
    if (part.mark === "same") text.append(element("span", { class: "difference-same" }, ...piece));
    else text.append(element(part.mark === "added" ? "ins" : "del", {}, ...piece));
  }
  return element(
    "div",
    { class: `difference-line ${row.mark}`, title: visibleString(row.path, 300) },
    element(
      "span",
      { class: "difference-sign" },
      element("span", { aria: { hidden: "true" } }, signs[row.mark]),
      accessibleLabel(row.mark),
    ),
    text,
  );
}

function accessibleLabel(mark: DifferenceRow["mark"]): HTMLElement | undefined {
  const words = { same: "", added: l10n.t("added"), removed: l10n.t("removed"), changed: l10n.t("changed") };
  return mark === "same" ? undefined : element("span", { class: "visually-hidden" }, words[mark]);
}

const signs = { same: " ", added: "+", removed: "−", changed: "~" };
