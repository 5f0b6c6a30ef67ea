/** Holds the judging of recorded merges against the definitions of the assertions: by examples, and by a naive judge. */

import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { judge } from "../../../src/model/assertions/assertions";
import { RecentMerges } from "../../../src/model/assertions/recentMerges";
import { RunModel } from "../../../src/model/runModel";
import type { FindingViolation, Judgement, Violation } from "../../../src/model/assertions/violations";
import { inspectLog } from "../../../src/runtime/openInspector";
import { AgentContext, RunLog, StateStore, type JsonValue } from "../../../src/runtime/index";
import { Op, type LogRow, type MergeSummary } from "../../../src/core/logRow";
import type { ContextEntry } from "../../../src/core/logState";
import { createRowEncoder, encodeNote, encodeSnapshot } from "../../../src/recording/recording";
import { eventLogOf } from "../../../src/runtime/runLog";
import { program, World, type Step } from "../runtime/programs";
import { HEADER, RecordedRun } from "./recordedRun";

/** Those that are judged merge by merge; findings have tests of their own. */
const OF_MERGES = ["no-conflicts", "no-order-sensitive-keys"] as const;

/** Records what `play` does with a store and makes a model of it. */
function recorded(play: (parent: StateStore, log: RunLog) => void, note?: string): RunModel {
  const log = new RunLog();
  const run = new RecordedRun(log);
  play(new StateStore({ log }), log);
  return modelOf(run, note);
}

/** As {@link recorded}, for very many events: keeps no state of each. */
function recordedLong(play: (parent: StateStore) => void): RunModel {
  const log = new RunLog();
  const encode = createRowEncoder();
  const model = new RunModel();
  const text = new TextEncoder();
  model.append(
    text.encode(HEADER + encodeSnapshot(eventLogOf(log).attach({ append: (row) => lines.push(encode(row)) }), 0, 0)),
  );
  const lines: string[] = [];
  play(new StateStore({ log }));
  model.append(text.encode(lines.join("") + ENDED));
  model.finish();
  return model;
}

const ENDED = encodeNote("run_ended", { code: 0, signal: null }, 0);

function modelOf(run: RecordedRun, note = ENDED): RunModel {
  const model = new RunModel();
  model.append(new TextEncoder().encode(run.lines.join("") + note));
  model.finish();
  return model;
}

type ViolationOf<A extends Violation["assertion"]> = A extends FindingViolation["assertion"]
  ? FindingViolation
  : Extract<Violation, { assertion: A }>;

function found<A extends Violation["assertion"]>(model: RunModel, assertion: A): readonly ViolationOf<A>[] {
  const [result] = judge(model, [assertion]).assertions;
  assert.ok(result);
  assert.equal(result.assertion, assertion);
  return result.violations as readonly ViolationOf<A>[];
}

/** "first value by agent → later value by agent" of each order violation. */
function orders(model: RunModel): readonly string[] {
  return found(model, "no-order-sensitive-keys").map(({ key, first, later }) => {
    const side = ({ left, agent }: typeof first): string => `${left.value ?? "(absent)"} by ${agent}`;
    return `${key} in ${first.into}: ${side(first)}, ${side(later)}`;
  });
}

const two = (parent: StateStore | AgentContext): [AgentContext, AgentContext] => [
  new AgentContext("ann", parent),
  new AgentContext("ben", parent),
];

