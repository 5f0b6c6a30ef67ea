import assert from "node:assert/strict";
import fc from "fast-check";
import { jsonType, oneLineJson, prettyJson } from "../../../src/host/jsonText";
import type { JsonValue } from "../../../src/runtime/jsonValue";

describe("jsonText", () => {
  it("writes any JSON value as JSON.stringify does when it fits", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        assert.equal(prettyJson(value as JsonValue).text, JSON.stringify(value, null, 2));
        assert.equal(prettyJson(value as JsonValue).cut, false);
      }),
    );
  });

  it("keeps a key named __proto__", () => {
    const value = JSON.parse('{"__proto__": {"a": 1}}') as JsonValue;
    assert.equal(oneLineJson(value), '{"__proto__": {"a": 1}}');
    assert.deepEqual(JSON.parse(prettyJson(value).text), value);
  });

  it("cuts at its bound and says so, whatever the value's size", () => {
    const huge = Array.from({ length: 100_000 }, (_, index) => ({ index, text: "x".repeat(100) }));
    const { text, cut } = prettyJson(huge, 500);
    assert.equal(cut, true);
    assert.ok(text.length <= 501, `${text.length}`);
    const line = oneLineJson("y".repeat(1_000_000), 40);
    assert.equal(line, `"${"y".repeat(38)}…`);
  });

  it("shows control and bidi characters spelled out, on one line", () => {
    assert.equal(oneLineJson("a\nb\u202ec\u200b"), '"a\\nb\\u202ec\\u200b"');
  });

  it("names types", () => {
    const values: JsonValue[] = [null, true, 1, "", [], {}];
    assert.deepEqual(values.map(jsonType), ["null", "boolean", "number", "string", "array", "object"]);
  });
});
