/** Holds, over random programs, that previews are merges, that the log folds into the state, and that nothing is shared. */

import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  AgentContext,
  MergeConflictError,
  RunLog,
  StateStore,
  type JsonValue,
  type MergePlan,
  type MergeResult,
} from "../../../src/runtime/index";
import { contextLayerOf } from "../../../src/runtime/agentContext";
import type { LogSink } from "../../../src/core/inspector";
import { Op, type LogRow } from "../../../src/core/logRow";
import { applyRow, cloneState, type LogState } from "../../../src/core/logState";
import { eventLogOf } from "../../../src/runtime/runLog";
import { storeLayerOf } from "../../../src/runtime/stateStore";
import { readLiveState, toLists } from "./liveState";
import { merge, optionsOf, program, World } from "./programs";

const RUNS = { numRuns: 1_000 };
/** What a merge records: its frame, the keys, and where it decides otherwise the overlay's own change. */
const MERGE_OPS: ReadonlySet<Op> = new Set([
  Op.MergePlanned,
  Op.MergeWrite,
  Op.MergeDelete,
  Op.MergeApplied,
  Op.Write,
  Op.Delete,
  Op.Revert,
]);
/** Steps that may make a key disappear and appear again. */
const MANY: ReadonlySet<string> = new Set(["merge", "applyPlan", "approve", "release"]);
/** Steps of a program that decide held merges. */
const DECISIONS: ReadonlySet<string> = new Set(["approve", "reject", "release", "setHolds"]);

function pendingKeys(context: AgentContext): string[] {
  return Array.from(contextLayerOf(context)?.slots ?? [], ([key, slot]) => (slot.pending ? key : "")).filter(Boolean);
}

function entriesOf(parent: StateStore | AgentContext): Map<string, JsonValue> {
  const target = parent instanceof StateStore ? undefined : contextLayerOf(parent);
  const keys = new Set(parent instanceof StateStore ? parent.keys() : []);
  // Not by `keys` and `get`, which would record reads.
  target?.collectKeys(keys);
  return new Map(
    [...keys].map((key) => {
      const value = parent instanceof StateStore ? parent.get(key) : target?.lookUp(key)?.value;
      return [key, value as JsonValue];
    }),
  );
}