describe("no-conflicts", () => {
  it("names both writers of an overwritten key, with the events of their own writes", () => {
    const model = recorded((parent) => {
      parent.set("counter", 0, "setup");
      const [ann, ben] = two(parent);
      for (const each of [ann, ben]) each.get("counter");
      ann.set("counter", 1);
      ben.set("counter", 2);
      void ann.mergeToParent();
      void ben.mergeToParent();
    });
    const [conflict, ...rest] = found(model, "no-conflicts");
    assert.ok(conflict);
    assert.deepEqual(rest, []);
    const { merge, parent, overlay, ...facts } = conflict;
    assert.deepEqual(facts, {
      assertion: "no-conflicts",
      key: "counter",
      settled: "overwritten",
      by: "policy",
      base: { value: "0" },
      result: { value: "2" },
    });
    assert.deepEqual([merge.agent, merge.into, merge.policy], ["ben", "parent", "overwrite"]);
    assert.equal(model.kind(merge.planned ?? 0), "merge_planned");
    assert.deepEqual([parent.value, parent.agent], ["1", "ann"]);
    assert.equal(model.row(parent.event ?? 0)?.op, Op.MergeWrite);
    assert.deepEqual([overlay.value, overlay.agent], ["2", "ben"]);
    assert.equal(model.row(overlay.event ?? 0)?.op, Op.Write);
  });

  it("judges refused plans, and says how the others were settled", () => {
    const model = recorded((parent) => {
      parent.set("kept", { p: 1 }, "setup");
      const make = (name: string, value: JsonValue): AgentContext => {
        const context = new AgentContext(name, parent);
        context.get("kept");
        context.set("kept", value);
        return context;
      };
      const names = ["refuser", "merger", "chooser", "keeper", "resolved", "stubborn"];
      const agents = new Map(names.map((name) => [name, make(name, { p: 1, [name]: 1 })]));
      parent.set("kept", { p: 1, other: 1 }, "setup");
      const agent = (name: string): AgentContext => agents.get(name) as AgentContext;
      void agent("refuser").mergeToParent({ onConflict: "refuse" });
      void agent("merger").mergeToParent({ onConflict: "auto" });
      void agent("chooser").mergeToParent({ choices: { kept: { value: 9 } } });
      void agent("keeper").mergeToParent({ choices: { kept: { take: "parent" } } });
      void agent("resolved").mergeToParent({ onConflict: () => ({ take: "overlay" }) });
      void agent("stubborn").mergeToParent({ choices: { kept: { take: "overlay" } }, onConflict: "refuse" });
    });
    assert.deepEqual(
      found(model, "no-conflicts").map(({ merge, settled, by, result }) => [merge.agent, settled, by, result.value]),
      [
        ["refuser", "refused", "policy", '{"p":1, "other":1}'],
        ["merger", "merged", "policy or choice", '{"p":1, "other":1, "merger":1}'],
        ["chooser", "decided", "choice", "9"],
        ["keeper", "parentKept", "choice", "9"],
        ["resolved", "overwritten", "resolver or choice", '{"p":1, "resolved":1}'],
        ["stubborn", "overwritten", "choice", '{"p":1, "stubborn":1}'],
      ],
    );
  });

  it("speaks of a held merge by the values that it fixed", () => {
    const model = recorded((parent, log) => {
      const { holds } = inspectLog(eventLogOf(log));
      const [ann] = two(parent);
      ann.set("k", "at the call");
      parent.set("k", "lead's", "lead");
      holds.setModes({ run: "onProblem", agents: new Map() });
      void ann.mergeToParent();
      ann.set("k", "later");
      holds.release("user");
    });
    const [{ merge, overlay, result, settled }] = found(model, "no-conflicts") as [never];
    assert.deepEqual(
      [overlay, result, settled].map((each: { value?: string }) => each.value ?? each),
      ['"at the call"', '"at the call"', "overwritten"],
    );
    assert.equal(model.kind((merge as { hold: number }).hold), "merge_held");
  });

  it("counts all and names the first thousand", () => {
    const count = 1_500;
    const model = recordedLong((parent) => {
      const [ann, ben] = two(parent);
      for (let index = 0; index < count; index++) {
        ann.set(`key_${index}`, "ann's");
        ben.set(`key_${index}`, "ben's");
      }
      void ann.mergeToParent();
      void ben.mergeToParent();
    });
    const { assertions, verdict } = judge(model, OF_MERGES);
    assert.equal(verdict, "broken");
    assert.deepEqual(
      assertions.map((each) => [each.assertion, each.count, each.violations.length]),
      [
        ["no-conflicts", count, 1_000],
        ["no-order-sensitive-keys", count, 1_000],
      ],
    );
  });
});

