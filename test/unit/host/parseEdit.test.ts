import assert from "node:assert/strict";
import { parseEdit } from "../../../src/host/preview/parseEdit";

describe("the text of an edited result", () => {
  it("is JSON, frozen as every value is", () => {
    const edit = parseEdit(' {"a": [1, -0, "<b>"], "__proto__": null} ');
    assert.ok(edit.ok && Object.isFrozen(edit.value));
    assert.equal(JSON.stringify(edit.value), '{"a":[1,0,"<b>"],"__proto__":null}');
  });

  it("is the key's absence when there is none", () => {
    assert.deepEqual([parseEdit(""), parseEdit(" \n\t")], Array(2).fill({ ok: true, value: undefined }));
    assert.deepEqual(parseEdit("null"), { ok: true, value: null });
  });

  it("has no mask in it where values of the run are masked", () => {
    const masked = '{"a": ["‹masked 3f9a2c41d7e0›"]}';
    const edit = parseEdit(masked, true);
    assert.ok(!edit.ok && edit.problem.startsWith("Masked values cannot be edited"));
    assert.ok(parseEdit(masked).ok);
    assert.ok(parseEdit('"‹masked›"', true).ok);
  });

  it("is refused in one sentence when it is no JSON, or no value", () => {
    const problems = ["{a: 1}", "undefined", "[1,]", "1e999", `${"[".repeat(5_000)}${"]".repeat(5_000)}`].map(
      (text) => {
        const edit = parseEdit(text);
        return edit.ok ? "" : edit.problem;
      },
    );
    for (const problem of problems.slice(0, 3)) assert.match(problem, /^This is not JSON: /);
    for (const problem of problems.slice(3)) assert.match(problem, /^This cannot be a value: /);
  });
});