describe("runtime properties", function () {
  // Thousands of programs: seconds here, more where the machine is busy.
  this.timeout(180_000);

  it("the preview equals the merge, under every policy; a refused merge changes nothing", async () => {
    await fc.assert(
      fc.asyncProperty(program, merge, fc.boolean(), async (steps, asked, byPlan) => {
        const world = new World();
        for (const step of steps) world.run(step);
        world.run({ do: "setHolds", mode: "never" });
        const context = world.context(asked.context);
        const parent = world.parents.get(context) as StateStore | AgentContext;
        const options = optionsOf(asked);

        const seqBefore = world.log.lastSeq;
        const untouched = toLists(readLiveState(world));
        const preview = context.previewMerge(options);
        assert.equal(world.log.lastSeq, seqBefore);
        assert.deepEqual(toLists(readLiveState(world)), untouched);

        const pending = new Set(pendingKeys(context));
        if (asked.only === "pending") {
          assert.ok(preview.entries.every(({ key }) => pending.has(key)));
          const wanted = asked.keys ?? context.localState.keys();
          assert.deepEqual(
            preview.entries.map(({ key }) => key),
            context.localState.keys().filter((key) => wanted.includes(key) && pending.has(key)),
          );
        }
        assert.deepEqual(
          preview.skipped,
          [...new Set(asked.keys)].filter((key) => !context.localState.has(key)),
        );

        const before = toMap(entriesOf(parent));
        const expected = entriesOf(parent);
        for (const { key, result, parent: now } of preview.entries) {
          assert.deepEqual(now.value, expected.get(key));
          if (result === undefined) expected.delete(key);
          else expected.set(key, result);
        }
        const merging = context.mergeToParent(byPlan ? { plan: preview } : options);
        const events = [...world.log].filter(({ seq }) => seq > seqBefore);
        if (preview.counts.undecided > 0) {
          const undecided = preview.entries.filter(({ take }) => take === "undecided").map(({ key }) => key);
          await assert.rejects(merging, (error) => {
            assert.ok(error instanceof MergeConflictError);
            assert.deepEqual(
              error.conflicts.map(({ key }) => key),
              undecided,
            );
            return true;
          });
          assert.deepEqual(toMap(entriesOf(parent)), before);
          const { seq: _seq, ...state } = toLists(readLiveState(world)) as { seq: number };
          const { seq: _before, ...same } = untouched as { seq: number };
          assert.deepEqual(state, same);
          assert.deepEqual(
            events.map(({ kind }) => kind),
            ["merge_planned", "transaction_conflict"],
          );
          return;
        }
        if (asked.only === "pending") {
          const wrote = preview.entries.map(({ key }) => key);
          const unwritten = context.localState.keys().filter((key) => !wrote.includes(key));
          assert.deepEqual(
            pendingKeys(context),
            unwritten.filter((key) => pending.has(key)),
          );
        }
        // Byte for byte: the order of properties, too.
        assert.equal(JSON.stringify(toMap(entriesOf(parent))), JSON.stringify(toMap(expected)));
        // Each key that goes to the parent is one event of the merge, in the plan's order.
        const into =
          world.log.lastSeq === seqBefore
            ? []
            : Array.from(eventLogOf(world.log).rows(seqBefore + 1), (row) => ({ ...row }));
        assert.ok(into.every(({ op }) => MERGE_OPS.has(op)));
        const written = preview.entries.filter(({ take }) => take !== "parent");
        assert.deepEqual(into.filter(({ op }) => op === Op.MergeWrite || op === Op.MergeDelete).length, written.length);
        const result = await merging;
        assert.deepEqual(result.plan, preview);
        assert.equal(result.merged, written.length);
        // Afterwards the agent sees what the parent holds, in every key that the plan was about.
        for (const { key, result: value } of preview.entries) {
          assert.deepEqual(contextLayerOf(context)?.lookUp(key)?.value, value);
        }
        assert.equal(context.previewMerge({ keys: preview.entries.map(({ key }) => key) }).counts.conflicts, 0);
      }),
      RUNS,
    );
  });

  it("a held merge does at its approval what its plan says then, whatever happened meanwhile", async () => {
    await fc.assert(
      fc.asyncProperty(program, merge, program, async (steps, asked, meanwhile) => {
        const world = new World();
        for (const step of steps) world.run(step);
        world.run({ do: "release" });
        world.run({ do: "setHolds", mode: "always" });
        const context = world.context(asked.context);
        const parent = world.parents.get(context) as StateStore | AgentContext;
        const called = context.previewMerge(optionsOf(asked));
        const before = toMap(entriesOf(parent));
        let outcome: unknown = "waiting";
        const settled = (): unknown => outcome;
        const merging = context.mergeToParent(optionsOf(asked)).then(
          (result) => (outcome = result),
          (error: unknown) => (outcome = error),
        );
        const [id] = world.holds.ids;
        assert.deepEqual(toMap(entriesOf(parent)), before);
        if (id === undefined) {
          assert.equal(called.entries.length, 0);
          return;
        }
        for (const step of meanwhile) if (!DECISIONS.has(step.do)) world.run(step);
        await Promise.resolve();
        assert.equal(settled(), "waiting");

        const later = context.previewMerge();
        const kept = called.entries.filter(({ key, overlay }) => {
          const now = later.entries.find((entry) => entry.key === key);
          return now?.overlay.revision === overlay.revision;
        });
        const laterPending = pendingKeys(context);
        const state = entriesOf(parent);
        let plan: MergePlan | undefined;
        try {
          plan = world.holds.approve(id).plan;
        } catch (error) {
          assert.ok(error instanceof MergeConflictError);
        }
        await merging;
        if (plan === undefined) {
          assert.ok(settled() instanceof MergeConflictError);
          assert.deepEqual(toMap(entriesOf(parent)), toMap(state));
          return;
        }
        assert.deepEqual((settled() as MergeResult).plan, plan);
        // Keys and values are those of the call; the parent is that of the decision.
        assert.deepEqual(
          plan.entries.map(({ key, overlay }) => [key, overlay]),
          called.entries.map(({ key, overlay }) => [key, overlay]),
        );
        for (const { key, result, parent: now } of plan.entries) {
          assert.deepEqual(now.value, state.get(key));
          if (result === undefined) state.delete(key);
          else state.set(key, result);
        }
        assert.equal(JSON.stringify(toMap(entriesOf(parent))), JSON.stringify(toMap(state)));
        // Later local writes stay unmerged.
        const keptKeys = new Set(kept.map(({ key }) => key));
        assert.deepEqual(
          pendingKeys(context),
          laterPending.filter((key) => !keptKeys.has(key)),
        );
      }),
      RUNS,
    );
  });

  it("the fold of the log equals the live state at every event", () => {
    fc.assert(
      fc.property(program, (steps) => {
        const world = new World();
        const follower = new Follower(world);
        for (const step of steps) {
          world.run(step);
          follower.check();
        }
        // And so does a fold from the very beginning.
        const state: LogState = { seq: 0, layers: new Map() };
        for (const row of eventLogOf(world.log).rows()) applyRow(state, row);
        assert.deepEqual(toLists(state), toLists(readLiveState(world)));
      }),
      RUNS,
    );
  });

  it("the fold equals the live state at every event also after retention has cut", () => {
    fc.assert(
      fc.property(program, fc.nat({ max: 12 }), fc.option(fc.nat({ max: 40 })), fc.boolean(), (...parts) => {
        const [steps, retention, later, isByBytes] = parts;
        const world = isByBytes ? new World(undefined, 100 * retention) : new World(retention);
        const log = eventLogOf(world.log);
        const follower = new Follower(world);
        for (const [index, step] of steps.entries()) {
          world.run(step);
          if (later !== null && index === later) log.retention = 3;
          follower.check();
          const state = cloneState(log.baseState);
          for (const row of log.rows()) {
            assert.equal(row.seq, state.seq + 1);
            applyRow(state, row);
          }
          assert.deepEqual(toLists(state), toLists(readLiveState(world)));
          assert.ok(log.lastSeq - log.cut <= log.retention);
          assert.equal(log.firstSeq, log.cut + 1);
        }
      }),
      RUNS,
    );
  });

  it("what attaches midway folds on to the same state", () => {
    fc.assert(
      fc.property(program, fc.nat({ max: 20 }), fc.nat({ max: 40 }), (steps, at, retention) => {
        const world = new World(retention);
        let follower: Follower | undefined;
        for (const [index, step] of steps.entries()) {
          if (index === at) follower = new Follower(world);
          world.run(step);
          follower?.check();
        }
      }),
      RUNS,
    );
  });

  it("the key-set revision of what contexts read through to grows with every key that appears or disappears", () => {
    let changes = 0;
    let kept = 0;
    fc.assert(
      fc.property(program, (steps) => {
        const world = new World();
        const seen = new Map<StateStore | AgentContext, { keys: string; revision: number; below: number }>();
        for (const step of steps) {
          world.run(step);
          for (const parent of new Set(world.parents.values())) {
            const layer = storeLayerOf(parent) ?? contextLayerOf(parent);
            assert.ok(layer);
            const keys = [...entriesOf(parent).keys()].sort().join(" ");
            const below = "parent" in layer ? layer.parent.keyRevision : 0;
            const now = { keys, revision: layer.keyRevision, below };
            const before = seen.get(parent);
            seen.set(parent, now);
            if (before === undefined) continue;
            assert.ok(now.revision >= before.revision);
            if (now.keys !== before.keys) {
              changes++;
              assert.ok(now.revision > before.revision);
            } else if (now.below === before.below && !MANY.has(step.do)) {
              kept++;
              assert.equal(now.revision, before.revision);
            }
          }
        }
      }),
      RUNS,
    );
    assert.ok(changes > 1_000 && kept > 1_000, `${changes} changes, ${kept} steps without one`);
  });

  it("transitions tell every change of a store, in order", () => {
    fc.assert(
      fc.property(program, (steps) => {
        const world = new World();
        for (const step of steps) world.run(step);
        for (const store of world.stores) {
          const state = new Map<string, JsonValue>();
          for (const [index, { key, oldValue, newValue, revision }] of store.transitions().entries()) {
            assert.equal(revision, index + 1);
            assert.deepEqual(state.get(key), oldValue);
            if (newValue === undefined) state.delete(key);
            else state.set(key, newValue);
          }
          assert.equal(store.transitions().length, store.revision);
          assert.deepEqual(toMap(state), toMap(new Map(Object.entries(store.snapshot()))));
        }
      }),
      RUNS,
    );
  });

  it("nothing is shared between script, overlay, parent and log that anybody can change", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.jsonValue({ maxDepth: 3 }), (one, two) => {
        const log = new RunLog();
        const store = new StateStore({ log });
        const context = new AgentContext("agent", store);
        const input = normalized({ one, list: [two, { one }] }) as Record<string, JsonValue>;
        const expected = structuredClone(input);
        const state = { in: input };
        context.set("in", input);
        context.log("note", input);
        store.set("direct", input, "setup");
        void context.mergeToParent();
        store.restore({ ...state, direct: input, more: input }, "setup");
        vandalize(input);

        const child = new AgentContext("child", context);
        const outputs = [
          context.get("in"),
          context.localState.get("in"),
          child.get("in"),
          store.get("in"),
          store.get("direct"),
          store.get("more"),
          store.snapshot()["in"],
          context.previewMerge().entries[0]?.result,
          context.previewMerge().entries[0]?.parent.value,
          store.transitions()[0]?.newValue,
          [...log].find(({ kind }) => kind === "note")?.value,
        ];
        for (const output of outputs) assert.deepEqual(output, expected);
        for (const output of [...outputs, store.snapshot(), ...log, ...context.previewMerge().entries]) {
          assertDeeplyFrozen(output);
        }
        for (const output of outputs) vandalize(output);
        for (const output of outputs) assert.deepEqual(output, expected);
        assert.deepEqual(context.get("in"), expected);
        assert.deepEqual(store.get("in"), expected);
      }),
      RUNS,
    );
  });
});