describe("no-stale-reads", () => {
  it("names the read and the newer write; a refused merge wrote nothing", () => {
    const model = recorded((parent) => {
      parent.set("budget", 5, "setup");
      const [ann, ben] = two(parent);
      ann.get("budget");
      ann.set("plan", "cheap");
      ann.set("notes", "few");
      ben.set("budget", 9);
      void ben.mergeToParent();
      parent.set("notes", "lead's", "lead");
      void ann.mergeToParent({ onConflict: "refuse" });
      void ann.mergeToParent();
    });
    const [stale, ...rest] = found(model, "no-stale-reads");
    assert.ok(stale);
    assert.deepEqual(rest, []);
    assert.deepEqual([stale.key, stale.agent, stale.merge?.agent], ["budget", "ann", "ann"]);
    assert.deepEqual([stale.read?.value, stale.read?.agent], ["5", "ann"]);
    assert.equal(model.row(stale.read?.event ?? 0)?.op, Op.Read);
    assert.deepEqual([stale.theirs?.value, stale.theirs?.agent], ["9", "ben"]);
    assert.equal(model.row(stale.theirs?.event ?? 0)?.agent, "ben");
  });

  it("is what the findings say: an agent of the same name counts, another context of the agent does not", () => {
    const play = (name: string, ids: readonly (string | undefined)[]): readonly string[] => {
      const model = recorded((parent) => {
        const [ann, other] = ids.map((id, index) => new AgentContext(index === 0 ? "ann" : name, parent, { id }));
        assert.ok(ann && other);
        ann.get("budget");
        ann.set("plan", "cheap");
        other.set("budget", 9);
        void other.mergeToParent();
        void ann.mergeToParent();
      });
      assert.deepEqual(judge(model, ["no-stale-reads"]).assertions[0]?.count, found(model, "no-stale-reads").length);
      assert.equal(found(model, "no-stale-reads").length, model.found.totals.kinds.get("staleRead") ?? 0);
      return found(model, "no-stale-reads").map(({ agent, theirs }) => `${agent} missed what ${theirs?.agent} wrote`);
    };
    assert.deepEqual(play("ann", [undefined, undefined]), ["ann#1 missed what ann#2 wrote"]);
    assert.deepEqual(play("ann", ["a", "a"]), []);
    assert.deepEqual(play("ben", ["a", "a"]), []);
    assert.deepEqual(play("ben", ["a", "b"]), ["ann missed what ben wrote"]);
  });

  it("is broken by write skew, which is made of stale reads", () => {
    const model = recorded((parent) => {
      const [ann, ben] = two(parent);
      ann.get("b");
      ben.get("a");
      ann.set("a", 1);
      ben.set("b", 1);
      void ann.mergeToParent();
      void ben.mergeToParent();
    });
    assert.deepEqual(
      judge(model, ["no-write-skew", "no-conflicts", "no-stale-reads"]).assertions.map(({ assertion, count }) => [
        assertion,
        count,
      ]),
      [
        ["no-write-skew", 1],
        ["no-conflicts", 0],
        ["no-stale-reads", 1],
      ],
    );
  });
});

