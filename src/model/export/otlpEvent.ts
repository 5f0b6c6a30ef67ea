/** What an event of a run says as an event of an OpenTelemetry span; knows nothing of spans. */

import { isRead, revisionOf } from "../../core/eventKinds";
import type { LogRow } from "../../core/logRow";
import { kindWord } from "../../recording/recording";
import { MAX_OTLP_TEXT, OtlpAttributes, otlpNanos, otlpText } from "./otlpAttributes";
import type { RunModel } from "../runModel";
import { keyOf } from "../text/eventRow";
import { KIND_TEXTS } from "../text/kindTexts";

/** The JSON of an event; its name is the kind word of the recording. @param timeMs 0 = not known. */
export function otlpEvent(model: RunModel, row: LogRow, timeMs: number): string {
  const name = otlpText(kindWord(row.op, row.key));
  return `{"timeUnixNano":${otlpNanos(timeMs)},"name":${name},"attributes":${attributesOf(model, row).toString()}}`;
}

function attributesOf(model: RunModel, row: LogRow): OtlpAttributes {
  const attributes = new OtlpAttributes();
  attributes.number("agent_context.seq", row.seq).text("agent_context.agent", row.agent);
  if (row.layer !== 0) {
    attributes.number("agent_context.layer.id", row.layer).text("agent_context.layer.name", model.layerName(row.layer));
  }
  attributes.text("agent_context.operation", KIND_TEXTS[row.op].operation);
  attributes.boundedText("agent_context.key", keyOf(row));
  const revision = revisionOf(row);
  if (revision !== 0 || isRead(row.op)) attributes.number("agent_context.revision", revision);
  KIND_TEXTS[row.op].attributes(attributes, model, row);
  const site = model.callSite(row.seq);
  if (site !== undefined) {
    attributes
      .text("code.file.path", site.file)
      .number("code.line.number", site.line)
      .number("code.column.number", site.column);
  }
  for (const [name, value] of Object.entries(model.extra(row.seq) ?? {})) {
    const key = `agent_context.extra.${name.slice(0, MAX_OTLP_TEXT)}`;
    if (typeof value === "string") attributes.boundedText(key, value);
    else attributes.json(key, value);
  }
  return attributes;
}
