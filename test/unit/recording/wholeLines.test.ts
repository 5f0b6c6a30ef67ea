import assert from "node:assert/strict";
import fc from "fast-check";
import { RunModel } from "../../../src/model/runModel";
import { WholeLines } from "../../../src/recording/wholeLines";
import { RACE, recording } from "../host/raceRecording";
import { program, World } from "../runtime/programs";
import { RecordedRun } from "../model/recordedRun";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

interface Filtered {
  readonly text: string;
  readonly lines: WholeLines;
}

function filter(bytes: Uint8Array, chunk = bytes.length, snapshot = false): Filtered {
  const lines = new WholeLines();
  let text = "";
  for (let at = 0; at < bytes.length; at += chunk) text += lines.push(bytes.subarray(at, at + chunk));
  text += lines.finish(snapshot);
  return { text, lines };
}

function modelOf(bytes: Uint8Array): RunModel {
  const model = new RunModel();
  model.append(bytes);
  model.finish();
  return model;
}

const seqsOf = (model: RunModel): readonly (number | undefined)[] =>
  Array.from({ length: model.eventCount }, (_, index) => model.rowAt(index)?.seq);

describe("whole lines of a recording", () => {
  const whole = recording(RACE);

  it("are all of it, byte by byte, when nothing is wrong", () => {
    for (const text of [whole, whole.replace("\n", "\n\n\r\n"), whole.replaceAll("\n", "\r\n"), "\uFEFF" + whole]) {
      for (const chunk of [1, 7, 100_000]) {
        const { text: out, lines } = filter(bytesOf(text), chunk);
        assert.equal(out, text);
        assert.deepEqual([lines.kept, lines.leftOut, lines.damageCount], [RACE.length + 2, 0, 0]);
      }
    }
    const { text } = filter(bytesOf(whole.slice(0, -1)));
    assert.equal(text, whole, "a whole last line gets its end");
  });

  it("leave out what is torn, flipped or repeated, and say which lines those are", () => {
    const lines = whole.split("\n").slice(0, -1);
    const broken = [...lines];
    broken.splice(4, 0, '{"kind":"state_changed","se');
    broken.splice(7, 0, broken[6]!);
    const bytes = Buffer.concat([
      Buffer.from(broken.map((line) => line + "\n").join("")),
      Buffer.from([0xff, 10]),
      Buffer.from('{"kind":"run_ended"'),
    ]);
    const { text, lines: filtered } = filter(bytes, 64);
    assert.equal(text, whole);
    assert.equal(filtered.leftOut, 4);
    assert.deepEqual(
      filtered.damage.map(({ line, message }) => `${line}: ${message.split(";")[0]?.split(":")[0]}`),
      [
        "5: The line is not JSON",
        "8: Event 4 is a repeat or out of order and left out",
        "21: The line is not UTF-8 text.",
        "22: The last line is torn",
      ],
    );
  });

  it("keep what follows a gap and say that events are missing", () => {
    const lines = whole.split("\n").slice(0, -1);
    lines.splice(6, 2);
    const text = lines.map((line) => line + "\n").join("");
    const { text: out, lines: filtered } = filter(bytesOf(text));
    assert.equal(out, text);
    assert.equal(filtered.leftOut, 0);
    assert.match(filtered.damage[0]?.message ?? "", /Events 5 to 6 are missing/);
  });

  it("of a recording that is still written end with the last whole line, and nothing is said of the rest", () => {
    const { text, lines } = filter(bytesOf(whole.slice(0, -20)), 50, true);
    assert.equal(text, whole.split("\n").slice(0, -2).join("\n") + "\n");
    assert.deepEqual([lines.leftOut, lines.damageCount], [0, 0]);
  });

  it("of other tools' logs are kept as they are", () => {
    const text = '{"kind":"action_started","data":{"agent":"a"}}\n{"kind":"x","n":1}\n';
    assert.equal(filter(bytesOf(text)).text, text);
  });

  it("property: of any damaged recording they open without damage but gaps, as the same events", () => {
    const damage = fc.array(fc.tuple(fc.constantFrom("flip", "cut", "twice", "swap"), fc.nat(), fc.nat()), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(program, damage, fc.integer({ min: 1, max: 5_000 }), (steps, damages, chunk) => {
        const world = new World();
        const run = new RecordedRun(world.log);
        for (const step of steps) {
          try {
            world.run(step);
          } catch {
            // A program may ask for what is refused; the log says so.
          }
        }
        let bytes = Buffer.from(run.bytes());
        const fixed = Buffer.byteLength(run.lines[0] + run.lines[1]!);
        for (const [kind, first, second] of damages) {
          const body = bytes.subarray(fixed);
          if (body.length === 0) break;
          const at = first % body.length;
          if (kind === "flip") body[at] = second % 256;
          else if (kind === "cut") bytes = Buffer.concat([bytes.subarray(0, fixed + at)]);
          else {
            const parts = body.toString("latin1").split("\n");
            const [line = ""] = parts.splice(first % parts.length, kind === "swap" ? 1 : 0);
            parts.splice(second % parts.length, 0, kind === "swap" ? line : (parts[first % parts.length] ?? ""));
            bytes = Buffer.concat([bytes.subarray(0, fixed), Buffer.from(parts.join("\n"), "latin1")]);
          }
        }
        const { text, lines } = filter(bytes, chunk);
        const original = modelOf(bytes);
        const exported = modelOf(bytesOf(text));
        assert.deepEqual(seqsOf(exported), seqsOf(original));
        for (const { message } of exported.damage) assert.match(message, /missing/);
        assert.equal(lines.damageCount, original.damageCount);
        assert.deepEqual(
          lines.damage.map(({ line }) => line),
          original.damage.map(({ line }) => line),
        );
      }),
      { numRuns: 200 },
    );
  });
});
