/**
 * What an event of each kind says: its line of text, the facts in its details, its attributes in a trace, and what counts of it
 * when runs are compared. What all kinds have in common is said by those who ask.
 */

import { isObject, membersOf, type JsonValue } from "../../core/jsonValue";
import {
  answeredByOf,
  baseLayerOf,
  baseRevisionOf,
  childOf,
  intoOf,
  Op,
  outerScopeOf,
  parentOf,
  plannedOf,
  scopeOf,
  seenRevisionOf,
} from "../../core/eventKinds";
import type { LogRow } from "../../core/logRow";
import type { PlanSide } from "../../core/mergePlan";
import type { RunModel } from "../runModel";
import { isList, shortText } from "./valueText";

/** How the values in a summary are told. */
export interface ValueTexts {
  /** What the key was set to, behind its name: the value and what it was, or of a long one what changed. */
  set(model: RunModel, row: LogRow): string;
  /** What the key held before, as an aside. */
  was(model: RunModel, row: LogRow): string;
  /** What was logged, behind its name. */
  logged(row: LogRow): string;
  /** What a merge that is one step did to its keys: of one what it is then, of several their names behind their count. */
  merged(model: RunModel, row: LogRow, count: string): string;
}

/** Takes the facts of an event, in order. Values are read from disk only when a taker looks at them. */
export interface FactTaker {
  /** A name of a key, agent or store. */
  name(label: string, name: string): void;
  /** A text of ours, with shortened names in it. */
  text(label: string, text: string): void;
  /** What a key held. */
  side(label: string, side: PlanSide): void;
  /** A member of the line that an event has no place for. */
  member(name: string, value: JsonValue): void;
}

/** Takes attributes, in order. What is undefined, or of another type than is asked for, is left out. */
export interface AttributeTaker {
  text(key: string, value: unknown): this;
  number(key: string, value: unknown): this;
  flag(key: string, value: unknown): this;
  texts(key: string, value: unknown): this;
  json(key: string, value: JsonValue | undefined): this;
}

/** What an event of a kind says. */
export interface KindTexts {
  /** The line of text that says what it did. */
  readonly summary: (model: RunModel, row: LogRow, values: ValueTexts) => string;
  /** Its facts beside layer, key and revision. */
  readonly facts?: (taker: FactTaker, model: RunModel, row: LogRow) => void;
  /** It changes one key, and holds what the key is then, or lets something else be seen. */
  readonly change?: "held" | "uncovered";
  /** Such events are many, and their values may be large and on disk: a search sifts them. */
  readonly sifted?: true;
  /** What it did to a key or to an overlay, where its word does not tell. */
  readonly operation?: string;
  /** Its attributes in a trace, beside those that all events have. */
  readonly attributes: (taker: AttributeTaker, model: RunModel, row: LogRow) => void;
  /** What of its data counts when runs are compared; absent: all. */
  readonly compared?: (value: JsonValue | undefined) => JsonValue | undefined;
  /**
   * What of its data is what an agent did and saw, and not what others did meanwhile; absent: all. @param seen the value that a
   * read saw
   */
  readonly done?: (value: JsonValue | undefined, seen: JsonValue | undefined) => JsonValue | undefined;
  /** The layer that it names follows from what others did, too. */
  readonly namesOthers?: true;
}

/** The event's value as it is. */
const whole: KindTexts["attributes"] = (taker, _model, { value }) => void taker.json("agent_context.value", value);

