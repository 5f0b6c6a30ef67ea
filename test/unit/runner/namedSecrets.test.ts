/** Secrets that stand under a redacted name inside of texts: no shape, and no mixture of shapes, lets them through. */

// Words with letters that are written by their numbers. cspell:ignore ssword Bpassword Ftoken

import assert from "node:assert/strict";
import fc from "fast-check";
import { createMaskingEncoder, maskState } from "../../../src/runner/masking/maskedRows";
import { Redaction } from "../../../src/runner/masking/redaction";
import { encodeSnapshot } from "../../../src/recording/recording";
import { isMasked } from "../../../src/recording/mask";
import { AgentContext, RunLog, StateStore, type JsonValue } from "../../../src/runtime/index";
import { sized } from "../../harness/long";
import { eventLogOf } from "../../../src/runtime/runLog";

const redaction = (...keys: string[]): Redaction =>
  new Redaction({ keys, values: [], commonSecrets: false, salt: "0123456789abcdef0123" });

/** What comes of a value, with each mask as `‹›`. */
function told(value: JsonValue, ...keys: string[]): JsonValue {
  const masked = redaction(...(keys.length === 0 ? ["password|token|authorization"] : keys)).value("call", value);
  return JSON.parse(JSON.stringify(masked).replace(/‹masked \w+›/g, "‹›")) as JsonValue;
}

