import assert from "node:assert/strict";
import fc from "fast-check";
import { retentionText, surplusRuns, type KeptRun } from "../../../src/host/records/retention";

const runs = fc
  .array(fc.record({ startedMs: fc.integer({ min: 0, max: 30 }), bytes: fc.nat(1_000), inUse: fc.boolean() }), {
    maxLength: 40,
  })
  .map((all) => all.map((run, index): KeptRun => ({ id: `r${index}`, ...run })));
const limits = fc.record({ count: fc.nat(20), bytes: fc.nat(8_000) });

function run(id: string, startedMs: number, bytes: number, inUse = false): KeptRun {
  return { id, startedMs, bytes, inUse };
}

function names(all: readonly KeptRun[], count: number, bytes: number): string[] {
  return surplusRuns(all, { count, bytes }).map(({ run: { id }, beyond }) => `${id} ${beyond}`);
}

describe("which recorded runs are kept", () => {
  it("keeps the newest, up to a number", () => {
    const all = [run("a", 1, 10), run("b", 2, 10), run("c", 3, 10)];
    assert.deepEqual(names(all, 2, 0), ["a count"]);
    assert.deepEqual(names(all, 3, 0), []);
    assert.deepEqual(names(all, 0, 0), []);
  });

  it("keeps the newest, up to a size, and nothing older than what had to go", () => {
    const all = [run("small", 1, 1), run("large", 2, 90), run("new", 3, 20)];
    assert.deepEqual(names(all, 0, 100), ["small size", "large size"]);
    assert.deepEqual(names(all, 0, 111), []);
  });

  it("keeps the newest run, whatever its size", () => {
    assert.deepEqual(names([run("old", 1, 1), run("huge", 2, 5_000)], 0, 100), ["old size"]);
  });

  it("removes no run in use, keeps to the limits as far as it can, and lets the newest survive", () => {
    fc.assert(
      fc.property(runs, limits, (all, { count, bytes }) => {
        const gone = new Set(surplusRuns(all, { count, bytes }).map((surplus) => surplus.run));
        const kept = all.filter((each) => !gone.has(each));
        for (const each of gone) assert.equal(each.inUse, false);

        const newestMs = Math.max(...all.map(({ startedMs }) => startedMs));
        const free = kept.filter(({ inUse, startedMs }) => !inUse && startedMs !== newestMs);
        const size = kept.reduce((sum, each) => sum + each.bytes, 0);
        const within = (count === 0 || kept.length <= count) && (bytes === 0 || size <= bytes);
        assert.ok(within || free.length === 0, `${kept.length} runs, ${size} bytes, ${free.length} of them free`);

        for (const survivor of free) {
          for (const victim of gone) assert.ok(survivor.startedMs >= victim.startedMs);
        }
        if (all.length > 0) assert.ok(kept.some(({ startedMs }) => startedMs === newestMs));
      }),
    );
  });

  it("removes no more than it must", () => {
    fc.assert(
      fc.property(runs, limits, (all, { count, bytes }) => {
        const gone = surplusRuns(all, { count, bytes });
        const last = gone.at(-1);
        if (last === undefined) return;
        // The newest of those that go would not have fitted.
        const ids = new Set(gone.map(({ run: { id } }) => id));
        const kept = [...all.filter(({ id }) => !ids.has(id)), last.run];
        const size = kept.reduce((sum, each) => sum + each.bytes, 0);
        assert.ok((count > 0 && kept.length > count) || (bytes > 0 && size > bytes));
      }),
    );
  });

  it("decides the same of the same runs in any order", () => {
    fc.assert(
      fc.property(runs, limits, (all, limit) => {
        assert.deepEqual(surplusRuns(all, limit), surplusRuns([...all].reverse(), limit));
      }),
    );
  });

  it("says what is kept", () => {
    const GB = 1024 ** 3;
    assert.deepEqual(
      [
        [50, GB],
        [1, GB],
        [50, 0],
        [0, GB / 2],
        [0, 0],
      ].map(([count = 0, bytes = 0]) => retentionText({ count, bytes })),
      [...["keeps 50 runs, up to 1 GB", "keeps 1 run", "keeps 50 runs", "keeps up to 512 MB", "keeps all runs"]],
    );
  });
});
