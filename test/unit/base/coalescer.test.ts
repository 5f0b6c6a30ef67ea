import assert from "node:assert/strict";
import { Coalescer } from "../../../src/base/coalescer";

/** Resolves once the event loop has turned and every timer that was due has run. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

describe("Coalescer", () => {
  it("makes one refresh of a burst", async () => {
    let refreshes = 0;
    const coalescer = new Coalescer(() => refreshes++, undefined, 20);
    for (let request = 0; request < 1_000; request++) coalescer.request();
    assert.equal(refreshes, 0, "never in the middle of the caller's change");
    await until(() => refreshes > 0);
    assert.equal(refreshes, 1);
    coalescer.request();
    coalescer.request();
    await until(() => refreshes > 1);
    assert.equal(refreshes, 2);
    coalescer.dispose();
  });

  it("does nothing while hidden and what was asked for when shown", async () => {
    let visible = false;
    let refreshes = 0;
    const coalescer = new Coalescer(
      () => refreshes++,
      () => visible,
      0,
    );
    coalescer.request();
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(refreshes, 0);
    visible = true;
    coalescer.opened();
    await until(() => refreshes > 0);
    coalescer.opened();
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(refreshes, 1, "nothing was asked for in between");
    coalescer.dispose();
  });

  it("takes what comes close behind a first change along with it", async () => {
    let at = 0;
    const seen: number[] = [];
    const coalescer = new Coalescer(() => seen.push(at), undefined, 0, 500);
    at = 1;
    coalescer.request();
    await new Promise((resolve) => setImmediate(resolve));
    at = 2;
    coalescer.request();
    await until(() => seen.length > 0);
    assert.deepEqual(seen, [2]);
    coalescer.dispose();
  });

  it("does nothing after it has ended", async () => {
    let refreshes = 0;
    const coalescer = new Coalescer(() => refreshes++, undefined, 0);
    coalescer.request();
    coalescer.dispose();
    coalescer.request();
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(refreshes, 0);
  });
});