export const KIND_TEXTS: Readonly<Record<Op, KindTexts>> = {
  [Op.StoreCreated]: {
    summary: (model, { layer }) => `parent state ${shortName(model.layerName(layer))} was made`,
    attributes: whole,
  },
  [Op.AgentStarted]: {
    summary: (model, row) =>
      `agent ${shortName(model.layerName(row.layer))} begins on ${shortName(model.layerName(parentOf(row)))}`,
    facts(taker, model, row) {
      taker.name("Parent", model.layerName(parentOf(row)));
      if (typeof row.value === "string") taker.name("Agent id", row.value);
    },
    attributes(taker, model, row) {
      taker.text("agent_context.agent.id", row.value).text("agent_context.parent.name", model.layerName(parentOf(row)));
    },
  },
  [Op.AgentEnded]: {
    summary: (_model, { value }) => (isNothing(value) ? "agent ends" : `agent ends with ${errorText(value)}`),
    attributes: (taker, _model, { value }) => addError(taker, value),
    compared: withoutPlaces,
    done: withoutPlaces,
  },
  [Op.ScopeEntered]: {
    summary: (_model, row) => `enters scope ${scopesText(row, " inside scope ")}`,
    facts: (taker, _model, row) => taker.text("Scope", scopesText(row, " inside ")),
    attributes(taker, _model, row) {
      taker.number("agent_context.scope.id", scopeOf(row));
      if (outerScopeOf(row) !== 0) taker.number("agent_context.scope.outer_id", outerScopeOf(row));
    },
    compared: withoutPlaces,
    done: withoutPlaces,
  },
  [Op.ScopeExited]: {
    summary: (_model, row) =>
      `leaves scope ${scopeOf(row)}${isNothing(row.value) ? "" : ` with ${errorText(row.value)}`}`,
    facts: (taker, _model, row) => taker.text("Scope", String(scopeOf(row))),
    attributes(taker, _model, row) {
      taker.number("agent_context.scope.id", scopeOf(row));
      addError(taker, row.value);
    },
    compared: withoutPlaces,
    done: withoutPlaces,
  },
  [Op.Write]: {
    summary: (model, row, values) => `set ${keyName(row)}${values.set(model, row)}`,
    facts: baseFact,
    change: "held",
    sifted: true,
    operation: "set",
    attributes: changeAttributes,
    namesOthers: true,
  },
  [Op.Delete]: {
    summary: (model, row, values) => `deleted ${keyName(row)}${values.was(model, row)}`,
    facts: baseFact,
    change: "held",
    sifted: true,
    operation: "delete",
    attributes: changeAttributes,
    namesOthers: true,
  },
  [Op.Revert]: {
    summary: (_model, row) => `took back the local change of ${keyName(row)}`,
    change: "uncovered",
    sifted: true,
    operation: "take_back",
    attributes: whole,
  },
  [Op.Discard]: {
    summary: (_model, { value }) => `discarded ${counted(isList(value) ? value.length : 0, "key")}`,
    operation: "discard",
    attributes: whole,
  },
  [Op.Read]: {
    summary(model, row) {
      const read = `read ${keyName(row)} from ${shortName(model.layerName(answeredByOf(row)))}`;
      const revision = seenRevisionOf(row);
      return revision === 0 ? `${read}, where it was never written` : `${read} at revision ${revision}`;
    },
    facts(taker, model, row) {
      taker.text("Read from", atRevision(model, answeredByOf(row), seenRevisionOf(row)));
      const side = model.effectiveValue(answeredByOf(row), row.key ?? "", row.seq);
      taker.side("Value", side);
      const writer = model.writerOf(side);
      if (writer !== undefined) taker.name("Written by", writer);
      if (side.seq !== undefined) taker.text("Written in event", String(side.seq));
    },
    sifted: true,
    attributes: readAttributes,
    done: (_value, seen) => seen,
    namesOthers: true,
  },
  [Op.KeysRead]: {
    summary: (model, row) =>
      `listed the keys of ${shortName(model.layerName(answeredByOf(row)))} at their revision ${seenRevisionOf(row)}`,
    facts(taker, model, row) {
      taker.name("Keys of", model.layerName(answeredByOf(row)));
      taker.text("Revision of the keys", String(seenRevisionOf(row)));
    },
    attributes: readAttributes,
    done: () => undefined,
    namesOthers: true,
  },
  [Op.MergePlanned]: {
    summary: (model, row) => `merge into ${intoName(model, row)}: ${plannedText(row.value)}`,
    facts: intoFact,
    attributes(taker, model, row) {
      const data = addMerge(taker, model, row);
      for (const kind of ["added", "modified", "deleted", "unchanged", "undecided"]) {
        taker.number(`agent_context.merge.${kind}`, data[kind]);
      }
      const problems = isList(data["problems"])
        ? data["problems"].map((each) => membersOf(each)["key"] ?? null)
        : undefined;
      taker
        .number("agent_context.merge.conflict_count", data["conflictCount"])
        .texts("agent_context.merge.conflicts", data["conflicts"])
        .number("agent_context.merge.problem_count", data["problemCount"])
        .texts("agent_context.merge.problems", problems)
        .number("agent_context.merge.stale_read_count", data["staleReadCount"]);
    },
    compared: withoutPlaces,
    done: asked,
  },
  [Op.MergeWrite]: {
    summary: (model, row, values) => `merge set ${keyName(row)}${values.set(model, row)}`,
    facts: childFact,
    change: "held",
    sifted: true,
    operation: "merge_set",
    attributes: whole,
  },
  [Op.MergeDelete]: {
    summary: (model, row, values) => `merge deleted ${keyName(row)}${values.was(model, row)}`,
    facts: childFact,
    change: "held",
    sifted: true,
    operation: "merge_delete",
    attributes: whole,
  },
  [Op.MergeApplied]: {
    summary(model, row, values) {
      const { keys, skipped, decision, why } = membersOf(row.value);
      const left = isList(skipped) && skipped.length > 0 ? `, ${counted(skipped.length, "name")} skipped` : "";
      const done = values.merged(model, row, counted(numberOf(keys), "key"));
      return `merged into ${intoName(model, row)}: ${done}${left}${decisionText(decision, why)}`;
    },
    facts: mergeEndFacts,
    attributes(taker, model, row) {
      const { keys, decision, why, hold, skipped } = addMerge(taker, model, row);
      taker
        .number("agent_context.merge.key_count", keys)
        .text("agent_context.merge.decision", decision)
        .text("agent_context.merge.decided_by", why);
      addPlanned(taker, row);
      taker.number("agent_context.merge.held_seq", hold).texts("agent_context.merge.skipped", skipped);
    },
    compared: withoutPlaces,
    done: toldToAgent,
  },
  [Op.MergeRefused]: {
    summary: (model, row) => `merge into ${intoName(model, row)} refused: ${errorText(row.value)}`,
    facts: mergeEndFacts,
    attributes(taker, model, row) {
      const { keys, hold, skipped } = addMerge(taker, model, row);
      addError(taker, row.value);
      taker.texts("agent_context.merge.keys", keys);
      addPlanned(taker, row);
      taker.number("agent_context.merge.held_seq", hold).texts("agent_context.merge.skipped", skipped);
    },
    compared: withoutPlaces,
    done: toldToAgent,
  },
  [Op.MergeHeld]: {
    summary(model, row) {
      const { keys, reason } = membersOf(row.value);
      const count = counted(isList(keys) ? keys.length : 0, "key");
      return `merge into ${intoName(model, row)} waits for the user: ${count}${reasonText(reason)}`;
    },
    facts: intoFact,
    attributes(taker, model, row) {
      const data = addMerge(taker, model, row);
      const { keys } = data;
      taker
        .text("agent_context.merge.reason", data["reason"])
        .number("agent_context.merge.problem_count", data["problemCount"])
        .flag("agent_context.merge.exact", data["exact"])
        .number("agent_context.merge.key_count", isList(keys) ? keys.length : undefined)
        .texts("agent_context.merge.keys", keys)
        .number("agent_context.merge.held_seq", data["hold"])
        .texts("agent_context.merge.skipped", data["skipped"]);
    },
  },
  [Op.Restored]: {
    summary: (model, { layer, value }) =>
      `restored ${shortName(model.layerName(layer))}: ${counted(Object.keys(membersOf(value)).length, "key")}`,
    attributes: whole,
  },
  [Op.Logged]: {
    summary: (_model, row, values) => keyName(row) + values.logged(row),
    sifted: true,
    attributes: whole,
  },
  [Op.Other]: {
    summary: (_model, row, values) => keyName(row) + values.logged(row),
    sifted: true,
    attributes(taker, model, row) {
      if (row.key === "uncaught_error") addError(taker, row.value);
      whole(taker, model, row);
    },
  },
};

