import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { autoMerge } from "../../../src/core/autoMerge";
import { copyAndFreeze } from "../../../src/core/frozenCopy";
import type { JsonValue } from "../../../src/core/jsonValue";
import { TOUCH } from "../../../src/core/threeWay";
import { naiveThreeWay } from "./naiveModel";

type List = readonly JsonValue[];

function merged(base: List, parent: List, overlay: List): JsonValue | undefined {
  const result = autoMerge(copyAndFreeze(base), copyAndFreeze(parent), copyAndFreeze(overlay));
  return result === TOUCH ? "touch" : result;
}

/** "a b*2 c": items by id, `*` with what was edited. */
function items(text: string): JsonValue[] {
  return text
    .split(" ")
    .filter((word) => word !== "")
    .map((word) => {
      const [id = "", n = "0"] = word.split("*");
      return { id, n: Number(n), tags: ["x"] };
    });
}

describe("auto merges of lists", function () {
  this.timeout(180_000);

  const byId: readonly (readonly [title: string, base: string, parent: string, overlay: string, result: string])[] = [
    ["an edit goes to the item that was edited, wherever it is by then", "a b c", "b c d", "a b*1 c", "b*1 c d"],
    ["an insertion in the middle, and an edit of a later item", "a b c", "a x b c", "a b c*1", "a x b c*1"],
    ["edits of two items", "a b c", "a*1 b c", "a b c*2", "a*1 b c*2"],
    ["one item edited twice", "a b", "a*1 b", "a*2 b", "touch"],
    ["a deletion", "a b c", "a c", "a b c*1", "a c*1"],
    ["a deletion against an edit", "a b c", "a c", "a b*1 c", "touch"],
    ["an edit against a deletion", "a b c", "a b*1 c", "a c", "touch"],
    ["both delete one item", "a b c", "a c d", "a c*1", "a c*1 d"],
    ["both delete an item of their own", "a b c d", "b c d", "a b c", "b c"],
    ["a move on one side, an edit on the other", "a b c", "c a b", "a b c*1", "c*1 a b"],
    ["a move, and a deletion of another item", "a b c d", "d a b c", "a c d", "d a c"],
    ["a move against the deletion of what was moved", "a b c", "c a b", "a b", "touch"],
    ["the same move", "a b c", "c a b", "c a b*1", "c a b*1"],
    ["two moves", "a b c d", "b a c d", "a b d c", "touch"],
    ["two appends", "a", "a b c", "a d e", "a b c d e"],
    ["two appends to nothing", "", "b", "d", "b d"],
    ["two appends, and an edit", "a", "a*1 b", "a d", "a*1 b d"],
    ["two appends behind the same one", "a", "a b c", "a b d", "a b c d"],
    ["two insertions at one place", "a b", "a x b", "a y b", "touch"],
    ["two insertions at the front", "a b", "x a b", "y a b", "touch"],
    ["two insertions at places of their own", "a b c", "a x b c", "a b y c", "a x b y c"],
    ["two replacements of the one item", "a", "x", "y", "touch"],
    ["an append against a replacement of the last item", "a b", "a b c", "a d", "touch"],
    ["one id added twice, alike", "a", "b a", "b a*1", "b a*1"],
    ["one id added twice, at two places", "a", "b a", "a*1 b", "touch"],
    ["one id added twice, with other contents", "a", "a b*1", "a b*2", "touch"],
    ["one emptied, the other appended to", "a b", "", "a b c", "c"],
    ["one emptied, the other edited", "a b", "", "a b*1", "touch"],
    ["an insertion into what was moved", "a b c", "c b a", "a x b c", "touch"],
    ["an append to what was moved", "a b c", "c b a", "a b c x", "c b a x"],
    ["names of prototypes", "__proto__ constructor", "constructor", "__proto__ constructor*1", "constructor*1"],
  ];
  for (const [title, base, parent, overlay, result] of byId) {
    it(`by identity: ${title}`, () => {
      const expected = result === "touch" ? result : items(result);
      assert.deepEqual(merged(items(base), items(parent), items(overlay)), expected);
    });
  }

  const byValue: readonly (readonly [
    title: string,
    base: List,
    parent: List,
    overlay: List,
    result: List | "touch",
  ])[] = [
    ["two appends", [1], [1, 2], [1, 3], [1, 2, 3]],
    ["two appends of one value, and more", [1], [1, 2], [1, 2, 3], [1, 2, 2, 3]],
    ["two appends to values that are alike", [0, 0], [0, 0, 1], [0, 0, 2], [0, 0, 1, 2]],
    ["two appends to nothing", [], [1], [2], [1, 2]],
    ["two appends, and a change far from them", [1, 2, 3], [9, 2, 3, 4], [1, 2, 3, 5], [9, 2, 3, 4, 5]],
    ["changes apart from each other", [1, 2, 3], [9, 2, 3], [1, 2, 7], [9, 2, 7]],
    ["changes beside each other", [1, 2], [9, 2], [1, 7], "touch"],
    ["one item changed twice", [1, 2, 3], [1, 8, 3], [1, 9, 3], "touch"],
    ["items without ids changed twice", [{ a: 1, b: 1 }], [{ a: 2, b: 1 }], [{ a: 1, b: 2 }], "touch"],
    ["both delete one value", ["a", "b", "c"], ["a", "c"], ["a", "c", "d"], ["a", "c", "d"]],
    ["which of those that are alike was changed", [1, 1, 1], [2, 1, 1], [1, 1, 3], "touch"],
    ["which of those that are alike was deleted", [0, 0, 0, 0], [0, 0, 0], [1, 0, 0, 0], "touch"],
    ["a move against a deletion", [1, 2, 3, 4], [2, 3, 4], [2, 3, 4, 1], "touch"],
    ["two moves of one value", [1, 2, 3, 4], [2, 1, 3, 4], [2, 3, 4, 1], "touch"],
    ["two moves", [0, 1, 2, 3, 4, 5], [0, 1, 5, 3, 4, 2], [1, 2, 3, 0, 4, 5], "touch"],
    ["a move, and an append", [1, 2, 3, 4], [2, 1, 3, 4], [1, 2, 3, 4, 5], [2, 1, 3, 4, 5]],
    ["one emptied", [1, 2], [], [1, 2, 3], "touch"],
    ["an item without an id edited and moved", [{ a: 1 }, 2, 3], [2, 3], [2, 3, { a: 2 }], "touch"],
    [
      "ids of two types",
      [{ id: 1, n: 0 }],
      [{ id: 1, n: 1 }],
      [
        { id: "1", n: 0 },
        { id: 2, n: 0 },
      ],
      "touch",
    ],
    [
      "an id that is no text or number",
      [{ id: null, n: 0 }],
      [{ id: null, n: 1 }],
      [{ id: null, n: 0, m: 1 }],
      "touch",
    ],
    [
      "an id that two items share",
      [
        { id: 1, n: 0 },
        { id: 1, n: 1 },
      ],
      [
        { id: 1, n: 0 },
        { id: 1, n: 2 },
      ],
      [
        { id: 1, n: 3 },
        { id: 1, n: 1 },
      ],
      "touch",
    ],
    [
      "an id that one item has not",
      [{ id: 1, n: 0 }, 2, 3],
      [{ id: 1, n: 1 }, 2, 3],
      [{ id: 1, n: 0 }, 2, 4],
      [{ id: 1, n: 1 }, 2, 4],
    ],
  ];
  for (const [title, base, parent, overlay, result] of byValue) {
    it(`by value: ${title}`, () => assert.deepEqual(merged(base, parent, overlay), result));
  }

  it("goes on inside items, and into lists inside them", () => {
    const list = (one: JsonValue, two: JsonValue): JsonValue[] => [
      {
        key: 1,
        plan: {
          steps: [
            { _id: "s", done: one },
            { _id: "t", done: two },
          ],
          tags: ["a"],
        },
      },
      { key: 2 },
    ];
    assert.deepEqual(merged(list(0, 0), [{ key: 0 }, ...list(1, 0)], list(0, 1)), [{ key: 0 }, ...list(1, 1)]);
  });

  const small = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom<JsonValue[]>(0, 1, 2, "1", null, [0]) },
    { weight: 1, arbitrary: fc.record({ n: fc.nat(1) }, { noNullPrototype: true }) },
  );
  const identified = fc
    .uniqueArray(fc.tuple(fc.constantFrom<(string | number)[]>(1, 2, 3, 4, 5, "1", "x"), fc.nat(2)), {
      maxLength: 5,
      selector: ([id]) => id,
    })
    .map((all): JsonValue[] => all.map(([id, n]) => ({ id, n })));

  for (const [title, lists] of [
    ["random lists", fc.array(small, { maxLength: 5 })],
    ["random lists of items with ids", identified],
  ] as const) {
    it(`is what trying everything gives: ${title}`, () => {
      const versions = fc.tuple(lists, lists, lists);
      fc.assert(
        fc.property(versions, ([base, parent, overlay]) => {
          const naive = naiveThreeWay(base, parent, overlay);
          assert.deepEqual(merged(base, parent, overlay), naive === "touch" ? naive : naive.value);
        }),
        { numRuns: 5_000 },
      );
    });
  }

  /** What an agent does to its list; places count modulo the length. */
  const edits = fc.array(
    fc.record({
      do: fc.constantFrom("insert", "append", "delete", "edit", "move"),
      at: fc.nat(9),
      to: fc.nat(9),
    }),
    { maxLength: 4 },
  );

  interface Item {
    readonly name: string;
    readonly n: number;
  }

  function edited(
    base: readonly Item[],
    steps: readonly { do: string; at: number; to: number }[],
    side: number,
  ): Item[] {
    const list = [...base];
    steps.forEach((step, index) => {
      const fresh = { name: `${side}.${index}`, n: 0 };
      if (step.do === "append") list.push(fresh);
      else if (step.do === "insert" || list.length === 0) list.splice(step.at % (list.length + 1), 0, fresh);
      else {
        const at = step.at % list.length;
        const [item] = list.splice(at, 1) as [Item];
        // Both sides make the same of an item now and then.
        if (step.do === "edit") list.splice(at, 0, { ...item, n: item.n + 1 + (step.to % 2) });
        if (step.do === "move") list.splice(step.to % (list.length + 1), 0, item);
      }
    });
    return list;
  }

  // Without ids, a move is a deletion and an insertion, which only items that both sides have are told of.
  for (const [title, shown, witnesses] of [
    ["with ids", ({ name, n }: Item): JsonValue => ({ id: name, n }), 1],
    ["without", ({ name, n }: Item): JsonValue => ({ name, n }), 2],
  ] as const) {
    it(`never puts a change on another item than the one it was made to: items ${title}`, () => {
      let done = 0;
      fc.assert(
        fc.property(fc.nat(6), edits, edits, (count, ones, twos) => {
          const base = Array.from({ length: count }, (_, index): Item => ({ name: String(index), n: 0 }));
          const [parent, overlay] = [edited(base, ones, 1), edited(base, twos, 2)];
          const result = merged(base.map(shown), parent.map(shown), overlay.map(shown));
          if (result === "touch") return;
          done++;
          const left = (result as unknown as (Item & { id?: string })[]).map(({ id, name, n }) => ({
            name: id ?? name,
            n,
          }));
          const names = new Set([...base, ...parent, ...overlay].map(({ name }) => name));
          for (const name of names) {
            const of = (list: readonly Item[]): Item | undefined => list.find((item) => item.name === name);
            const [before, one, two] = [of(base), of(parent), of(overlay)];
            const expected = isDeepStrictEqual(one, before) ? two : one;
            assert.ok(isDeepStrictEqual(one, two) || [one, two].some((side) => isDeepStrictEqual(side, before)));
            assert.deepEqual(
              left.filter((item) => item.name === name),
              expected === undefined ? [] : [expected],
            );
          }
          // Two items that no side has moved against each other stand as they stood; edited and without an id, one is new.
          const place = (list: readonly Item[], { name, n }: Item): number =>
            list.findIndex((item) => item.name === name && (witnesses === 1 || item.n === n));
          for (const one of left) {
            for (const two of left) {
              const says = [parent, overlay].filter((list) => place(list, one) >= 0 && place(list, two) >= 0);
              if (says.length < witnesses || !says.every((list) => place(list, one) < place(list, two))) continue;
              assert.ok(place(left, one) < place(left, two), `${one.name} before ${two.name}`);
            }
          }
        }),
        { numRuns: 8_000 },
      );
      assert.ok(done > 2_000, `${done} were merged`);
    });
  }

  for (const [title, make, last] of [
    ["items with ids", (n: number): JsonValue => ({ id: n, text: `item ${n}` }), { id: 4, text: "edited" }],
    ["values", (n: number): JsonValue => `item ${n}`, "edited"],
    ["objects without ids", (n: number): JsonValue => ({ text: [`item ${n}`] }), { text: ["edited"] }],
  ] as const) {
    it(`merges 30,000 ${title} without comparing each with each`, () => {
      const base = Array.from({ length: 30_000 }, (_, index) => make(index));
      const overlay = base.map((item, index) => (index === 29_998 ? last : item));
      const expected = [...overlay.slice(1), make(-1)];
      if (title === "items with ids") expected[29_997] = last;
      assert.deepEqual(merged(base, [...base.slice(1), make(-1)], overlay), expected);
    });
  }

  it("refuses to align very many values that are alike, and appends to them", () => {
    const base = Array.from({ length: 20_000 }, (_, index) => index % 3);
    assert.equal(merged(base, base.slice(1), [...base.slice(0, 19_990), 7]), "touch");
    assert.deepEqual(merged(base, [...base, 8], [...base, 9]), [...base, 8, 9]);
  });
});
