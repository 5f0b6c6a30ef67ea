/** The head of the preview: whose merge this is, of when, what it does on the whole, and the buttons. */

import * as l10n from "@vscode/l10n";
import type { PreviewToWebview } from "../../src/protocol/previewMessages";
import type { HoldMode } from "../../src/core/choices";
import { codicon, element, fill } from "../ui/element";
import { createButton, createLink } from "../ui/toolkit";
import { showText, visibleString } from "../ui/visibleText";
import type { HoldBanner } from "./holdBanner";
import { HoldModes } from "./holdModes";
import { changesNothing, type TickedCounts } from "./rows";
import { summaryOf } from "./summary";
import type { Plan } from "./shownPlan";

/** The message that tells the state of a command. */
export type CommandState = Extract<PreviewToWebview, { readonly type: "command" }>;

/** What the head's controls do. */
export interface HeaderActions {
  merge(): void;
  discard(): void;
  openDiff(compare: "result" | "base"): void;
  compareOrders(): void;
  runMode(mode: HoldMode): void;
  agentMode(mode: HoldMode | "inherit"): void;
}

/** Title, badge, buttons, summary, and the quiet line of what else can be done. */
export class Header {
  readonly element: HTMLElement;
  private readonly agent = element("span", { class: "name" });
  private readonly parent = element("span", { class: "name" });
  private readonly run = element("span", { class: "run quiet ellipsis" });
  private readonly badge = element("span", { class: "badge as-of" });
  private readonly summary = element("p", { class: "summary" });
  private readonly orders: HTMLElement;
  private readonly ordersText = element("span", { class: "quiet" });
  private readonly holdModes: HoldModes;
  private readonly merge;
  private readonly discard;
  private readonly diff;
  private readonly baseDiff;
  private summaryText = "";

  /** @param hold stands under the title, its buttons beside it, its line about others below; its owner keeps them up to date. */
  constructor(on: HeaderActions, hold: Pick<HoldBanner, "element" | "actions" | "othersLine">) {
    this.merge = createButton({ label: l10n.t("Merge"), icon: "git-merge", look: "primary", onClick: on.merge });
    this.discard = createButton({ label: l10n.t("Discard"), icon: "discard", look: "secondary", onClick: on.discard });
    this.diff = createButton({
      label: l10n.t("Open in Diff Editor"),
      icon: "diff",
      look: "icon",
      onClick: () => on.openDiff("result"),
    });
    this.baseDiff = createButton({
      label: l10n.t("Compare Base with Overlay in Diff Editor"),
      icon: "git-compare",
      look: "icon",
      onClick: () => on.openDiff("base"),
    });
    this.holdModes = new HoldModes(on);
    const compare = createLink({
      text: l10n.t("Compare Merge Orders"),
      title: l10n.t("See which keys depend on the order in which these agents merge"),
      onClick: () => on.compareOrders(),
    });
    this.orders = element(
      "p",
      { class: "orders", hidden: true },
      codicon("list-ordered"),
      element("span", {}, this.ordersText, " ", compare),
    );
    const arrow = element("span", { class: "title-arrow" }, codicon("arrow-right"), hiddenWord(l10n.t("into")));
    const title = element(
      "h1",
      { class: "title" },
      hiddenWord(l10n.t("Merge preview:")),
      codicon("robot"),
      this.agent,
      arrow,
      codicon("database"),
      this.parent,
    );
    this.element = element(
      "header",
      { class: "header" },
      element(
        "div",
        { class: "title-line" },
        title,
        this.badge,
        this.run,
        element("span", { class: "spring" }),
        element(
          "div",
          { class: "actions" },
          ...hold.actions,
          this.merge.element,
          this.discard.element,
          this.diff.element,
          this.baseDiff.element,
        ),
      ),
      hold.element,
      this.summary,
      hold.othersLine,
      element(
        "div",
        { class: "quiet-line" },
        this.orders,
        element("span", { class: "spring" }),
        this.holdModes.element,
      ),
    );
  }

