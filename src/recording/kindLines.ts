/**
 * What an event of each kind says in a recording: how its data is written, read and masked. Which words the kinds have stands in
 * eventKinds.ts; the head and tail that all lines share are the encoder's and the decoder's.
 *
 * | line | data |
 * |---|---|
 * | `store_created` | `{layer, name}`, where findings of keys are silenced also `findings:{ignore:[patterns]}` |
 * | `agent_started` / `agent_ended` | `{layer, parent}`, of an agent that was given an agent id also `agent_id`, and `same_as: layer` of the first context with it / `{layer, error: null \| {name, message, stack?}}` |
 * | `scope_entered` / `scope_exited` | `{layer, scope, outer}` / `{layer, scope, error}` |
 * | `state_changed` | `{layer, changes:{key: value}}`, `{layer, from: seq, patch:{key: [operations]}}` (what the value is that the key had after that event, changed: JSON Patch (RFC 6902) with `append`, which lengthens a text; `[]` = the same value) or `{layer, deleted:[key]}`; first local write of a context: `base:{layer, rev}`; of a merge that something ended in its middle: `merge: child layer`, and `mergedRev` where a held merge wrote an older local change |
 * | `state_rollback` | `{layer, reverted:[key]}` (take-back) or `{layer, discarded:[keys]}` |
 * | `state_read` | `{layer, key, from, rev}` (the line's own `rev` is absent) |
 * | `keys_read` | `{layer, from, rev}`: the keys were listed, as `from` had them at its key-set revision `rev` |
 * | `merge_planned` | `{layer, into, …MergeSummary}` |
 * | `merge_held` | `{layer, into, …HeldMergeData}`; its seq names it |
 * | `state_committed` | `{layer, into, planned: seq, keys: n, skipped, merged:[events]}` (an applied merge is one line: mergeLine.ts), of a held merge also `hold: seq, decision, why?` |
 * | `transaction_conflict` | `{layer, into, planned: seq, name, message, keys}` (a refused merge), of a held merge also `hold: seq` |
 * | `state_restored` | `{layer, state}` |
 */

import type { JsonObject, JsonValue } from "../core/jsonValue";
import { EVENT_KINDS, Op, storeFacts, type HeldMergeData, type MergeSummary } from "../core/eventKinds";
import type { LogRow } from "../core/logRow";
import { adoptJson } from "./adoptJson";
import { asCount, asRecord, asText, asTexts, LineError } from "./checks";
import { readOperations, standInOf, ValuePatch } from "./valuePatch";

/** Puts masks in the place of secrets. */
export interface Masker {
  /** A key, or the name of an agent or store. */
  name(name: string): string;
  /** A state's value of a key. */
  value(key: string, value: JsonValue): JsonValue;
  /** A whole state: its properties are keys. */
  state(state: JsonObject): JsonObject;
  /** Data that a script logged under a word. */
  logged(word: string, data: JsonValue): JsonValue;
  /** A text of the runtime. */
  text(text: string): string;
  /** A text of the runtime that names keys. */
  message(message: string, keys: readonly string[]): string;
  /** Data whose texts may hold anything. */
  texts(value: JsonValue): JsonValue;
}

/** What the data of a line says, before it is checked. */
type LineData = Record<string, unknown>;

/** How the lines of a kind are written, read and masked. */
export interface KindLine {
  /**
   * The members that follow the layer in the line's data, each with its comma. Absent for the kinds that are so frequent that
   * the encoder writes their lines itself, and for those that bring their own word.
   */
  readonly encode?: (row: LogRow) => string;
  /**
   * Takes the line's data into a row that has everything else, the layer included. Kinds that share a word share the function,
   * and it sets the op. Absent for events that bring their own word. @throws LineError
   */
  readonly decode?: (data: LineData, row: LogRow) => void;
  /** The event's value as it may be told. @param key the event's key, as it was */
  readonly mask: (value: JsonValue, masker: Masker, key: string) => JsonValue;
  /**
   * Who looks at the value: somebody, some time (`read`), or a count as it comes, and then somebody (`counted`). Both can be read
   * from their line again. Absent: it is small, or the fold looks into it.
   */
  readonly value?: "read" | "counted";
}

