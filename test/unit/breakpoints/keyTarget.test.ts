import assert from "node:assert/strict";
import fc from "fast-check";
import { readKeyTarget, valueAt, type ValuePath } from "../../../src/breakpoints/keyTarget";
import { identityStep } from "../../../src/base/jsonPath";
import type { JsonValue } from "../../../src/core/jsonValue";
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
    [
      "todos[id=b].done",
      [
        { key: "todos[id=b].done", path: [] },
        { key: "todos[id=b]", path: ["done"] },
        { key: "todos", path: [{ field: "id", is: "b", isQuoted: false }, "done"] },
      ],
    ],
    [
      '"a"[key=3][_id="x ]\\""]',
      [
        {
          key: "a",
          path: [
            { field: "key", is: "3", isQuoted: false },
            { field: "_id", is: 'x ]"', isQuoted: true },
          ],
        },
      ],
    ],
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
    ['"a"[id=', /After ""a"\[id=" a text or a number and \] are needed/],
    ['"a"[id=]', /a text or a number and \] are needed/],
    ['"a"[id="x"', /a text or a number and \] are needed/],
    ['"a"[id="x]', /The quotes of "x\] are not closed/],
    ['"a"[=x]', /an item such as \[id=x\]/],
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

  it("finds the one item of a list that has a text or number", () => {
    const list = [
      { id: 1 },
      { id: "1", n: 2 },
      { id: "b", n: 3 },
      { id: "c" },
      { id: "c" },
      "b",
      null,
      { id: null },
      ["b"],
    ];
    const find = (step: string, value: JsonValue = list): unknown =>
      valueAt(value, readKeyTarget(`"a"${step}`)[0]?.path ?? []);
    assert.deepEqual(find("[id=b]"), { id: "b", n: 3 });
    assert.equal(find("[id=b].n"), 3);
    assert.equal(find('[id="1"].n'), 2);
    assert.deepEqual(find("[n=2]"), { id: "1", n: 2 });
    // The text and the number are written alike: both are meant, and so neither is.
    for (const step of ["[id=1]", "[id=c]", "[id=null]", "[id=x]", "[toString=x]"]) assert.equal(find(step), undefined);
    assert.equal(find("[id=b]", { id: "b" }), undefined);
    assert.equal(find("[id=b]", "b"), undefined);
  });

  it("writes the identity of an item so that it is read as that one", () => {
    fc.assert(
      fc.property(fc.oneof(names, fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })), (id) => {
        const item = { id: typeof id === "number" ? id + 0 : id };
        const [reading] = readKeyTarget(`"a"${identityStep("id", item.id)}`);
        assert.equal(valueAt([{ id: true }, item], reading?.path ?? []), item);
      }),
    );
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
      fc.property(fc.oneof(names, fc.string({ unit: fc.constantFrom(...'a.[]="0\\ ') })), jsonValues, (text, value) => {
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
