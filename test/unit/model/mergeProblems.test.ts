/** Holds what plans say that a merge would lose against what the findings say that it lost. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { Op, type LogRow, type MergeSummary } from "../../../src/core/logRow";
import { MERGE_PROBLEMS } from "../../../src/core/mergeProblems";
import type { Finding } from "../../../src/model/findings/finding";
import { FindingsFold } from "../../../src/model/findings/findingsFold";
import {
  AgentContext,
  MergeConflictError,
  RunLog,
  StalePlanError,
  StateStore,
  type JsonValue,
  type MergeOptions,
} from "../../../src/runtime/index";
import { inspectLog } from "../../../src/runtime/openInspector";
import { eventLogOf } from "../../../src/runtime/runLog";
import { sized } from "../../harness/long";
import { choicesOf, optionsOf, type Choice } from "../runtime/programs";

const PROBLEMS: readonly string[] = MERGE_PROBLEMS;

/** The problems among findings, as plans name them. */
function problemsOf(findings: readonly Finding[], but?: string): string[] {
  const problems = findings.filter(({ kind }) => PROBLEMS.includes(kind) && kind !== but);
  return problems.map(({ kind, key }) => `${kind} ${key}`).sort();
}

/** What a plan's event says. */
function toldBy(row: LogRow, but?: string): string[] {
  const { problems = [], problemCount = 0 } = row.value as unknown as MergeSummary;
  assert.equal(problems.length, problemCount);
  return problems.flatMap(({ kind, key }) => (kind === but ? [] : [`${kind} ${key}`])).sort();
}

/** A fold that follows a log. */
function following(log: RunLog): { readonly fold: FindingsFold; readonly rows: LogRow[] } {
  const fold = new FindingsFold();
  const rows: LogRow[] = [];
  const append = (row: LogRow): void => {
    rows.push({ ...row });
    fold.append(row);
  };
  fold.start(eventLogOf(log).attach({ append }));
  return { fold, rows };
}

/** What one agent does, or whoever decides about held merges. */
type Act =
  | { readonly do: "get" | "has" | "delete" | "takeBack"; readonly key: string }
  | { readonly do: "set"; readonly key: string; readonly value: JsonValue }
  | { readonly do: "discard" }
  | { readonly do: "merge"; readonly options: MergeOptions }
  | { readonly do: "hold"; readonly mode: "never" | "always" }
  | { readonly do: "approve"; readonly hold: number; readonly choices: readonly Choice[] }
  | { readonly do: "release" };

const key = fc.constantFrom("a", "b");
const value = fc.constantFrom<JsonValue[]>(0, 1, { p: 0, q: 0 }, { p: 1, q: 0 }, { p: 0, q: 1 });
const choices: fc.Arbitrary<readonly Choice[]> = fc.oneof(
  { weight: 2, arbitrary: fc.constant([]) },
  {
    weight: 1,
    arbitrary: fc.array(
      fc.tuple(key, fc.oneof(fc.constantFrom("overlay" as const, "parent" as const), fc.record({ value }))),
      { maxLength: 2 },
    ),
  },
);
const options: fc.Arbitrary<MergeOptions> = fc
  .record({
    keys: fc.option(fc.uniqueArray(key), { nil: undefined, freq: 3 }),
    only: fc.constantFrom(undefined, undefined, "pending" as const),
    conflictBy: fc.constantFrom(undefined, "revision" as const),
    policy: fc.constantFrom("overwrite" as const, "overwrite" as const, "auto" as const, "resolver" as const),
    choices,
  })
  .map(optionsOf);
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constantFrom("get" as const, "has" as const), key }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant("set" as const), key, value }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom("delete" as const, "takeBack" as const), key }) },
  { weight: 1, arbitrary: fc.constant({ do: "discard" as const }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant("merge" as const), options }) },
);
const decision: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ do: fc.constant("hold" as const), mode: fc.constantFrom("never" as const, "always" as const) }),
  fc.record({ do: fc.constant("approve" as const), hold: fc.nat(3), choices }),
  fc.constant({ do: "release" as const }),
);
/** Agents take turns as the numbers say; −1 is the script, which writes to the store itself. */
const turns = (each: fc.Arbitrary<Act>, last: number): fc.Arbitrary<readonly (readonly [number, Act])[]> =>
  fc.array(fc.tuple(fc.integer({ min: -1, max: last }), each), { minLength: 4, maxLength: 40, size: "max" });

/** Does what an agent does; a merge is left to the test. */
function run(agent: AgentContext | undefined, parent: StateStore, each: Act): void {
  if (agent === undefined) {
    if (each.do === "set") parent.set(each.key, each.value);
    else if (each.do === "delete") parent.delete(each.key);
  } else if (each.do === "get") agent.get(each.key);
  else if (each.do === "has") agent.has(each.key);
  else if (each.do === "set") agent.set(each.key, each.value);
  else if (each.do === "delete") agent.delete(each.key);
  else if (each.do === "takeBack") agent.localState.delete(each.key);
  else if (each.do === "discard") agent.discard();
  else if (each.do === "merge") void agent.mergeToParent(each.options);
}