const texts: KindLine["mask"] = (value, masker) => masker.texts(value);
const valueOfKey: KindLine["mask"] = (value, masker, key) => masker.value(key, value);

export const KIND_LINES: Readonly<Record<Op, KindLine>> = {
  [Op.StoreCreated]: {
    encode({ value }) {
      const { name, ignore } = storeFacts(value);
      const findings = ignore.length === 0 ? "" : ',"findings":{"ignore":' + jsonOf(ignore) + "}";
      return ',"name":' + jsonOf(name) + findings;
    },
    decode({ name, findings }, row) {
      row.value = asText(name, "data.name");
      if (findings === undefined) return;
      const ignore = asTexts(asRecord(findings, "data.findings")["ignore"], "data.findings.ignore");
      row.value = Object.freeze({ name: row.value, ignore });
    },
    mask(value, masker) {
      if (typeof value === "string") return masker.name(value);
      const { name, ignore } = storeFacts(value);
      return { name: masker.name(name), ignore: namesOf(ignore, masker) };
    },
  },
  [Op.AgentStarted]: {
    encode({ aux: parent, aux2: first, value }) {
      const id = value === undefined ? "" : ',"agent_id":' + jsonOf(value);
      return ',"parent":' + parent + id + (first === 0 ? "" : ',"same_as":' + first);
    },
    decode({ parent, agent_id: agentId, same_as: first }, row) {
      row.aux = asCount(parent, "data.parent");
      asText(row.agent, "agent");
      if (agentId !== undefined) row.value = asText(agentId, "data.agent_id");
      if (first !== undefined) row.aux2 = asCount(first, "data.same_as");
    },
    mask: (value, masker) => masker.name(value as string),
  },
  [Op.AgentEnded]: {
    encode: ({ value }) => ',"error":' + jsonOf(value),
    decode({ error }, row) {
      row.value = errorOf(error);
    },
    mask: texts,
    value: "counted",
  },
  [Op.ScopeEntered]: {
    encode: ({ aux: scope, aux2: outer }) => ',"scope":' + scope + ',"outer":' + outer,
    decode({ scope, outer }, row) {
      row.aux = asCount(scope, "data.scope");
      row.aux2 = asCount(outer, "data.outer");
    },
    mask: texts,
  },
  [Op.ScopeExited]: {
    encode: ({ aux: scope, value }) => ',"scope":' + scope + ',"error":' + jsonOf(value),
    decode({ scope, error }, row) {
      row.aux = asCount(scope, "data.scope");
      row.value = errorOf(error);
    },
    mask: texts,
    value: "counted",
  },
  [Op.Write]: { decode: decodeChange, mask: valueOfKey, value: "read" },
  [Op.Delete]: { decode: decodeChange, mask: texts },
  [Op.MergeWrite]: { decode: decodeChange, mask: valueOfKey, value: "read" },
  [Op.MergeDelete]: { decode: decodeChange, mask: texts },
  [Op.Revert]: {
    encode: ({ key = "" }) => ',"reverted":[' + jsonOf(key) + "]",
    decode: decodeRollback,
    mask: texts,
  },
  [Op.Discard]: {
    encode: ({ value }) => ',"discarded":' + jsonOf(value ?? []),
    decode: decodeRollback,
    mask: (value, masker) => namesOf(value as readonly string[], masker),
  },
  [Op.Read]: {
    decode({ key, from, rev }, row) {
      row.key = asText(key, "data.key");
      row.aux = asCount(from, "data.from");
      row.aux2 = asCount(rev, "data.rev");
    },
    mask: texts,
  },
  [Op.KeysRead]: {
    decode({ from, rev }, row) {
      row.aux = asCount(from, "data.from");
      row.aux2 = asCount(rev, "data.rev");
    },
    mask: texts,
  },
  [Op.MergePlanned]: {
    encode: ({ aux: into, value }) => ',"into":' + into + membersText(value),
    decode({ layer: _layer, into, ...summary }, row) {
      row.aux = asCount(into, "data.into");
      for (const name of ["added", "modified", "deleted", "unchanged", "conflictCount"]) {
        asCount(summary[name], `data.${name}`);
      }
      checkRequest(summary);
      asTexts(summary["conflicts"], "data.conflicts");
      checkProblems(summary["problems"]);
      if (summary["problemCount"] !== undefined) asCount(summary["problemCount"], "data.problemCount");
      row.value = adoptJson(summary);
    },
    mask(value, masker) {
      const summary = value as unknown as MergeSummary;
      const staleReads = summary.staleReads.map((read) => ({
        ...read,
        key: masker.name(read.key),
        ...(read.actor === undefined ? {} : { actor: masker.name(read.actor) }),
        keys: namesOf(read.keys, masker),
      }));
      const problems = summary.problems?.map(({ key: of, kind }) => ({ key: masker.name(of), kind }));
      return { ...summary, conflicts: namesOf(summary.conflicts, masker), ...(problems && { problems }), staleReads };
    },
    value: "counted",
  },
  [Op.MergeHeld]: {
    encode: ({ aux: into, value }) => ',"into":' + into + membersText(value),
    decode({ layer: _layer, into, ...held }, row) {
      row.aux = asCount(into, "data.into");
      checkRequest(held);
      asTexts(held["keys"], "data.keys");
      asTexts(held["skipped"], "data.skipped");
      checkChoices(held["choices"]);
      row.value = adoptJson(held);
    },
    mask(value, masker) {
      const held = value as unknown as HeldMergeData;
      const choices = held.choices.map((choice) => ({
        ...choice,
        key: masker.name(choice.key),
        ...(choice.value === undefined ? {} : { value: masker.value(choice.key, choice.value) }),
      }));
      return { ...held, keys: namesOf(held.keys, masker), skipped: namesOf(held.skipped, masker), choices };
    },
  },
  [Op.MergeApplied]: {
    encode: encodeMergeEnd,
    // What it did to each key is read by mergeLine.ts.
    decode({ layer: _layer, into, planned, merged: _merged, rev: _rev, by: _by, ...outcome }, row) {
      row.aux = asCount(into, "data.into");
      row.aux2 = asCount(planned, "data.planned");
      asCount(outcome["keys"], "data.keys");
      asTexts(outcome["skipped"], "data.skipped");
      row.value = adoptJson(outcome);
    },
    mask(value, masker) {
      const applied = value as unknown as { readonly skipped: readonly string[] };
      return { ...applied, skipped: namesOf(applied.skipped, masker) };
    },
    value: "counted",
  },
  [Op.MergeRefused]: {
    encode: encodeMergeEnd,
    decode({ layer: _layer, into, planned, ...refusal }, row) {
      row.aux = asCount(into, "data.into");
      row.aux2 = asCount(planned, "data.planned");
      asText(refusal["name"], "data.name");
      asText(refusal["message"], "data.message");
      asTexts(refusal["keys"], "data.keys");
      row.value = adoptJson(refusal);
    },
    mask(value, masker) {
      const { name, message, keys, ...rest } = value as unknown as {
        readonly name: string;
        readonly message: string;
        readonly keys: readonly string[];
      };
      return { name: masker.text(name), message: masker.message(message, keys), keys: namesOf(keys, masker), ...rest };
    },
  },
  [Op.Restored]: {
    encode: ({ value }) => ',"state":' + jsonOf(value ?? {}),
    decode({ state }, row) {
      row.value = adoptJson(asRecord(state, "data.state"));
    },
    mask: (value, masker) => masker.state(value as JsonObject),
    value: "counted",
  },
  [Op.Logged]: { mask: (value, masker, word) => masker.logged(word, value), value: "read" },
  [Op.Other]: { mask: texts, value: "counted" },
};