/** Characters of a name, and of free text in a summary. */
const NAME_LENGTH = 60;
export const TEXT_LENGTH = 200;

/** A key or agent as it reads best in a sentence: as it is when it is a word, else quoted; shortened. */
export function shortName(name: string): string {
  return /^[\p{L}\p{N}_$.:@/-]+$/u.test(name) && name.length <= NAME_LENGTH ? name : shortText(name, NAME_LENGTH);
}

/** `3 keys`, `1 key`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function keyName({ key = "" }: LogRow): string {
  return shortName(key);
}

function intoName(model: RunModel, row: LogRow): string {
  return shortName(model.layerName(intoOf(row)));
}

function scopesText(row: LogRow, inside: string): string {
  const outer = outerScopeOf(row);
  return outer === 0 ? String(scopeOf(row)) : `${scopeOf(row)}${inside}${outer}`;
}

function isNothing(value: JsonValue | undefined): boolean {
  return value === null || value === undefined;
}

function errorText(error: JsonValue | undefined): string {
  const { name, message } = membersOf(error);
  const text = typeof message === "string" ? message : "";
  const short = text.length > TEXT_LENGTH ? text.slice(0, TEXT_LENGTH) + "…" : text;
  return `${typeof name === "string" ? shortName(name) : "an error"}${short === "" ? "" : `: ${short}`}`;
}

function reasonText(reason: JsonValue | undefined): string {
  if (reason === "conflict") return ", in conflict";
  return reason === "problem" ? ", with a problem" : "";
}

/** How a held merge came to be done. */
function decisionText(decision: JsonValue | undefined, why: JsonValue | undefined): string {
  if (decision === "approved") return ", approved by the user";
  if (decision !== "released") return "";
  if (why === "detached") return ", released because the editor was detached";
  if (why === "disconnected") return ", released because the editor was gone";
  return ", released by the user";
}