/** Folds the events that a sink is given, and keeps every state in step with the live one. */
class Follower implements LogSink {
  private readonly world: World;
  private readonly state: LogState;

  constructor(world: World) {
    this.world = world;
    this.state = eventLogOf(world.log).attach(this);
    this.check();
  }
  append(row: LogRow): void {
    assert.equal(row.seq, this.state.seq + 1);
    applyRow(this.state, row);
  }
  check(): void {
    assert.deepEqual(toLists(this.state), toLists(readLiveState(this.world)));
  }
}

function toMap(entries: ReadonlyMap<string, JsonValue>): [string, JsonValue][] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** −0 becomes 0, as it does in stores. */
function normalized(value: unknown): JsonValue {
  return JSON.parse(JSON.stringify(value)) as JsonValue;
}

function assertDeeplyFrozen(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  assert.ok(Object.isFrozen(value));
  for (const key of Reflect.ownKeys(value)) assertDeeplyFrozen((value as Record<PropertyKey, unknown>)[key]);
}

/** Tries to change everything that can be reached. */
function vandalize(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  for (const key of Object.keys(value)) vandalize((value as Record<string, unknown>)[key]);
  Reflect.set(value, "intruder", 1);
  for (const key of Object.keys(value)) {
    Reflect.set(value, key, "changed");
    Reflect.deleteProperty(value, key);
  }
  if (Array.isArray(value)) {
    try {
      value.push("intruder");
    } catch {
      // Frozen, as it should be.
    }
  }
}
