import assert from "node:assert/strict";
import { kindsIn, readCondition } from "../../../src/breakpoints/condition";
import { didYouMean } from "../../../src/base/didYouMean";
import { isKnownKind, meantKind } from "../../../src/breakpoints/eventKinds";
import { readBreakpoint } from "../../../src/breakpoints/breakpointText";
import { EVENT_KINDS } from "../../../src/core/eventKinds";
import { DebugBreakpoints, type SeenRun } from "../../../src/host/debug/debugBreakpoints";

describe("a word that was meant", () => {
  for (const [word, known, meant] of [
    ["wrte", ["write", "read"], "write"],
    ["raed", ["write", "read"], "read"],
    ["Write", ["write"], "write"],
    ["merge_aplied", ["merge_planned", "state_committed"], undefined],
    ["merge_plannd", ["merge_planned"], "merge_planned"],
    ["write", ["wrote", "write"], undefined],
    ["thought", ["write", "read", "merge"], undefined],
    ["x", ["y"], "y"],
    ["", ["y"], "y"],
  ] as const) {
    it(`${JSON.stringify(word)} among ${known.join(", ")}: ${meant ?? "none"}`, () =>
      assert.equal(didYouMean(word, known), meant));
  }
});

describe("kinds of events in breakpoints", () => {
  it("are those of the log, and what is like one is asked for", () => {
    assert.equal(meantKind("wrte"), "Unknown event 'wrte'. Did you mean 'write'?");
    assert.equal(meantKind("state_chnged"), "Unknown event 'state_chnged'. Did you mean 'state_changed'?");
    assert.equal(meantKind("thoughts", ["thought"]), "Unknown event 'thoughts'. Did you mean 'thought'?");
    assert.equal(meantKind("thought"), undefined);
    for (const { word } of Object.values(EVENT_KINDS)) assert.ok(word === undefined || isKnownKind(word, []), word);
  });

  it("are asked for where a key follows, too", () => {
    assert.throws(() => readBreakpoint("wrte budget @planner"), {
      message: "Unknown event 'wrte'. Did you mean 'write'?",
    });
    assert.throws(() => readBreakpoint("thought budget"), { message: /"budget" cannot stand at this place/ });
  });

  it("are found in conditions, as misspelled names are", () => {
    assert.deepEqual(kindsIn('kind == "a" || !("b" != kind) && value == "c" && kind > "d"'), ["a", "b", "d"]);
    assert.throws(() => readCondition("agnt == 1"), { message: /the name "agnt" \(did you mean "agent"\?\)/ });
  });

  const set = (name: string, seen: SeenRun, condition?: string): string => {
    const breakpoints = new DebugBreakpoints(() => seen);
    const [shown] = breakpoints.setFunctions([{ name, ...(condition !== undefined && { condition }) }]);
    return `${shown?.verified ? "verified" : (shown?.message ?? "")}${breakpoints.all.length === 1 ? "" : ", off"}`;
  };

  it("stay possible when nobody knows them, for scripts have their own, and say so", () => {
    const live = { kinds: ["thought"], isWhole: false, agentCount: () => 1 };
    assert.equal(set("wrte", live), "Unknown event 'wrte'. Did you mean 'write'?");
    assert.equal(set("thought", live), "verified");
    assert.equal(set("transaction_conflict @agent_b", live), "verified");
    assert.equal(set("idea", live), "There is no event 'idea' yet. It stops if the script logs one.");
    assert.equal(
      set("write x", live, 'kind == "state_chnged"'),
      "Unknown event 'state_chnged'. Did you mean 'state_changed'?",
    );
    assert.equal(set("write x", live, 'kind == "state_changed"'), "verified");
    assert.equal(set("wrte x", live), "Unknown event 'wrte'. Did you mean 'write'?, off");
  });

  it("say that an index is a place, whichever item stands there", () => {
    const breakpoints = new DebugBreakpoints();
    const told = (name: string): unknown =>
      breakpoints.setFunctions([{ name }]).map(({ verified, message }) => [verified, message])[0];
    const note = (index: number): string =>
      `[${index}] is the item at place ${index}, whichever it is. For one item, write its identity: [id=x].`;
    assert.deepEqual(told("write plan[2]"), [true, note(2)]);
    assert.deepEqual(told("merge plan[0].steps[7].owner @agent_b"), [true, note(7)]);
    assert.deepEqual(told("write plan[id=2]"), [true, undefined]);
    assert.deepEqual(told('write plan[id="a b"].done'), [true, undefined]);
    assert.deepEqual(told("read plan[2]"), [true, undefined]);
    const [data] = breakpoints.setData([{ dataId: JSON.stringify({ target: "plan[2]", in: "parent" }) }]);
    assert.deepEqual([data?.verified, data?.message], [true, note(2)]);
  });

  it("are certain once the run is over", () => {
    assert.equal(
      set("idea", { kinds: [], isWhole: true, agentCount: () => 0 }),
      "Unknown event 'idea': this run has none.",
    );
  });

  it("say of how many agents of one name they are, also when those become more", () => {
    let count = 3;
    const breakpoints = new DebugBreakpoints(() => ({ kinds: [], isWhole: false, agentCount: () => count }));
    const names = ["merge @worker", "write x @worker#2", 'read x @"worker#2"', "merge"];
    const shown = breakpoints.setFunctions(names.map((name) => ({ name })));
    assert.deepEqual(
      shown.map(({ verified, message }) => [verified, message]),
      [
        [true, "all 3 agents named worker"],
        [true, undefined],
        [true, "all 3 agents named worker#2"],
        [true, undefined],
      ],
    );
    assert.deepEqual(breakpoints.noted(), []);
    count = 4;
    assert.deepEqual(
      breakpoints.noted().map(({ message }) => message),
      ["all 4 agents named worker", "all 4 agents named worker#2"],
    );
    count = 1;
    const [first] = breakpoints.noted();
    assert.deepEqual(first, { id: shown[0]?.id, verified: true });
  });
});
