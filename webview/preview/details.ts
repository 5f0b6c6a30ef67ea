/** The details of one key: the sentence, what is stale, the difference and the four values; it asks for nothing itself. */

import * as l10n from "@vscode/l10n";
import type { PreviewDetails } from "../../src/protocol/previewMessages";
import { createDifference } from "../ui/difference";
import { codicon, element } from "../ui/element";
import type { Button } from "../ui/toolkit";
import { createButton } from "../ui/toolkit";
import { visibleText } from "../ui/visibleText";
import { categoryMeaning, categoryOf, categoryWord, LETTERS } from "./category";
import { losesParent } from "./decision";
import { Part } from "./part";
import { hasMoved, mergeSentence } from "./sentence";
import type { SideActions, SideBox } from "./side";
import { createSideBox } from "./side";
import type { StaleReadActions } from "./staleReads";
import { staleReadText } from "./staleReads";

/** What the pane's controls do. */
export interface DetailsActions extends SideActions, StaleReadActions {
  openDiff(key: string, compare: "result" | "base"): void;
  showHistory(key: string): void;
  breakOnWrite(key: string): void;
}

/** Names of the agent and of what it merges into. */
export interface PlanNames {
  readonly agent: string;
  readonly parentName: string;
}

/**
 * The pane beside the list. What it shows stays until something else is there to show, and each of its parts is drawn
 * anew only when that part changed, so that nothing flickers and focus stays where it is.
 */
export class DetailsPane {
  readonly element = element("section", {
    class: "pane-details",
    aria: { label: l10n.t("Details of the selected key") },
  });
  private readonly nothing = element("div", { class: "empty" });
  private readonly content: HTMLElement;
  private readonly head = new Part("details-head", "header");
  private readonly sentence = new Part("sentence", "p");
  private readonly staleReads = new Part("details-stale");
  private readonly difference = new Part("difference-section", "section");
  private readonly sides = new Part("sides");
  private readonly buttons: readonly Button[];
  private key = "";

  /** @param choices stands under the sentence; its owner keeps it up to date. */
  constructor(
    private readonly on: DetailsActions,
    choices: HTMLElement,
  ) {
    const button = (label: string, icon: string, onClick: () => void): Button =>
      createButton({ label, icon, look: "icon", onClick });
    this.buttons = [
      button(l10n.t("Copy Key"), "copy", () => on.copy(this.key)),
      button(l10n.t("Show History"), "history", () => on.showHistory(this.key)),
      button(l10n.t("Break on Write"), "debug-breakpoint-data", () => on.breakOnWrite(this.key)),
      button(l10n.t("Open This Key in Diff Editor"), "diff", () => on.openDiff(this.key, "result")),
      button(l10n.t("Compare This Key's Base with Its Overlay"), "git-compare", () => on.openDiff(this.key, "base")),
    ];
    this.content = element(
      "div",
      { hidden: true },
      element(
        "div",
        { class: "details-top" },
        this.head.element,
        element("div", { class: "details-buttons" }, ...this.buttons.map((each) => each.element)),
      ),
      this.sentence.element,
      choices,
      this.staleReads.element,
      this.difference.element,
      this.sides.element,
    );
    this.element.append(this.content, this.nothing);
  }

  show(details: PreviewDetails, names: PlanNames): void {
    const sameKey = this.element.dataset["key"] === details.key;
    const { scrollTop } = this.element;
    this.key = details.key;
    this.element.dataset["key"] = details.key;
    this.nothing.hidden = true;
    this.content.hidden = false;
    const { agent, parentName } = names;
    const { key, kind, conflict, take, by, problem, base, parent, overlay, result, staleReads, difference } = details;
    this.head.show([key, kind, conflict, take], () => head(details));
    this.sentence.show([kind, conflict, take, by, problem, base, parent, overlay, result, agent, parentName], () => {
      const { weight, text } = mergeSentence(details, agent, parentName);
      this.sentence.element.className = `sentence ${weight}`;
      return [codicon({ loss: "warning", plain: "info" }[weight]), element("span", {}, text)];
    });
    this.staleReads.show(staleReads.length === 0 ? undefined : [staleReads, agent], () => [
      codicon("clockface"),
      element("div", {}, ...staleReads.map((read) => staleReadText(read, agent, this.on))),
    ]);
    const isLong = parent.cut || result.cut;
    const isShown = (difference.length > 0 && kind !== "unchanged") || isLong;
    this.difference.show(isShown ? [key, difference, kind, parentName, isLong] : undefined, () =>
      this.differenceOf(details, parentName),
    );
    this.sides.show([key, kind, conflict, take, by, base, parent, overlay, result, agent, parentName], () =>
      sides(details, names).map((side) => createSideBox(side, this.on)),
    );
    this.element.scrollTop = sameKey ? scrollTop : 0;
  }

  /** Shows one sentence in place of details. */
  showNothing(text: string): void {
    delete this.element.dataset["key"];
    this.content.hidden = true;
    this.nothing.hidden = false;
    this.nothing.textContent = text;
  }

  private differenceOf(details: PreviewDetails, parentName: string): HTMLElement[] {
    const { difference, kind, key } = details;
    if (difference.length > 0 && kind !== "unchanged") {
      const label = l10n.t("What changes in {0}", parentName);
      return [element("h3", { class: "difference-title" }, ...visibleText(label)), createDifference(difference, label)];
    }
    const open = createButton({
      label: l10n.t("Open in Diff Editor"),
      icon: "diff",
      look: "secondary",
      onClick: () => this.on.openDiff(key, "result"),
    });
    return [element("p", { class: "quiet" }, l10n.t("These values are too long to compare here.")), open.element];
  }
}

function head(details: PreviewDetails): HTMLElement[] {
  const category = categoryOf(details);
  const kind = details.take === "undecided" ? l10n.t("Undecided") : categoryWord(details.kind);
  const word = category === details.kind ? kind : `${categoryWord(category)} · ${kind}`;
  return [
    element("span", { class: `mark ${category}`, aria: { hidden: "true" } }, LETTERS[category]),
    element("h2", { class: "key" }, ...visibleText(details.key, { maxLength: 2_000 })),
    element("span", { class: `kind ${category}`, title: categoryMeaning(category) }, word),
  ];
}

function sides(details: PreviewDetails, names: PlanNames): SideBox[] {
  const { base, parent, overlay, result, conflict, kind, take } = details;
  const { agent, parentName } = names;
  const moved = hasMoved(base, parent);
  const loses = kind !== "unchanged" && moved && losesParent(details);
  const isGivenUp = take === "parent" && (conflict || details.by === "choice");
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
      ...(isGivenUp ? { warning: l10n.t("will be dropped") } : {}),
    },
    {
      name: "result",
      side: result,
      title: l10n.t("After merge"),
      caption: l10n.t("what {0} will hold", parentName),
      absent: kind === "deleted" ? l10n.t("no longer there") : notThere,
      origin: originOf(details, agent),
    },
  ];
}

function originOf({ take, by, kind }: PreviewDetails, agent: string): string {
  if (take === "undecided") {
    return by === "resolver"
      ? l10n.t("the script decides when it merges")
      : l10n.t("nobody decides: nothing is written");
  }
  if (kind === "unchanged") return l10n.t("no change");
  if (take === "merged") return l10n.t("merged from both, written as {0}", agent);
  if (take === "value" && by === "choice") return l10n.t("as you entered it, written as {0}", agent);
  return l10n.t("written as {0}", agent);
}
