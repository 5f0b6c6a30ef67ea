import * as assert from "node:assert/strict";
import { lazy } from "../../../src/base/lazy";

describe("what is made when it is first asked for", () => {
  it("is made once, also for those who ask while it is being made", async () => {
    let count = 0;
    const get = lazy(async () => ++count);
    assert.equal(count, 0);
    assert.deepEqual(await Promise.all([get(), get()]), [1, 1]);
    assert.equal(await get(), 1);
  });

  it("is made anew after a failure", async () => {
    let count = 0;
    const get = lazy(async () => {
      if (++count === 1) throw new Error("not yet");
      return count;
    });
    await assert.rejects(get(), /not yet/);
    assert.equal(await get(), 2);
  });
});
