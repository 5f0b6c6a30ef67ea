/** Holds the packed form of a plan's rows to saying the same. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { MERGE_PROBLEMS } from "../../../src/core/mergeProblems";
import { packRows, unpackRows, type PackedRows } from "../../../src/protocol/packedRows";
import type { PreviewRow } from "../../../src/protocol/previewRow";

const text = fc.option(fc.string({ unit: "binary" }), { nil: undefined });
const row: fc.Arbitrary<PreviewRow> = fc.record(
  {
    key: fc.string({ unit: "binary" }),
    kind: fc.constantFrom("added" as const, "modified" as const, "deleted" as const, "unchanged" as const),
    conflict: fc.boolean(),
    problem: fc.constantFrom(...MERGE_PROBLEMS),
    take: fc.constantFrom(
      "overlay" as const,
      "parent" as const,
      "value" as const,
      "merged" as const,
      "undecided" as const,
    ),
    by: fc.constantFrom("policy" as const, "choice" as const, "resolver" as const),
    ticked: fc.boolean(),
    stale: fc.boolean(),
    masked: fc.boolean(),
    parentText: text,
    resultText: text,
  },
  {
    noNullPrototype: true,
    requiredKeys: ["key", "kind", "conflict", "take", "by", "ticked", "stale", "masked", "parentText", "resultText"],
  },
);

describe("packed rows", () => {
  it("are the rows again, also after they have been JSON", () => {
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        assert.deepEqual(unpackRows(packRows(rows)), rows);
        assert.deepEqual(unpackRows(JSON.parse(JSON.stringify(packRows(rows))) as PackedRows), rows);
      }),
      { numRuns: 300 },
    );
  });
});