describe("secrets under a redacted name in a text", () => {
  const shapes: [what: string, text: string, masked: string][] = [
    ["JSON", '{"user":"ann","password":"a b","n":1}', '{"user":"ann","password":"‹›","n":1}'],
    ["JSON with white space", '{\n  "password" : "x",\n  "a": 1.0\n}', '{\n  "password" : "‹›",\n  "a": 1.0\n}'],
    ["numbers in JSON", '{"password":12,"id":12345678901234567890}', '{"password":"‹›","id":12345678901234567890}'],
    ["JSON with a name twice", '{"password":"x","password":"y"}', '{"password":"‹›","password":"‹›"}'],
    ["objects in JSON", '[{"password":{"a":["x",{"b":"y"}]}}]', '[{"password":{"a":["‹›",{"b":"‹›"}]}}]'],
    ["JSON in JSON", '{"a":"{\\"password\\":\\"x\\"}"}', '{"a":"{\\"password\\":\\"‹›\\"}"}'],
    ["a pair in JSON", '[{"value":"x","name":"password"}]', '[{"value":"‹›","name":"password"}]'],
    ["a list of two in JSON", '[["password","x"],["a","y"]]', '[["password","‹›"],["a","y"]]'],
    ["names in other letters in JSON", '{"p\\u0061ssword":"x"}', '{"p\\u0061ssword":"‹›"}'],
    ["JSON that is cut off", '{"a":1,"password":"sec', '{"a":1,"password":"‹›'],
    ["JSON that begins in the middle", 'word","password":"x","b":1}', 'word","password":"‹›","b":1}'],
    ["JSON in prose", '5" wide: {"password":"x"} and more', '5" wide: {"password":"‹›"} and more'],
    ["JSON in quotes in prose", 'sent "{\\"password\\":\\"x\\"}" to', 'sent "{\\"password\\":\\"‹›\\"}" to'],
    ["escaped JSON without its quotes", '\\"password\\":\\"x\\",\\"a\\":1', '\\"password\\":\\"‹›\\",\\"a\\":1'],
    ["an object of a script", "{password: 'x', a: 1}", "{password: '‹›', a: 1}"],
    ["a dictionary of Python", "{'password': 'x', 'a': 1}", "{'password': '‹›', 'a': 1}"],
    ["the query of a URL", "https://h/p?a=1&token=x%20y&b=2#c", "https://h/p?a=1&token=‹›&b=2#c"],
    ["the fragment of a URL", "https://h/p#token=x&b=2", "https://h/p#token=‹›&b=2"],
    ["a form", "user=ann&password=x&b=2", "user=ann&password=‹›&b=2"],
    ["a form that begins so", "password=x&user=ann", "password=‹›&user=ann"],
    ["names that a URL encodes", "?user%5Bpassword%5D=x&a=1", "?user%5Bpassword%5D=‹›&a=1"],
    ["JSON in a URL", "https://h/?q=%7B%22password%22%3A%22x%22%7D", "https://h/?q=%7B%22password%22%3A%22‹›%22%7D"],
    ["a URL in a URL", "/go?to=https%3A%2F%2Fh%2F%3Ftoken%3Dx", "/go?to=https%3A%2F%2Fh%2F%3Ftoken%3D‹›"],
    ["headers", "Host: h\r\nAuthorization: Bearer a b\r\nX: y", "Host: h\r\nAuthorization: ‹›\r\nX: y"],
    ["a header on a command line", "curl -H 'Authorization: a b' -v", "curl -H 'Authorization: ‹›' -v"],
    ["settings", "A=1\nDB_PASSWORD=two words\nB=2", "A=1\nDB_PASSWORD=‹›\nB=2"],
    ["settings in quotes", "export PASSWORD=\"a'b\" B='c'", "export PASSWORD=\"‹›\" B='c'"],
    ["settings on one line", "level=info token=abc msg=done", "level=info token=‹› msg=done"],
    ["options", "--password=x", "--password=‹›"],
    ["JSON in a setting", 'ARGS={"password":"x"}', 'ARGS={"password":"‹›"}'],
  ];
  for (const [what, text, masked] of shapes) {
    it(`are masked in ${what}`, () => assert.deepEqual(told(text), masked));
  }

  it("are masked in pairs and lists of two", () => {
    assert.deepEqual(
      told([
        { name: "password", value: "x", type: "s" },
        { Key: "token", Value: { a: 1 } },
      ]),
      [
        { name: "password", value: "‹›", type: "s" },
        { Key: "token", Value: { a: "‹›" } },
      ],
    );
    assert.deepEqual(
      told([
        ["authorization", "x"],
        ["a", "b"],
      ]),
      [
        ["authorization", "‹›"],
        ["a", "b"],
      ],
    );
    assert.deepEqual(told({ name: "user", value: "x" }), { name: "user", value: "x" });
  });

  it("are not taken for a pair in a state, whose keys have nothing to do with each other", () => {
    assert.deepEqual(redaction("password").state({ name: "password", value: "x" }), { name: "password", value: "x" });
  });

  it("have the mask of the same secret anywhere else", () => {
    const masks = redaction("^password$");
    const [, mask = ""] = /(‹masked \w+›)/.exec(masks.value("password", "correct horse") as string) ?? [];
    for (const text of ['{"password":"correct horse"}', "password=correct horse", "/?password=correct%20horse"]) {
      const masked = masks.value("call", text) as string;
      assert.equal(masked.includes(mask), !text.includes("%"), masked);
      assert.ok(isMasked(masked));
    }
  });

  it("tell apart what differs only in how it is written", () => {
    const masks = redaction("password");
    const texts = ['{"password":"a"}', '{"password":"\\u0061"}', '{"x":"\\u0061 password=1"}', '{"x":"a password=1"}'];
    assert.equal(new Set(texts.map((text) => masks.value("call", text))).size, texts.length);
  });

  it("do not keep values with nothing to mask from staying what they are", () => {
    for (const text of [
      '{ "a" : 1.0 }',
      "see https://h/?a=%7b1%7d",
      "a: b",
      "[[[",
      '{"x',
      'say "a\\"b"',
      "password",
      "x=",
      "%",
      "a=b&c=%zz",
    ]) {
      assert.equal(told(text), text);
    }
    const value = Object.freeze({ text: "a=b", list: Object.freeze(["{}"]) });
    assert.equal(redaction("password").value("key", value), value);
  });

  it("leave JSON valid, whatever patterns of values take of it", () => {
    const masks = new Redaction({
      keys: ["password"],
      values: ["\\d{4}", "b.*"],
      commonSecrets: true,
      salt: "0123456789abcdef",
    });
    for (const text of ['{"a":1234}', '{"a":"b","c":"d"}', '["1234",{"password":"x"}]', '{"b":1}', '"b"']) {
      const masked = masks.value("call", text) as string;
      assert.ok(isMasked(masked), masked);
      assert.doesNotThrow(() => void JSON.parse(masked), masked);
    }
  });

  it("leave the masks alone that are in a message already", () => {
    const masks = redaction("password");
    const text = masks.text('{"password":"secret"} password=secret');
    assert.equal(masks.text(text), text);
  });

  it("are looked for in a time that grows with the text, whatever it is", () => {
    const masks = redaction("password", "x.*y");
    const size = 1_000_000;
    const hostile = [
      "{",
      "[",
      '{"',
      '["',
      '\\"',
      '"',
      "'",
      "=",
      ":",
      "password=",
      'password="',
      "password='\\",
      "%25",
      '{"a":',
      '":"',
      "a=b&",
      '[["password",',
      '{"name":"password","value":',
      "\\",
      " =",
      "password=x ",
      '"\\n',
    ];
    for (const piece of hostile) {
      const text = piece.repeat(Math.ceil(size / piece.length)).slice(0, size);
      const startedMs = performance.now();
      masks.value("call", text);
      const tookMs = performance.now() - startedMs;
      assert.ok(tookMs < 20_000, `${JSON.stringify(piece)}: ${tookMs} ms`);
    }
  });
});

