/** The head of the page: which parent, of when, by what policy, what the order comes to, and the button that does it. */

import * as l10n from "@vscode/l10n";
import type { MergePolicy } from "../../src/core/choices";
import { codicon, element, fill } from "../ui/element";
import { createButton, createSelect } from "../ui/toolkit";
import { showText } from "../ui/visibleText";
import type { Outcome } from "./arrangement";
import type { OrderRows } from "./rows";
import { orderSummary } from "./summary";

/** Title, badge, policy, button and summary. */
export class Header {
  readonly element: HTMLElement;
  private readonly parent = element("span", { class: "name" });
  private readonly run = element("span", { class: "run quiet ellipsis", title: l10n.t("The run") });
  private readonly badge = element("span", { class: "badge as-of" });
  private readonly summary = element("p", { class: "summary" });
  private readonly policy;
  private readonly merge;

  constructor(on: { readonly policy: (policy: MergePolicy) => void; readonly mergeAll: () => void }) {
    this.policy = createSelect<MergePolicy>(on.policy);
    this.merge = createButton({
      label: l10n.t("Merge All in This Order"),
      icon: "git-merge",
      look: "primary",
      onClick: on.mergeAll,
    });
    const intro = element("span", { class: "visually-hidden" }, `${l10n.t("Merge orders:")} `);
    this.element = element(
      "header",
      { class: "header" },
      element(
        "div",
        { class: "title-line" },
        element(
          "h1",
          { class: "title" },
          intro,
          codicon("git-merge"),
          codicon("arrow-right"),
          codicon("database"),
          this.parent,
        ),
        this.badge,
        this.run,
        element("span", { class: "spring" }),
        element("div", { class: "actions" }, this.policy.element, this.merge.element),
      ),
      this.summary,
    );
  }

  /** @param policy what the user chose, which may be ahead of the outcome. @param busy true while a command waits. */
  update(outcome: Outcome, rows: OrderRows, policy: MergePolicy, busy: boolean): void {
    showText(this.parent, outcome.parentName, { maxLength: 120 });
    showText(this.run, outcome.run, { maxLength: 200 });
    const { live, seq } = outcome.asOf;
    const asOf = live ? l10n.t("Live") : l10n.t("As of event {0}", seq);
    if (this.badge.dataset["text"] !== asOf) {
      this.badge.dataset["text"] = asOf;
      this.badge.title = live
        ? l10n.t("This comparison follows the running script.")
        : l10n.t("This is the past: the merges as they would have been after event {0}.", seq);
      fill(this.badge, codicon(live ? "pulse" : "history"), asOf);
    }
    this.policy.update({
      options: [
        { value: "overwrite", label: l10n.t("Last merge wins") },
        { value: "refuse", label: l10n.t("Refuse conflicts") },
        { value: "auto", label: l10n.t("Combine, refuse what overlaps") },
      ],
      value: policy,
      enabled: !busy,
      title: l10n.t("What to do about conflicts, including those of held merges"),
    });
    const ticked = outcome.agents.filter((agent) => agent.ticked).length;
    this.merge.setEnabled(outcome.disabledReason === undefined && !busy && ticked > 0);
    this.merge.setTitle(
      outcome.disabledReason ?? l10n.t("Merge the {0} ticked ones into {1}, first to last", ticked, outcome.parentName),
    );
    const { weight, text } = orderSummary(outcome, rows);
    const words = text.textContent ?? "";
    if (this.summary.dataset["text"] === words) return;
    this.summary.dataset["text"] = words;
    this.summary.className = `summary ${weight}`;
    fill(this.summary, codicon(weight === "loss" ? "warning" : "info"), element("span", {}, text));
  }

  /** The summary as plain text. */
  get summaryText(): string {
    return this.summary.dataset["text"] ?? "";
  }
}
