/** Numbers that JavaScript would round: read, shown, compared and searched as they stand in another tool's log. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { readCondition } from "../../../src/breakpoints/condition";
import { jsonPieces } from "../../../src/cli/jsonPieces";
import { compareNumbers, exactJson, exactNumber, exactTextOf, parseExactJson } from "../../../src/core/exactNumber";
import { isObject, jsonEqual, type JsonValue } from "../../../src/core/jsonValue";
import { parseEdit } from "../../../src/host/preview/parseEdit";
import { compareRuns } from "../../../src/model/compare/runComparison";
import { RunModel } from "../../../src/model/runModel";
import { differenceRows } from "../../../src/model/text/difference";
import { eventLineText } from "../../../src/model/text/eventLine";
import { runReport } from "../../../src/model/text/runReport";
import { prettyJson, shortText } from "../../../src/model/text/valueText";
import { storedModel } from "../model/storedModel";

const ID = "1234567890123456789";
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function line(data: string, more = ""): string {
  return `{"kind":"state_changed",${more}"data":{"changes":${data}},"timestamp":"2024-05-01T10:00:00.000Z"}\n`;
}

function read(text: string): RunModel {
  const model = new RunModel();
  model.append(bytesOf(text));
  model.finish();
  return model;
}

function parsed(text: string): JsonValue {
  return parseExactJson(text) as JsonValue;
}

function isSame(left: string, right: string): boolean {
  const work = compareRuns(read(left), read(right));
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value.same;
  }
}

describe("numbers that JavaScript cannot hold", () => {
  it("are the same text again, wherever they stand; all others are numbers as they were", () => {
    for (const number of [
      ...[ID, `-${ID}`, "9007199254740993", "18446744073709551615", "340282366920938463463374607431768211455"],
      ...["3.14159265358979323846", "12345678901234567890.5", "0.1000000000000000055511151231257827", "1e-400"],
    ]) {
      for (const text of [number, `[${number}]`, `{"a":${number},"b":[1,${number}]}`, `{"\\"${number}":${number}}`]) {
        assert.equal(exactJson(JSON.stringify(parsed(text))), text);
        assert.equal(exactJson(JSON.stringify(parsed(text), null, 2)).replace(/\s/g, ""), text);
        assert.equal([...jsonPieces(parsed(text))].join("").replace(/\s/g, ""), text);
        assert.equal(prettyJson(parsed(text)).json.replace(/\s/g, ""), text);
      }
    }
    const held =
      "[9007199254740992,1e21,123456789012345680000,0.1,-0.30000000000000004,5e-324,1.7976931348623157e+308,1.50]";
    assert.deepEqual(parsed(held), JSON.parse(held));
    for (const text of [`"${ID}"`, `{"${ID}":"\\\\","x":"\\"${ID}"}`]) assert.deepEqual(parsed(text), JSON.parse(text));
    assert.throws(() => parseExactJson(`{"a":${ID}`), SyntaxError);
  });

  it("are read as JSON.parse reads everything else", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.bigInt(), (value, id) => {
        const text = JSON.stringify(value);
        assert.deepEqual(parsed(text), JSON.parse(text));
        const both = `{"value":${text},"id":${id}}`;
        assert.equal(exactJson(JSON.stringify(parsed(both))), both.replace(":-0}", ":0}"));
      }),
    );
  });

  it("are equal when they are the same number, in whatever spelling, and ordered to the last digit", () => {
    const same = [
      "12345678901234567890",
      "12345678901234567890.0",
      "1.2345678901234567890e19",
      "1234567890123456789E+1",
    ];
    for (const text of same) assert.ok(jsonEqual(parsed(same[0] ?? ""), parsed(text)), text);
    assert.ok(!jsonEqual(parsed(ID), parsed("1234567890123456788")));
    assert.ok(!jsonEqual(parsed(ID), Number(ID)));
    fc.assert(
      fc.property(fc.bigInt(), fc.bigInt(), (one, other) => {
        const order = Math.sign(compareNumbers(exactNumber(String(one)), exactNumber(String(other))));
        assert.equal(order, one < other ? -1 : one > other ? 1 : 0);
      }),
    );
    assert.ok(compareNumbers(parsed("1e-999999999"), 1) < 0);
  });

  it("are shown as they stand in a log, in its events, states and reports, from memory and from disk", () => {
    const log = line(`{"tweet":${ID},"deep":{"ids":[${ID}]}}`, `"attempt":${ID},`);
    for (const model of [read(log), storedModel(bytesOf(log))]) {
      const [tweet, deep] = model.storeKeys(1, model.lastSeq);
      assert.equal(shortText(tweet?.value ?? null), ID);
      assert.equal(shortText(deep?.value ?? null), `{"ids":[${ID}]}`);
      assert.ok(!isObject(tweet?.value));
      const row = model.rowAt(1);
      assert.ok(row !== undefined && eventLineText(model, row.seq).includes(`"tweet": ${ID}`));
      assert.equal(exactTextOf(model.extra(row.seq)?.["attempt"]), ID);
      assert.match([...jsonPieces(runReport(model))].join(""), new RegExp(`"tweet",\\s+${ID}\\s`));
    }
    assert.deepEqual(
      differenceRows(parsed(ID), parsed(`${ID}0`)).map(({ parts }) => parts.map(({ text }) => text).join("")),
      [`${ID} → ${ID}0`],
    );
  });

  it("make runs differ that differ in a digit of them", () => {
    assert.ok(isSame(line(`{"a":${ID}}`), line(`{"a":${ID}}`)));
    assert.ok(!isSame(line(`{"a":${ID}}`), line('{"a":1234567890123456788}')));
    const rolledBack = (id: string) =>
      `{"kind":"state_snapshot","data":{"state":{"a":[${id}]}},"timestamp":"2024-05-01T10:00:00.000Z"}\n`;
    assert.ok(!isSame(rolledBack(ID), rolledBack(`${ID}1`)));
    const logged = (id: string) => `{"kind":"thought","agent":"ann","data":{"id":${id}},"timestamp":1714557600}\n`;
    assert.ok(!isSame(logged(ID), logged(`${ID}1`)));
  });

  it("are times, where a line's time is one", () => {
    const model = read('{"kind":"x","data":{},"timestamp":1714557600123456789}\n');
    assert.equal(new Date(model.rowAt(0)?.timestampMs ?? 0).toISOString(), "2024-05-01T10:00:00.123Z");
  });

  it("are no objects of changes, states or other lines' parts", () => {
    for (const data of [`{"changes":${ID}}`, `{"state":${ID}}`, `{"agent":${ID}}`, ID]) {
      for (const kind of ["state_changed", "state_snapshot", "thought"]) {
        const model = read(`{"kind":"${kind}","data":${data},"timestamp":"2024-05-01T10:00:00.000Z"}\n`);
        assert.deepEqual([model.eventCount, model.stores(), model.damageCount], [1, [], 0], `${kind} ${data}`);
      }
    }
  });

  it("can be named in conditions", () => {
    const holds = (text: string, value: string) =>
      readCondition(text)({
        value: parsed(value),
        before: undefined,
        key: "k",
        agent: "a",
        kind: "state_changed",
        seq: 1,
      });
    assert.deepEqual(
      [
        `value == ${ID}`,
        "value == 1234567890123456788",
        "value > 1234567890123456788",
        "value < 1e30",
        "value > 5",
      ].map((text) => holds(text, ID)),
      [true, false, true, true, true],
    );
    assert.ok(holds(`value == -${ID}`, `-${ID}`));
  });

  it("are refused as an edit, with a sentence", () => {
    for (const text of [ID, `{"ids":[1,${ID}]}`]) {
      assert.deepEqual(parseEdit(text), {
        ok: false,
        problem: `JavaScript cannot hold the number ${ID}: it would become 1234567890123456800. Write it as a text, in quotation marks.`,
      });
    }
    assert.deepEqual(parseEdit(`"${ID}"`), { ok: true, value: ID });
    assert.deepEqual(parseEdit("9007199254740992"), { ok: true, value: 2 ** 53 });
  });
});
