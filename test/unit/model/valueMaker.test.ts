/** Who made a value: through merges of merges back to the write, and who decided where a merge came to another value. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { RunModel } from "../../../src/model/runModel";
import { makerOf } from "../../../src/model/text/valueMaker";
import type { HeldMerges } from "../../../src/runtime/heldMerges";
import { inspectLog } from "../../../src/runtime/openInspector";
import { AgentContext, RunLog, StateStore } from "../../../src/runtime/index";
import type { JsonValue } from "../../../src/core/jsonValue";
import { Op } from "../../../src/core/logRow";
import { eventLogOf } from "../../../src/runtime/runLog";
import { program, World, type Step } from "../runtime/programs";
import { RecordedRun } from "./recordedRun";
import { storedModel } from "./storedModel";

function recordedRun(): { readonly log: RunLog; readonly holds: HeldMerges; readonly model: () => RunModel } {
  const log = new RunLog();
  const { holds } = inspectLog(eventLogOf(log));
  const recorded = new RecordedRun(log);
  return {
    log,
    holds,
    model: () => {
      const model = new RunModel();
      model.append(recorded.bytes());
      model.finish();
      return model;
    },
  };
}

/** Where a key's value of a layer comes from: who made it, what that event is, how many merges carried it. */
function told(model: RunModel, layer: number, key: string): string {
  const { seq = 0 } = model.effectiveValue(layer, key, model.lastSeq);
  const maker = makerOf(model, seq);
  const row = model.row(maker.seq);
  return `${maker.by} by ${row?.agent ?? "?"} of ${JSON.stringify(row?.value) ?? "absent"}, ${maker.merges.length} merges`;
}

describe("the maker of a value", () => {
  it("is the write that a merge carried, through the overlays of all layers", async () => {
    const { log, model } = recordedRun();
    const parent = new StateStore({ log });
    parent.set("plain", 1, "setup");
    const outer = new AgentContext("outer", parent);
    const inner = new AgentContext("inner", outer);
    inner.set("deep", "draft");
    inner.set("deep", "final");
    inner.delete("plain");
    await inner.mergeToParent();
    inner.set("deep", "later");
    outer.set("own", 2);
    await outer.mergeToParent();
    assert.equal(told(model(), 1, "deep"), 'write by inner of "final", 2 merges');
    assert.equal(told(model(), 1, "plain"), "write by inner of absent, 2 merges");
    assert.equal(told(model(), 1, "own"), "write by outer of 2, 1 merges");
    assert.equal(told(model(), 2, "deep"), 'write by inner of "final", 1 merges');
    assert.equal(told(model(), 3, "deep"), 'write by inner of "later", 0 merges');
  });

  it("is the merge, where a policy, a choice of the script or a resolver came to another value", async () => {
    const { log, model } = recordedRun();
    const parent = new StateStore({ log });
    parent.set("auto", { a: 0, b: 0 }, "setup");
    const one = new AgentContext("one", parent);
    for (const key of ["auto", "chosen", "resolved"]) one.get(key);
    one.set("auto", { a: 1, b: 0 });
    parent.set("auto", { a: 0, b: 2 }, "other");
    await one.mergeToParent({ onConflict: "auto" });
    one.set("chosen", 1);
    await one.mergeToParent({ choices: { chosen: { value: 7 } } });
    one.set("resolved", 1);
    parent.set("resolved", 2, "other");
    await one.mergeToParent({ onConflict: () => ({ value: 3 }) });
    assert.equal(told(model(), 1, "auto"), 'merge by one of {"a":1,"b":2}, 2 merges');
    assert.equal(told(model(), 1, "chosen"), "merge by one of 7, 2 merges");
    assert.equal(told(model(), 1, "resolved"), "merge by one of 3, 1 merges");
  });

  it("is a person, where a held merge was approved with choices of theirs, and the script, where with its own", () => {
    const { log, holds, model } = recordedRun();
    const parent = new StateStore({ log });
    const agent = new AgentContext("agent", parent);
    for (const key of ["asis", "edited", "chosen", "late"]) agent.set(key, "script");
    holds.setModes({ run: "always", agents: new Map() });
    void agent.mergeToParent({ choices: { chosen: { value: "by code" } } });
    agent.set("late", "after the call");
    holds.approve(holds.ids[0] ?? 0, { choices: new Map([["edited", { value: "by hand" }]]) });
    assert.equal(told(model(), 1, "asis"), 'write by agent of "script", 1 merges');
    assert.equal(told(model(), 1, "late"), 'write by agent of "script", 1 merges');
    assert.equal(told(model(), 1, "edited"), 'person by you, for agent of "by hand", 1 merges');
    assert.equal(told(model(), 1, "chosen"), 'merge by you, for agent of "by code", 1 merges');
  });

  it("is not known where the log begins later, and the merge is", () => {
    const log = new RunLog({ retention: 3 });
    const parent = new StateStore({ log });
    const agent = new AgentContext("agent", parent);
    agent.set("key", 1);
    for (let count = 0; count < 5; count++) agent.log("note", count);
    const recorded = new RecordedRun(log);
    void agent.mergeToParent();
    const model = new RunModel();
    model.append(recorded.bytes());
    assert.equal(told(model, 1, "key"), "notKept by agent of 1, 1 merges");
  });

  it("is the first event that ever had the value, in random programs whose writes are all different", () => {
    let carried = 0;
    let decided = 0;
    fc.assert(
      fc.property(program, fc.boolean(), (steps, isStored) => {
        const world = new World();
        const recorded = new RecordedRun(world.log);
        let count = 0;
        const tagged = (step: Step): Step =>
          step.do === "set" || step.do === "storeSet" ? { ...step, value: `tag ${++count}` } : step;
        for (const step of steps) world.run(tagged(step));
        const model = isStored ? storedModel(recorded.bytes(), 400) : new RunModel();
        if (!isStored) model.append(recorded.bytes());

        const first = new Map<JsonValue | undefined, number>();
        for (const { seq, op, value, key } of recorded.rows) {
          const isTag = typeof value === "string" && value.startsWith("tag ");
          const maker = op === Op.MergeWrite || op === Op.MergeDelete ? makerOf(model, seq) : undefined;
          if (isTag && !first.has(value)) first.set(value, seq);
          if (maker === undefined) continue;
          assert.equal(maker.merges[0], seq);
          const made = model.row(maker.seq);
          assert.equal(made?.key, key);
          assert.deepEqual(made?.value, value);
          if (isTag) {
            carried++;
            assert.deepEqual([maker.by, maker.seq], ["write", first.get(value)]);
          } else if (maker.by !== "write") decided++;
        }
      }),
      { numRuns: 300 },
    );
    assert.ok(carried > 100 && decided > 5, `${carried} carried, ${decided} decided`);
  });
});
