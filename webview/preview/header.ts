/** Owns the head of the preview: whose merge this is, of when, what it does on the whole, and the buttons. */

import * as l10n from "@vscode/l10n";
import type { PreviewToWebview } from "../../src/protocol/previewMessages";
import { codicon, element, fill } from "../element";
import { nameNode, phrase } from "../phrase";
import { createButton } from "../toolkit";
import { showText } from "../visibleText";
import type { Category } from "./category";

/** The message that brings a plan. */
export type Plan = Extract<PreviewToWebview, { readonly type: "plan" }>;
/** The message that tells the state of a command. */
export type CommandState = Extract<PreviewToWebview, { readonly type: "command" }>;

/** Title, badge, buttons and summary. */
export class Header {
  readonly element: HTMLElement;
  private readonly agent = element("span", { class: "name" });
  private readonly parent = element("span", { class: "name" });
  private readonly run = element("span", { class: "run quiet ellipsis" });
  private readonly badge = element("span", { class: "badge as-of" });
  private readonly summary = element("p", { class: "summary" });
  private readonly merge;
  private readonly discard;
  private readonly diff;
  private summaryText = "";

  constructor(on: { readonly merge: () => void; readonly discard: () => void; readonly openDiff: () => void }) {
    this.merge = createButton({ label: l10n.t("Merge"), icon: "git-merge", look: "primary", onClick: on.merge });
    this.discard = createButton({ label: l10n.t("Discard"), icon: "discard", look: "secondary", onClick: on.discard });
    this.diff = createButton({
      label: l10n.t("Open in Diff Editor"),
      icon: "diff",
      look: "secondary",
      onClick: on.openDiff,
    });
    const arrow = element("span", { class: "title-arrow" }, codicon("arrow-right"), hiddenWord(l10n.t("into")));
    this.element = element(
      "header",
      { class: "header" },
      element(
        "div",
        { class: "title-line" },
        element(
          "h1",
          { class: "title" },
          hiddenWord(l10n.t("Merge preview:")),
          codicon("robot"),
          this.agent,
          arrow,
          codicon("database"),
          this.parent,
        ),
        this.badge,
        this.run,
        element("span", { class: "spring" }),
        element("div", { class: "actions" }, this.merge.element, this.discard.element, this.diff.element),
      ),
      this.summary,
    );
  }

  /** @param busy true while a command waits for the script. */
  update(plan: Plan, counts: Readonly<Record<Category, number>>, busy: boolean): void {
    showText(this.agent, plan.agent, { maxLength: 120 });
    showText(this.parent, plan.parentName, { maxLength: 120 });
    showText(this.run, plan.run, { maxLength: 200 });
    this.run.title = l10n.t("The run");
    const asOf = plan.asOf.live ? l10n.t("Live") : l10n.t("As of event {0}", plan.asOf.seq);
    if (this.badge.dataset["text"] !== asOf) {
      this.badge.dataset["text"] = asOf;
      this.badge.classList.toggle("live", plan.asOf.live);
      this.badge.title = plan.asOf.live
        ? l10n.t("This preview follows the running script.")
        : l10n.t("This is the past: the merge as it would have been after event {0}.", plan.asOf.seq);
      fill(this.badge, codicon(plan.asOf.live ? "pulse" : "history"), asOf);
    }
    const allowed = plan.disabledReason === undefined && !busy;
    this.merge.setEnabled(allowed && plan.rows.length > 0);
    this.discard.setEnabled(allowed && plan.rows.length > 0);
    this.merge.setTitle(
      plan.disabledReason ?? l10n.t("Write these keys to {0} in the running script", plan.parentName),
    );
    this.discard.setTitle(plan.disabledReason ?? l10n.t("Drop the overlay of {0} in the running script", plan.agent));
    this.diff.setTitle(l10n.t("Compare {0} now with {0} after the merge, as JSON", plan.parentName));
    this.updateSummary(plan, counts);
  }

  private updateSummary(plan: Plan, counts: Readonly<Record<Category, number>>): void {
    const identity = JSON.stringify([counts, plan.agent, plan.parentName]);
    if (identity === this.summaryText) return;
    this.summaryText = identity;
    const writes = counts.conflict + counts.added + counts.modified + counts.deleted;
    const icon = counts.conflict > 0 ? "warning" : "check";
    this.summary.className = `summary ${counts.conflict > 0 ? "loss" : "plain"}`;
    fill(this.summary, codicon(icon), element("span", {}, summaryPhrase(plan, counts.conflict, writes)));
  }
}

function summaryPhrase({ agent, parentName }: Plan, conflicts: number, writes: number): DocumentFragment {
  const parts = [nameNode(agent), nameNode(parentName), conflicts.toLocaleString(), writes.toLocaleString()];
  if (writes === 0) {
    return phrase(l10n.t("Nothing would change: {1} already has every value that {0} wrote."), ...parts);
  }
  const all = writes === 1 ? l10n.t("Merging changes 1 key of {1}.") : l10n.t("Merging changes {3} keys of {1}.");
  const lost =
    conflicts === 0
      ? l10n.t("No conflicts.")
      : conflicts === 1
        ? l10n.t("1 of them was changed by someone else while {0} was working: that change would be lost.")
        : l10n.t("{2} of them were changed by others while {0} was working: those changes would be lost.");
  return phrase(
    writes === 1 && conflicts === 1
      ? l10n.t(
          "Merging changes 1 key of {1}, which someone else changed while {0} was working: that change would be lost.",
        )
      : `${all} ${lost}`,
    ...parts,
  );
}

function hiddenWord(text: string): HTMLElement {
  return element("span", { class: "visually-hidden" }, ` ${text} `);
}
