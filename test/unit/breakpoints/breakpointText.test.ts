import assert from "node:assert/strict";
import fc from "fast-check";
import type { StopPlace } from "../../../src/breakpoints/breakpoint";
import { breakpointText, keyText, readBreakpoint } from "../../../src/breakpoints/breakpointText";
import { readKeyTarget } from "../../../src/breakpoints/keyTarget";
import { names } from "../protocol/arbitraries";

describe("breakpoints as people write them", () => {
  for (const [text, place] of [
    ["write plan.steps", { on: "write", key: "plan.steps" }],
    ["  write   budget @planner  ", { on: "write", key: "budget", agent: "planner" }],
    ["write budget @planner in overlay", { on: "write", key: "budget", agent: "planner", in: "overlay" }],
    ["write budget in parent", { on: "write", key: "budget", in: "parent" }],
    ['write "odd key"["a b"]', { on: "write", key: '"odd key"["a b"]' }],
    ["read x", { on: "read", key: "x" }],
    ["merge", { on: "merge" }],
    ["merge x", { on: "merge", key: "x" }],
    ["merge @agent_b", { on: "merge", agent: "agent_b" }],
    ['merge x @"agent b"', { on: "merge", key: "x", agent: "agent b" }],
    ["merge @worker#2", { on: "merge", agent: "worker", ordinal: 2 }],
    ['merge @"worker#2"', { on: "merge", agent: "worker#2" }],
    ['merge @"odd worker"#2', { on: "merge", agent: "odd worker", ordinal: 2 }],
    ["merge @worker#0", { on: "merge", agent: "worker#0" }],
    ["merge @#2", { on: "merge", agent: "#2" }],
    ["transaction_conflict", { on: "kind", kind: "transaction_conflict" }],
    ["tool_called @planner", { on: "kind", kind: "tool_called", agent: "planner" }],
  ] as const) {
    it(`reads ${text.trim()}`, () => assert.deepEqual(readBreakpoint(text), place));
  }

  for (const [text, message] of [
    ["", /Say where to stop, for example/],
    ["write", /"write" needs a key/],
    ["write @planner", /"write" needs a key/],
    ["read", /"read" needs a key/],
    ["write budget @", /After "@" the name of an agent is needed/],
    ['write budget @"planner', /cannot|not closed/],
    ["write budget in between", /After "in" comes "parent" or "overlay"/],
    ["write two words", /"words" cannot stand at this place in "write two words"/],
    ["@planner", /does not say what to stop at/],
    ['"quoted"', /does not say what to stop at/],
    ['write "open', /not closed/],
  ] as const) {
    it(`refuses ${JSON.stringify(text)}, and says why`, () => {
      assert.throws(() => readBreakpoint(text), { name: "SyntaxError", message });
    });
  }

  it("reads back what it writes, whatever keys and agents are called", () => {
    // A word of the grammar can be empty only in quotes.
    const name = fc
      .oneof(
        names,
        names.map((each) => `${each}#2`),
      )
      .filter((each) => each !== "");
    const who = fc.oneof(
      fc.constant({}),
      fc.record({ agent: name }),
      fc.record({ agent: name, ordinal: fc.integer({ min: 1, max: 12 }) }),
    );
    const key = names.map(keyText);
    const places: fc.Arbitrary<StopPlace> = fc
      .oneof(
        fc.record({
          on: fc.constant("write" as const),
          key,
          who,
          in: fc.option(fc.constantFrom("parent" as const, "overlay" as const), { nil: undefined }),
        }),
        fc.record({ on: fc.constant("read" as const), key, who }),
        fc.record({ on: fc.constant("merge" as const), key: fc.option(key, { nil: undefined }), who }),
      )
      .map(({ who: of, ...place }) => ({ ...place, ...of }))
      .map((place) => Object.fromEntries(Object.entries(place).filter(([, part]) => part !== undefined)) as StopPlace);
    fc.assert(
      fc.property(places, (place) => {
        assert.deepEqual(readBreakpoint(breakpointText(place)), place);
      }),
      { numRuns: 1_000 },
    );
  });

  it("writes keys so that they are read as those very keys", () => {
    fc.assert(
      fc.property(names, (key) => {
        const readings = readKeyTarget(keyText(key));
        assert.deepEqual(readings, [{ key, path: [] }]);
      }),
      { numRuns: 1_000 },
    );
  });
});
