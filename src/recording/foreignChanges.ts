/**
 * What a line of another tool's log (the Common Agent Runtime's, say) tells of state by itself: which keys it
 * changed, which whole state it holds, whose it is. Total over data of any shape; keeps nothing from line to line.
 */

import { isObject, type JsonObject, type JsonValue } from "../core/jsonValue";
import { bringsWord, Op } from "../core/eventKinds";
import type { LogRow } from "../core/logRow";

/** What a line says of a store's keys. */
export interface ForeignChanges {
  /** One entry a key, in the line's order; undefined = deleted. Never empty. */
  readonly values: ReadonlyMap<string, JsonValue | undefined>;
  /** What the line's data says besides; all of it where the entries themselves say more than key and value. */
  readonly rest: JsonObject | undefined;
}

/** The name of the one state that such a log speaks of. */
export const FOREIGN_STATE = "state";

/** Members of `data` that hold changes: the event log's, and that of a proposal's results. The first that is there counts. */
const CHANGES = ["changes", "state_changes"] as const;
/** Members of a `state_*` line that name keys that are gone. */
const DELETED = ["deleted", "removed"] as const;
/** Members that hold a whole state, by kind. */
const WHOLE_STATES: ReadonlyMap<string, readonly string[]> = new Map([
  ["state_snapshot", ["state", "snapshot", "values"]],
  ["state_restored", ["state", "snapshot", "values"]],
  ["state_rollback", ["state", "snapshot", "restored_state", "restored_to", "rolled_back_to"]],
]);
/** Members that say whose a line is. */
const AGENTS = ["agent", "agent_name", "agent_id"] as const;
/** A kind with one of these words tells of something that was not done, or not yet: its changes are no state's. */
const NOT_DONE: ReadonlySet<string> = new Set([
  "cancelled",
  "conflict",
  "deduplicated",
  "denied",
  "executing",
  "failed",
  "planned",
  "proposed",
  "received",
  "refused",
  "rejected",
  "requested",
  "retrying",
  "skipped",
  "validated",
  "violation",
]);
const SETS: ReadonlySet<string> = new Set(["set", "add", "create", "insert", "put", "replace", "update", "write"]);
const DELETES: ReadonlySet<string> = new Set(["delete", "remove", "unset"]);
/** Pairs of members that hold a key's value before and after. */
const PAIRS = [
  ["old_value", "new_value"],
  ["old", "new"],
  ["before", "after"],
] as const;
/** Members that may stand beside a mutation's `op`, or beside a pair, in the entry of a key. */
const BESIDE_OP: ReadonlySet<string> = new Set([
  "op",
  "value",
  "old_value",
  "new_value",
  "old",
  "new",
  "key",
  "action_id",
  "timestamp",
]);
const BESIDE_PAIR: ReadonlySet<string> = new Set(["key", "action_id", "timestamp"]);

/** What one entry of changes does to its key; "unclear" when it does not say. */
type Outcome = { readonly value: JsonValue | undefined } | "unclear";

/** Whose a line is: an agent's name, or undefined where it names none. `row` is the decoded line. */
export function foreignAgent(row: LogRow): string | undefined {
  if (row.agent !== undefined && row.agent !== "") return row.agent;
  const data = objectOf(row.value);
  if (data === undefined) return undefined;
  for (const member of AGENTS) {
    const value = ownOf(data, member);
    const agent = objectOf(value);
    const name = agent === undefined ? value : (ownOf(agent, "name") ?? ownOf(agent, "id"));
    if (typeof name === "string" && name !== "") return name;
  }
  return undefined;
}

/** The keys that a decoded line changed; undefined when it changed none, or none that can be understood. */
export function foreignChanges(row: LogRow): ForeignChanges | undefined {
  const { key: kind = "" } = row;
  const data = objectOf(row.value);
  if (data === undefined || kind === "state_snapshot") return undefined;
  if (kind.split("_").some((word) => NOT_DONE.has(word))) return undefined;
  const values = new Map<string, JsonValue | undefined>();
  const used = new Set<string>();
  let told = true;
  const member = CHANGES.find((name) => isObject(ownOf(data, name)) || Array.isArray(ownOf(data, name)));
  if (member !== undefined) {
    told = takeChanges(ownOf(data, member) as JsonObject | readonly JsonValue[], values);
    used.add(member);
  } else if (kind === "state_changed") {
    // The store's own record of a transition is one key a line.
    told = takeEntry(data, values);
  }
  if (kind.startsWith("state_")) {
    for (const name of DELETED) {
      const keys = ownOf(data, name);
      if (!Array.isArray(keys)) continue;
      used.add(name);
      for (const key of keys as readonly JsonValue[]) if (typeof key === "string") values.set(key, undefined);
    }
  }
  return values.size === 0 ? undefined : { values, rest: told ? restOf(data, used) : data };
}

