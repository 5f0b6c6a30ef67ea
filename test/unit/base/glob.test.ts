/** Holds patterns with stars against regular expressions, and against texts that make those slow. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { matchesGlob } from "../../../src/base/glob";

describe("patterns with stars", () => {
  it("match what the same regular expression does", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "/"), maxLength: 8 });
    const pattern = fc.string({ unit: fc.constantFrom("a", "b", "/", "*"), maxLength: 6 });
    let matched = 0;
    fc.assert(
      fc.property(pattern, text, (glob, tried) => {
        const expected = new RegExp(`^${glob.replaceAll("*", ".*")}$`).test(tried);
        if (expected) matched++;
        assert.equal(matchesGlob(glob, tried), expected);
      }),
      { numRuns: 5_000 },
    );
    assert.ok(matched > 100, `${matched} matched`);
  });

  it("take everything but stars for itself, line ends included", () => {
    assert.equal(matchesGlob("a.c", "abc"), false);
    assert.equal(matchesGlob("status/*", "status/ann\nben"), true);
    assert.equal(matchesGlob("[ab]?", "[ab]?"), true);
    assert.equal(matchesGlob("a*a", "a"), false);
    assert.equal(matchesGlob("", ""), true);
  });

  it("are quick where a regular expression never ends", () => {
    assert.equal(matchesGlob(`${"a*".repeat(1_000)}b`, "a".repeat(20_000)), false);
  });
});