/** A kind of which a line's word speaks, and how its data is read. */
export interface ReadKind {
  readonly op: Op;
  readonly decode: (data: LineData, row: LogRow) => void;
}

/** By word; of kinds that share one the first. */
export const KINDS_BY_WORD: ReadonlyMap<string, ReadKind> = kindsByWord();

function kindsByWord(): ReadonlyMap<string, ReadKind> {
  const found = new Map<string, ReadKind>();
  for (const [number, { decode }] of Object.entries(KIND_LINES)) {
    const op = Number(number) as Op;
    const { word } = EVENT_KINDS[op];
    if (word !== undefined && decode !== undefined && !found.has(word)) found.set(word, { op, decode });
  }
  return found;
}

/** The JSON of a value; null for one that is absent. */
export function jsonOf(value: JsonValue | undefined): string {
  if (typeof value === "number") return "" + value;
  return value === undefined ? "null" : JSON.stringify(value);
}

/** The members of an object, to stand behind other members. */
function membersText(value: JsonValue | undefined): string {
  const json = jsonOf(value);
  return json.length > 2 && json.startsWith("{") ? "," + json.slice(1, -1) : "";
}

function encodeMergeEnd({ aux: into, aux2: planned, value }: LogRow): string {
  return ',"into":' + into + ',"planned":' + planned + membersText(value);
}

