/** Random values and events for the tests of lines and models. */

import fc from "fast-check";
import { MERGE_PROBLEMS } from "../../../src/core/mergeProblems";
import type { JsonValue } from "../../../src/core/jsonValue";
import { Op, type LogRow } from "../../../src/core/logRow";

/** Random objects as literals make them; `required` = the names that are always there, all unless told. */
export function plainRecord<T>(model: { [Name in keyof T]: fc.Arbitrary<T[Name]> }): fc.Arbitrary<T>;
export function plainRecord<T, Required extends keyof T>(
  model: { [Name in keyof T]: fc.Arbitrary<T[Name]> },
  required: Required[],
): fc.Arbitrary<Partial<T> & Pick<T, Required>>;
export function plainRecord<T>(
  model: { [Name in keyof T]: fc.Arbitrary<T[Name]> },
  required?: (keyof T)[],
): fc.Arbitrary<Partial<T>> {
  const requiredKeys = required ?? (Object.keys(model) as (keyof T)[]);
  return fc.record(model, { noNullPrototype: true, requiredKeys });
}

/** Names with the ones that tend to break things among them. */
export const names = fc.oneof(
  fc.constantFrom(
    "__proto__",
    "constructor",
    "toString",
    "",
    "a b",
    '"',
    "\\",
    "\n",
    "\u2028",
    "\ud800",
    "key",
    "0",
    "é😀",
  ),
  fc.string({ unit: "binary", maxLength: 12 }),
);

/** JSON as stores keep it: no −0, and `__proto__` as a property like any other. */
export const jsonValues: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
    names,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.uniqueArray(fc.tuple(names, tie("value")), { maxLength: 4, selector: ([name]) => name }).map(objectOf),
  ),
})).value;

const counts = fc.oneof(fc.nat(20), fc.integer({ min: 0, max: 2 ** 31 - 1 }));
const ids = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 2 ** 31 - 1 }));
const maybeAgent = fc.option(names, { nil: undefined });
const errors = fc.oneof(
  fc.constant(null),
  plainRecord({ name: names, message: names, stack: names }, ["name", "message"]),
);
const keyLists = fc.array(names, { maxLength: 4 });
const summary = {
  policy: names,
  whole: fc.boolean(),
  added: counts,
  modified: counts,
  deleted: counts,
  unchanged: counts,
  undecided: counts,
  conflicts: keyLists,
  conflictCount: counts,
  staleReads: fc.array(
    plainRecord({ key: names, read: ids, written: ids, actor: names, keys: keyLists }, ["key", "read", "keys"]),
    { maxLength: 2 },
  ),
  staleReadCount: counts,
};
const summaries = plainRecord(
  {
    ...summary,
    only: fc.constant("pending"),
    conflictBy: fc.constant("revision"),
    problems: fc.array(plainRecord({ key: names, kind: fc.constantFrom(...MERGE_PROBLEMS) }), { maxLength: 3 }),
    problemCount: counts,
  },
  Object.keys(summary) as (keyof typeof summary)[],
);
const heldMerges = plainRecord({
  reason: fc.constantFrom("conflict", "problem", "always"),
  policy: names,
  whole: fc.boolean(),
  keys: keyLists,
  skipped: keyLists,
  choices: fc.array(plainRecord({ key: names, value: jsonValues }, ["key"]), { maxLength: 2 }),
  exact: fc.boolean(),
});

/** A name that no event of a meaning of its own has, or one that has. */
const kinds = fc.oneof(names, fc.constantFrom("state_changed", "recording_header", "state_snapshot", "run_started"));

interface RowParts {
  readonly op: Op;
  readonly agent?: fc.Arbitrary<string | undefined>;
  readonly layer?: fc.Arbitrary<number>;
  readonly key?: fc.Arbitrary<string | undefined>;
  readonly rev?: fc.Arbitrary<number>;
  readonly value?: fc.Arbitrary<JsonValue | undefined>;
  readonly aux?: fc.Arbitrary<number>;
  readonly aux2?: fc.Arbitrary<number>;
}

