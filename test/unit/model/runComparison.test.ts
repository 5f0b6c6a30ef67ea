/** Holds what two runs are told to differ in: where they part, run-wide and agent by agent, their states and merges. */

import assert from "node:assert/strict";
import { diffLines } from "diff";
import fc from "fast-check";
import { comparisonReport } from "../../../src/model/compare/comparisonReport";
import { comparisonSections } from "../../../src/model/compare/comparisonText";
import { compareRuns, type RunComparison } from "../../../src/model/compare/runComparison";
import { RunModel } from "../../../src/model/runModel";
import type { Slices } from "../../../src/model/compare/runTally";
import { AgentContext, RunLog, StateStore, TaskScope } from "../../../src/runtime/index";
import { program, World, type Step } from "../runtime/programs";
import { RecordedRun } from "./recordedRun";

/** Pictures of the stories below. */
const PICTURES: Readonly<Record<string, string>> = {
  "another value": `== Runs
- before, at event 19
+ after, at event 21
  script: /work/race.ts
  arguments: --fast
  node: v22.0.0
  end: not recorded
- events: 19
+ events: 21

  Agents: 1 of 2 agents differs
  Parent state: 2 of 3 keys differ
  Merges: the first is the same, then they differ (2 merges in this run)
  Events: the first 12 are the same, then they part
-   event 13: ben: set budget = 4 (was 5)
+   event 13: ben: set budget = 2 (was 5)
== Agents
  ann: the same in both runs
  ben on shared
-   7 events, 1 merge
+   9 events, 1 merge, 1 conflict, 1 stale read
    does and sees the same for 3 events, then
-     event 13: ben: set budget = 4 (was 5)
+     event 13: ben: set budget = 2 (was 5)
== Parent state
  {
-   "budget": 4,
+   "budget": 2,
    "plan": {
      "steps": [
        "a"
      ]
-   }
+   },
+   "excuse": "it was needed"
  }
== Merges
  ann → shared: applied, 1 key
    budget = 4
  ──── from here on they differ
- ben → shared: applied, 1 key
-   budget = 4
+ ben → shared: applied, 2 keys, 1 conflict, 1 stale read
+   budget = 2, in conflict
+   excuse = "it was needed"
+   stale read of budget
== Events
  parent state shared was made
  setup: set budget = 5
  setup: set plan = {"steps":["a"]}
  agent ann begins on shared
  agent ben begins on shared
  ann: enters a scope
  ann: read budget from shared at revision 1
  ann: set budget = 4 (was 5)
  ann: leaves a scope
  ann: agent ends
  ben: read plan from shared at revision 2
  ben: read budget from shared at revision 1
  ──── here they part
- ben: set budget = 4 (was 5)
+ ben: set budget = 2 (was 5)
+ ben: set excuse = "it was needed"
  ann: merge into shared: 1 key
  ann: merge set budget = 4 (was 5)
  ann: merged into shared: 1 key
- ben: merge into shared: 1 key, 1 problem
- ben: merge set budget = 4 (was 4)
- ben: merged into shared: 1 key
+ ben: merge into shared: 2 keys, 1 conflict, 1 stale read
+ ben: merge set budget = 2 (was 4)
+ ben: merge set excuse = "it was needed"
+ ben: merged into shared: 2 keys
  (the log ends here)
`,
  "another order": `== Runs
- before, at event 19
+ after, at event 19
  script: /work/race.ts
  arguments: --fast
  node: v22.0.0
  end: not recorded
  events: 19

  Agents: the same (2 agents)
  Parent state: the same (2 keys)
  Merges: they differ from the first on (2 merges in this run)
  Events: the first 3 are the same, then they part
-   event 4: ann: enters a scope
+   event 4: ben: enters a scope
  Only the order differs: each agent does and sees the same in both runs.
== Merges
- ann → shared: applied, 1 key
-   a = 1
  ben → shared: applied, 1 key
    b = 2
+ ann → shared: applied, 1 key
+   a = 1
== Events
  parent state shared was made
  agent ann begins on shared
  agent ben begins on shared
  ──── here they part
- ann: enters a scope
- ann: set a = 1
- ann: read none from shared, where it was never written
- ann: merge into shared: 1 key
- ann: merge set a = 1
- ann: merged into shared: 1 key
- ann: leaves a scope
- ann: agent ends
  ben: enters a scope
  ben: set b = 1
  ben: set b = 2 (was 1)
  ben: merge into shared: 1 key
  ben: merge set b = 2
  ben: merged into shared: 1 key
  ben: leaves a scope
  ben: agent ends
+ ann: enters a scope
+ ann: set a = 1
+ ann: read none from shared, where it was never written
+ ann: merge into shared: 1 key
+ ann: merge set a = 1
+ ann: merged into shared: 1 key
+ ann: leaves a scope
+ ann: agent ends
  (the log ends here)
`,
  "another policy": `== Runs
- before, at event 21
+ after, at event 19
  script: /work/race.ts
  arguments: --fast
  node: v22.0.0
  end: not recorded
- events: 21
+ events: 19

  Agents: 1 of 2 agents differs
  Parent state: 2 of 3 keys differ
  Merges: the first is the same, then they differ (2 merges in this run)
  Events: the first 17 are the same, then they part
    event 18: ben: merge into shared: 2 keys, 1 conflict, 1 stale read
== Agents
  ann: the same in both runs
  ben on shared
-   9 events, 1 merge, 1 conflict, 1 stale read
+   7 events, 1 merge, 1 refused, 1 conflict, 1 stale read
    does and sees the same for 5 events, then
      event 18: ben: merge into shared: 2 keys, 1 conflict, 1 stale read
== Parent state
  {
-   "budget": 2,
+   "budget": 4,
    "plan": {
      "steps": [
        "a"
      ]
-   },
-   "excuse": "it was needed"
+   }
  }
== Merges
  ann → shared: applied, 1 key
    budget = 4
  ──── from here on they differ
- ben → shared: applied, 2 keys, 1 conflict, 1 stale read
-   budget = 2, in conflict
-   excuse = "it was needed"
+ ben → shared: refused, policy refuse, 1 conflict, 1 stale read
+   MergeConflictError: The merge of "ben" was refused, and nothing was changed: 1 conflict ("budget"). Decide them with the merge option \`choices\`, or merge with another \`onConflict\`.
+   budget in conflict
    stale read of budget
== Events
  parent state shared was made
  setup: set budget = 5
  setup: set plan = {"steps":["a"]}
  agent ann begins on shared
  agent ben begins on shared
  ann: enters a scope
  ann: read budget from shared at revision 1
  ann: set budget = 4 (was 5)
  ann: leaves a scope
  ann: agent ends
  ben: read plan from shared at revision 2
  ben: read budget from shared at revision 1
  ben: set budget = 2 (was 5)
  ben: set excuse = "it was needed"
  ann: merge into shared: 1 key
  ann: merge set budget = 4 (was 5)
  ann: merged into shared: 1 key
  ──── here they part
  ben: merge into shared: 2 keys, 1 conflict, 1 stale read
- ben: merge set budget = 2 (was 4)
- ben: merge set excuse = "it was needed"
- ben: merged into shared: 2 keys
+ ben: merge into shared refused: MergeConflictError: The merge of "ben" was refused, and nothing was changed: 1 conflict ("budget"). Decide them with the merge option \`choices\`, or merge with another \`onConflict\`.
  (the log ends here)
`,
};