describe("the problems of merge plans", function () {
  this.timeout(sized({ usual: 120_000, long: 3_600_000 }));

  it("know what a child read of a key that it merged into a context", () => {
    const log = new RunLog();
    const { fold, rows } = following(log);
    const parent = new StateStore({ log });
    parent.set("n", 0);
    const lead = new AgentContext("lead", parent);
    const child = new AgentContext("child", lead);
    child.set("n", Number(child.get("n")) + 1);
    void child.mergeToParent();
    assert.equal(lead.previewMerge().counts.problems, 0);
    parent.set("n", 5);
    const plan = lead.previewMerge();
    assert.deepEqual([plan.entries[0]?.problem, plan.counts.problems], ["lostUpdate", 1]);
    void lead.mergeToParent();
    assert.deepEqual(problemsOf(fold.findings), ["lostUpdate n"]);
    const planned = rows.findLast(({ op }) => op === Op.MergePlanned);
    assert.deepEqual((planned?.value as unknown as MergeSummary).problems, [{ key: "n", kind: "lostUpdate" }]);
  });

  it("are the findings of their merges, whatever the options", () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(turns(act, 2), (steps) => {
        const log = new RunLog();
        const { fold } = following(log);
        const parent = new StateStore({ log });
        const agents = ["agent", "agent", "third"].map((name) => new AgentContext(name, parent));
        for (const [number, each] of steps) {
          const agent = agents[number];
          const plan = agent !== undefined && each.do === "merge" ? agent.previewMerge(each.options) : undefined;
          const before = fold.findings.length;
          run(agent, parent, each);
          if (plan === undefined || plan.counts.undecided > 0) continue;
          const told = plan.entries.flatMap(({ key: name, problem }) => (problem ? [`${problem} ${name}`] : []));
          assert.equal(plan.counts.problems, told.length);
          assert.deepEqual(told.sort(), problemsOf(fold.findings.slice(before)));
          for (const { problem = "" } of plan.entries) seen.set(problem, (seen.get(problem) ?? 0) + 1);
        }
      }),
      { numRuns: sized({ usual: 5_000, long: 500_000 }) },
    );
    for (const kind of MERGE_PROBLEMS) assert.ok((seen.get(kind) ?? 0) > 50, `${kind}: ${seen.get(kind)}`);
  });

  it("are the findings of merges of children and of held merges, too", () => {
    let problems = 0;
    let held = 0;
    fc.assert(
      fc.property(turns(fc.oneof({ weight: 6, arbitrary: act }, { weight: 1, arbitrary: decision }), 3), (steps) => {
        const log = new RunLog();
        const { holds } = inspectLog(eventLogOf(log));
        const { fold, rows } = following(log);
        const parent = new StateStore({ log });
        const lead = new AgentContext("lead", parent);
        const agents = [
          new AgentContext("child", lead),
          new AgentContext("twin", lead),
          new AgentContext("ann", parent),
        ];
        for (const [number, each] of steps) {
          if (each.do === "hold") holds.setModes({ run: each.mode, agents: new Map() });
          else if (each.do === "release") holds.release("user");
          else if (each.do === "approve") {
            const id = holds.ids[each.hold % holds.ids.length];
            try {
              if (id !== undefined) holds.approve(id, { choices: choicesOf(each.choices) });
            } catch (error) {
              assert.ok(error instanceof MergeConflictError || error instanceof StalePlanError);
            }
          } else run(number === 3 ? lead : agents[number], parent, each);
        }
        const leadLayer = rows.find(({ op, agent }) => op === Op.AgentStarted && agent === "lead")?.layer;
        for (const row of rows) {
          if (row.op !== Op.MergePlanned) continue;
          const end = rows.find(({ op, aux2 }) => op === Op.MergeApplied && aux2 === row.seq);
          if (end === undefined) continue;
          // Whoever approves a merge has decided what is dropped; and a change that was given up may have been made anew.
          const isHeld = (end.value as { readonly hold?: number }).hold !== undefined;
          const but = isHeld ? "droppedUpdate" : undefined;
          const told = toldBy(row, but);
          const found = problemsOf(
            fold.findings.filter(({ planned }) => planned === row.seq),
            but,
          );
          // What its children read, and did not write, a context's own plan does not know.
          if (row.layer === leadLayer) continue;
          assert.deepEqual(told, found);
          problems += told.length;
          if (isHeld) held += told.length;
        }
      }),
      { numRuns: sized({ usual: 5_000, long: 500_000 }) },
    );
    assert.ok(problems > 200 && held > 20, `${problems} problems, ${held} of held merges`);
  });
});
