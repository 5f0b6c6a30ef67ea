/** Holds the memory of a live run's values to its bound. */

import assert from "node:assert/strict";
import { linesOf } from "./storedModel";
import { longRecording } from "../../harness/longRecording";
import { RecentValues } from "../../../src/model/recentValues";
import { RunModel } from "../../../src/model/runModel";

describe("recent values", () => {
  it("keep as many of the newest as fit, whatever their lengths, and count those that went", () => {
    const recent = new RecentValues(100);
    for (let event = 0; event < 20_000; event++) if (event % 3 !== 1) recent.add(event, event, 10);
    assert.equal(recent.get(19_999), undefined);
    const kept = Array.from({ length: 20_000 }, (_, event) => event).filter((event) => recent.get(event) !== undefined);
    assert.equal(kept.length, 10);
    assert.ok((kept[0] as number) > 19_980);
    assert.equal(recent.dropped + kept.length, Array.from({ length: 20_000 }).filter((_, at) => at % 3 !== 1).length);
  });

  it("drop what alone is too long at once, and go on with what follows", () => {
    const recent = new RecentValues(100);
    recent.add(0, "small", 10);
    recent.add(1, "huge", 1_000);
    assert.deepEqual([recent.get(0), recent.get(1), recent.dropped], [undefined, undefined, 2]);
    recent.add(9_000, "small", 10);
    assert.equal(recent.get(9_000), "small");
  });

  it("keep all from when they are told to: there is no place to read them again", () => {
    const recent = new RecentValues(100);
    for (let event = 0; event < 20; event++) {
      if (event === 12) recent.keepAll();
      recent.add(event, event, 10);
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
