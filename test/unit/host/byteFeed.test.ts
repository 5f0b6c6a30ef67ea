import assert from "node:assert/strict";
import { ByteFeed } from "../../../src/host/runs/byteFeed";

describe("ByteFeed", () => {
  it("hands on every byte in order, whatever the pieces", async () => {
    const got: Buffer[] = [];
    const feed = new ByteFeed({
      append: (bytes) => got.push(Buffer.from(bytes)),
      failed: (error) => assert.fail(String(error)),
    });
    const sent = Array.from({ length: 60 }, (_, index) => Buffer.alloc((index * 7919) % 200_000, index % 251));
    for (const piece of sent) feed.push(piece);
    assert.equal(got.length, 0, "never in the caller's turn");
    await feed.idle();
    assert.equal(feed.pendingBytes, 0);
    assert.ok(Buffer.concat(got).equals(Buffer.concat(sent)));
  });

  it("gives the thread back between slices", async () => {
    let appended = 0;
    const busy = (): void => {
      const untilMs = performance.now() + 5;
      while (performance.now() < untilMs);
      appended++;
    };
    const feed = new ByteFeed({ append: busy, failed: (error) => assert.fail(String(error)) });
    feed.push(Buffer.alloc(64 * 1024 * 20));
    let turns = 0;
    let done = false;
    const idle = feed.idle().then(() => (done = true));
    while (!done) {
      await new Promise((resolve) => setImmediate(resolve));
      turns++;
    }
    await idle;
    assert.equal(appended, 20);
    assert.ok(turns >= 5, `${turns} turns`);
  });

  it("brakes the sender and lets it go on", async () => {
    const brakes: boolean[] = [];
    const feed = new ByteFeed({
      append: () => undefined,
      brake: (on) => brakes.push(on),
      failed: (error) => assert.fail(String(error)),
    });
    for (let count = 0; count < 40; count++) feed.push(Buffer.alloc(1024 * 1024));
    assert.deepEqual(brakes, [true]);
    await feed.idle();
    assert.deepEqual(brakes, [true, false]);
  });

  it("goes on after a slice that could not be taken in, and tells", async () => {
    const errors: unknown[] = [];
    let calls = 0;
    const append = (): void => {
      if (++calls === 1) throw new Error("damaged");
    };
    const feed = new ByteFeed({ append, failed: (error) => errors.push(error) });
    feed.push(Buffer.from("a"));
    feed.push(Buffer.from("b"));
    await feed.idle();
    assert.equal(calls, 2);
    assert.match(String(errors[0]), /damaged/);
  });
});
