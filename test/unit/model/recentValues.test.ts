/** Holds the memory of a live run's values to its bound. */

import assert from "node:assert/strict";
import { linesOf } from "./storedModel";
import { longRecording } from "../../harness/longRecording";
import { RecentValues } from "../../../src/model/storage/recentValues";
import { RunModel } from "../../../src/model/runModel";

describe("recent values", () => {
  /** Lines of ten bytes each, one an event. */
  const lineOf = (event: number): number => event * 10;

  it("keep those of the newest lines, and count those that went", () => {
    const recent = new RecentValues(100, (event) => (event % 3 === 1 ? undefined : lineOf(event)));
    const events = Array.from({ length: 20_000 }, (_, event) => event).filter((event) => event % 3 !== 1);
    for (const event of events) recent.keepValue(event, event, lineOf(event + 1));
    const kept = events.filter((event) => recent.get(event) !== undefined);
    assert.deepEqual(kept, [19_989, 19_991, 19_992, 19_994, 19_995, 19_997, 19_998]);
    assert.equal(recent.dropped, events.length - kept.length);
  });

  it("drop what alone is too long at once, and go on with what follows", () => {
    const offsets = [0, 10, undefined, 1_010];
    const recent = new RecentValues(100, (event) => offsets[event]);
    recent.keepValue(0, "small", 10);
    assert.equal(recent.get(0), "small");
    recent.keepValue(1, "huge", 1_000);
    assert.deepEqual([recent.get(0), recent.get(1), recent.dropped], [undefined, undefined, 2]);
    recent.keepValue(3, "small", 1_020);
    assert.equal(recent.get(3), "small");
  });

  it("keep all from when they are told to: there is no place to read them again", () => {
    const recent = new RecentValues(100, lineOf);
    for (let event = 0; event < 20; event++) {
      if (event === 12) recent.keepAll();
      recent.keepValue(event, event, lineOf(event + 1));
    }
    assert.deepEqual([recent.get(1), recent.get(2), recent.get(19), recent.dropped], [undefined, 2, 19, 2]);
  });

  it("let a run tell every event's value, from memory or from the recording", () => {
    const bytes = new TextEncoder().encode(longRecording(5_000));
    const whole = new RunModel();
    whole.append(bytes);
    const lines = linesOf(bytes);
    let looks = 0;
    const model = new RunModel({ lineAt: (offset) => (looks++, lines.lineAt(offset)) }, 20_000);
    model.append(bytes);
    assert.deepEqual(model.damage, []);
    assert.ok(model.droppedValues > 4_500 && model.droppedValues < 5_000);
    assert.deepEqual(model.row(model.lastSeq), whole.row(model.lastSeq));
    assert.equal(looks, 0);
    assert.notEqual(whole.row(100)?.value, undefined);
    assert.deepEqual(model.row(100), whole.row(100));
    assert.equal(looks, 1);
  });
});
