/** Holds `set` to sharing what a value has in common with the one before, and to changing nothing else by it. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { copyAndFreeze } from "../../../src/core/frozenCopy";
import type { JsonObject, JsonValue } from "../../../src/core/jsonValue";
import { AgentContext, RunLog, StateStore } from "../../../src/runtime/index";

const clone = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
const isTree = (value: unknown): value is object => typeof value === "object" && value !== null;

/** Whether two values are written alike, the order of members included. */
function isSameText(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** All trees in a value. */
function treesOf(value: JsonValue | undefined, into = new Set<unknown>()): ReadonlySet<unknown> {
  if (!isTree(value)) return into;
  into.add(value);
  for (const item of Object.values(value as object)) treesOf(item as JsonValue, into);
  return into;
}

/** Every tree in `next` that stands, as it is, at the same place in `old` is one of `old`: that one, or its like beside it. */
function assertShared(next: JsonValue, old: JsonValue | undefined, trees = treesOf(old), at = ""): void {
  if (!isTree(next) || !isTree(old)) return;
  if (isSameText(next, old)) assert.ok(trees.has(next), `a copy at ${at}`);
  if (Array.isArray(next) !== Array.isArray(old)) return;
  for (const key of Object.keys(next)) {
    const [mine, its] = [(next as JsonObject)[key], (old as JsonObject)[key]];
    if (Object.hasOwn(old, key) && mine !== undefined) assertShared(mine, its, trees, `${at}/${key}`);
  }
}

function assertFrozen(value: JsonValue): void {
  if (!isTree(value)) return;
  assert.ok(Object.isFrozen(value));
  for (const item of Object.values(value)) assertFrozen(item);
}

describe("what a value has in common with the one before", () => {
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4, depthSize: "small" },
      fc.constantFrom(0, -0, 1, "", "a", "text", null, true),
      fc.array(tie("tree"), { maxLength: 6 }),
      fc.dictionary(fc.constantFrom("a", "b", "c", "__proto__", "1"), tie("tree"), {
        maxKeys: 4,
        noNullPrototype: true,
      }),
    ),
  }));

  it("is shared by random values, which are copied as they would be without one before", () => {
    fc.assert(
      fc.property(tree, tree, (first, second) => {
        const old = copyAndFreeze(first);
        for (const given of [second, first, [first, second], { a: first, b: second }, clone(first)]) {
          const alone = copyAndFreeze(given);
          const beside = copyAndFreeze(given, "value", undefined, old);
          assert.deepEqual(beside, alone);
          assert.ok(isSameText(beside, alone));
          assertFrozen(beside);
          if (!Array.isArray(given) || given.length === (Array.isArray(old) ? old.length : -1)) {
            assertShared(beside, old);
          }
        }
      }),
      { numRuns: 10_000 },
    );
  });

  it("is every item of a list, whatever one place of it becomes", () => {
    const items = fc.array(fc.record({ id: fc.nat(), text: fc.string(), tags: fc.array(fc.string()) }), {
      maxLength: 40,
      size: "max",
    });
    fc.assert(
      fc.property(items, items, fc.nat(), fc.nat(3), (before, added, place, removed) => {
        const unique = [...new Map(before.map((item, index) => [index, { ...item, id: index }])).values()];
        const fresh = added.map((item, index) => ({ ...item, id: -1 - index }));
        const at = unique.length === 0 ? 0 : place % unique.length;
        const old = copyAndFreeze(unique) as readonly JsonValue[];
        const next = copyAndFreeze(clone(unique.toSpliced(at, removed, ...fresh)), "value", undefined, old);
        const kept = new Set<unknown>(next as readonly JsonValue[]);
        assert.deepEqual(
          old.filter((item) => !kept.has(item)),
          old.slice(at, at + removed),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it("is shared by appends of every kind, by clones, and by the overlay with what it read", () => {
    const parent = new StateStore({ log: new RunLog() });
    const chat: { role: string; parts: string[] }[] = [];
    for (let turn = 0; turn < 100; turn++) chat.push({ role: "user", parts: [`turn ${turn}`] });
    parent.set("chat", chat);
    const first = parent.get("chat") as readonly JsonValue[];
    const expectShared = (value: JsonValue | undefined): void => {
      assert.deepEqual(
        first.map((item, index) => (value as readonly JsonValue[])[index] === item),
        first.map(() => true),
      );
    };
    const ctx = new AgentContext("agent", parent);
    ctx.set("chat", clone(chat));
    assert.equal(ctx.get("chat"), first);
    chat.push({ role: "agent", parts: [] });
    ctx.set("chat", chat);
    expectShared(ctx.get("chat"));
    ctx.set("chat", [...first, "more"]);
    expectShared(ctx.get("chat"));
    ctx.set("chat", [...(clone(ctx.get("chat")) as JsonValue[]), "again"]);
    expectShared(ctx.get("chat"));
    parent.restore({ chat: [...clone(chat), 1] });
    expectShared(parent.get("chat"));
  });

  it("keeps the order of members, prototypes and −0 as they were given", () => {
    const old = copyAndFreeze({ a: 1, b: { c: [0] } });
    assert.deepEqual(Object.keys(copyAndFreeze({ b: { c: [0] }, a: 1 }, "value", undefined, old) as JsonObject), [
      "b",
      "a",
    ]);
    const bare = copyAndFreeze(Object.assign(Object.create(null), { a: 1, b: { c: [0] } }), "value", undefined, old);
    assert.equal(Object.getPrototypeOf(bare), null);
    assert.equal((bare as JsonObject)["b"], (old as JsonObject)["b"]);
    assert.equal(copyAndFreeze({ a: 1, b: { c: [-0] } }, "value", undefined, old), old);
    const zero = copyAndFreeze([-0, 1], "value", undefined, copyAndFreeze([0])) as readonly number[];
    assert.ok(Object.is(zero[0], 0));
  });

  it("takes nothing from a prototype for what was there before", () => {
    const old = copyAndFreeze({ a: 1 });
    const given = JSON.parse('{"a":1,"__proto__":{},"constructor":{}}') as object;
    const copy = copyAndFreeze(given, "value", undefined, old) as JsonObject;
    assert.deepEqual(copy, given);
    for (const name of ["__proto__", "constructor"]) {
      const inner = Object.getOwnPropertyDescriptor(copy, name)?.value as object;
      assert.notEqual(inner, Object.prototype);
      assert.ok(Object.isFrozen(inner));
    }
    const odd = Object.assign(Object.prototype, { odd: {} });
    try {
      const taken = copyAndFreeze({ a: 1, odd: {} }, "value", undefined, old) as JsonObject;
      assert.notEqual(taken["odd"], odd.odd);
      assert.ok(Object.isFrozen(taken["odd"]));
    } finally {
      Reflect.deleteProperty(Object.prototype, "odd");
    }
  });

  it("counts levels of what is shared", () => {
    const levels = (count: number): unknown => (count === 0 ? 1 : [levels(count - 1)]);
    const old = copyAndFreeze([levels(255), 1]);
    assert.throws(() => copyAndFreeze([clone(old), 1], "value", undefined, old), /at \[0\]\[0\].* is nested deeper/);
    copyAndFreeze([levels(255)], "value", undefined, old);
    assert.throws(() => copyAndFreeze([2, levels(256)], "value", undefined, old), /nested deeper/);
  });

  it("takes no long list with more than its items, nor a getter among them", () => {
    for (const hide of [
      (list: unknown[]) => Object.assign(list, { x: 1 }),
      (list: unknown[]) => Object.defineProperty(list, "x", { value: 1 }),
      (list: unknown[]) => Object.assign(list, { [Symbol("s")]: 1 }),
      (list: unknown[]) => Object.defineProperty(list, 500, { get: () => assert.fail("called"), enumerable: true }),
      (list: unknown[]) => Object.defineProperty(list, 500, { set: () => assert.fail("called"), enumerable: true }),
      (list: unknown[]) => (Reflect.deleteProperty(list, 500), list),
    ]) {
      const plain = new Array<number>(1_000).fill(1);
      const old = copyAndFreeze(plain);
      assert.throws(() => copyAndFreeze(hide([...plain]), "value", undefined, old), { name: "InvalidValueError" });
      assert.equal(copyAndFreeze([...plain], "value", undefined, old), old);
    }
  });
});
