import assert from "node:assert/strict";
import fc from "fast-check";
import { readKeyTarget, valueAt, type ValuePath } from "../../../src/breakpoints/keyTarget";
import { jsonValues, names } from "../protocol/arbitraries";

describe("keys, and places inside their values", () => {
  for (const [text, readings] of [
    ["budget", [{ key: "budget", path: [] }]],
    [
      "plan.steps[2].owner",
      [
        { key: "plan.steps[2].owner", path: [] },
        { key: "plan.steps[2]", path: ["owner"] },
        { key: "plan.steps", path: [2, "owner"] },
        { key: "plan", path: ["steps", 2, "owner"] },
      ],
    ],
    ['"plan.steps"[2]', [{ key: "plan.steps", path: [2] }]],
    ['"a \\" b"["c d"]', [{ key: 'a " b', path: ["c d"] }]],
    [
      "a[b]",
      // No index: the brackets can only be the key's own.
      [{ key: "a[b]", path: [] }],
    ],
    [".hidden", [{ key: ".hidden", path: [] }]],
  ] as const) {
    it(`reads ${text}`, () => assert.deepEqual(readKeyTarget(text), readings));
  }

  for (const [text, message] of [
    ["", /A key is missing/],
    ['"open', /The quotes of "open are not closed/],
    ['"a"b', /"b" cannot follow/],
    ['"a".', /A name is missing after/],
    ['"a"[x]', /an index such as \[2\]/],
    ['"a"[', /an index such as \[2\]/],
    ['"\\x"', /no text in JSON's quotes/],
    ["x".repeat(10_001), /at most 10000 characters/],
  ] as const) {
    it(`refuses ${text.slice(0, 20)}`, () => {
      assert.throws(() => readKeyTarget(text), { name: "SyntaxError", message });
    });
  }

  it("finds what is there, and nothing that is inherited", () => {
    const value = { steps: [{ owner: "me" }], length: 3 };
    assert.equal(valueAt(value, ["steps", 0, "owner"]), "me");
    assert.equal(valueAt(value, ["steps", 1, "owner"]), undefined);
    assert.equal(valueAt(value, ["constructor"]), undefined);
    assert.equal(valueAt("text", ["length"]), undefined);
    assert.equal(valueAt(undefined, ["a"]), undefined);
    assert.equal(valueAt(null, ["a"]), undefined);
  });

  it("reads a quoted key and quoted names as they are, for any name", () => {
    fc.assert(
      fc.property(names, fc.array(fc.oneof(names, fc.nat(50)), { maxLength: 4 }), (key, path: ValuePath) => {
        const text = JSON.stringify(key) + path.map((step) => `[${JSON.stringify(step)}]`).join("");
        assert.deepEqual(readKeyTarget(text), [{ key, path }]);
      }),
    );
  });

  it("never throws anything but a sentence, whatever is typed", () => {
    fc.assert(
      fc.property(fc.oneof(names, fc.string({ unit: fc.constantFrom(...'a.[]"0\\ ') })), jsonValues, (text, value) => {
        try {
          for (const { path } of readKeyTarget(text)) valueAt(value, path);
        } catch (error) {
          assert.equal((error as Error).name, "SyntaxError");
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
