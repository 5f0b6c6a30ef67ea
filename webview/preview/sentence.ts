/** The one sentence that says, to a reader who knows none of our words, what a merge does to a key and who loses by it. */

import * as l10n from "@vscode/l10n";
import type { PreviewDetails, PreviewSide } from "../../src/protocol/previewMessages";
import { nameNode, phrase, valueNode } from "../ui/phrase";

/** A sentence with its weight: "loss" = another's change is lost, "plain" = as expected. */
export interface Sentence {
  readonly weight: "loss" | "plain";
  readonly text: DocumentFragment;
}

/** @param agent whose overlay is merged. @param parentName what it merges into. */
export function mergeSentence(details: PreviewDetails, agent: string, parentName: string): Sentence {
  const { base, parent, overlay, result } = details;
  const who = nameNode(agent);
  const into = nameNode(parentName);
  // In this order in every template: {0} agent, {1} other writer, {2} base, {3} parent now, {4} overlay, {5} parent's name,
  // {6} result.
  const values = [base, parent, overlay].map(value);
  const say = (weight: Sentence["weight"], template: string): Sentence => ({
    weight,
    text: phrase(template, who, other(parent, agent), ...values, into, value(result)),
  });
  const decided = decidedOtherwise(details, say);
  if (decided !== undefined) return decided;
  if (details.problem === "revertedUpdate") {
    return say(
      "loss",
      l10n.t(
        '{0} has not changed this since its last merge: merging writes {4} again over {1}\'s newer {3}. mergeToParent({ only: "pending" }) leaves it alone.',
      ),
    );
  }
  if (details.kind === "unchanged" && details.problem === "lostUpdate") {
    return say(
      "loss",
      l10n.t("{0} and {1} both made {3} of what they had read: if each counted one on, a step is lost."),
    );
  }
  if (details.kind === "unchanged") return unchanged(details, say);
  if (details.conflict) return conflict(details, say);
  if (hasMoved(base, parent)) {
    return say(
      "loss",
      l10n.t(
        "{0} wrote back the value it started from. Meanwhile {1} changed it from {2} to {3}: merging undoes that change.",
      ),
    );
  }
  if (details.kind === "added") return say("plain", l10n.t("New key: {0} wrote {4}, and {5} does not have it yet."));
  if (details.kind === "deleted") {
    return say(
      "plain",
      l10n.t("{0} deleted this key: merging removes {3} from {5}. Nobody else has changed it meanwhile."),
    );
  }
  return say("plain", l10n.t("{0} changed this from {3} to {4}. Nobody else has changed it meanwhile."));
}

/** @returns whether the parent's value is another than the one that the agent started from. */
export function hasMoved(base: PreviewSide, parent: PreviewSide): boolean {
  return base.cut || parent.cut ? base.revision !== parent.revision : base.json !== parent.json;
}

/** The sentence of a key whose result is not simply the overlay's value. */
function decidedOtherwise(details: PreviewDetails, say: Say): Sentence | undefined {
  const { take, by, base, parent, conflict } = details;
  const story = conflict
    ? l10n.t("{1} changed this from {2} to {3} while {0} was working, and {0} wants {4}.")
    : hasMoved(base, parent)
      ? l10n.t("{1} changed this from {2} to {3} while {0} was working; {0} wrote back {4}.")
      : l10n.t("{5} holds {3}, and {0} wants {4}.");
  const end = (weight: Sentence["weight"], text: string): Sentence => say(weight, `${story} ${text}`);
  if (take === "undecided") {
    return by === "resolver"
      ? end("plain", l10n.t("The script decides between them when it merges, with a function of its own."))
      : end(
          "loss",
          l10n.t("Nobody decides between them, so the merge is refused. Choose a side below, or edit the result."),
        );
  }
  if (take === "merged") {
    return end("plain", l10n.t("The two changes do not overlap: merging keeps both, as {6}."));
  }
  if (take === "parent") {
    return conflict || by === "choice"
      ? end("plain", l10n.t("Merging keeps {3}: {0}'s change is dropped."))
      : end("plain", l10n.t("Merging keeps {3}."));
  }
  if (take === "value") {
    return by === "choice"
      ? end("plain", l10n.t("Merging writes what you entered: {6}."))
      : end("plain", l10n.t("Merging writes what the script's resolver answered: {6}."));
  }
  return undefined;
}

type Say = (weight: Sentence["weight"], template: string) => Sentence;

function unchanged({ overlay, base, parent }: PreviewDetails, say: Say): Sentence {
  if (overlay.json === undefined) {
    return say("plain", l10n.t("Unchanged: {0} deleted this key, and {5} does not have it either."));
  }
  if (hasMoved(base, parent)) {
    return say("plain", l10n.t("Unchanged: {1} has already written the same value, {3}, to {5}."));
  }
  return say("plain", l10n.t("Unchanged: {5} already has this value, {3}."));
}

function conflict({ base, parent, overlay }: PreviewDetails, say: Say): Sentence {
  if (parent.json === undefined) {
    return say(
      "loss",
      l10n.t(
        "{1} deleted this key while {0} was working from {2}. Merging brings it back as {4}: the deletion is lost.",
      ),
    );
  }
  if (overlay.json === undefined) {
    return say(
      "loss",
      l10n.t(
        "{1} changed this from {2} to {3} while {0} was working, and {0} deleted it. Merging removes it: {1}'s {3} is lost.",
      ),
    );
  }
  if (base.json === undefined) {
    return say("loss", l10n.t("{1} and {0} both added this key. Merging overwrites {1}'s {3} with {0}'s {4}."));
  }
  return say(
    "loss",
    l10n.t(
      "{1} changed this from {2} to {3} while {0} was working from {2}. Merging overwrites {3} with {4}: {1}'s change is lost.",
    ),
  );
}

function other(parent: PreviewSide, agent: string): Node {
  if (parent.actor === undefined) return nameNode(l10n.t("someone else"));
  return nameNode(parent.own ? l10n.t("{0} itself", agent) : parent.actor);
}

function value(side: PreviewSide): Node {
  return side.json === undefined ? nameNode(l10n.t("nothing")) : valueNode(side.json);
}