function rowsOf(parts: RowParts): fc.Arbitrary<LogRow> {
  return plainRecord({
    seq: ids,
    op: fc.constant(parts.op),
    timestampMs: fc.integer({ min: 0, max: 4_102_444_800_000 }),
    agent: parts.agent ?? maybeAgent,
    layer: parts.layer ?? ids,
    key: parts.key ?? fc.constant(undefined),
    rev: parts.rev ?? fc.constant(0),
    value: parts.value ?? fc.constant(undefined),
    aux: parts.aux ?? fc.constant(0),
    aux2: parts.aux2 ?? fc.constant(0),
    site: fc.oneof(fc.constant(0), ids),
    inScopeOf: fc.oneof(fc.constant(0), ids),
  });
}

const base = fc.oneof(fc.constant([0, 0] as const), fc.tuple(ids, counts));

/** Random events, by op. Each has what its op carries and nothing else. */
export const rowsByOp: Readonly<Record<string, fc.Arbitrary<LogRow>>> = {
  StoreCreated: rowsOf({
    op: Op.StoreCreated,
    value: fc.oneof(names, plainRecord({ name: names, ignore: fc.array(names, { minLength: 1, maxLength: 3 }) })),
  }),
  AgentStarted: rowsOf({
    op: Op.AgentStarted,
    agent: names,
    aux: ids,
    value: fc.option(names, { nil: undefined }),
    aux2: fc.option(ids, { nil: 0 }),
  }),
  KeysRead: rowsOf({ op: Op.KeysRead, aux: ids, aux2: counts }),
  AgentEnded: rowsOf({ op: Op.AgentEnded, value: errors }),
  ScopeEntered: rowsOf({ op: Op.ScopeEntered, aux: ids, aux2: counts }),
  ScopeExited: rowsOf({ op: Op.ScopeExited, aux: ids, value: errors }),
  Write: fc
    .tuple(rowsOf({ op: Op.Write, key: names, rev: ids, value: jsonValues }), base)
    .map(([row, [aux, aux2]]) => ({ ...row, aux, aux2 })),
  Delete: fc
    .tuple(rowsOf({ op: Op.Delete, key: names, rev: ids }), base)
    .map(([row, [aux, aux2]]) => ({ ...row, aux, aux2 })),
  Revert: rowsOf({ op: Op.Revert, key: names, rev: ids }),
  Discard: rowsOf({ op: Op.Discard, rev: ids, value: keyLists }),
  Read: rowsOf({ op: Op.Read, key: names, aux: ids, aux2: counts }),
  MergePlanned: rowsOf({ op: Op.MergePlanned, aux: ids, value: summaries }),
  MergeHeld: rowsOf({ op: Op.MergeHeld, aux: ids, value: heldMerges }),
  MergeWrite: rowsOf({ op: Op.MergeWrite, key: names, rev: ids, value: jsonValues, aux: ids, aux2: counts }),
  MergeDelete: rowsOf({ op: Op.MergeDelete, key: names, rev: counts, aux: ids, aux2: counts }),
  MergeApplied: rowsOf({
    op: Op.MergeApplied,
    aux: ids,
    aux2: ids,
    value: plainRecord({ keys: counts, skipped: keyLists, hold: ids, decision: names, why: names }, [
      "keys",
      "skipped",
    ]),
  }),
  MergeRefused: rowsOf({
    op: Op.MergeRefused,
    aux: ids,
    aux2: ids,
    value: plainRecord({ name: names, message: names, keys: keyLists, hold: ids }, ["name", "message", "keys"]),
  }),
  Restored: rowsOf({
    op: Op.Restored,
    rev: ids,
    value: fc.uniqueArray(fc.tuple(names, jsonValues), { maxLength: 4, selector: ([name]) => name }).map(objectOf),
  }),
  Logged: rowsOf({ op: Op.Logged, key: kinds, value: fc.option(jsonValues, { nil: undefined }) }),
  Other: rowsOf({ op: Op.Other, layer: fc.constant(0), key: kinds, value: fc.option(jsonValues, { nil: undefined }) }),
};

/** Random events of any op. */
export const rows = fc.oneof(...Object.values(rowsByOp));

/** An object with these properties as its own, `__proto__` too. */
export function objectOf(entries: readonly (readonly [string, JsonValue])[]): JsonValue {
  return JSON.parse(
    `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(",")}}`,
  ) as JsonValue;
}
