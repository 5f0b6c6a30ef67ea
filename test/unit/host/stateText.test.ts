import assert from "node:assert/strict";
import { mergedText, overlayKeysText, parentText } from "../../../src/host/preview/stateText";
import type { MergePlan } from "../../../src/core/mergePlan";
import { RACE, runOf } from "./raceRecording";

const AGENT_B = 3;
const HELPER = 4;

describe("states as text for the diff editor", () => {
  const { model } = runOf(RACE);
  const planNow = (): MergePlan => model.plan(AGENT_B, model.lastSeq);

  it("writes the parent and what the merge makes of it, keys in the same order", () => {
    assert.equal(parentText(model, planNow(), model.lastSeq), '{\n  "counter": 1,\n  "draft": "old"\n}\n');
    assert.equal(
      mergedText(model, planNow(), model.lastSeq, () => true),
      '{\n  "counter": 5\n}\n',
    );
  });

  it("writes the overlay's own keys", () => {
    assert.equal(overlayKeysText(planNow(), "parent"), '{\n  "counter": 1,\n  "draft": "old"\n}\n');
    assert.equal(overlayKeysText(planNow(), "overlay"), '{\n  "counter": 5\n}\n');
  });

  it("writes one key, and nothing where it is absent", () => {
    assert.equal(parentText(model, planNow(), model.lastSeq, "draft"), '"old"\n');
    assert.equal(
      mergedText(model, planNow(), model.lastSeq, () => true, "draft"),
      "",
    );
    assert.equal(
      mergedText(model, planNow(), model.lastSeq, () => true, "counter"),
      "5\n",
    );
  });

  it("leaves out of the merged state what is not ticked, and compares base and overlay", () => {
    const plan = model.plan(AGENT_B, model.lastSeq);
    const parent = parentText(model, plan, model.lastSeq);
    assert.equal(
      mergedText(model, plan, model.lastSeq, () => false),
      parent,
    );
    assert.match(
      mergedText(model, plan, model.lastSeq, (key) => key === "counter"),
      /"counter": 5,\n {2}"draft": "old"/,
    );
    assert.equal(overlayKeysText(plan, "base", "counter"), "0\n");
    assert.equal(overlayKeysText(plan, "overlay", "counter"), "5\n");
    assert.equal(overlayKeysText(plan, "overlay", "draft"), "");
  });

  it("takes a nested agent's parent as that parent sees its state", () => {
    const nested = model.plan(HELPER, model.lastSeq);
    assert.equal(parentText(model, nested, model.lastSeq), '{\n  "counter": 5\n}\n');
    const merged = JSON.parse(mergedText(model, nested, model.lastSeq, () => true)) as unknown;
    assert.deepEqual(merged, { counter: 5, notes: { by: "helper", lines: ["<b>", "two"] } });
  });

  it("writes the past", () => {
    const past = model.plan(AGENT_B, 7);
    assert.equal(parentText(model, past, 7), '{\n  "counter": 0,\n  "draft": "old"\n}\n');
    assert.equal(
      parentText(model, past, 7),
      mergedText(model, past, 7, () => true),
    );
    assert.equal(overlayKeysText(past, "overlay"), "{}\n");
  });
});