export function decodeChange({ changes, patch, from, deleted, merge, mergedRev, base }: LineData, row: LogRow): void {
  if (patch !== undefined) {
    const record = asRecord(patch, "data.patch");
    row.op = Op.Write;
    row.key = onlyKey(Object.keys(record), "data.patch");
    const source = asCount(from, "data.from");
    if (source === 0 || source >= row.seq) throw new LineError("data.from is no earlier event");
    row.value = standInOf(new ValuePatch(source, readOperations(record[row.key], "data.patch")));
  } else if (changes !== undefined) {
    const record = asRecord(changes, "data.changes");
    row.op = Op.Write;
    row.key = onlyKey(Object.keys(record), "data.changes");
    row.value = adoptJson(record[row.key]);
  } else {
    row.op = Op.Delete;
    row.key = onlyKey(asTexts(deleted, "data.deleted"), "data.deleted");
  }
  if (merge !== undefined) {
    row.op = row.op === Op.Write ? Op.MergeWrite : Op.MergeDelete;
    row.aux = asCount(merge, "data.merge");
    if (mergedRev !== undefined) row.aux2 = asCount(mergedRev, "data.mergedRev");
  } else if (base !== undefined) {
    const { layer, rev } = asRecord(base, "data.base");
    row.aux = asCount(layer, "data.base.layer");
    row.aux2 = asCount(rev, "data.base.rev");
  }
}

export function decodeRollback({ reverted, discarded }: LineData, row: LogRow): void {
  if (reverted !== undefined) {
    row.op = Op.Revert;
    row.key = onlyKey(asTexts(reverted, "data.reverted"), "data.reverted");
  } else {
    row.op = Op.Discard;
    row.value = asTexts(discarded, "data.discarded");
  }
}

/** @throws LineError unless these are the choices of a held merge, or there are none. */
function checkChoices(choices: unknown): void {
  if (choices === undefined) return;
  if (!Array.isArray(choices)) throw new LineError("data.choices is not a list");
  for (const choice of choices as unknown[]) {
    const { key, take } = asRecord(choice, "a choice of data.choices");
    asText(key, "the key of a choice");
    if (take !== undefined && take !== "overlay" && take !== "parent") {
      throw new LineError('a choice takes neither "overlay" nor "parent"');
    }
  }
}

/** What a plan and a held merge both say of what was asked for. @throws LineError */
function checkRequest({ policy, whole }: LineData): void {
  asText(policy, "data.policy");
  if (typeof whole !== "boolean") throw new LineError("data.whole is not a boolean");
}

/** @throws LineError unless these are keys with what a merge of each loses, or there are none. */
function checkProblems(problems: unknown): void {
  if (problems === undefined) return;
  if (!Array.isArray(problems)) throw new LineError("data.problems is not a list");
  for (const problem of problems as unknown[]) {
    const { key, kind } = asRecord(problem, "a problem of data.problems");
    asText(key, "the key of a problem");
    asText(kind, "the kind of a problem");
  }
}

function onlyKey(keys: readonly string[], where: string): string {
  const [key] = keys;
  if (key === undefined || keys.length !== 1) throw new LineError(`${where} holds ${keys.length} keys and not one`);
  return key;
}

function errorOf(value: unknown): JsonValue {
  if (value === null) return null;
  const { name, message, stack } = asRecord(value, "data.error");
  asText(name, "data.error.name");
  asText(message, "data.error.message");
  if (stack !== undefined) asText(stack, "data.error.stack");
  return adoptJson(value);
}

function namesOf(names: readonly string[], masker: Masker): readonly string[] {
  return names.map((name) => masker.name(name));
}