describe("no-order-sensitive-keys", () => {
  const EDGES: readonly (readonly [string, (parent: StateStore) => void, readonly string[]])[] = [
    [
      "both wrote something else, and none had seen the other's",
      (parent) => {
        const [ann, ben] = two(parent);
        ann.set("k", 1);
        ben.set("k", 2);
        void ann.mergeToParent();
        void ben.mergeToParent();
      },
      ["k in parent: 1 by ann, 2 by ben"],
    ],
    [
      "the same outcome in either order",
      (parent) => {
        const [ann, ben] = two(parent);
        ann.set("k", { p: [1] });
        ben.set("k", { p: [1] });
        void ann.mergeToParent();
        void ben.mergeToParent();
      },
      [],
    ],
    [
      "the later one had read what the earlier one wrote",
      (parent) => {
        const [ann, ben] = two(parent);
        ann.set("k", 1);
        void ann.mergeToParent();
        ben.get("k");
        ben.set("k", 2);
        void ben.mergeToParent();
      },
      [],
    ],
    [
      "the later one wrote over it without reading: its base is the parent's value at that write",
      (parent) => {
        const [ann, ben] = two(parent);
        ann.set("k", 1);
        void ann.mergeToParent();
        ben.set("k", 2);
        void ben.mergeToParent();
      },
      [],
    ],
    [
      "a read from before the earlier merge is what the later one rests on",
      (parent) => {
        const [ann, ben] = two(parent);
        ben.get("k");
        ann.set("k", 1);
        void ann.mergeToParent();
        ben.set("k", 2);
        void ben.mergeToParent();
      },
      ["k in parent: 1 by ann, 2 by ben"],
    ],
    [
      "two merges of one context are in its own order",
      (parent) => {
        const [ann] = two(parent);
        ann.set("k", 1);
        void ann.mergeToParent();
        ann.set("k", 2);
        void ann.mergeToParent();
      },
      [],
    ],
    [
      "once it has merged, what it merged is its base",
      (parent) => {
        const [ann, ben] = two(parent);
        ann.set("k", 1);
        ben.set("k", 2);
        void ann.mergeToParent();
        void ben.mergeToParent();
        ben.set("k", 3);
        void ben.mergeToParent();
        ann.set("k", 4);
        void ann.mergeToParent();
      },
      ["k in parent: 1 by ann, 2 by ben", "k in parent: 3 by ben, 4 by ann"],
    ],
    [
      "one deletes what the other writes",
      (parent) => {
        parent.set("k", 0, "setup");
        const [ann, ben] = two(parent);
        ann.delete("k");
        ben.set("k", 2);
        void ann.mergeToParent();
        void ben.mergeToParent();
      },
      ["k in parent: (absent) by ann, 2 by ben"],
    ],
    [
      "deleting what is absent gives no revision, and decides all the same",
      (parent) => {
        const [ann, ben] = two(parent);
        ann.delete("k");
        ben.set("k", 2);
        void ann.mergeToParent();
        void ben.mergeToParent();
      },
      ["k in parent: (absent) by ann, 2 by ben"],
    ],
    [
      "what was written after such a deletion has seen it",
      (parent) => {
        const [ann, ben] = two(parent);
        ann.delete("k");
        void ann.mergeToParent();
        ben.set("k", 2);
        void ben.mergeToParent();
      },
      [],
    ],
    [
      "a tombstone is absent, whether it deletes or finds nothing",
      (parent) => {
        parent.set("k", 0, "setup");
        const [ann, ben] = two(parent);
        ann.delete("k");
        ben.delete("k");
        void ann.mergeToParent();
        void ben.mergeToParent();
      },
      [],
    ],
    [
      "a refused merge and a kept parent's value leave nothing",
      (parent) => {
        const [ann, ben] = two(parent);
        const cal = new AgentContext("cal", parent);
        [ann, ben, cal].forEach((each, number) => each.set("k", number));
        void ann.mergeToParent();
        void ben.mergeToParent({ onConflict: "refuse" });
        void cal.mergeToParent({ choices: { k: { take: "parent" } } });
      },
      [],
    ],
    [
      "each later merge is told once, against the newest that it had not seen",
      (parent) => {
        const agents = ["ann", "ben", "cal", "dan"].map((name) => new AgentContext(name, parent));
        agents.forEach((each, number) => each.set("k", number % 3));
        for (const each of agents) void each.mergeToParent();
      },
      ["k in parent: 0 by ann, 1 by ben", "k in parent: 1 by ben, 2 by cal", "k in parent: 2 by cal, 0 by dan"],
    ],
    [
      "within an agent's context, what its children merge",
      (parent) => {
        parent.set("k", 0, "setup");
        const lead = new AgentContext("lead", parent);
        const [ann, ben] = two(lead);
        ann.get("k");
        ben.get("k");
        ann.set("k", 1);
        ben.set("k", 2);
        void ann.mergeToParent();
        void ben.mergeToParent();
        void lead.mergeToParent();
      },
      ["k in lead: 1 by ann, 2 by ben"],
    ],
    [
      "a child that had seen what the lead merged on, though the lead has taken its own back since",
      (parent) => {
        const lead = new AgentContext("lead", parent);
        const [ann, ben] = two(lead);
        ann.set("k", 1);
        void ann.mergeToParent();
        void lead.mergeToParent();
        lead.discard();
        ben.get("k");
        ben.set("k", 2);
        void ben.mergeToParent();
      },
      [],
    ],
    [
      "what a child had not seen, the lead that merges it on has not seen either",
      (parent) => {
        const lead = new AgentContext("lead", parent);
        const child = new AgentContext("child", lead);
        const ann = new AgentContext("ann", parent);
        child.get("k");
        ann.set("k", 1);
        void ann.mergeToParent();
        child.set("k", 2);
        void child.mergeToParent();
        void lead.mergeToParent();
      },
      ["k in parent: 1 by ann, 2 by lead"],
    ],
    [
      "what a child had seen, the lead that merges it on has seen through it",
      (parent) => {
        const lead = new AgentContext("lead", parent);
        const child = new AgentContext("child", lead);
        const ann = new AgentContext("ann", parent);
        lead.get("k");
        ann.set("k", 1);
        void ann.mergeToParent();
        child.get("k");
        child.set("k", 2);
        void child.mergeToParent();
        void lead.mergeToParent();
      },
      [],
    ],
  ];
  for (const [name, play, expected] of EDGES) {
    it(name, () => assert.deepEqual(orders(recorded(play)), expected));
  }

  it("looks at ten thousand merges of one key at the cost of each", () => {
    const merges = 10_000;
    const model = recordedLong((parent) => {
      const agents = Array.from({ length: 100 }, (_, number) => new AgentContext(`agent ${number}`, parent));
      parent.set("counter", 0, "setup");
      for (let index = 0; index < merges; index++) {
        const agent = agents[index % agents.length] as AgentContext;
        agent.localState.delete("counter");
        agent.set("counter", (agent.get("counter") as number) + 1);
        void agent.mergeToParent();
      }
    });
    const { verdict, merges: seen } = judge(model, OF_MERGES);
    assert.deepEqual([verdict, seen], ["passed", merges]);
  });

  it("and at ten thousand of as many agents that all race", () => {
    const count = 10_000;
    const model = recordedLong((parent) => {
      const agents = Array.from({ length: count }, (_, number) => new AgentContext(`agent ${number}`, parent));
      agents.forEach((each, number) => each.set("status", number === 0 ? "begun" : "done"));
      for (const each of agents) void each.mergeToParent();
    });
    const [result] = judge(model, ["no-order-sensitive-keys"]).assertions;
    assert.equal(result?.count, count - 1);
    assert.ok(result.violations.every((each) => "first" in each && each.first.left.value === '"begun"'));
  });
});

