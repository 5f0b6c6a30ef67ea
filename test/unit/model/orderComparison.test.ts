/** Holds what is shown of merges into one parent: who takes part, in which order, and when there is something new to say. */

import assert from "node:assert/strict";
import { OrderComparison, type OutcomeHead } from "../../../src/model/orders/orderComparison";
import { orderParents } from "../../../src/model/orders/orderArrangement";
import { RunModel } from "../../../src/model/runModel";
import { AgentContext, RunLog, StateStore } from "../../../src/runtime/index";
import { INSPECTOR, type InspectableRuntime, type Inspector } from "../../../src/core/inspector";
import { openInspector } from "../../../src/runtime/openInspector";
import { eventLogOf } from "../../../src/runtime/runLog";
import { RecordedRun } from "./recordedRun";

const door = globalThis as { [INSPECTOR]?: Inspector };
const HEAD: OutcomeHead = {
  run: "race.ts",
  parentName: "shared",
  asOf: { live: true, seq: 1 },
  disabledReason: undefined,
  moved: undefined,
};

/** A run that goes on while its model follows. */
class Story {
  readonly log = new RunLog();
  readonly runtime: InspectableRuntime;
  readonly parent: StateStore;
  readonly model = new RunModel();
  private readonly recorded: RecordedRun;
  private fed = 0;

  constructor() {
    let runtime: InspectableRuntime | undefined;
    door[INSPECTOR] = { runtimeLoaded: (loaded) => (runtime = loaded) };
    openInspector(eventLogOf(this.log));
    delete door[INSPECTOR];
    assert.ok(runtime);
    this.runtime = runtime;
    this.recorded = new RecordedRun(this.log);
    this.parent = new StateStore({ log: this.log, name: "shared" });
  }

  agent(name: string, values: Readonly<Record<string, unknown>>): AgentContext {
    const agent = new AgentContext(name, this.parent);
    for (const [key, value] of Object.entries(values)) agent.set(key, value);
    return agent;
  }

  hold(agent: AgentContext): void {
    this.runtime.setHolds({ run: "always", agents: new Map() });
    void agent.mergeToParent();
    this.runtime.setHolds({ run: "never", agents: new Map() });
  }

  /** Lets the model follow. @returns the newest event */
  follow(): number {
    const lines = this.recorded.lines.slice(this.fed);
    this.fed = this.recorded.lines.length;
    this.model.append(new TextEncoder().encode(lines.join("")));
    return this.model.lastSeq;
  }
}

function drawn(comparison: OrderComparison): readonly string[] {
  return comparison.outcome(HEAD).agents.map(({ name, hold, ticked, outcome }) => {
    const merged = outcome === undefined ? "" : ` ${outcome.merged}/${outcome.conflictCount}/${outcome.won}`;
    return `${ticked ? "x" : "-"} ${name}${hold === undefined ? "" : "*"}${merged}`;
  });
}

const arrange = (edit: number, order: readonly string[], ticked: readonly string[]) =>
  ({ type: "arrange", edit, order, ticked, policy: "overwrite" }) as const;

