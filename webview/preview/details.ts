/** Owns the details of one key: the sentence, the four values and the difference; it asks for nothing itself. */

import * as l10n from "@vscode/l10n";
import type { PreviewDetails } from "../../src/protocol/previewMessages";
import { createDifference } from "../difference";
import { codicon, element, fill } from "../element";
import { createButton } from "../toolkit";
import { visibleText } from "../visibleText";
import { categoryMeaning, categoryOf, categoryWord, LETTERS } from "./category";
import { hasMoved, mergeSentence } from "./sentence";
import type { SideBox } from "./side";
import { createSideBox } from "./side";

/** The pane beside the list. What it shows stays until something else is there to show, so that nothing flickers. */
export class DetailsPane {
  readonly element = element("section", {
    class: "pane-details",
    aria: { label: l10n.t("Details of the selected key") },
  });
  private shown = "";

  constructor(
    private readonly on: { readonly copy: (text: string) => void; readonly openDiff: (key: string) => void },
  ) {}

  /** @param names of the agent and of what it merges into. */
  show(details: PreviewDetails, names: { readonly agent: string; readonly parentName: string }): void {
    const identity = JSON.stringify([details, names]);
    if (identity === this.shown) return;
    const sameKey = this.element.dataset["key"] === details.key;
    const { scrollTop } = this.element;
    this.shown = identity;
    this.element.dataset["key"] = details.key;
    const sentence = mergeSentence(details, names.agent, names.parentName);
    fill(
      this.element,
      this.head(details),
      element(
        "p",
        { class: `sentence ${sentence.weight}` },
        codicon({ loss: "warning", plain: "check" }[sentence.weight]),
        element("span", {}, sentence.text),
      ),
      this.difference(details, names.parentName),
      element("div", { class: "sides" }, ...sides(details, names).map((side) => createSideBox(side, this.on.copy))),
    );
    this.element.scrollTop = sameKey ? scrollTop : 0;
  }

  /** Shows one sentence in place of details. */
  showNothing(text: string): void {
    this.shown = "";
    delete this.element.dataset["key"];
    fill(this.element, element("div", { class: "empty" }, text));
  }

  private head(details: PreviewDetails): HTMLElement {
    const category = categoryOf(details);
    const word = details.conflict
      ? `${categoryWord("conflict")} · ${categoryWord(details.kind)}`
      : categoryWord(category);
    const button = (label: string, icon: string, onClick: () => void): HTMLElement =>
      createButton({ label, icon, look: "icon", onClick }).element;
    return element(
      "header",
      { class: "details-head" },
      element("span", { class: `mark ${category}`, aria: { hidden: "true" } }, LETTERS[category]),
      element("h2", { class: "key" }, ...visibleText(details.key, { maxLength: 2_000 })),
      element("span", { class: `kind ${category}`, title: categoryMeaning(category) }, word),
      element("span", { class: "spring" }),
      button(l10n.t("Copy Key"), "copy", () => this.on.copy(details.key)),
      button(l10n.t("Open This Key in Diff Editor"), "diff", () => this.on.openDiff(details.key)),
    );
  }

  private difference(details: PreviewDetails, parentName: string): HTMLElement | undefined {
    const { difference, parent, result } = details;
    const title = (text: string): HTMLElement => element("h3", { class: "difference-title" }, ...visibleText(text));
    if (difference.length > 0 && details.kind !== "unchanged") {
      const label = l10n.t("What changes in {0}", parentName);
      return element("section", { class: "difference-section" }, title(label), createDifference(difference, label));
    }
    if (!parent.cut && !result.cut) return undefined;
    const open = createButton({
      label: l10n.t("Open in Diff Editor"),
      icon: "diff",
      look: "secondary",
      onClick: () => this.on.openDiff(details.key),
    });
    return element(
      "section",
      { class: "difference-section" },
      element("p", { class: "quiet" }, l10n.t("These values are too long to compare here.")),
      open.element,
    );
  }
}

function sides(details: PreviewDetails, names: { readonly agent: string; readonly parentName: string }): SideBox[] {
  const { base, parent, overlay, result, conflict, kind } = details;
  const { agent, parentName } = names;
  const moved = hasMoved(base, parent);
  const loses = kind !== "unchanged" && moved;
  const notThere = l10n.t("not there");
  return [
    {
      name: "base",
      side: base,
      title: l10n.t("Base"),
      caption: l10n.t("what {0} started from", agent),
      absent: notThere,
      quiet: true,
    },
    {
      name: "parent",
      side: parent,
      title: l10n.t("Parent now"),
      caption: moved
        ? l10n.t("what {0} holds: changed since", parentName)
        : l10n.t("what {0} holds: same as base", parentName),
      absent: moved ? l10n.t("deleted") : notThere,
      ...(loses ? { warning: conflict ? l10n.t("will be overwritten") : l10n.t("will be undone") } : {}),
    },
    {
      name: "overlay",
      side: overlay,
      title: l10n.t("Overlay"),
      caption: l10n.t("what {0} wrote", agent),
      absent: l10n.t("deleted"),
    },
    {
      name: "result",
      side: result,
      title: l10n.t("After merge"),
      caption: l10n.t("what {0} will hold", parentName),
      absent: l10n.t("not there any more"),
      origin: kind === "unchanged" ? l10n.t("no change") : l10n.t("written as {0}", agent),
    },
  ];
}
