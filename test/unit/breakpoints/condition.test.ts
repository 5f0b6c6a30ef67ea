import assert from "node:assert/strict";
import fc from "fast-check";
import { readCondition, readHits, type ConditionFacts } from "../../../src/breakpoints/condition";
import { jsonValues } from "../protocol/arbitraries";

const FACTS: ConditionFacts = {
  value: { total: 12, steps: [{ owner: "builder" }], done: false },
  before: { total: 3 },
  key: "plan",
  agent: "planner",
  kind: "state_changed",
  seq: 41,
};

describe("conditions of breakpoints", () => {
  for (const [text, expected] of [
    ["value.total > 10", true],
    ["value.total > before.total && agent == 'planner'", true],
    ["value.total < before.total", false],
    ['value.steps[0].owner === "builder"', true],
    ["value.steps.length == 1", true],
    ["value.steps == before.steps", false],
    ["!value.done", true],
    ["value.missing", false],
    ["value.missing == undefined", true],
    ["value['total'] - before['total'] == 9", true],
    ["seq % 2 == 1 && kind != 'state_read'", true],
    ["key == 'plan' || value.total.deeper.still", true],
    // What differs in type is never smaller or larger.
    ["value.total > '1'", false],
    ["value > 1", false],
    ["-value.total == -12", true],
    ["value.constructor", false],
    ["agent.length == 7", true],
  ] as const) {
    it(`finds ${text} ${expected}`, () => assert.equal(readCondition(text)(FACTS), expected));
  }

  for (const [text, message] of [
    ["value ==", /cannot be read/],
    ["", /cannot be read|has a part/],
    ["process.exit(1)", /has a part|the name "process"/],
    ["value()", /has a part/],
    ["globalThis", /has the name "globalThis"/],
    ["value = 1", /operator =|cannot be read|has a part/],
    ["~value", /the operator ~/],
    ["value ** 2", /the operator \*\*/],
    ["[value]", /has a part/],
    ["value > 1; value", /has a part|cannot be read/],
  ] as const) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(() => readCondition(text), { name: "SyntaxError", message });
      assert.throws(() => readCondition(text), /value, before, key, agent, kind and seq/);
    });
  }

  it("never throws once it is read, whatever the values are", () => {
    const texts = fc.constantFrom(
      "value == before",
      "value.a.b > before[0]",
      "value.length % before == 1",
      "value + before < seq",
      "value[before] != key",
      "!value || !before",
      "-value >= before",
    );
    fc.assert(
      fc.property(texts, jsonValues, fc.option(jsonValues, { nil: undefined }), (text, value, before) => {
        assert.equal(typeof readCondition(text)({ ...FACTS, value, before }), "boolean");
      }),
      { numRuns: 500 },
    );
  });
});

describe("hit counts", () => {
  const stops = (text: string): number[] => {
    const at = readHits(text);
    return Array.from({ length: 12 }, (_, index) => index + 1).filter((hit) => at(hit));
  };
  for (const [text, expected] of [
    ["5", [5]],
    ["== 5", [5]],
    [" = 5 ", [5]],
    [">= 11", [11, 12]],
    ["> 11", [12]],
    ["<= 2", [1, 2]],
    ["<2", [1]],
    ["% 5", [5, 10]],
  ] as const) {
    it(`reads ${text}`, () => assert.deepEqual(stops(text), expected));
  }
  for (const text of ["", "five", "% 0", "-1", "1.5", "5 6", "9999999999"]) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.throws(() => readHits(text), /hit count .* Write 5, >= 3/));
  }
});