  /** @param busy true while a command waits for the script. */
  update(plan: Plan, ticked: TickedCounts, busy: boolean): void {
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
    this.updateActions(plan, ticked, busy);
    const [agent, parentName] = names(plan);
    this.diff.setTitle(l10n.t("Compare {0} now with {0} after the merge, as JSON", parentName));
    this.baseDiff.setTitle(l10n.t("Compare what {0} started from with what it wrote, as JSON", agent));
    this.orders.hidden = plan.siblings < 2;
    const siblings = l10n.t("{0} agents have something to merge into {1}.", plan.siblings.toLocaleString(), parentName);
    if (this.ordersText.textContent !== siblings) this.ordersText.textContent = siblings;
    this.holdModes.update(plan);
    this.updateSummary(plan, ticked);
  }

  /** Merge and Discard say on how many keys they act when not on all; a held merge has buttons of its own. */
  private updateActions(plan: Plan, counts: TickedCounts, busy: boolean): void {
    const { ticked } = counts;
    const all = plan.rows.facts.length;
    const [agent] = names(plan);
    const isPart = ticked > 0 && ticked < all;
    const numbers = [ticked.toLocaleString(), all.toLocaleString()] as const;
    const allowed = plan.disabledReason === undefined && !busy && ticked > 0;
    const isUnchanged = ticked > 0 && changesNothing(counts);
    const reason =
      plan.disabledReason ??
      (ticked === 0 && all > 0 ? l10n.t("No key is ticked: tick the keys that this should act on.") : undefined);
    this.merge.element.hidden = this.discard.element.hidden = plan.hold !== undefined;
    this.merge.setLabel(isPart ? l10n.t("Merge {0} of {1}", ...numbers) : l10n.t("Merge"));
    this.discard.setLabel(isPart ? l10n.t("Discard {0} of {1}", ...numbers) : l10n.t("Discard"));
    // What is pending counts as merged afterwards, even where the parent has the same values already.
    const isIdle = isUnchanged && !plan.pending;
    this.merge.setEnabled(allowed && !isIdle);
    this.discard.setEnabled(allowed);
    this.merge.setTitle(reason ?? mergeTitle(plan, all, isUnchanged, isPart));
    this.discard.setTitle(
      reason ??
        (isPart
          ? l10n.t("Drop the ticked keys of {0}'s overlay in the running script", agent)
          : l10n.t("Drop the overlay of {0} in the running script", agent)),
    );
  }

  private updateSummary(plan: Plan, ticked: TickedCounts): void {
    const { agent, parentName, disabledReason, rows } = plan;
    const identity = JSON.stringify([
      ticked,
      agent,
      parentName,
      rows.facts.length,
      disabledReason === undefined,
      plan.hold === undefined,
    ]);
    if (identity === this.summaryText) return;
    this.summaryText = identity;
    const summary = summaryOf(plan, ticked);
    this.summary.className = `summary ${summary.weight}`;
    fill(
      this.summary,
      codicon({ loss: "warning", plain: "info", none: "info" }[summary.weight]),
      element("span", {}, summary.text),
    );
  }
}

/** What Merge does, or why there is nothing that it could do. */
function mergeTitle(plan: Plan, all: number, isUnchanged: boolean, isPart: boolean): string {
  const [agent, parentName] = names(plan);
  if (all === 0) return l10n.t("There is nothing to merge: the overlay of {0} is empty.", agent);
  if (isUnchanged && !plan.pending) {
    return l10n.t("There is nothing to merge: {0} already has every value that {1} wrote.", parentName, agent);
  }
  if (isUnchanged) {
    return l10n.t(
      "{0} has these values already: {1} counts as merged afterwards, and nothing else changes",
      parentName,
      agent,
    );
  }
  return isPart
    ? l10n.t("Write the ticked keys to {0} in the running script; the others stay in the overlay", parentName)
    : l10n.t("Write these keys to {0} in the running script", parentName);
}

/** As tooltips show them: what hides or reorders text is made visible. */
function names({ agent, parentName }: Plan): readonly [agent: string, parentName: string] {
  return [visibleString(agent, 120), visibleString(parentName, 120)];
}

function hiddenWord(text: string): HTMLElement {
  return element("span", { class: "visually-hidden" }, ` ${text} `);
}