function plannedText(summary: JsonValue | undefined): string {
  const fields = membersOf(summary);
  const kinds = ["added", "modified", "deleted", "unchanged"];
  const keys = kinds.reduce((sum, kind) => sum + numberOf(fields[kind]), 0);
  const conflicts = numberOf(fields["conflictCount"]);
  const named = new Set(isList(fields["conflicts"]) ? fields["conflicts"] : []);
  const losses = isList(fields["problems"]) ? fields["problems"] : [];
  // A conflict is said already.
  const problems = losses.filter((each) => !named.has(membersOf(each)["key"] ?? null)).length;
  const staleReads = numberOf(fields["staleReadCount"]);
  return (
    counted(keys, fields["only"] === "pending" ? "pending key" : "key") +
    (conflicts === 0 ? "" : `, ${counted(conflicts, "conflict")}`) +
    (problems === 0 ? "" : `, ${counted(problems, "problem")}`) +
    (staleReads === 0 ? "" : `, ${counted(staleReads, "stale read")}`)
  );
}

function numberOf(value: JsonValue | undefined): number {
  return typeof value === "number" ? value : 0;
}

function atRevision(model: RunModel, layer: number, rev: number): string {
  const name = shortName(model.layerName(layer));
  return rev === 0 ? `${name}, never written` : `${name} at revision ${rev}`;
}

