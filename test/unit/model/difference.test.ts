import assert from "node:assert/strict";
import fc from "fast-check";
import type { JsonValue } from "../../../src/core/jsonValue";
import { jsonEqual } from "../../../src/core/jsonValue";
import { differenceRows } from "../../../src/model/text/difference";
import { jsonValues } from "../protocol/arbitraries";

const SIGNS = { same: " ", added: "+", removed: "-", changed: "~", moved: "↕" };

/** The rows as a picture: a sign, indentation, the label, and changed pieces as [-removed-] and {+added+}. */
function picture(before: JsonValue, after: JsonValue): string[] {
  return differenceRows(before, after).map(({ depth, label, mark, from, parts }) => {
    const text = parts.map((part) => {
      if (part.mark === "same" || mark !== "changed") return part.text;
      return part.mark === "added" ? `{+${part.text}+}` : `[-${part.text}-]`;
    });
    return `${SIGNS[mark]} ${"  ".repeat(depth)}${label === "" ? "" : `${label}: `}${text.join("")}${from === undefined ? "" : ` (from ${from})`}`;
  });
}

describe("difference", function () {
  this.timeout(30_000);

  it("tells properties apart by name", () => {
    assert.deepEqual(picture({ a: 1, b: [1, 2], c: null, d: true }, { d: true, b: [1, 2], a: 2, e: { f: 1 } }), [
      "  {",
      "~   a: [-1-] → {+2+}",
      "    b: [1, 2]",
      "-   c: null",
      "    d: true",
      "+   e: {",
      "+     f: 1",
      "+   }",
      "  }",
    ]);
  });

  it("aligns lists and shows a replaced item as changed", () => {
    assert.deepEqual(picture([1, 2, 3, 4], [0, 1, 3, 4]), [
      "  [",
      "+   0: 0",
      "    1: 1",
      "-   1: 2",
      "    2: 3",
      "    3: 4",
      "  ]",
    ]);
    assert.deepEqual(picture([{ owner: "ann", n: 1 }, 2], [{ owner: "bob", n: 1 }, 2]), [
      "  [",
      "    0: {",
      '~     owner: "[-ann-]{+bob+}"',
      "      n: 1",
      "    }",
      "    1: 2",
      "  ]",
    ]);
  });

  it("shows an insertion at the front of a long list as one", () => {
    for (const make of [
      (n: number): JsonValue => ({ id: n, text: "x" }),
      (n: number): JsonValue => n % 1_000,
      (n: number): JsonValue => ({ n }),
    ]) {
      const before = Array.from({ length: 10_000 }, (_, index) => make(index));
      const rows = differenceRows(before, ["new", ...before, "last"].slice(0, 10_001));
      assert.deepEqual(
        rows.filter(({ mark }) => mark !== "same").map(({ label, mark }) => `${label} ${mark}`),
        ["0 added"],
      );
    }
  });

  it("tells items apart by identity, wherever they stand", () => {
    const item = (id: string | number, n: number): JsonValue => ({ id, n });
    assert.deepEqual(picture([item("a", 0), item("b", 0), item("c", 0)], [item("b", 1), item("c", 0), item("d", 0)]), [
      "  [",
      "-   0: {",
      '-     id: "a"',
      "-     n: 0",
      "-   }",
      "    0[id=b]: {",
      '      id: "b"',
      "~     n: [-0-] → {+1+}",
      "    }",
      '    1: {"id":"c", "n":0}',
      "+   2: {",
      '+     id: "d"',
      "+     n: 0",
      "+   }",
      "  ]",
    ]);
    // An item that took another's place is no change of that one.
    assert.deepEqual(
      picture([item(1, 0)], [item("1", 0)]).filter((row) => !row.startsWith(" ")),
      ["-   0: {", "-     id: 1", "-     n: 0", "-   }", "+   0: {", '+     id: "1"', "+     n: 0", "+   }"],
    );
  });

  it("says what was moved, and what else changed in it", () => {
    const item = (id: string | number, n: number): JsonValue => ({ id, n });
    const before = [item(1, 0), item(2, 0), item("3", 0), item("a b", 0)];
    assert.deepEqual(picture(before, [item("a b", 0), item(1, 0), item("3", 5), item(2, 0)]), [
      "  [",
      '↕   0[id="a b"]: {"id":"a b", "n":0} (from 3)',
      '    1: {"id":1, "n":0}',
      '    2[id="3"]: {',
      '      id: "3"',
      "~     n: [-0-] → {+5+}",
      "    }",
      '↕   3[id=2]: {"id":2, "n":0} (from 1)',
      "  ]",
    ]);
    assert.deepEqual(picture(["a", "b", "c"], ["c", "a", "b"]), [
      "  [",
      '↕   0: "c" (from 2)',
      '    1: "a"',
      '    2: "b"',
      "  ]",
    ]);
    assert.deepEqual(picture([item(1, 0), item(2, 0), item(3, 0)], [item(3, 1), item(1, 0), item(2, 0)]).slice(0, 5), [
      "  [",
      "↕   0[id=3]: { (from 2)",
      "      id: 3",
      "~     n: [-0-] → {+1+}",
      "    }",
    ]);
  });

  it("goes by place where very many items are alike", () => {
    const before = Array.from({ length: 1_500 }, (_, index) => index % 2);
    const after = [7, ...before.slice(1, -1), 8];
    const marks = differenceRows(before, [...after.slice(0, 700), ...after.slice(701)]).map(({ mark }) => mark);
    assert.ok(marks.includes("changed") && marks.includes("removed") && !marks.includes("moved"));
  });

  it("marks strings by word", () => {
    assert.deepEqual(picture("the quick brown fox", "the slow brown fox"), ['~ "the [-quick-]{+slow+} brown fox"']);
    assert.deepEqual(picture('say "a"\n', 'say "b"\n'), ['~ "say \\"[-a-]{+b+}\\"\\n"']);
  });

  it("shows a change of type as one side and the other", () => {
    assert.deepEqual(picture({ a: [1] }, { a: { b: 1 } }), [
      "  {",
      "-   a: [",
      "-     0: 1",
      "-   ]",
      "+   a: {",
      "+     b: 1",
      "+   }",
      "  }",
    ]);
    assert.deepEqual(picture([], {}), ["- []", "+ {}"]);
  });

  it("collapses what is unchanged, far from a change", () => {
    const before = Array.from({ length: 100 }, (_, index) => index);
    const after = before.map((item) => (item === 50 ? -1 : item));
    assert.deepEqual(picture(before, after), [
      "  [",
      "    … 47 unchanged",
      "    47: 47",
      "    48: 48",
      "    49: 49",
      "~   50: [-50-] → {+-1+}",
      "    51: 51",
      "    52: 52",
      "    53: 53",
      "    … 46 unchanged",
      "  ]",
    ]);
  });

  it("gives paths", () => {
    const rows = differenceRows(
      { plan: { steps: [1, { "odd name": 1 }] } },
      { plan: { steps: [1, { "odd name": 2 }] } },
    );
    assert.ok(rows.some(({ path, mark }) => path === 'plan.steps[1]["odd name"]' && mark === "changed"));
  });

  it("keeps __proto__ a name like any other", () => {
    const before = JSON.parse('{"__proto__":1}') as JsonValue;
    assert.deepEqual(picture(before, {}), ["  {", "-   __proto__: 1", "  }"]);
    assert.deepEqual(picture({}, before), ["  {", "+   __proto__: 1", "  }"]);
  });

  it("is bounded in rows, and says so", () => {
    const after = Array.from({ length: 50_000 }, (_, index) => ({ index }));
    const rows = differenceRows([], after);
    assert.equal(rows.length, 2000);
    assert.equal(rows.at(-1)?.parts[0]?.text, "… more is not shown");
  });

  it("is bounded in work, and says so", () => {
    const make = (last: number): JsonValue =>
      Array.from({ length: 1000 }, (_, index) => [[index], [index === 999 ? last : 0]]);
    const rows = differenceRows(make(1), make(2), { maxRows: 100, maxComparisons: 500 });
    assert.equal(rows.at(-1)?.parts[0]?.text, "… the values are too large to compare in full");
    assert.ok(differenceRows(make(1), make(2)).some(({ mark }) => mark === "changed"));
  });

  it("finds the one change in long strings", () => {
    const before = "a ".repeat(100_000) + "old" + " b".repeat(100_000);
    const after = "a ".repeat(100_000) + "new" + " b".repeat(100_000);
    const [row] = differenceRows(before, after);
    assert.deepEqual(
      row?.parts.filter(({ mark }) => mark !== "same"),
      [
        { text: "old", mark: "removed" },
        { text: "new", mark: "added" },
      ],
    );
  });

  it("takes a mask for one word, whatever two of them have in common", () => {
    const [row] = differenceRows("key ‹masked 3f9a2c41d7e0› now", "key ‹masked 3f9a2c41d7e1› now");
    assert.deepEqual(
      row?.parts.map(({ text, mark }) => [mark, text]),
      [
        ["same", '"'],
        ["same", "key "],
        ["removed", "‹masked 3f9a2c41d7e0›"],
        ["added", "‹masked 3f9a2c41d7e1›"],
        ["same", " now"],
        ["same", '"'],
      ],
    );
  });

  it("marks something exactly when the values differ", () => {
    const pairs = fc.oneof(
      fc.tuple(jsonValues, jsonValues),
      jsonValues.map((value): [JsonValue, JsonValue] => [value, clone(value)]),
    );
    fc.assert(
      fc.property(pairs, ([before, after]) => {
        const rows = differenceRows(before, after);
        assert.equal(
          rows.every(({ mark }) => mark === "same"),
          jsonEqual(before, after),
        );
        assert.ok(rows.every((row) => row.depth >= 0 && row.parts.length > 0));
      }),
      { numRuns: 2000 },
    );
  });
});

function clone(value: JsonValue): JsonValue {
  return JSON.parse(JSON.stringify(value)) as JsonValue;
}