const TITLES = { left: "before", right: "after" };

function modelOf(lines: readonly string[]): RunModel {
  const model = new RunModel();
  model.append(new TextEncoder().encode(lines.join("")));
  model.finish();
  return model;
}

function finish<Result>(work: Slices<Result>): Result {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

function compare(left: readonly string[], right: readonly string[]): RunComparison {
  return finish(compareRuns(modelOf(left), modelOf(right)));
}

/** The lines of what a story does on a new log. */
function recorded(story: (parent: StateStore, log: RunLog) => void): readonly string[] {
  const log = new RunLog();
  const run = new RecordedRun(log);
  story(new StateStore({ log, name: "shared" }), log);
  return run.lines;
}

/** The difference of each section's two texts, as a person sees it. */
function drawn(comparison: RunComparison): string {
  return comparisonSections(comparison, TITLES)
    .map(({ name, left, right }) => {
      const parts = diffLines(left, right).flatMap(({ value, added, removed }) => {
        const mark = added ? "+" : removed ? "-" : " ";
        return value
          .trimEnd()
          .split("\n")
          .map((line) => `${mark} ${line}`.trimEnd());
      });
      return [`== ${name}`, ...parts].join("\n") + "\n";
    })
    .join("");
}

/** Two agents that spend a budget; what the second one spends is the caller's. */
const spending =
  (spent: number, refused = false) =>
  (parent: StateStore): void => {
    parent.set("budget", 5, "setup");
    parent.set("plan", { steps: ["a"] }, "setup");
    const ann = new AgentContext("ann", parent);
    const ben = new AgentContext("ben", parent);
    TaskScope.run(ann, () => ann.set("budget", (ann.get("budget") as number) - 1));
    ben.get("plan");
    ben.set("budget", (ben.get("budget") as number) - spent);
    if (spent > 2) ben.set("excuse", "it was needed");
    void ann.mergeToParent();
    ben.mergeToParent(refused ? { onConflict: "refuse" } : {}).catch(() => undefined);
  };

/** Two agents that do not meet, in either order. */
const apart =
  (first: "ann" | "ben") =>
  (parent: StateStore): void => {
    const ann = new AgentContext("ann", parent);
    const ben = new AgentContext("ben", parent);
    const actions = {
      ann: () => TaskScope.run(ann, () => (ann.set("a", 1), ann.get("none"), void ann.mergeToParent())),
      ben: () => TaskScope.run(ben, () => (ben.set("b", 1), ben.set("b", 2), void ben.mergeToParent())),
    };
    actions[first]();
    actions[first === "ann" ? "ben" : "ann"]();
  };

const STORIES = {
  "another value": [spending(1), spending(3)],
  "another order": [apart("ann"), apart("ben")],
  "another policy": [spending(3), spending(3, true)],
} as const;

describe("a comparison of two runs", () => {
  for (const [name, [left, right]] of Object.entries(STORIES)) {
    it(`reads well: ${name}`, () => {
      assert.equal(drawn(compare(recorded(left), recorded(right))), PICTURES[name]);
    });
  }

  it("says that nothing differs", () => {
    const comparison = compare(recorded(spending(3)), recorded(spending(3)));
    assert.equal(comparison.same, true);
    assert.equal(
      drawn(comparison),
      `== Runs
- before, at event 21
+ after, at event 21
  script: /work/race.ts
  arguments: --fast
  node: v22.0.0
  end: not recorded
  events: 21

  Agents: the same (2 agents)
  Parent state: the same (3 keys)
  Merges: the same (2 merges)
  Events: the same (21 events)
`,
    );
  });

  it("tells mere interleaving from agents that behave differently", () => {
    const order = compare(recorded(apart("ann")), recorded(apart("ben")));
    assert.deepEqual([order.same, order.onlyOrder, order.agents.map(({ same }) => same)], [false, true, [true, true]]);
    const action = compare(recorded(spending(1)), recorded(spending(3)));
    assert.deepEqual(
      [action.same, action.onlyOrder, action.agents.map(({ same }) => same)],
      [false, false, [true, false]],
    );
    assert.deepEqual(
      action.agents.map(({ divergence }) => [divergence?.same, divergence?.left?.seq, divergence?.right?.seq]),
      [
        [9, undefined, undefined],
        [3, 13, 13],
      ],
    );
  });

  it("takes a read that saw another value for a difference, and one that saw the same at another revision for none", () => {
    const reading = (between: (parent: StateStore) => void) => (parent: StateStore) => {
      parent.set("a", 1, "setup");
      const ann = new AgentContext("ann", parent);
      ann.get("a");
      between(parent);
      ann.get("a");
      ann.set("b", 1);
    };
    const plain = recorded(reading(() => undefined));
    const same = compare(plain, recorded(reading((parent) => parent.set("a", 1, "setup"))));
    assert.deepEqual([same.same, same.agents[0]?.same], [false, true]);
    const other = compare(plain, recorded(reading((parent) => parent.set("a", 2, "setup"))));
    assert.equal(other.agents[0]?.same, false);
    assert.equal(other.agents[0]?.divergence?.right?.seq, 6);
  });

  it("pairs agents of one name in the order in which they began, and says which only one run has", () => {
    const naming = (names: readonly string[]) => (parent: StateStore) => {
      for (const [index, name] of names.entries()) new AgentContext(name, parent).set("n", index);
    };
    const comparison = compare(recorded(naming(["x", "y", "x"])), recorded(naming(["x", "x", "z"])));
    assert.deepEqual(
      comparison.agents.map(({ left, right }) => [left?.info.name, left?.info.layer, right?.info.layer]),
      [
        ["x", 2, 2],
        ["y", 3, undefined],
        ["x", 4, 3],
        [undefined, undefined, 4],
      ],
    );
    const agents = comparisonSections(comparison, TITLES)[1];
    assert.match(agents?.left ?? "", /^z: not in this run$/m);
    assert.match(agents?.right ?? "", /^y: not in this run$/m);
  });

  it("pairs agents of one name by the agent ids that they were given, and those without in their order", () => {
    const naming = (ids: readonly (string | undefined)[]) => (parent: StateStore) => {
      for (const id of ids) new AgentContext("x", parent, { id });
    };
    const pairs = (left: readonly (string | undefined)[], right: readonly (string | undefined)[]): unknown =>
      compare(recorded(naming(left)), recorded(naming(right))).agents.map((pair) => [
        pair.left?.info.layer,
        pair.right?.info.layer,
      ]);
    assert.deepEqual(pairs(["a", "b"], ["b", "a"]), [
      [2, 3],
      [3, 2],
    ]);
    assert.deepEqual(pairs(["a", undefined], ["b", undefined, "c"]), [
      [2, 2],
      [3, 3],
      [undefined, 4],
    ]);
  });

  it("is told as data for programs", () => {
    const report = JSON.parse(
      JSON.stringify(comparisonReport(compare(recorded(spending(1)), recorded(spending(3))))),
    ) as ReturnType<typeof comparisonReport>;
    assert.deepEqual(
      [report.same, report.events.same, report.events.left?.summary, report.events.right?.summary],
      [false, 12, "ben: set budget = 4 (was 5)", "ben: set budget = 2 (was 5)"],
    );
    assert.deepEqual(report.stores[0]?.differences, [
      { key: "budget", left: 4, right: 2 },
      { key: "excuse", right: "it was needed" },
    ]);
    assert.deepEqual(report.merges.right?.conflicts, ["budget"]);
  });

  it("cuts what is too large, at the same place on both sides, and says so", () => {
    const large = (changed: number) => (parent: StateStore) => {
      for (let index = 0; index < 2_000; index++) parent.set(`key ${index}`, index < changed ? index : -1, "setup");
      parent.set("long", "x".repeat(40_000) + changed, "setup");
    };
    const comparison = compare(recorded(large(0)), recorded(large(1_500)));
    const [, , state, events] = comparisonSections(comparison, TITLES);
    assert.equal(state?.name, "Parent state");
    for (const text of [state.left, state.right]) {
      assert.match(text, /^\/\/ Only keys that differ are shown; 500 keys more are the same\.$/m);
      assert.match(text, /^\/\/ 501 more keys are not shown: the state is too large\.$/m);
      assert.equal(text.split("\n").length, 2 + 1_000 + 3);
    }
    assert.match(events?.left ?? "", /… 1801 more events/);
    const long = compare(
      recorded((parent) => parent.set("long", "x".repeat(40_000) + "a", "setup")),
      recorded((parent) => parent.set("long", "x".repeat(40_000) + "b", "setup")),
    );
    const text = comparisonSections(long, TITLES).find(({ name }) => name === "Parent state");
    assert.match(text?.left ?? "", /The value of "long" is too long to be shown whole/);
    assert.match(text?.right ?? "", /They differ in what is not shown\.\n$/);
    assert.ok((text?.left.length ?? 0) < 20_000);
  });

  it("says of a recording and itself, by one name, nothing of a difference", () => {
    const lines = recorded(spending(1));
    const same = { left: "run.agentlog.jsonl", right: "run.agentlog.jsonl" };
    const [runs, ...others] = comparisonSections(compare(lines, lines), same);
    assert.deepEqual(others, []);
    assert.equal(runs?.left, runs?.right);
    assert.doesNotMatch(runs?.left ?? "", /differ/);
    // By one name, but not the same.
    const [different] = comparisonSections(compare(lines, recorded(spending(3))), same);
    assert.match(different?.right ?? "", /1 of 2 agents differs/);
  });

  it("shows 200 agents of those that differ, however many there are", () => {
    const crowd = (value: number) => (parent: StateStore) => {
      for (let index = 0; index < 500; index++) new AgentContext(`agent ${index}`, parent).set("n", value);
    };
    const agents = comparisonSections(compare(recorded(crowd(1)), recorded(crowd(2))), TITLES)[1];
    assert.match(agents?.right ?? "", /^"agent 199" on .*^… and 300 more agents, 0 of them the same in both runs$/ms);
    assert.doesNotMatch(agents?.right ?? "", /^"agent 200" /m);
  });

  it("never differs for a run and itself, whatever time, process and place in the script say", () => {
    fc.assert(
      fc.property(program, (steps) => {
        const { lines, rows } = recordedProgram(steps);
        const otherwise = lines.map((line) => {
          const parsed = JSON.parse(line) as { timestamp: string; data: unknown; site?: number };
          parsed.timestamp = "2027-05-05T05:05:05.005Z";
          return (
            JSON.stringify(parsed).replace('"run":"run-1"', '"run":"run-2"').replace('"pid":42', '"pid":43') + "\n"
          );
        });
        const comparison = compare(lines, otherwise);
        assert.equal(comparison.same, true);
        assert.equal(comparisonSections(comparison, TITLES).length, 1);
        assert.deepEqual(comparison.divergence, { same: rows.length, left: undefined, right: undefined });
      }),
    );
  });

  it("finds the one event of a copy that is another, and the end of one that is cut short", () => {
    fc.assert(
      fc.property(program, fc.nat(), (steps, number) => {
        const { linesApart: lines } = recordedProgram(steps);
        const at = number % (lines.length - 2);
        const mutated = lines.map((line, index) =>
          index === at + 2 ? JSON.stringify({ ...(JSON.parse(line) as object), kind: "mutated" }) + "\n" : line,
        );
        for (const [left, right] of [
          [lines, mutated],
          [mutated, lines],
        ] as const) {
          const { divergence, same } = compare(left, right);
          const seq = seqOf(lines[at + 2]);
          assert.deepEqual([same, divergence.same, divergence.left?.seq, divergence.right?.seq], [false, at, seq, seq]);
        }
        const cut = compare(lines, lines.slice(0, at + 2));
        assert.deepEqual(
          [cut.same, cut.divergence.same, cut.divergence.left?.seq, cut.divergence.right],
          [false, at, seqOf(lines[at + 2]), undefined],
        );
      }),
    );
  });

  it("finds every value that is another, in the state and in the log of who wrote it", () => {
    fc.assert(
      fc.property(program, fc.nat(), (steps, number) => {
        const { lines } = recordedProgram(steps);
        const writes = lines.flatMap((line, index) => (/"data":\{"layer":\d+,"changes":\{/.test(line) ? [index] : []));
        fc.pre(writes.length > 0);
        const at = writes[number % writes.length] ?? 0;
        const mutated = lines.map((line, index) => {
          if (index !== at) return line;
          const parsed = JSON.parse(line) as { data: { changes: object } };
          const [key = ""] = Object.keys(parsed.data.changes);
          const changes = Object.fromEntries([[key, "another value"]]);
          return JSON.stringify({ ...parsed, data: { ...parsed.data, changes } }) + "\n";
        });
        const comparison = compare(lines, mutated);
        assert.equal(comparison.divergence.left?.seq, seqOf(lines[at]));
        const logs = [comparison.outside, ...comparison.agents.map(({ divergence }) => divergence)];
        const partedAt = logs.flatMap((divergence) => (divergence?.left === undefined ? [] : [divergence.left.seq]));
        assert.equal(Math.min(...partedAt), seqOf(lines[at]));
      }),
    );
  });

  it("can rest after every few looks at a run, and does not mind that the run goes on meanwhile", () => {
    const log = new RunLog();
    const run = new RecordedRun(log);
    const parent = new StateStore({ log });
    const agents = ["ann", "ben", "cal"].map((name) => new AgentContext(name, parent));
    for (let round = 0; round < 300; round++) {
      const agent = agents[round % agents.length];
      agent?.get(`key ${round % 7}`);
      agent?.set(`key ${round % 5}`, round);
      if (round % 4 === 0) void agent?.mergeToParent();
    }
    const model = modelOf(run.lines);
    let looks = 0;
    const counting = new Proxy(model, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== "function") return member;
        return (...args: unknown[]): unknown => {
          if (["row", "rowAt", "next", "effectiveValue"].includes(String(name))) looks++;
          return (member as (...args: unknown[]) => unknown).apply(target, args);
        };
      },
    });
    const growing = new RunModel();
    const bytes = new TextEncoder().encode(run.lines.join(""));
    growing.append(bytes);
    const work = compareRuns(counting, growing);
    let most = 0;
    let sum = 0;
    for (;;) {
      looks = 0;
      const step = work.next();
      most = Math.max(most, looks);
      if (step.done === true) {
        assert.equal(step.value.same, true);
        break;
      }
      sum += step.value;
      if (sum === 50) {
        parent.set("later", true, "setup");
        growing.append(new TextEncoder().encode(run.lines.at(-1)));
      }
    }
    assert.equal(growing.eventCount, model.eventCount + 1);
    assert.ok(most <= 4, `${most} looks between two rests`);
    assert.ok(sum <= 4 * 2 * growing.eventCount);
  });
});

function recordedProgram(steps: readonly Step[]): RecordedRun {
  const world = new World();
  const run = new RecordedRun(world.log);
  for (const step of steps) world.run(step);
  // Attached late: what was made before is in the snapshot. One event at least.
  world.run({ do: "log", context: 0 });
  return run;
}

function seqOf(line: string | undefined): number {
  return (JSON.parse(line ?? "") as { seq: number }).seq;
}
