/** Holds the pieces of a report's JSON against what `JSON.stringify` makes of it whole. */

import * as assert from "node:assert/strict";
import fc from "fast-check";
import { jsonPieces } from "../../../src/cli/jsonPieces";

describe("JSON in pieces", () => {
  it("is what JSON.stringify writes", () => {
    const optional = fc.oneof(fc.jsonValue(), fc.constant(undefined));
    const report = fc.dictionary(fc.string(), fc.oneof(optional, fc.array(optional)));
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue({ maxDepth: 12 }), report), (value) => {
        assert.equal([...jsonPieces(value)].join(""), JSON.stringify(value, null, 2));
      }),
    );
  });

  it("asks for a value when its turn comes", () => {
    const asked: number[] = [];
    const rows = [1, 2, 3].map((index) => ({
      get value() {
        asked.push(index);
        return index;
      },
    }));
    const pieces = jsonPieces({ rows });
    while (asked.length < 2) pieces.next();
    assert.deepEqual(asked, [1, 2]);
  });
});