/** The whole state that a decoded line holds; undefined when it holds none. */
export function foreignState(row: LogRow): JsonObject | undefined {
  const data = objectOf(row.value);
  if (data === undefined) return undefined;
  for (const member of WHOLE_STATES.get(row.key ?? "") ?? []) {
    const state = objectOf(ownOf(data, member));
    if (state !== undefined) return state;
  }
  return undefined;
}

/**
 * The value of an event that a decoded line stands for, from that line alone: what {@link ForeignReader.take} put into
 * the row of this op and key, unless it marked that row as `borrowed`.
 */
export function foreignValue(row: LogRow, op: Op, key: string | undefined): JsonValue | undefined {
  if (op === Op.Write) return key === undefined ? undefined : foreignChanges(row)?.values.get(key);
  if (op === Op.Restored) return foreignState(row);
  if (op === Op.StoreCreated) return FOREIGN_STATE;
  return bringsWord(op) ? row.value : undefined;
}

/** @returns whether the entries say no more than keys and values. */
function takeChanges(changes: JsonObject | readonly JsonValue[], values: Map<string, JsonValue | undefined>): boolean {
  if (Array.isArray(changes)) {
    let told = true;
    for (const entry of changes as readonly JsonValue[]) {
      const object = objectOf(entry);
      if (object === undefined || !takeEntry(object, values)) told = false;
    }
    return told;
  }
  const record = changes as JsonObject;
  const keys = Object.keys(record);
  // An entry alone may look like a mutation and be a value: it is one only where all of them are.
  for (const read of [mutationOf, pairOf]) {
    if (!keys.every((key) => read(record[key] as JsonValue) !== "unclear")) continue;
    for (const key of keys) {
      const outcome = read(record[key] as JsonValue);
      if (outcome !== "unclear") values.set(key, outcome.value);
    }
    return read === mutationOf;
  }
  for (const key of keys) values.set(key, record[key]);
  return true;
}

/** Takes an entry that names its key itself. @returns whether it says no more than key and value. */
function takeEntry(entry: JsonObject, values: Map<string, JsonValue | undefined>): boolean {
  const key = ownOf(entry, "key");
  if (typeof key !== "string") return false;
  const outcome = entryOf(entry);
  // What a list says of a key twice, it says last.
  if (outcome !== "unclear") values.set(key, outcome.value);
  return false;
}

function entryOf(entry: JsonObject): Outcome {
  const op = ownOf(entry, "op");
  if ((typeof op === "string" && DELETES.has(op)) || ownOf(entry, "deleted") === true) return { value: undefined };
  for (const [before, after] of PAIRS) {
    const value = ownOf(entry, after);
    if (value !== undefined) return { value: value === null ? undefined : value };
    if (ownOf(entry, before) !== undefined && !Object.hasOwn(entry, "value")) return { value: undefined };
  }
  const value = ownOf(entry, "value");
  return value === undefined ? "unclear" : { value };
}

/** `{op: "set", value}` or `{op: "delete"}`: a set `null` is a value. */
function mutationOf(value: JsonValue): Outcome {
  const entry = objectOf(value);
  const op = entry === undefined ? undefined : ownOf(entry, "op");
  if (entry === undefined || typeof op !== "string") return "unclear";
  if (!Object.keys(entry).every((name) => BESIDE_OP.has(name))) return "unclear";
  if (DELETES.has(op)) return { value: undefined };
  return SETS.has(op) && Object.hasOwn(entry, "value") ? { value: ownOf(entry, "value") } : "unclear";
}

/** `{old_value, new_value}` and its like; in a pair `null` is how an absent value is written. */
function pairOf(value: JsonValue): Outcome {
  const entry = objectOf(value);
  if (entry === undefined) return "unclear";
  for (const [before, after] of PAIRS) {
    if (!Object.hasOwn(entry, before) || !Object.hasOwn(entry, after)) continue;
    const names = Object.keys(entry);
    if (!names.every((name) => name === before || name === after || BESIDE_PAIR.has(name))) continue;
    const next = ownOf(entry, after);
    return { value: next === null ? undefined : next };
  }
  return "unclear";
}

/** What data says besides these members and the agent's name. */
function restOf(data: JsonObject, used: ReadonlySet<string>): JsonObject | undefined {
  const rest = Object.create(null) as Record<string, JsonValue>;
  let count = 0;
  for (const name of Object.keys(data)) {
    if (used.has(name) || (name === "agent" && typeof data[name] === "string")) continue;
    rest[name] = data[name] as JsonValue;
    count++;
  }
  return count === 0 ? undefined : Object.freeze(rest);
}

function objectOf(value: JsonValue | undefined): JsonObject | undefined {
  return isObject(value) ? value : undefined;
}

/** An own member, whatever its name. */
function ownOf(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