/** A way to hide what it is given; what it gives is hidden by others in turn. */
type Shape = (inner: JsonValue, key: string) => JsonValue;
const asText = (value: JsonValue): string => (typeof value === "string" ? value : JSON.stringify(value));

/** Under the name: these hold the secret itself. */
const HOLDERS: readonly Shape[] = [
  (secret, key) => ({ user: "ann", [key]: secret }),
  (secret, key) => ({ name: key, value: secret }),
  (secret, key) => [[key, secret]],
  (secret, key) => [{ value: secret, key, type: "text" }],
  (secret, key) => `https://host/path?user=ann&${key}=${encodeURIComponent(asText(secret))}&x=1`,
  (secret, key) => new URLSearchParams({ a: "1", [key]: asText(secret) }).toString(),
  (secret, key) => `Host: h\r\n${key}: ${asText(secret)}\r\nAccept: */*`,
  (secret, key) => `A=1\n${key.toUpperCase()}=${asText(secret)}\nB=2`,
  (secret, key) => `export ${key}="${asText(secret)}"`,
];
/** Around anything. */
const WRAPPERS: readonly Shape[] = [
  (inner) => ({ name: "call", arguments: JSON.stringify(inner) }),
  (inner) => JSON.stringify({ a: [inner, 1], b: null }, null, 2),
  (inner) => JSON.stringify(asText(inner)),
  (inner) => [1, { deep: [inner] }],
  (inner) => ({ name: "body", value: asText(inner) }),
  (inner) => `https://host/?data=${encodeURIComponent(asText(inner))}&x=1`,
  (inner) => new URLSearchParams({ data: asText(inner) }).toString(),
  (inner) => `sent ${JSON.stringify(inner)} to the tool`,
  (inner) => `X-Data: ${encodeURIComponent(asText(inner))}`,
  (inner) => `ARGS=${asText(inner)}`,
];

describe("no secret of a redacted key", () => {
  it("stands in any byte of what a masking encoder gives, however it is hidden", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("password", "api_key", "X-Auth-Token"),
        fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9 ._~!*-]{10,20}[A-Za-z0-9]$/),
        fc.constantFrom(...HOLDERS),
        fc.array(fc.constantFrom(...WRAPPERS), { maxLength: 4 }),
        (key, secret, hold, wrappers) => {
          const value = wrappers.reduce<JsonValue>((inner, wrap) => wrap(inner, key), hold(secret, key));
          const masks = redaction("pass.?word|^api_key$", "token");
          const log = new RunLog();
          const events = eventLogOf(log);
          const lines: string[] = [];
          const encode = createMaskingEncoder(masks);
          events.attach({ append: (row) => void lines.push(encode(row)) });
          const store = new StateStore({ log, initial: { kept: value } });
          const agent = new AgentContext("agent", store);
          agent.get("kept");
          agent.set("call", value);
          agent.log("tool_call", value);
          void agent.mergeToParent({ choices: { call: { value: [value] } } });
          lines.push(encodeSnapshot(maskState(events.state(), masks), 0, 0));
          const text = lines.join("");
          const forms = [
            secret,
            encodeURIComponent(secret),
            encodeURIComponent(encodeURIComponent(secret)),
            secret.replaceAll(" ", "+"),
          ];
          for (const form of forms) assert.ok(!text.includes(form), `${form} in ${text}`);
          assert.ok(isMasked(text));
          // What was JSON is JSON still.
          for (const line of text.trimEnd().split("\n")) assert.doesNotThrow(() => void JSON.parse(line));
          const masked = masks.value("call", value);
          if (typeof value === "string" && isJson(value)) assert.ok(isJson(masked as string), masked as string);
        },
      ),
      { numRuns: sized({ usual: 500, long: 10_000 }) },
    );
  });

  it("and nothing of a value that hides none is touched", () => {
    fc.assert(
      fc.property(fc.json(), fc.string(), fc.webUrl({ withQueryParameters: true }), (...texts) => {
        const masks = redaction("^password$", "x{9}y");
        for (const text of texts) assert.equal(masks.value("key", text), text);
      }),
    );
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
