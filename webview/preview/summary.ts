/** The sentences under the title: what the ticked keys change in the parent, who loses by it, and what can be done about it. */

import * as l10n from "@vscode/l10n";
import { nameNode, phrase } from "../ui/phrase";
import type { Plan } from "./shownPlan";
import { changesNothing, type TickedCounts } from "./rows";

/** The sentences with their weight: "loss" = somebody's change is lost, or the merge is refused. */
export interface Summary {
  readonly weight: "loss" | "plain" | "none";
  readonly text: DocumentFragment;
}

/** Says what Merge or Approve would do now. */
export function summaryOf(plan: Plan, counts: TickedCounts): Summary {
  const { agent, parentName } = plan;
  const { ticked, writes, lost, silent, settled, refused, byScript } = counts;
  const numbers = [lost, writes, settled, refused, byScript, silent].map((number) => number.toLocaleString());
  // In this order in every template: {0} agent, {1} parent's name, {2} lost, {3} writes, {4} settled, {5} refused, {6} by script,
  // {7} lost without a conflict.
  const say = (weight: Summary["weight"], ...templates: readonly string[]): Summary => ({
    weight,
    text: phrase(templates.filter(Boolean).join(" "), nameNode(agent), nameNode(parentName), ...numbers),
  });
  if (plan.rows.facts.length === 0) return say("none", l10n.t("The overlay of {0} is empty."));
  if (ticked === 0) return say("none", l10n.t("No key is ticked: tick the keys of {0} to merge."));
  const open = [
    // The banner of a held merge says so itself.
    refused === 0 || plan.hold !== undefined
      ? ""
      : refused === 1
        ? l10n.t("1 key is undecided, so the merge is refused until you decide it.")
        : l10n.t("{5} keys are undecided, so the merge is refused until you decide them."),
    byScript === 0
      ? ""
      : byScript === 1
        ? l10n.t("1 conflict is decided by the script when it merges.")
        : l10n.t("{6} conflicts are decided by the script when it merges."),
  ];
  const weight = lost + silent > 0 || refused > 0 ? "loss" : "plain";
  const silentLosses =
    silent === 0
      ? ""
      : silent === 1
        ? l10n.t("1 key loses somebody's work though nothing conflicts: see Loss.")
        : l10n.t("{7} keys lose somebody's work though nothing conflicts: see Loss.");
  if (changesNothing(counts)) {
    return say(weight, l10n.t("Nothing would change: {1} already has every value that {0} wrote."), silentLosses);
  }
  const remedy =
    plan.disabledReason !== undefined || lost === 0
      ? ""
      : lost === 1
        ? l10n.t("To prevent it, keep the parent's value or edit the result below.")
        : l10n.t("To prevent it, keep the parent's values or edit the results below.");
  if (writes === 1 && lost === 1 && silent === 0) {
    return say(
      weight,
      l10n.t(
        "Merging changes 1 key of {1}, which someone else changed while {0} was working: that change would be lost.",
      ),
      remedy,
      ...open,
    );
  }
  const what =
    writes === 0
      ? l10n.t("Merging changes nothing in {1}.")
      : writes === 1
        ? l10n.t("Merging changes 1 key of {1}.")
        : l10n.t("Merging changes {3} keys of {1}.");
  const losses =
    lost === 1
      ? l10n.t("1 of them was changed by someone else while {0} was working: that change would be lost.")
      : lost > 1
        ? l10n.t("{2} of them were changed by others while {0} was working: those changes would be lost.")
        : silent + settled + refused + byScript === 0
          ? l10n.t("No conflicts.")
          : "";
  const decided =
    settled === 0 ? "" : settled === 1 ? l10n.t("1 conflict is settled.") : l10n.t("{4} conflicts are settled.");
  return say(weight, what, losses, silentLosses, remedy, decided, ...open, policyWords(plan.policy));
}

/** What the script asked for about conflicts; overwriting is what is assumed, and so is not said. */
function policyWords(policy: Plan["policy"]): string {
  return {
    overwrite: "",
    refuse: l10n.t("The script asked to refuse conflicts."),
    auto: l10n.t("The script asked to keep both sides where they do not overlap."),
    resolver: l10n.t("The script decides conflicts with a function of its own."),
  }[policy];
}
