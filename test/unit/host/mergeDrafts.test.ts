import assert from "node:assert/strict";
import { MergeDrafts, type MergeDraft } from "../../../src/host/preview/mergeDrafts";
import type { MergePlan } from "../../../src/core/mergePlan";
import { HELD, RACE, runOf } from "./raceRecording";

const AGENT_B = 3;
const OVERLAY = { layer: AGENT_B, hold: undefined };

/** A plan in one line: each key's result, who decided, and whether it takes part. */
function draw(plan: MergePlan, draft: MergeDraft): string {
  return plan.entries
    .map(({ key, result, take, by }) => {
      const tick = draft.isTicked(key) ? "x" : " ";
      return `[${tick}] ${key}=${result === undefined ? "absent" : JSON.stringify(result)} ${take}/${by}`;
    })
    .join(", ");
}

function overlayDraft(): {
  drafts: MergeDrafts;
  draft: MergeDraft;
  plan: () => MergePlan;
  drawn: () => string;
  changes: () => number;
} {
  const run = runOf(RACE);
  const drafts = new MergeDrafts();
  const draft = drafts.of(run, OVERLAY);
  let changes = 0;
  drafts.onDidChange(() => changes++);
  const plan = (): MergePlan => drafts.plan(run, OVERLAY, run.model.lastSeq);
  return { drafts, draft, plan, drawn: () => draw(plan(), draft), changes: () => changes };
}

describe("what is decided of a merge", () => {
  it("is nothing at first: all keys take part, as the policy has it", () => {
    const { draft, plan, drawn } = overlayDraft();
    assert.equal(drawn(), "[x] counter=5 overlay/policy, [x] draft=absent overlay/policy");
    assert.ok(draft.isEmpty);
    assert.equal(draft.keysOf(plan()), undefined);
    assert.deepEqual(draft.mergeOf(plan(), 16), { asOf: 16 });
  });

  it("names the ticked keys and their choices alone, and tells of each change", () => {
    const { draft, plan, drawn, changes } = overlayDraft();
    draft.tick(["draft"], false);
    draft.choose("counter", { value: 7 });
    draft.choose("draft", { take: "parent" });
    assert.equal(drawn(), '[x] counter=7 value/choice, [ ] draft="old" parent/choice');
    assert.deepEqual(draft.mergeOf(plan(), 9), { asOf: 9, keys: ["counter"], choices: [["counter", { value: 7 }]] });
    draft.choose("counter", { value: undefined });
    assert.deepEqual(draft.mergeOf(plan(), 9).choices, [["counter", { absent: true }]]);
    assert.equal(changes(), 4);
    draft.tick(["draft"], true);
    draft.choose("counter", undefined);
    assert.deepEqual(draft.mergeOf(plan(), 9), { asOf: 9, choices: [["draft", { take: "parent" }]] });
  });

  it("passes over what is not in the plan", () => {
    const { draft, plan } = overlayDraft();
    draft.tick(["gone"], false);
    draft.choose("gone", { value: 1 });
    assert.deepEqual(draft.mergeOf(plan(), 9), { asOf: 9 });
    assert.ok(!draft.isEmpty);
  });

  it("is over for the keys that were merged by it; what was left out stays as it was decided", () => {
    const { draft, plan, drawn, changes } = overlayDraft();
    draft.tick(["draft"], false);
    draft.choose("draft", { take: "parent" });
    draft.choose("counter", { value: 7 });
    const carriedOut = draft.choicesOf(plan());
    assert.deepEqual([...carriedOut.keys()], ["counter"]);
    draft.settle(carriedOut);
    assert.match(drawn(), /^\[x\] counter=5 overlay.*, \[ \] draft="old" parent\/choice$/);
    assert.equal(changes(), 4);
    draft.settle(carriedOut);
    assert.equal(changes(), 4);
  });

  it("is not over where the user chose anew while the script was waited for", () => {
    const { draft, plan, drawn } = overlayDraft();
    draft.choose("counter", { value: 7 });
    const carriedOut = draft.choicesOf(plan());
    draft.choose("counter", { value: 8 });
    draft.settle(carriedOut);
    assert.match(drawn(), /counter=8 /);
  });

  it("is apart for the overlay and each of its held merges, and for each run", () => {
    const run = runOf(HELD);
    const other = runOf(HELD);
    const drafts = new MergeDrafts();
    const held = { layer: AGENT_B, hold: 16 };
    drafts.of(run, held).choose("counter", { take: "parent" });
    const results = (of: typeof run, hold: number | undefined): string => {
      const subject = { layer: AGENT_B, hold };
      return draw(drafts.plan(of, subject, of.model.lastSeq), drafts.of(of, subject));
    };
    assert.match(results(run, 16), /counter=1 parent\/choice/);
    assert.match(results(run, undefined), /counter=5/);
    assert.doesNotMatch(results(run, 17), /counter/);
    assert.match(results(other, 16), /counter=5/);
  });
});