describe("the newest merges of a key", () => {
  it("tell who was the last to leave something else, as looking through all does", () => {
    const merge = fc.record({ agent: fc.nat(4), outcome: fc.constantFrom<JsonValue[]>(0, 1, { p: 1 }, [2]) });
    fc.assert(
      fc.property(fc.array(merge, { maxLength: 20, size: "max" }), (merges) => {
        const recent = new RecentMerges();
        merges.forEach(({ agent, outcome }, seq) => {
          const rival = merges
            .slice(0, seq)
            .findLastIndex((each) => each.agent !== agent && !isDeepStrictEqual(each.outcome, outcome));
          assert.equal(recent.rivalOf(agent, outcome)?.seq ?? -1, rival);
          recent.appendMerge({ agent, outcome: structuredClone(outcome), seq });
        });
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("judging a recording that is not whole", () => {
  const play = (parent: StateStore): void => {
    const [ann] = two(parent);
    ann.set("k", 1);
    void ann.mergeToParent();
  };
  const verdict = (note: string): Pick<Judgement, "verdict" | "incomplete"> => {
    const { verdict: said, incomplete } = judge(recorded(play, note), OF_MERGES);
    return { verdict: said, incomplete };
  };

  it("passes a whole one, whatever the script's code", () => {
    for (const code of [0, 1]) {
      const note = encodeNote("run_ended", { code, signal: null }, 0);
      assert.deepEqual(verdict(note), { verdict: "passed", incomplete: [] });
    }
  });

  const PARTIAL: readonly (readonly [string, string, RegExp])[] = [
    ["its end is missing", "", /^The end of the run is not recorded\.$/],
    ["its script was killed", encodeNote("run_ended", { code: null, signal: "SIGKILL" }, 0), /ended by SIGKILL/],
    ["a line is torn", '{"kind":"state_ch\n' + ENDED, /^Line \d+: The line is not JSON/],
    ["events were lost", encodeNote("events_lost", { count: 3 }, 0) + ENDED, /^3 events are not in the recording\.$/],
  ];
  for (const [name, note, reason] of PARTIAL) {
    it(`says so when ${name}`, () => {
      const said = verdict(note);
      assert.equal(said.verdict, "incomplete");
      assert.equal(said.incomplete.length, 1);
      assert.match(said.incomplete[0] as string, reason);
    });
  }

  it("tells what broke even so, and judges what is there of a merge that is torn apart", () => {
    const log = new RunLog();
    const run = new RecordedRun(log);
    const [ann, ben] = two(new StateStore({ log }));
    ann.set("k", 1);
    ben.set("k", 2);
    void ann.mergeToParent();
    void ben.mergeToParent();
    const lines = run.linesApart.slice(0, -1);
    const planned = lines.findLastIndex((line) => line.includes('"merge_planned"'));
    for (const [left, expected] of [
      [lines, "overwritten"],
      [lines.slice(0, planned + 1), "unknown"],
    ] as const) {
      const model = new RunModel();
      model.append(new TextEncoder().encode(left.join("")));
      model.finish();
      const { verdict: said, incomplete } = judge(model, ["no-conflicts"]);
      assert.deepEqual([said, incomplete.length], ["broken", 1]);
      assert.deepEqual(
        found(model, "no-conflicts").map(({ settled }) => settled),
        [expected],
      );
    }
    const model = new RunModel();
    model.append(new TextEncoder().encode(lines.filter((_, index) => index !== planned).join("")));
    model.finish();
    assert.equal(orders(model).length, 1);
  });

  it("judges what is there of a held merge whose agent never started", () => {
    const log = new RunLog();
    const run = new RecordedRun(log);
    const parent = new StateStore({ log });
    const { holds } = inspectLog(eventLogOf(log));
    const [ann] = two(parent);
    ann.set("k", 1);
    parent.set("k", 2, "lead");
    holds.setModes({ run: "always", agents: new Map() });
    void ann.mergeToParent();
    holds.release("user");
    const model = new RunModel();
    const lines = run.lines.filter((line) => !line.includes('"agent_started"'));
    model.append(new TextEncoder().encode(lines.join("")));
    model.finish();
    assert.deepEqual(
      found(model, "no-conflicts").map(({ key }) => key),
      ["k"],
    );
  });
});

/** Programs of agents that meet on two keys, two of them below a third. */
const race: fc.Arbitrary<readonly Step[]> = fc
  .array(
    fc.oneof(
      {
        weight: 10,
        arbitrary: fc.record({
          do: fc.constant("set" as const),
          context: fc.nat(4),
          key: fc.constantFrom("a", "b"),
          value: fc.constantFrom<JsonValue[]>(1, 2, { p: 1 }),
        }),
      },
      {
        weight: 8,
        arbitrary: fc.record({
          do: fc.constantFrom("read" as const, "deleteLocal" as const, "takeBack" as const),
          context: fc.nat(4),
          key: fc.constantFrom("a", "b"),
        }),
      },
      {
        weight: 8,
        arbitrary: fc.record({
          do: fc.constant("merge" as const),
          context: fc.nat(4),
          keys: fc.constant(undefined),
          policy: fc.constantFrom("overwrite" as const, "overwrite" as const, "auto" as const, "resolver" as const),
          choices: fc.constant([]),
        }),
      },
      { weight: 1, arbitrary: fc.record({ do: fc.constant("discard" as const), context: fc.nat(4) }) },
      {
        weight: 1,
        arbitrary: fc.record({ do: fc.constant("setHolds" as const), mode: fc.constantFrom("never", "always") }),
      },
      { weight: 1, arbitrary: fc.constant({ do: "release" as const }) },
    ),
    { minLength: 5, maxLength: 40, size: "max" },
  )
  .map((steps) => [
    { do: "newContext", parent: 0 },
    { do: "newContext", parent: 0 },
    { do: "newContext", parent: 1 },
    { do: "newContext", parent: 1 },
    ...steps,
  ]);

describe("judging random programs", () => {
  it("says what a judge says that goes through all pairs, event by event", function () {
    this.timeout(240_000);
    const seen = { conflicts: 0, refused: 0, order: 0, nested: 0, held: 0, absent: 0 };
    fc.assert(
      fc.property(fc.oneof(program, race), (steps) => {
        const world = new World(10_000);
        const run = new RecordedRun(world.log);
        for (const step of steps) world.run(step);
        const model = modelOf(run);
        const naive = judgeNaively(run);
        const said = judge(model, OF_MERGES);
        assert.deepEqual(
          said.assertions.map(({ count }) => count),
          [naive.conflicts.length, naive.orders.length],
        );
        const [conflicts, order] = OF_MERGES.map((each) => found(model, each)) as never as [
          readonly Extract<Violation, { assertion: "no-conflicts" }>[],
          readonly Extract<Violation, { assertion: "no-order-sensitive-keys" }>[],
        ];
        assert.deepEqual(
          conflicts.map(({ key, merge, settled, parent, result }) => ({
            key,
            planned: merge.planned,
            refused: settled === "refused",
            parent: parent.value,
            result: result.value,
          })),
          naive.conflicts,
        );
        assert.deepEqual(
          order.map(({ key, first, later }) => ({ key, first: first.left.event, later: later.left.event })),
          naive.orders,
        );
        seen.conflicts += conflicts.length;
        seen.refused += conflicts.filter(({ settled }) => settled === "refused").length;
        seen.order += order.length;
        seen.nested += order.filter(({ first }) => first.into.startsWith("agent")).length;
        seen.held += order.filter(({ later }) => later.hold !== undefined).length;
        seen.absent += order.filter(({ first }) => first.left.value === undefined).length;
      }),
      { numRuns: 4_000 },
    );
    for (const [what, count] of Object.entries(seen)) assert.ok(count > 20, `only ${count} ${what} were seen`);
  });
});

interface NaiveMerge {
  readonly key: string;
  readonly into: number;
  /** An id that was given, or the context. */
  readonly agent: string | number;
  readonly outcome: JsonValue | undefined;
  readonly seq: number;
  /** The event at which the base of the merge was seen. */
  readonly seen: number;
}

/** Follows the log forwards and remembers of each base when it was seen. */
function judgeNaively({ rows, states }: RecordedRun): {
  conflicts: {
    key: string;
    planned: number;
    refused: boolean;
    parent: string | undefined;
    result: string | undefined;
  }[];
  orders: { key: string; first: number; later: number }[];
} {
  const conflicts: ReturnType<typeof judgeNaively>["conflicts"] = [];
  const merges: NaiveMerge[] = [];
  const ids = new Map<number, string>();
  const reads = new Map<string, number>();
  const bases = new Map<string, number>();
  const holds: { id: number; layer: number; bases: Map<string, number>; waiting: boolean }[] = [];
  const at = (layer: number, key: string): string => `${layer} ${key}`;
  const holdOf = (row: LogRow): number | undefined => (row.value as { hold?: number } | null)?.hold;

  rows.forEach((row, index) => {
    const before = states[index];
    const after = states[index + 1];
    const { layer, key = "", seq } = row;
    const entryOf = (context: number, state = before): ContextEntry | undefined => {
      const found = state?.layers.get(context);
      return found?.type === "context" ? found.entries.get(key) : undefined;
    };
    /** "the last fall-through read before its first local write; only if it never read it, that first write" */
    const takeOwnBase = (): void => void bases.set(at(layer, key), reads.get(at(layer, key)) ?? seq);
    switch (row.op) {
      case Op.AgentStarted:
        if (typeof row.value === "string") ids.set(layer, row.value);
        return;
      case Op.Read:
        // Its own merged value says nothing of the parent, and of reads of one revision the first counts.
        if (row.aux === layer || entryOf(layer)?.readSeq === entryOf(layer, after)?.readSeq) return;
        reads.set(at(layer, key), seq);
        return;
      case Op.Write:
      case Op.Delete:
        if (after?.layers.get(layer)?.type === "context" && !entryOf(layer)?.local) takeOwnBase();
        return;
      case Op.MergeHeld: {
        const { keys } = row.value as unknown as { keys: string[] };
        const own = new Map(keys.map((name) => [name, bases.get(at(layer, name)) ?? NaN]));
        holds.push({ id: seq, layer, bases: own, waiting: true });
        return;
      }
      case Op.MergeWrite:
      case Op.MergeDelete: {
        const end = rows.find((each) => each.seq > seq && each.op === Op.MergeApplied) as LogRow;
        const hold = holds.find((each) => each.id === holdOf(end));
        const seen = (hold?.bases ?? bases).get(hold === undefined ? at(row.aux, key) : key) ?? NaN;
        assert.ok(seen <= seq);
        merges.push({ key, into: layer, agent: ids.get(row.aux) ?? row.aux, outcome: row.value, seq, seen });
        const child = entryOf(row.aux);
        if (hold === undefined) checkByRevision(merges, child, before?.layers.get(layer)?.type === "store");
        if (after?.layers.get(layer)?.type === "context" && !entryOf(layer)?.local) {
          // "what the child observed in the root"
          if (child?.local && child.baseLayer !== layer) bases.set(at(layer, key), bases.get(at(row.aux, key)) ?? NaN);
          else takeOwnBase();
        }
        if (child?.local) bases.set(at(row.aux, key), seq);
        for (const each of holds) {
          if (each.waiting && each.layer === row.aux && each.bases.has(key)) each.bases.set(key, seq);
        }
        return;
      }
      case Op.MergeApplied:
      case Op.MergeRefused:
        for (const each of holds) if (each.id === holdOf(row)) each.waiting = false;
        return;
      case Op.MergePlanned: {
        const summary = row.value as unknown as MergeSummary;
        const endAt = rows.findIndex(
          (each) => each.aux2 === seq && each.op >= Op.MergeApplied && each.op <= Op.MergeRefused,
        );
        const refused = rows[endAt]?.op === Op.MergeRefused;
        for (const name of summary.conflicts) {
          const valueIn = (state: (typeof states)[number] | undefined): string | undefined => {
            for (let id = row.aux; ;) {
              const found = state?.layers.get(id);
              const entry = found?.entries.get(name);
              if (found?.type === "context" && !(entry as ContextEntry | undefined)?.local) id = found.parent;
              else return entry?.value === undefined ? undefined : spaced(entry.value);
            }
          };
          conflicts.push({
            key: name,
            planned: seq,
            refused,
            parent: valueIn(before),
            result: valueIn(states[endAt + 1]),
          });
        }
        return;
      }
      default:
    }
  });

  const orders = merges.flatMap((later) => {
    const first = merges.findLast(
      (each) =>
        each.seq < later.seq &&
        each.key === later.key &&
        each.into === later.into &&
        each.agent !== later.agent &&
        !isDeepStrictEqual(each.outcome, later.outcome) &&
        !(later.seen > each.seq),
    );
    return first === undefined ? [] : [{ key: later.key, first: first.seq, later: later.seq }];
  });
  return { conflicts, orders };

  /** A base of the very layer that is merged into has seen what was given at most its revision there. */
  function checkByRevision(all: readonly NaiveMerge[], child: ContextEntry | undefined, isStore: boolean): void {
    const later = all.at(-1) as NaiveMerge;
    if (child?.baseLayer !== later.into) return assert.ok(!isStore || child === undefined || child.local === 0);
    for (const { seq, key, into } of all) {
      const row = rows.find((each) => each.seq === seq) as LogRow;
      if (seq === later.seq || key !== later.key || into !== later.into) continue;
      const gaveRevision = states[rows.indexOf(row) + 1]?.layers.get(into)?.entries.get(key)?.seq === seq;
      if (gaveRevision) assert.equal(later.seen >= seq, child.baseRev >= row.rev);
    }
  }
}

/** JSON as one-line texts have it. */
function spaced(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value as Record<string, JsonValue>);
  return `{${members.map(([name, each]) => `${JSON.stringify(name)}:${spaced(each)}`).join(", ")}}`;
}
