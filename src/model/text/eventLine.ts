/** The text of one event as a document: its line of the recording, spread out, within bounds. */

import { createRowEncoder } from "../../recording/recording";
import type { JsonObject } from "../../core/jsonValue";
import type { RunModel } from "../runModel";
import { prettyJson } from "./valueText";

/** The text; of the start of a log, and of what is not there, only what it is. */
export function eventLineText(model: RunModel, seq: number): string {
  const row = model.row(seq);
  if (row === undefined) return prettyJson({ kind: model.kind(seq), seq }).json;
  const { json, cut } = prettyJson(JSON.parse(createRowEncoder()({ ...row, value: row.value })) as JsonObject);
  return cut ? `${json}…` : json;
}
