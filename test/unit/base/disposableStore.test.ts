import assert from "node:assert/strict";
import { DisposableStore } from "../../../src/base/disposableStore";
import { uniqueTitle } from "../../../src/host/runs/uniqueTitle";

describe("DisposableStore", () => {
  it("ends everything once, newest first, also after a failure", () => {
    const ended: string[] = [];
    const store = new DisposableStore();
    store.add({ dispose: () => ended.push("a") });
    store.add({
      dispose: () => {
        ended.push("b");
        throw new Error("b failed");
      },
    });
    store.add({ dispose: () => ended.push("c") });
    assert.throws(
      () => store.dispose(),
      (error: AggregateError) => /b failed/.test(String(error.errors[0])),
    );
    store.dispose();
    assert.deepEqual(ended, ["c", "b", "a"]);
    store.add({ dispose: () => ended.push("late") });
    assert.deepEqual(ended, ["c", "b", "a", "late"]);
  });
});

describe("uniqueTitle", () => {
  it("counts up from two", () => {
    assert.equal(uniqueTitle("race.ts", new Set()), "race.ts");
    assert.equal(uniqueTitle("race.ts", new Set(["race.ts"])), "race.ts (2)");
    assert.equal(uniqueTitle("race.ts", new Set(["race.ts", "race.ts (2)", "race.ts (4)"])), "race.ts (3)");
  });
});
