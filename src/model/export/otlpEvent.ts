/** What an event of a run says as an event of an OpenTelemetry span; knows nothing of spans. */

import { membersOf, type JsonValue } from "../../core/jsonValue";
import { Op, type LogRow } from "../../core/logRow";
import { kindWord } from "../../recording/recording";
import { MAX_OTLP_TEXT, OtlpAttributes, otlpNanos, otlpText } from "./otlpAttributes";
import type { RunModel } from "../runModel";
import { isList, lineJson } from "../text/valueText";

/** The JSON of an event; its name is the kind word of the recording. @param timeMs 0 = not known. */
export function otlpEvent(model: RunModel, row: LogRow, timeMs: number): string {
  const name = otlpText(kindWord(row.op, row.key));
  return `{"timeUnixNano":${otlpNanos(timeMs)},"name":${name},"attributes":${attributesOf(model, row).toString()}}`;
}

/** What an event did to a key or to an overlay, where its kind word does not tell. */
const OPERATIONS: Readonly<Partial<Record<Op, string>>> = {
  [Op.Write]: "set",
  [Op.Delete]: "delete",
  [Op.MergeWrite]: "merge_set",
  [Op.MergeDelete]: "merge_delete",
  [Op.Revert]: "take_back",
  [Op.Discard]: "discard",
};

function attributesOf(model: RunModel, row: LogRow): OtlpAttributes {
  const attributes = new OtlpAttributes();
  attributes.number("agent_context.seq", row.seq).text("agent_context.agent", row.agent);
  if (row.layer !== 0) {
    attributes.number("agent_context.layer.id", row.layer).text("agent_context.layer.name", model.layerName(row.layer));
  }
  attributes.text("agent_context.operation", OPERATIONS[row.op]);
  if (row.op !== Op.Logged && row.op !== Op.Other) attributes.boundedText("agent_context.key", row.key);
  if (row.op === Op.Read || row.op === Op.KeysRead) attributes.number("agent_context.revision", row.aux2);
  else if (row.rev !== 0) attributes.number("agent_context.revision", row.rev);
  addDetails(attributes, model, row);
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
    else addJson(attributes, key, value);
  }
  return attributes;
}

function addDetails(attributes: OtlpAttributes, model: RunModel, row: LogRow): void {
  switch (row.op) {
    case Op.Write:
    case Op.Delete:
      if (row.aux !== 0) {
        attributes
          .text("agent_context.base.layer", model.layerName(row.aux))
          .number("agent_context.base.revision", row.aux2);
      }
      break;
    case Op.Read:
    case Op.KeysRead:
      attributes.text("agent_context.read.from", model.layerName(row.aux));
      return;
    case Op.AgentStarted:
      attributes.text("agent_context.agent.id", row.value);
      attributes.text("agent_context.parent.name", model.layerName(row.aux));
      return;
    case Op.ScopeEntered:
      attributes.number("agent_context.scope.id", row.aux);
      if (row.aux2 !== 0) attributes.number("agent_context.scope.outer_id", row.aux2);
      return;
    case Op.ScopeExited:
      attributes.number("agent_context.scope.id", row.aux);
      return addError(attributes, row.value);
    case Op.AgentEnded:
      return addError(attributes, row.value);
    case Op.MergePlanned:
    case Op.MergeHeld:
    case Op.MergeApplied:
    case Op.MergeRefused:
      return addMerge(attributes, model, row);
    case Op.Other:
      if (row.key === "uncaught_error") addError(attributes, row.value);
      break;
    default:
  }
  if (row.value !== undefined) addJson(attributes, "agent_context.value", row.value);
}

function addMerge(attributes: OtlpAttributes, model: RunModel, row: LogRow): void {
  const data = membersOf(row.value);
  const { keys, skipped, conflicts } = data;
  attributes
    .text("agent_context.merge.into", model.layerName(row.aux))
    .text("agent_context.merge.policy", data["policy"])
    .flag("agent_context.merge.whole", data["whole"])
    .text("agent_context.merge.only", data["only"])
    .text("agent_context.merge.conflict_by", data["conflictBy"]);
  const problems = isList(data["problems"])
    ? data["problems"].map((each) => membersOf(each)["key"] ?? null)
    : undefined;
  switch (row.op) {
    case Op.MergePlanned:
      for (const kind of ["added", "modified", "deleted", "unchanged", "undecided"]) {
        attributes.number(`agent_context.merge.${kind}`, data[kind]);
      }
      attributes
        .number("agent_context.merge.conflict_count", data["conflictCount"])
        .texts("agent_context.merge.conflicts", conflicts)
        .number("agent_context.merge.problem_count", data["problemCount"])
        .texts("agent_context.merge.problems", problems)
        .number("agent_context.merge.stale_read_count", data["staleReadCount"]);
      return;
    case Op.MergeHeld:
      attributes
        .text("agent_context.merge.reason", data["reason"])
        .number("agent_context.merge.problem_count", data["problemCount"])
        .flag("agent_context.merge.exact", data["exact"])
        .number("agent_context.merge.key_count", isList(keys) ? keys.length : undefined)
        .texts("agent_context.merge.keys", keys);
      break;
    case Op.MergeApplied:
      attributes
        .number("agent_context.merge.key_count", keys)
        .text("agent_context.merge.decision", data["decision"])
        .text("agent_context.merge.decided_by", data["why"]);
      break;
    default:
      addError(attributes, row.value);
      attributes.texts("agent_context.merge.keys", keys);
  }
  if (row.op !== Op.MergeHeld && row.aux2 !== 0) attributes.number("agent_context.merge.planned_seq", row.aux2);
  attributes.number("agent_context.merge.held_seq", data["hold"]).texts("agent_context.merge.skipped", skipped);
}

function addError(attributes: OtlpAttributes, error: JsonValue | undefined): void {
  const { name, message, stack } = membersOf(error);
  attributes.text("exception.type", name).text("exception.message", message).text("exception.stacktrace", stack);
}

function addJson(attributes: OtlpAttributes, key: string, value: JsonValue): void {
  const { json, cut } = lineJson(value, MAX_OTLP_TEXT);
  attributes.boundedText(key, json, cut);
}