function baseFact(taker: FactTaker, model: RunModel, row: LogRow): void {
  if (baseLayerOf(row) === 0 || model.isStore(row.layer)) return;
  taker.text("Base", atRevision(model, baseLayerOf(row), baseRevisionOf(row)));
}

function childFact(taker: FactTaker, model: RunModel, row: LogRow): void {
  taker.name("Merge of", model.layerName(childOf(row)));
}

function intoFact(taker: FactTaker, model: RunModel, row: LogRow): void {
  taker.name("Merge into", model.layerName(intoOf(row)));
}

function mergeEndFacts(taker: FactTaker, model: RunModel, row: LogRow): void {
  intoFact(taker, model, row);
  if (plannedOf(row) !== 0) taker.text("Planned in event", String(plannedOf(row)));
  const { hold } = membersOf(row.value);
  if (typeof hold === "number") taker.text("Held since event", String(hold));
}

function changeAttributes(taker: AttributeTaker, model: RunModel, row: LogRow): void {
  if (baseLayerOf(row) !== 0) {
    taker
      .text("agent_context.base.layer", model.layerName(baseLayerOf(row)))
      .number("agent_context.base.revision", baseRevisionOf(row));
  }
  whole(taker, model, row);
}

function readAttributes(taker: AttributeTaker, model: RunModel, row: LogRow): void {
  taker.text("agent_context.read.from", model.layerName(answeredByOf(row)));
}

/** What events of a merge as a whole have in common. @returns the members of their data */
function addMerge(taker: AttributeTaker, model: RunModel, row: LogRow): ReturnType<typeof membersOf> {
  const data = membersOf(row.value);
  taker
    .text("agent_context.merge.into", model.layerName(intoOf(row)))
    .text("agent_context.merge.policy", data["policy"])
    .flag("agent_context.merge.whole", data["whole"])
    .text("agent_context.merge.only", data["only"])
    .text("agent_context.merge.conflict_by", data["conflictBy"]);
  return data;
}

function addPlanned(taker: AttributeTaker, row: LogRow): void {
  if (plannedOf(row) !== 0) taker.number("agent_context.merge.planned_seq", plannedOf(row));
}

function addError(taker: AttributeTaker, error: JsonValue | undefined): void {
  const { name, message, stack } = membersOf(error);
  taker.text("exception.type", name).text("exception.message", message).text("exception.stacktrace", stack);
}

/** Members of an event's data that are a place in the log or in the script. */
const PLACES: ReadonlySet<string> = new Set(["stack", "read", "written", "planned"]);
/** Members that follow from what other events say, and that older recordings lack. */
const DERIVED: ReadonlySet<string> = new Set(["problems", "problemCount"]);

/** Data of the runtime's own events, one level of lists down; that a merge was held counts, and not since when. */
function withoutPlaces(data: JsonValue | undefined): JsonValue | undefined {
  if (!isObject(data)) return data;
  const kept = Object.entries(data).flatMap(([name, value]): [string, JsonValue][] => {
    if (PLACES.has(name) || DERIVED.has(name)) return [];
    if (name === "hold") return [[name, true]];
    return [[name, isList(value) ? value.map((item) => withoutPlaces(item) ?? null) : value]];
  });
  return Object.fromEntries(kept);
}

/** What of a plan is the agent's own. */
function asked(summary: JsonValue | undefined): JsonValue | undefined {
  if (!isObject(summary)) return summary;
  const { policy = null, whole: isWhole = null, only = null, conflictBy = "value" } = summary;
  return { policy, whole: isWhole, only, conflictBy };
}

/** What an agent hears of its merge. */
function toldToAgent(data: JsonValue | undefined): JsonValue | undefined {
  if (!isObject(data)) return data;
  const { keys, skipped, name, message } = data;
  return Object.fromEntries(
    Object.entries({ keys, skipped, name, message }).filter(([, value]) => value !== undefined),
  ) as JsonValue;
}
