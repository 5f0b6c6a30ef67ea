/** Holds values to being JSON with value semantics. */

import assert from "node:assert/strict";
import { runInNewContext } from "node:vm";
import { AgentContext, InvalidValueError, jsonEqual, MAX_DEPTH, RunLog, StateStore } from "../../../src/runtime/index";

function newContext(): AgentContext {
  return new AgentContext("agent", new StateStore({ log: new RunLog() }));
}

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

describe("runtime: values", () => {
  it("accepts JSON, −0 as 0", () => {
    const ctx = newContext();
    for (const value of [null, true, false, 0, 1.5, "", "text", [], {}, [1, [2]], { a: { b: [null] } }]) {
      ctx.set("key", value);
      assert.deepEqual(ctx.get("key"), value);
    }
    ctx.set("key", -0);
    assert.ok(Object.is(ctx.get("key"), 0));
    ctx.set("key", { deep: [-0] });
    assert.ok(Object.is((ctx.get("key") as { deep: number[] }).deep[0], 0));
  });

  it("accepts null-prototype objects and objects of another realm", () => {
    const ctx = newContext();
    const bare = Object.assign(Object.create(null), { a: 1 }) as object;
    ctx.set("key", bare);
    assert.deepEqual(ctx.get("key"), bare);
    ctx.set("key", runInNewContext("({ a: [1, { b: 2 }] })"));
    assert.deepEqual(ctx.get("key"), { a: [1, { b: 2 }] });
  });

  const cycle: Record<string, unknown> = { a: {} };
  (cycle["a"] as Record<string, unknown>)["b"] = [cycle];
  class Point {
    x = 1;
  }
  class List extends Array<number> {}
  const refused: [name: string, value: unknown, path: (string | number)[], problem: RegExp][] = [
    ["undefined", undefined, [], /is undefined \(to take a key away, use delete\)/],
    ["undefined inside", { a: undefined }, ["a"], /\.a is undefined/],
    ["NaN", [NaN], [0], /at \[0\] is NaN/],
    ["Infinity", Infinity, [], /is Infinity/],
    ["bigint", { a: [1n] }, ["a", 0], /at \.a\[0\] is a bigint/],
    ["function", () => 1, [], /is a function/],
    ["symbol", Symbol("x"), [], /is a symbol/],
    ["date", { when: new Date() }, ["when"], /is an instance of Date/],
    ["map", new Map(), [], /is an instance of Map/],
    ["class instance", [new Point()], [0], /is an instance of Point/],
    ["array subclass", List.from([1]), [], /is an instance of a class/],
    ["cycle", cycle, ["a", "b", 0], /contains itself/],
    ["hole", [1, , 3], [1], /is a hole in an array/], // eslint-disable-line no-sparse-arrays
    ["hole at the end", new Array(3), [0], /is a hole in an array/],
    ["named property of an array", Object.assign([1], { x: 1 }), ["x"], /named property of an array/],
    ["symbol key", { [Symbol("s")]: 1 }, [], /named by a symbol/],
    ["hidden property", Object.defineProperty({}, "h", { value: 1 }), ["h"], /not enumerable/],
    ["boxed number", Object(1), [], /is an instance of Number/],
    ["awkward key", { "a b": { "": NaN } }, ["a b", ""], /at \["a b"\]\[""\] is NaN/],
    ["too deep", nested(MAX_DEPTH + 1), new Array<0>(MAX_DEPTH).fill(0), /nested deeper than 256 levels/],
  ];
  for (const [name, value, path, problem] of refused) {
    it(`refuses ${name}, naming the path`, () => {
      const ctx = newContext();
      assert.throws(
        () => ctx.set("key", value),
        (error: unknown) => {
          assert.ok(error instanceof InvalidValueError);
          assert.match(error.message, problem);
          assert.match(error.message, /"key"/);
          if (name === "too deep") assert.equal(error.path.length, path.length);
          else assert.deepEqual(error.path, path);
          return true;
        },
      );
      assert.equal(ctx.has("key"), false);
    });
  }

  it("never calls getters, setters or toJSON", () => {
    const ctx = newContext();
    let calls = 0;
    const spy = {
      get a(): number {
        return ++calls;
      },
    };
    const items = [1];
    Object.defineProperty(items, 0, { enumerable: true, get: () => ++calls });
    assert.throws(() => ctx.set("key", spy), /at \.a is a getter or setter/);
    assert.throws(() => ctx.set("key", items), /at \[0\] is a getter or setter/);
    assert.throws(() => ctx.set("key", { toJSON: () => ++calls }), /at \.toJSON is a function/);
    assert.equal(calls, 0);
  });

  it("takes as many levels as stated, shared trees counted", () => {
    const ctx = newContext();
    ctx.set("deepest", nested(MAX_DEPTH));
    assert.throws(() => ctx.set("deeper", [ctx.get("deepest")]), /nested deeper than 256 levels/);
    ctx.set("half", nested(MAX_DEPTH / 2));
    ctx.set("full", [[ctx.get("half")], nested(3)]);
  });

  it("shares trees that it froze itself and copies all others", () => {
    const ctx = newContext();
    ctx.set("a", { x: { y: 1 } });
    const tree = ctx.get("a") as { x: object };
    ctx.set("b", tree);
    assert.equal(ctx.get("b"), tree);
    ctx.set("c", { inner: tree.x });
    assert.equal((ctx.get("c") as { inner: object }).inner, tree.x);
    const frozen = Object.freeze({ x: 1 });
    ctx.set("d", frozen);
    assert.notEqual(ctx.get("d"), frozen);
  });

  it("compares deeply, property order aside", () => {
    assert.ok(jsonEqual({ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 }));
    assert.ok(jsonEqual(undefined, undefined));
    for (const [one, other] of [
      [undefined, null],
      [[], {}],
      [{ a: 1 }, { b: 1 }],
      [{ a: 1 }, { a: 1, b: 1 }],
      [[1], [1, 2]],
      ["1", 1],
      [JSON.parse('{"__proto__": 1}'), { a: 1 }],
    ]) {
      assert.equal(jsonEqual(one, other), false);
      assert.equal(jsonEqual(other, one), false);
    }
  });
});
