import assert from "node:assert/strict";
import { heldAt, planFacts, planMessage, planVersion, subjectAt } from "../../../src/host/preview/previewPlan";
import { unpackRows } from "../../../src/protocol/packedRows";
import type { TreeRun } from "../../../src/host/contexts/treeRun";
import { HELD, RACE, recording, runOf } from "./raceRecording";

const AGENT_B = 3;
const QUIET = { disabledReason: undefined, moved: [] };
const ids = (run: TreeRun): readonly number[] => heldAt(run, run.cursor.seq).map(({ id }) => id);

function factsOf(run: TreeRun, hold: number | undefined, moved: readonly string[] = []): ReturnType<typeof planFacts> {
  const { seq } = run.cursor;
  const plan = hold === undefined ? run.model.plan(AGENT_B, seq) : run.model.heldPlan(hold, seq);
  return planFacts(run, { subject: { layer: AGENT_B, hold }, seq, plan }, { ...QUIET, moved });
}

function versionOf(run: TreeRun, hold?: number): string {
  const { seq } = run.cursor;
  return planVersion(
    factsOf(run, hold),
    hold === undefined ? run.model.plan(AGENT_B, seq) : run.model.heldPlan(hold, seq),
  );
}

describe("what a preview shows", () => {
  it("is the held merge asked for while it waits, else the oldest of the agent, else the overlay", () => {
    const run = runOf(HELD);
    const { seq } = run.cursor;
    assert.equal(subjectAt(run, AGENT_B, 17, seq).hold, 17);
    assert.equal(subjectAt(run, AGENT_B, undefined, seq).hold, 16);
    assert.equal(subjectAt(run, AGENT_B, 99, seq).hold, 16);
    assert.equal(subjectAt(run, 2, 17, seq).hold, undefined);
    assert.equal(subjectAt(runOf(RACE), AGENT_B, 16, 16).hold, undefined);
  });

  it("is what was held at the past event, also once the run holds nothing", () => {
    const run = runOf(HELD, { held: [] });
    assert.deepEqual(ids(run), []);
    run.cursor.moveTo(16);
    assert.deepEqual(ids(run), [16]);
    run.cursor.moveTo(15);
    assert.deepEqual(ids(run), []);
    assert.equal(factsOf(run, undefined).heldCount, 0);
  });

  it("tells a held merge's place, reason, and that its exact plan is outdated", () => {
    const run = runOf(HELD);
    const first = { id: 16, number: 1, count: 2, reason: "conflict", over: false, outdated: false };
    const { heldAtMs, ...hold } = factsOf(run, 16).hold ?? {};
    assert.deepEqual(hold, first);
    assert.equal(heldAtMs, Date.parse("2026-01-02T03:04:05.678Z"));
    assert.equal(factsOf(run, 17).hold?.outdated, false);
    const write = { kind: "state_changed", agent: "lead", rev: 4, data: { layer: 1, changes: { draft: "new" } } };
    run.model.append(Buffer.from(recording([write], 17)));
    assert.equal(factsOf(run, 17).hold?.outdated, true);
    assert.equal(factsOf(run, 16).hold?.outdated, false);
  });

  it("names few of the keys that moved", () => {
    const run = runOf(RACE);
    assert.equal(factsOf(run, undefined).moved, undefined);
    assert.deepEqual(factsOf(run, undefined, ["a", "b"]).moved, { keys: ["a", "b"], more: 0 });
    assert.deepEqual(factsOf(run, undefined, ["a", "b", "c", "d", "e", "f", "g"]).moved, {
      keys: ["a", "b", "c", "d", "e"],
      more: 2,
    });
  });

  it("counts the siblings that have something to merge into the same parent", () => {
    assert.equal(factsOf(runOf(RACE), undefined).siblings, 1);
  });

  it("is not told anew while it stays the same, and is when anything that is drawn differs", () => {
    const run = runOf(HELD);
    const before = versionOf(run, 16);
    const read = { kind: "state_read", agent: "agent_a", data: { layer: 2, key: "draft", from: 1, rev: 2 } };
    run.model.append(Buffer.from(recording([read], 17)));
    assert.equal(versionOf(run, 16), before);
    const { seq } = run.cursor;
    const chosen = run.model.heldPlan(16, seq, { choices: new Map([["counter", { take: "overlay" as const }]]) });
    assert.notEqual(planVersion(factsOf(run, 16), chosen), before);
    assert.notEqual(versionOf(run, 17), before);
    run.cursor.moveTo(seq - 1);
    assert.notEqual(versionOf(run, 16), before);
  });

  it("is one message with the rows", () => {
    const run = runOf(RACE);
    const plan = run.model.plan(AGENT_B, run.cursor.seq);
    const message = planMessage(factsOf(run, undefined), plan, 4, {
      timestampOf: () => undefined,
      siteOf: () => undefined,
      isTicked: (key) => key === "draft",
      writerOf: () => undefined,
      tellWriter: ({ actor }) => ({ actor, own: false }),
    });
    assert.deepEqual([message.type, message.planId, message.counts], ["plan", 4, plan.counts]);
    assert.deepEqual(
      unpackRows(message.rows).map(({ key, ticked }) => [key, ticked]),
      [
        ["counter", false],
        ["draft", true],
      ],
    );
  });
});
