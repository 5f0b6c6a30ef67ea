import assert from "node:assert/strict";
import fc from "fast-check";
import { visibleText } from "../../../src/base/visibleText";

describe("visibleText", () => {
  it("leaves plain text of any script alone", () => {
    assert.equal(
      visibleText("größe 日本 🙂 <img src=x onerror=alert(1)>"),
      "größe 日本 🙂 <img src=x onerror=alert(1)>",
    );
  });

  it("spells out what would hide, reorder or break lines", () => {
    assert.equal(visibleText("a\r\n\tb\u0000\u001b[31m\u2066x\u2069"), "a\\r\\n\\tb\\u0000\\u001b[31m\\u2066x\\u2069");
    assert.equal(visibleText("\ud800"), "\\ud800");
  });

  it("marks what was cut", () => {
    assert.equal(visibleText("abcdef", 4), "abc…");
    assert.equal(visibleText("abcd", 4), "abcd");
  });

  it("never gives an invisible or lone unit, wherever it cuts", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 1, max: 20 }), (text, maxLength) => {
        const shown = visibleText(text, maxLength);
        assert.doesNotMatch(shown, /[\p{Cc}\p{Zl}\p{Zp}\u{202A}-\u{202E}\u{2066}-\u{2069}]/u);
        assert.equal(Buffer.from(shown).toString(), shown, "no lone surrogate");
      }),
    );
  });
});
