import assert from "node:assert/strict";
import fc from "fast-check";
import { itemPath, propertyPath } from "../../../src/base/jsonPath";
import { prettyJson, shortText } from "../../../src/model/text/valueText";
import { jsonValues } from "../protocol/arbitraries";

describe("value text", () => {
  it("is JSON on one line, cut at its bound", () => {
    assert.equal(shortText({ a: [1, null, "x"], b: {} }), '{"a":[1, null, "x"], "b":{}}');
    assert.equal(shortText("abcdefghij", 6), '"abcd…');
    assert.equal(shortText([1, 2, 3, 4], 6), "[1, 2…");
    fc.assert(
      fc.property(jsonValues, fc.integer({ min: 1, max: 80 }), (value, maxLength) => {
        const text = shortText(value, maxLength);
        assert.ok(text.length <= maxLength);
        assert.ok(!text.includes("\n"));
        if (text.endsWith("…")) return;
        assert.equal(JSON.stringify(JSON.parse(text)), JSON.stringify(value));
      }),
    );
  });

  it("is what JSON.stringify writes, as far as the bound allows", () => {
    fc.assert(
      fc.property(jsonValues, fc.integer({ min: 1, max: 200 }), (value, maxLength) => {
        const expected = JSON.stringify(value, null, 2);
        assert.deepEqual(prettyJson(value), { json: expected, cut: false });
        const { json, cut } = prettyJson(value, maxLength);
        assert.equal(cut, expected.length > maxLength);
        if (cut) assert.ok(json.length <= maxLength && json.length > 0);
        else assert.equal(json, expected);
      }),
      { numRuns: 1000 },
    );
  });

  it("looks at no more of a value than it shows", () => {
    let looked = 0;
    const item = { label: "item" };
    const list = new Proxy(
      Array.from({ length: 100_000 }, () => item),
      {
        get: (target, name, receiver): unknown => {
          if (typeof name === "string" && /^\d+$/.test(name)) looked++;
          return Reflect.get(target, name, receiver) as unknown;
        },
      },
    );
    shortText(list);
    prettyJson(list, 1000);
    assert.ok(looked > 0 && looked < 200, String(looked));
  });

  it("names places inside values", () => {
    assert.equal(propertyPath(itemPath(propertyPath("plan", "steps"), 2), "owner"), "plan.steps[2].owner");
    assert.equal(propertyPath("", "a"), "a");
    assert.equal(propertyPath("a", "odd name"), 'a["odd name"]');
    assert.equal(propertyPath("a", ""), 'a[""]');
    assert.equal(propertyPath("a", '"'), 'a["\\""]');
    assert.equal(propertyPath("a", "0"), 'a["0"]');
  });
});
