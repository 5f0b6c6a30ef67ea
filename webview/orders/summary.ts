/** The sentence that says what an order comes to on the whole: exact under "overwrite", and no more than this order elsewhere. */

import * as l10n from "@vscode/l10n";
import type { OrderAgent } from "../../src/protocol/ordersMessages";
import { nameNode, phrase } from "../ui/phrase";
import type { Outcome } from "./arrangement";
import { mergeName, nameList } from "./names";
import type { OrderRows } from "./rows";

/** A sentence with its weight: "loss" = someone's outcome is lost or refused, "plain" = as expected. */
export interface Summary {
  readonly weight: "loss" | "plain";
  readonly text: DocumentFragment;
}

/** @returns the sentence for an order. */
export function orderSummary(outcome: Outcome, rows: OrderRows): Summary {
  const ticked = outcome.agents.filter((agent) => agent.ticked);
  const [only] = ticked;
  const parent = nameNode(outcome.parentName);
  const count = rows.table.rows.length.toLocaleString();
  const plain = (template: string, ...parts: readonly (Node | string)[]): Summary => ({
    weight: "plain",
    text: phrase(template, ...parts),
  });
  if (only === undefined) return plain(l10n.t("No merge is ticked: tick those that you want to compare."));
  if (outcome.policy !== "overwrite") return chosenOrder(outcome, ticked, rows);
  if (ticked.length === 1) {
    return plain(
      l10n.t("Only {0} is ticked, so there is no order to compare: {1} would get its {2} keys."),
      nameNode(mergeName(only)),
      parent,
      count,
    );
  }
  const { sensitiveCount } = rows.table;
  if (sensitiveCount === 0) {
    return plain(
      rows.table.rows.length === 1
        ? l10n.t("The only key does not depend on the order: {0} ends the same, whoever merges last.")
        : l10n.t("No key depends on the order: all {1} keys of {0} end the same, whoever merges last."),
      parent,
      count,
    );
  }
  return {
    weight: "loss",
    text: phrase(
      sensitiveCount === 1
        ? l10n.t("1 of {1} keys depends on the order: whoever merges last wins.")
        : l10n.t("{0} of {1} keys depend on the order: whoever merges last wins."),
      sensitiveCount.toLocaleString(),
      count,
    ),
  };
}

function chosenOrder(outcome: Outcome, ticked: readonly OrderAgent[], rows: OrderRows): Summary {
  const refused = ticked.filter((agent) => (agent.outcome?.conflictCount ?? 0) > 0);
  const written = outcome.winners.filter((winner) => winner >= 0).length;
  const parts = [
    (ticked.length - refused.length).toLocaleString(),
    ticked.length.toLocaleString(),
    written.toLocaleString(),
    nameNode(outcome.parentName),
    nameNode(nameList(refused.map(mergeName))),
    rows.combinedCount.toLocaleString(),
  ];
  const sentences = [
    refused.length === 0
      ? l10n.t("In this order all {1} merges are applied and write {2} keys of {3}.")
      : l10n.t("In this order {0} of {1} merges are applied and write {2} keys of {3}; refused: {4}."),
  ];
  if (rows.combinedCount === 1) sentences.push(l10n.t("1 result combines both sides."));
  else if (rows.combinedCount > 1) sentences.push(l10n.t("{5} results combine both sides."));
  return { weight: refused.length > 0 ? "loss" : "plain", text: phrase(sentences.join(" "), ...parts) };
}
