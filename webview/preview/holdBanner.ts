/** What is said and offered while a merge of the script waits for the reader, and the quiet line while only others' do. */

import * as l10n from "@vscode/l10n";
import type { PreviewHold } from "../../src/protocol/previewMessages";
import { fullTime, timeOfDay } from "../ui/clock";
import { codicon, element } from "../ui/element";
import { nameNode, phrase } from "../ui/phrase";
import { type Button, createButton, createLink } from "../ui/toolkit";
import type { Plan } from "./shownPlan";
import { Part } from "./part";
import type { TickedCounts } from "./rows";

/** The banner. Its buttons are made once, so that focus stays on them while plans stream in. */
export class HoldBanner {
  readonly element: HTMLElement;
  /** Approve and Reject; they take the place of Merge and Discard. */
  readonly actions: readonly HTMLElement[];
  /** Stands apart: while nothing of this agent is held there is no banner. */
  readonly othersLine: HTMLElement;
  private readonly words = new Part("hold-words");
  private readonly others = new Part("hold-others");
  private readonly approve: Button;
  private readonly reject: Button;
  private readonly previous: Button;
  private readonly next: Button;
  private readonly release: Button;

  constructor(
    private readonly on: {
      readonly approve: () => void;
      readonly reject: () => void;
      readonly releaseAll: () => void;
      readonly showHold: (to: "next" | "previous") => void;
    },
  ) {
    this.approve = createButton({ label: l10n.t("Approve"), icon: "merge", look: "primary", onClick: on.approve });
    this.reject = createButton({ label: l10n.t("Reject…"), look: "secondary", onClick: on.reject });
    this.release = createButton({
      label: l10n.t("Release All"),
      look: "secondary",
      title: l10n.t("Apply every held merge of this run as its script asked"),
      onClick: on.releaseAll,
    });
    this.previous = createButton({
      label: l10n.t("Previous Held Merge"),
      icon: "chevron-left",
      look: "icon",
      onClick: () => on.showHold("previous"),
    });
    this.next = createButton({
      label: l10n.t("Next Held Merge"),
      icon: "chevron-right",
      look: "icon",
      onClick: () => on.showHold("next"),
    });
    this.element = element(
      "section",
      { class: "hold-banner", hidden: true, aria: { label: l10n.t("Held merge") } },
      this.words.element,
      element("span", { class: "hold-several" }, this.previous.element, this.next.element, this.release.element),
    );
    this.actions = [this.approve.element, this.reject.element];
    for (const action of this.actions) ignoreRepeats(action);
    this.othersLine = this.others.element;
  }

  /** @param busy true while a command waits for the script. */
  update(plan: Plan, ticked: TickedCounts, busy: boolean): void {
    const { hold, agent } = plan;
    this.element.hidden = hold === undefined;
    for (const action of this.actions) action.hidden = hold === undefined || hold.over;
    const others = hold === undefined ? plan.heldCount : 0;
    this.others.show(others === 0 ? undefined : others, () => [this.tellOthers(others)]);
    const waits = plan.asOf.live && hold?.over !== true;
    this.words.show(hold === undefined ? undefined : [hold, agent, ticked.refused > 0, waits], () =>
      hold === undefined ? [] : wordsOf(hold, agent, ticked.refused, waits),
    );
    if (hold === undefined) return;
    const allowed = plan.disabledReason === undefined && !busy;
    const all = plan.rows.facts.length;
    const none = ticked.ticked === 0 && all > 0;
    this.approve.setLabel(
      ticked.ticked < all && ticked.ticked > 0
        ? l10n.t("Approve {0} of {1}", ticked.ticked.toLocaleString(), all.toLocaleString())
        : l10n.t("Approve"),
    );
    this.approve.setEnabled(allowed && !none);
    this.approve.setTitle(
      plan.disabledReason ??
        (none
          ? l10n.t("No key is ticked: tick the keys to merge, or reject.")
          : l10n.t("Apply this merge for the ticked keys, as you decided, and let the script continue")),
    );
    this.reject.setEnabled(allowed);
    this.reject.setTitle(
      plan.disabledReason ?? l10n.t("Nothing is merged, and the script's call fails with your reason"),
    );
    const several = hold.count > 1;
    for (const button of [this.previous, this.next, this.release]) {
      button.element.hidden = !several || (button === this.release && hold.over);
      button.setEnabled(button === this.release ? allowed : true);
    }
  }

  /** The button of an action, where it can be used. */
  decision(on: "approve" | "reject"): HTMLElement | undefined {
    const { element: button } = on === "approve" ? this.approve : this.reject;
    return button.hidden || button.hasAttribute("disabled") ? undefined : button;
  }

  private tellOthers(count: number): HTMLElement {
    const show = createLink({
      text: count === 1 ? l10n.t("Show It") : l10n.t("Show the First"),
      title: l10n.t("Show a merge that waits for you"),
      onClick: () => this.on.showHold("next"),
    });
    const text =
      count === 1
        ? l10n.t("1 merge of another agent is held and waits for you.")
        : l10n.t("{0} merges of other agents are held and wait for you.", count.toLocaleString());
    return element("p", {}, codicon("debug-pause"), element("span", {}, text, " ", show));
  }
}

/** A key that is held down decides one merge: what comes into its place must be looked at first. */
function ignoreRepeats(button: HTMLElement): void {
  const ignore = (event: KeyboardEvent): void => {
    if (!event.repeat || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  button.addEventListener("keydown", ignore, { capture: true });
}

function wordsOf(hold: PreviewHold, agent: string, refused: number, waits: boolean): HTMLElement[] {
  const title = element("p", { class: "hold-title" }, codicon("debug-pause"));
  const text = element(
    "span",
    {},
    phrase(waits ? l10n.t("{0}'s merge waits for you") : l10n.t("{0}'s merge was held"), nameNode(agent)),
  );
  if (hold.count > 1) text.append(` · ${l10n.t("held merge {0} of {1}", hold.number, hold.count)}`);
  title.append(text);
  const reason = {
    conflict: l10n.t("Held because it conflicts with what others wrote."),
    problem: l10n.t("Held because it loses somebody's work."),
    always: l10n.t("Held because you asked to hold every merge."),
  }[hold.reason];
  const since = hold.heldAtMs === undefined ? "" : ` ${l10n.t("Since {0}.", timeOfDay(hold.heldAtMs))}`;
  const lines: HTMLElement[] = [
    title,
    element(
      "p",
      { class: "quiet", ...(hold.heldAtMs === undefined ? {} : { title: fullTime(hold.heldAtMs) }) },
      `${reason}${since}${waits ? ` ${l10n.t("The script waits at this merge; other agents go on.")}` : ""}`,
    ),
  ];
  // What to do about it is of no use where it cannot be decided.
  if (!waits) return lines;
  if (hold.outdated) {
    lines.push(
      warning(
        l10n.t(
          "The script asked for one exact plan, which is outdated: approving it unchanged will be refused. Decide the keys below, or reject the merge.",
        ),
      ),
    );
  }
  if (refused > 0) {
    lines.push(warning(l10n.t("The script's policy refuses this merge unless you decide every undecided key here.")));
  }
  return lines;
}

function warning(text: string): HTMLElement {
  return element("p", { class: "hold-warning" }, codicon("warning"), element("span", {}, text));
}
