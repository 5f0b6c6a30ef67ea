/** What comes after a decided hold: the next one in the queue, now or later, for whoever still looks; and when none can be decided. */

import assert from "node:assert/strict";
import { undecidableReason } from "../../../src/host/runs/undecidable";
import { HeldFollower, type HeldDecision } from "../../../src/host/preview/heldFollower";
import type { RunState } from "../../../src/host/runs/runState";
import type { HeldMergeInfo } from "../../../src/model/runInfo";
import { EXITED, RECORDED } from "./raceRecording";

interface FakeRun {
  held: readonly HeldMergeInfo[];
  state: RunState;
  cursor: { isLive: boolean };
}

const holds = (...ids: readonly number[]): HeldMergeInfo[] => ids.map((id) => ({ id }) as HeldMergeInfo);
const decision = (hold: number): HeldDecision => ({ hold, action: "approve", receipt: `${hold}`, inPreview: true });

function followed(...ids: readonly number[]): {
  readonly run: FakeRun;
  readonly follower: HeldFollower<FakeRun>;
  readonly shown: string[];
  seen: boolean;
} {
  const run: FakeRun = { held: holds(...ids), state: { kind: "running" }, cursor: { isLive: true } };
  const shown: string[] = [];
  const all = { run, shown, seen: true };
  const follower = new HeldFollower<FakeRun>(
    () => all.seen,
    (_run, next, { receipt }) => shown.push(`${receipt} → ${next.id}`),
  );
  return Object.assign(all, { follower });
}

describe("after a held merge was decided", () => {
  it("the one behind it is shown, and after the last the first; also before the log knows of the decision", () => {
    const { run, follower, shown } = followed(3, 5, 9);
    follower.decided(run, decision(5));
    run.held = holds(3, 9);
    follower.changed(run);
    follower.decided(run, decision(9));
    assert.deepEqual(shown, ["5 → 9", "9 → 3"]);
  });

  it("one that comes later is shown once, while a preview can be seen and the present is", () => {
    const { run, follower, shown } = followed(3);
    follower.decided(run, decision(3));
    run.held = [];
    follower.changed(run);
    run.cursor.isLive = false;
    run.held = holds(7);
    follower.changed(undefined);
    assert.deepEqual(shown, []);
    run.cursor.isLive = true;
    follower.changed(run);
    run.held = holds(7, 8);
    follower.changed(run);
    assert.deepEqual(shown, ["3 → 7"]);
  });

  it("nothing is shown to whoever went on with something else", () => {
    for (const leave of ["engaged", "hidden", "over"] as const) {
      const all = followed(3);
      const { run, follower, shown } = all;
      follower.decided(run, decision(3));
      if (leave === "engaged") follower.left(run);
      all.seen = leave !== "hidden";
      if (leave === "over") run.state = EXITED;
      run.held = [];
      follower.changed(run);
      all.seen = true;
      run.held = holds(7);
      follower.changed(run);
      assert.deepEqual(shown, [], leave);
    }
  });
});

describe("whether held merges can be decided", () => {
  it("depends on the run, the event on show and the connection, and is told with its reason", () => {
    const run = { title: "race.ts", state: { kind: "running" }, cursor: { isLive: true } } as const;
    assert.equal(undecidableReason(run), undefined);
    assert.equal(undecidableReason({ ...run, state: { kind: "waiting" } }), undefined);
    const reasons = [
      { ...run, state: RECORDED },
      ...(["ended", "endedUnexpectedly", "failed"] as const).map((kind) => ({ ...run, state: { ...EXITED, kind } })),
      { ...run, state: { kind: "stopping" } as const },
      { ...run, cursor: { isLive: false } },
      { ...run, state: { kind: "unreachable", why: "disconnected", isWaiting: false } as const },
    ].map((each) => undecidableReason(each)?.split(/[.:]/)[0]);
    assert.deepEqual(reasons, [
      "This is a recording",
      ...Array.from({ length: 3 }, () => "The run has ended"),
      "The run is being stopped",
      "You are looking at the past",
      "The script cannot be reached at the moment",
    ]);
  });
});