describe("comparison of merge orders", () => {
  it("takes held merges first, then agents as they were made; only what is not merged yet is ticked", () => {
    const story = new Story();
    const done = story.agent("done", { a: 1 });
    const ann = story.agent("ann", { a: 2, b: 1 });
    story.agent("ben", { a: 3 });
    story.agent("idle", {});
    void done.mergeToParent();
    story.hold(ann);
    const comparison = new OrderComparison(story.model, 1);
    comparison.look(story.follow());
    assert.deepEqual(drawn(comparison), ["x ann* 2/0/1", "- done", "x ben 1/0/1"]);
    assert.deepEqual(orderParents(story.model, story.model.lastSeq), [{ layer: 1, candidates: 3, pending: 2 }]);
    // What ann writes after the call is a merge of its own.
    ann.set("b", 2);
    comparison.look(story.follow());
    assert.deepEqual(drawn(comparison), ["x ann* 2/0/0", "- done", "x ben 1/0/0", "x ann 2/0/2"]);
  });

  it("keeps order and ticks while agents come and go, and while the past is shown", () => {
    const story = new Story();
    story.agent("ann", { a: 1 });
    const ben = story.agent("ben", { a: 2 });
    const comparison = new OrderComparison(story.model, 1);
    comparison.look(story.follow());
    const [ann, ofBen] = comparison.arranged.map(({ id }) => id) as [string, string];
    comparison.applyArrangement(arrange(1, [ofBen, ann], [ofBen]));
    const both = story.follow();
    comparison.look(both);
    assert.deepEqual(drawn(comparison), ["x ben 1/0/1", "- ann"]);
    story.agent("cal", { a: 3 });
    comparison.look(story.follow());
    assert.deepEqual(drawn(comparison), ["x ben 1/0/0", "- ann", "x cal 1/0/1"]);
    ben.discard();
    comparison.look(story.follow());
    assert.deepEqual(drawn(comparison), ["- ann", "x cal 1/0/1"]);
    comparison.look(both);
    assert.deepEqual(drawn(comparison), ["x ben 1/0/1", "- ann"]);
    assert.deepEqual(comparison.merges([ann, "agent 99", ofBen]), [{ layer: 2 }, { layer: 3 }]);
  });

  it("makes another table only when something that is shown changed, and another outcome when the order did", () => {
    const story = new Story();
    const ann = story.agent("ann", { a: 1, b: 1 });
    const ben = story.agent("ben", { a: 2, b: 1 });
    const comparison = new OrderComparison(story.model, 1);
    const shownAt = story.follow();
    comparison.look(shownAt);
    const { tableId, outcomeVersion } = comparison;
    assert.deepEqual(
      comparison.table().rows.map(({ key, sensitive, writers }) => [key, sensitive, writers.map(({ text }) => text)]),
      [
        ["a", true, ["1", "2"]],
        ["b", false, ["1", "1"]],
      ],
    );
    ann.log("thought", 1);
    story.parent.set("other", 1, "lead");
    const now = story.follow();
    comparison.look(now);
    assert.equal(comparison.tableId, tableId);
    assert.equal(comparison.outcomeVersion, outcomeVersion);
    assert.equal(comparison.stillAt(shownAt), now);
    const ids = comparison.arranged.map(({ id }) => id);
    comparison.applyArrangement(arrange(1, [...ids].reverse(), ids));
    comparison.look(now);
    assert.equal(comparison.tableId, tableId);
    assert.notEqual(comparison.outcomeVersion, outcomeVersion);
    assert.deepEqual(comparison.outcome(HEAD).winners, [0, 0]);
    ben.set("a", 3);
    comparison.look(story.follow());
    assert.equal(comparison.tableId, tableId + 1);
    assert.equal(comparison.stillAt(shownAt), shownAt);
    assert.equal(story.runtime.pending().length, 2);
  });

  it("shows all outcomes of a key in the order, with who wins", () => {
    const story = new Story();
    story.parent.set("plan", { p: 1 }, "setup");
    const ann = story.agent("ann", { plan: { p: 2 } });
    const ben = story.agent("ben", {});
    ben.delete("plan");
    const comparison = new OrderComparison(story.model, 1);
    comparison.look(story.follow());
    const details = comparison.details("plan");
    assert.deepEqual(
      details?.writers.map(({ name, side, same, refused }) => [name, side.json, side.actor, same, refused]),
      [
        ["ann", '{\n  "p": 2\n}', "ann", false, false],
        ["ben", undefined, "ben", true, false],
      ],
    );
    assert.deepEqual(details?.result, { json: undefined, cut: false, winner: "agent 3", combined: false });
    assert.equal(details?.parent.actor, "setup");
    assert.equal(comparison.details("nothing"), undefined);
    // Under "auto" ann's property is combined with what another agent wrote beside it.
    ben.discard();
    ben.set("plan", { p: 1, q: 1 });
    const ids = comparison.arranged.map(({ id }) => id);
    comparison.look(story.follow());
    comparison.applyArrangement({ ...arrange(1, ids, ids), policy: "auto" });
    comparison.look(story.follow());
    assert.deepEqual(comparison.outcome(HEAD).combined, [{ row: 0, text: '{"p":2, "q":1}' }]);
    assert.equal(comparison.details("plan")?.result.combined, true);
    comparison.applyArrangement({ ...arrange(2, ids, ids), policy: "refuse" });
    comparison.look(story.follow());
    assert.deepEqual(drawn(comparison), ["x ann 1/0/1", "x ben 0/1/0"]);
    assert.deepEqual(comparison.outcome(HEAD).agents[1]?.outcome?.conflicts, ["plan"]);
    assert.ok(ann);
  });
});
