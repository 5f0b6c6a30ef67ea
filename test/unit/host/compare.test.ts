/** Holds what a comparison says in one sentence, and that its work rests, tells how far it is, and can be ended. */

import * as assert from "node:assert/strict";
import { comparisonMessage } from "../../../src/host/compare/comparisonMessage";
import { SlicedWork } from "../../../src/base/slicedWork";
import { compareRuns, type RunComparison } from "../../../src/model/compare/runComparison";
import { RunModel } from "../../../src/model/runModel";
import { RACE, recording } from "./raceRecording";

function compare(left: readonly object[], right: readonly object[]): RunComparison {
  const [one, other] = [left, right].map((events) => {
    const model = new RunModel();
    model.append(Buffer.from(recording(events)));
    return model;
  }) as [RunModel, RunModel];
  const work = compareRuns(one, other);
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

const message = (left: readonly object[], right: readonly object[]): string =>
  comparisonMessage(compare(left, right), "race.ts", "race.ts (2)");

describe("the sentence of a comparison", () => {
  it("says how far runs are the same, and how each goes on", () => {
    assert.equal(message(RACE, RACE), "race.ts and race.ts (2) are the same: 16 events.");
    assert.equal(
      message(RACE, RACE.slice(0, -1)),
      "race.ts and race.ts (2) are the same for 15 events. " +
        "Then race.ts: event 16, agent_b: agent ends with Error: no tokens left; race.ts (2): its log ends.",
    );
    assert.equal(
      message(RACE.slice(0, 1), [{ kind: "note\u202e", data: "x" }]),
      "race.ts and race.ts (2) differ from the first event on. " +
        'race.ts: event 1, parent state parent was made; race.ts (2): event 1, "note\\u202e": "x".',
    );
  });

  it("says when only the order differs", () => {
    const swapped = [...RACE];
    [swapped[5], swapped[6]] = [RACE[6]!, RACE[5]!];
    assert.match(
      message(RACE, swapped),
      /Then race\.ts: event 6, agent_a: read counter .*\(2\): event 6, agent_b: read counter .* Only the order differs: /,
    );
  });
});

describe("sliced work", () => {
  it("lets others have the event loop, tells how far it is, and gives its result", async () => {
    let others = 0;
    const timer = setInterval(() => others++, 0);
    const told: number[] = [];
    const work = new SlicedWork(
      (function* (): Generator<number, string> {
        // Until it was left alone twice.
        while (others < 2) yield 1;
        return "done";
      })(),
      1,
    );
    work.follow((fraction) => told.push(fraction));
    assert.equal(await work.run(), "done");
    clearInterval(timer);
    assert.ok(told.length >= 2);
    assert.ok(told.every((fraction) => fraction > 0 && fraction <= 1));
  });

  it("ends at its next rest when it is cancelled, and passes on what it throws", async () => {
    const endless = new SlicedWork(
      (function* (): Generator<number, string> {
        for (;;) yield 1;
      })(),
      1,
    );
    const result = endless.run();
    endless.cancel();
    assert.equal(await result, undefined);
    const failing = new SlicedWork(
      // eslint-disable-next-line require-yield -- it fails before there is anything to yield
      (function* (): Generator<number, string> {
        throw new Error("broken");
      })(),
      1,
    );
    await assert.rejects(failing.run(), /broken/);
  });
});
