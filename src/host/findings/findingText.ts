/** How one finding is told: what happened in a sentence, its sides, and what helps; knows nothing of VS Code. */

import * as l10n from "@vscode/l10n";
import { visibleText } from "../../base/visibleText";
import type { JsonValue } from "../../core/jsonValue";
import type { Finding, FindingKind, Written } from "../../model/findings/finding";
import type { RunModel } from "../../model/runModel";
import { shortText } from "../../model/text/valueText";

const NAME_LENGTH = 60;
const VALUE_LENGTH = 40;

/** How people are told the names of agents: several may have one. */
export type NamingModel = Pick<RunModel, "layerName" | "nameOf">;

/** What happened, with names and values: "agent_b and agent_c both wrote 1 from 0". */
export function findingSentence(model: NamingModel, finding: Finding): string {
  const { kind, read, theirs, ours, equal, more } = finding;
  const agent = visibleText(model.layerName(finding.agent), NAME_LENGTH);
  const other = writerText(model, theirs);
  if (finding.keySet === true) return keySetSentence(finding, agent, other);
  const [was, now, wrote] = [valueText(read?.value), valueText(theirs?.value), valueText(ours?.value)];
  switch (kind) {
    case "lostUpdate":
      return equal === true
        ? l10n.t("{0} and {1} both wrote {2} from {3}", other, agent, wrote, was)
        : l10n.t("{0} overwrote {1} of {2} with {3}, made from {4}", agent, now, other, wrote, was);
    case "revertedUpdate":
      return l10n.t("{0} merged its old {1} again, over {2} of {3}", agent, wrote, now, other);
    case "droppedUpdate":
      return l10n.t("{1} of {0} gave way to {2} of {3}", agent, wrote, now, other);
    case "writeSkew":
      return l10n.t("{0} decided by {1}, {2} made it {3}, and decided by what {0} changed", agent, was, other, now);
    case "unmergedWork":
      return more === undefined
        ? l10n.t("{0} never merged it", agent)
        : more === 1
          ? l10n.t("{0} never merged it, and 1 key more", agent)
          : l10n.t("{0} never merged it, and {1} keys more", agent, more);
    case "staleRead":
      return l10n.t("{0} had read {1} when {2} made it {3}", agent, was, other, now);
    case "nonRepeatableRead":
      return l10n.t("{0} read {1}, then {2}, and may have built on the first", agent, was, now);
    case "orderSensitive":
      return l10n.t("{0} replaced {1} of {2} with {3} and had never read it", agent, now, other, wrote);
  }
}

/** Of what listing keys missed; the rest of the keys stands in how many there are. */
function keySetSentence({ kind, key, read, more = 0 }: Finding, agent: string, other: string): string {
  const shown = key === "" ? l10n.t("(empty key)") : visibleText(key, NAME_LENGTH);
  const keys = more === 0 ? shown : l10n.t("{0} and {1} more", shown, more);
  const wasThere = read?.value !== undefined;
  if (kind === "writeSkew") {
    return wasThere
      ? l10n.t("{0} decided by keys(), {1} deleted {2}, and decided by what {0} changed", agent, other, keys)
      : l10n.t("{0} decided by keys(), {1} added {2}, and decided by what {0} changed", agent, other, keys);
  }
  return wasThere
    ? l10n.t("{0} had listed the keys when {1} deleted {2}", agent, other, keys)
    : l10n.t("{0} had listed the keys when {1} added {2}", agent, other, keys);
}

/** What helps against it. */
export function remedyText(kind: FindingKind, equal: boolean): string {
  switch (kind) {
    case "lostUpdate":
      return equal
        ? l10n.t(
            "If it counts steps, a step is lost: read again and add after others have merged, or merge in a resolver.",
          )
        : l10n.t('Read again before the merge, or merge with { onConflict: "refuse" }, "auto" or a resolver.');
    case "revertedUpdate":
      return l10n.t(
        'Merge with { only: "pending" }, which leaves alone what was not changed since, or discard after a merge.',
      );
    case "droppedUpdate":
      return l10n.t("Let the resolver make one value of both, or do the work again on what the parent holds.");
    case "writeSkew":
      return l10n.t(
        "Write what the decision rests on, too, so that both merges touch one key; or merge one after another.",
      );
    case "unmergedWork":
      return l10n.t("Merge or discard before the script ends.");
    case "staleRead":
      return l10n.t("If the write rests on it, read it again right before the merge.");
    case "nonRepeatableRead":
      return l10n.t("Build the new value on the newest read.");
    case "orderSensitive":
      return l10n.t('Whoever merges last wins: give each agent its own key, or merge with { onConflict: "auto" }.');
  }
}

/** Who wrote a value; the script itself where nobody is named. */
export function writerText(model: NamingModel, written: Written | undefined): string {
  const name = written && model.nameOf(written.agent, written.name);
  return name === undefined ? l10n.t("the script") : visibleText(name, NAME_LENGTH);
}

/** A value on one line, shortened. */
export function valueText(value: JsonValue | undefined): string {
  return value === undefined ? l10n.t("absent") : visibleText(shortText(value, VALUE_LENGTH), VALUE_LENGTH);
}
