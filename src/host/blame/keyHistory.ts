/** A key's history as it is listed: who wrote what, when and on which line, newest first; knows nothing of VS Code. */

import * as l10n from "@vscode/l10n";
import { shortText } from "../../model/text/valueText";
import type { RunModel } from "../../model/runModel";
import { isMergedKey, Op } from "../../core/eventKinds";
import { clockText } from "../../base/clockText";
import { visibleText } from "../../base/visibleText";
import { makerOf, type MakersModel } from "../../model/text/valueMaker";
import { madeText, siteText, type MadeRun } from "./siteText";

const VALUE_LENGTH = 80;
/** Of a longer history the newest are listed, and how many are older. */
export const LISTED_WRITES = 5_000;

/** What of a run a history needs. */
export interface HistoryRun extends MadeRun {
  readonly model: MakersModel & Pick<RunModel, "callSite" | "effectiveValue" | "layerName" | "stepSeq" | "writerOf">;
  readonly cursor: { readonly seq: number };
}

/** One write. */
export interface HistoryEntry {
  /** 0 when the event that wrote it is not known. */
  readonly seq: number;
  readonly value: string;
  readonly absent: boolean;
  /** Revision, agent. */
  readonly description: string;
  /** Event, time, line. */
  readonly detail: string;
  /** Whether the line that made the value is known. */
  readonly hasLine: boolean;
  /** The event of a merge that carried the value here, where its line is known. */
  readonly mergeSeq: number | undefined;
  /** Against the event that the views show: after it, the newest up to it, or before that. */
  readonly when: "later" | "shown" | "earlier";
}

/** A key's writes in one layer. */
export interface KeyHistory {
  readonly layer: number;
  /** The store's or agent's name. */
  readonly owner: string;
  readonly entries: readonly HistoryEntry[];
  /** How many older ones are not listed. */
  readonly older: number;
}

/** The layer whose writes a layer shows for a key: its own when it ever wrote it, else the one that shows through. */
export function writtenLayer({ model, cursor }: HistoryRun, layer: number, key: string): number {
  if (model.history(layer, key).length > 0) return layer;
  const answering = model.effectiveValue(layer, key, cursor.seq).layer;
  return answering === 0 ? layer : answering;
}

/** @returns the history of a key as a layer shows it, newest first; without entries when nobody wrote it. */
export function keyHistory(run: HistoryRun, asked: number, key: string): KeyHistory {
  const { model, cursor } = run;
  const layer = writtenLayer(run, asked, key);
  const writes = model.history(layer, key);
  const shown = writes.findLastIndex(({ seq }) => seq <= cursor.seq);
  const first = Math.max(0, writes.length - LISTED_WRITES);
  const entries = writes.slice(first).map(({ seq, value, rev, actor, timestampMs }, at): HistoryEntry => {
    const index = first + at;
    const event = seq === 0 ? l10n.t("event not known") : l10n.t("event {0}", model.stepSeq(seq));
    const writer = model.writerOf({ actor, seq });
    const words = [[event, ...actionWords(model.row(seq)?.op)].join(", ")];
    if (timestampMs !== undefined) words.push(clockText(timestampMs));
    const maker = makerOf(model, seq);
    const hasLine = maker.by !== "person" && siteText(run, maker.seq) !== undefined;
    words.push(hasLine ? madeText(run, seq) : l10n.t("line: {0}", madeText(run, seq)));
    const merge = maker.merges.find((each) => each !== maker.seq || maker.by === "person");
    return {
      seq,
      value: value === undefined ? l10n.t("absent") : visibleText(shortText(value, VALUE_LENGTH), VALUE_LENGTH),
      absent: value === undefined,
      description: [l10n.t("revision {0}", rev), ...(writer === undefined ? [] : [visibleText(writer, 40)])].join(
        " · ",
      ),
      detail: words.join(" · "),
      hasLine,
      mergeSeq: merge !== undefined && siteText(run, merge) !== undefined ? merge : undefined,
      when: index > shown ? "later" : index === shown ? "shown" : "earlier",
    };
  });
  return { layer, owner: visibleText(model.layerName(layer), 60), entries: entries.reverse(), older: first };
}

/** How it was written, where not by a plain write or deletion. */
function actionWords(op: Op | undefined): readonly string[] {
  if (isMergedKey(op)) return [l10n.t("merged")];
  if (op === Op.Revert) return [l10n.t("taken back")];
  if (op === Op.Discard) return [l10n.t("discarded")];
  return op === Op.Restored ? [l10n.t("restored")] : [];
}
