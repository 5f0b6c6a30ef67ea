/** Holds that masking hides what it must, and that states, conflicts and plans come out on masked values as on the real ones. */

import assert from "node:assert/strict";
import * as fc from "fast-check";
import { RunModel } from "../../../src/model/runModel";
import { hasMask, isMasked } from "../../../src/recording/mask";
import { patternProblem } from "../../../src/recording/redact";
import { encodeSnapshot } from "../../../src/recording/recording";
import { createMaskingEncoder, maskHeader, maskState } from "../../../src/runner/masking/maskedRows";
import { MaskedValueError, maskResult, unmaskCommand } from "../../../src/runner/masking/maskedCommands";
import { Redaction } from "../../../src/runner/masking/redaction";
import { contextLayerOf } from "../../../src/runtime/agentContext";
import { AgentContext, RunLog, StateStore, type JsonValue, type MergePlan } from "../../../src/runtime/index";
import { copyAndFreeze } from "../../../src/core/frozenCopy";
import { jsonEqual } from "../../../src/core/jsonValue";
import { eventLogOf } from "../../../src/runtime/runLog";
import { HEADER } from "../model/recordedRun";
import { jsonValues, objectOf } from "../protocol/arbitraries";
import { program, World } from "../runtime/programs";

const SALT = "0123456789abcdef0123";
const TOKEN = `ghp_${"aB3dE5gH7".repeat(4)}`;

function redactionOf(keys: readonly string[] = [], values: readonly string[] = [], commonSecrets = false): Redaction {
  return new Redaction({ keys, values, commonSecrets, salt: SALT });
}

/** Records what a log does from now on as a masked recording. */
function recordMasked(log: RunLog, redaction: Redaction): () => Uint8Array {
  const encode = createMaskingEncoder(redaction);
  const lines: string[] = [HEADER];
  const state = eventLogOf(log).attach({ append: (row) => void lines.push(encode(row)) });
  lines.push(encodeSnapshot(maskState(state, redaction), state.seq, 0));
  return () => new TextEncoder().encode(lines.join(""));
}

function maskedPlan(plan: MergePlan, redaction: Redaction): unknown {
  const side = <Side extends { readonly value: JsonValue | undefined; readonly actor?: string | undefined }>(
    of: Side,
    key: string,
  ): Side => ({
    ...of,
    value: of.value === undefined ? undefined : redaction.value(key, of.value),
    ...(of.actor === undefined ? {} : { actor: redaction.name(of.actor) }),
  });
  return {
    ...plan,
    agent: redaction.name(plan.agent),
    entries: plan.entries.map((entry) => ({
      ...entry,
      key: redaction.name(entry.key),
      base: side(entry.base, entry.key),
      parent: side(entry.parent, entry.key),
      overlay: side(entry.overlay, entry.key),
      result: entry.result === undefined ? undefined : redaction.value(entry.key, entry.result),
    })),
    staleReads: plan.staleReads.map((read) => ({
      ...read,
      key: redaction.name(read.key),
      read: side(read.read, read.key),
      now: side(read.now, read.key),
      dependents: read.dependents.map((dependent) => ({ ...dependent, key: redaction.name(dependent.key) })),
    })),
  };
}

describe("a masked recording of values that grow", () => {
  const patterns = [redactionOf([], [], true), redactionOf(["password"], ["hunter\\d+"], true)];

  it("shows each event's value masked, where a secret comes bit by bit, too", () => {
    const pieces = fc.array(
      fc.oneof(
        fc.constantFrom("lorem ipsum lorem ipsum ".repeat(4), "hunter", "2", "3 ", " ", TOKEN, "password=x1y2z3 "),
        fc.nat(TOKEN.length).map((end) => TOKEN.slice(0, end)),
        fc.nat(TOKEN.length).map((start) => TOKEN.slice(start)),
      ),
      { minLength: 2, maxLength: 12 },
    );
    let changes = 0;
    fc.assert(
      fc.property(pieces, fc.nat(1), fc.constantFrom("text", "password", "msg"), (texts, which, name) => {
        const redaction = patterns[which] as Redaction;
        const log = new RunLog();
        const bytes = recordMasked(log, redaction);
        const agent = new AgentContext("agent", new StateStore({ log }));
        const values: JsonValue[] = [];
        const padding = "long enough to be told by what changes ".repeat(12);
        let text = padding;
        for (const piece of texts) {
          text += piece;
          const messages = [
            { [name]: text, padding },
            ...values.slice(0, 3).map((_, index) => ({ [name]: padding, index })),
          ];
          values.push(copyAndFreeze(messages));
          agent.set("chat", messages);
        }
        const lines = new TextDecoder().decode(bytes());
        changes += lines.split('"patch":').length - 1;
        const model = new RunModel();
        model.append(bytes());
        const shown = values.map((_, index) => model.row(index + 3)?.value);
        assert.deepEqual(
          shown,
          values.map((value) => redaction.value("chat", value)),
        );
        assert.ok(!lines.includes(` ${TOKEN} `) && !(which === 1 && /hunter\d/.test(lines)), lines);
      }),
      { numRuns: 400 },
    );
    assert.ok(changes > 400, `${changes} values were told by what changed`);
  });
});

describe("redaction", () => {
  it("masks every leaf under a key that matches, whatever its case, and keeps the structure", () => {
    const redaction = redactionOf(["password"]);
    const value = copyAndFreeze({ user: "ann", Passwords: { a: 1, b: [true, null, "x", {}], c: [] } });
    const masked = redaction.value("account", value) as Record<string, unknown>;
    assert.equal(masked["user"], "ann");
    const inside = masked["Passwords"] as { a: string; b: unknown[]; c: unknown };
    assert.deepEqual(Object.keys(inside), ["a", "b", "c"]);
    assert.deepEqual([inside.b.length, inside.b[3], inside.c], [4, {}, []]);
    for (const leaf of [inside.a, ...inside.b.slice(0, 3)]) assert.match(leaf as string, /^‹masked [0-9a-z]{12}›$/);
    assert.ok(isMasked(redaction.value("PASSWORD", 7) as string));
  });

  it("tells types apart, and masks equal leaves alike wherever they stand", () => {
    const redaction = redactionOf(["secret"], ["hunter2"]);
    const leaves = ["1", 1, true, "true", null, "null", "", 0, false];
    assert.equal(new Set(leaves.map((leaf) => redaction.value("secret", leaf))).size, leaves.length);
    assert.equal(redaction.value("my secret", "hunter2"), redaction.value("plain", "hunter2"));
    assert.equal(redaction.value("a", "hunter2"), redaction.text("hunter2"));
    const other = new Redaction({ keys: ["secret"], values: [], commonSecrets: false, salt: `${SALT}0` });
    assert.notEqual(other.value("secret", 1), redaction.value("secret", 1));
  });

  it("masks the part of a string that matches, and overlapping parts as one", () => {
    const redaction = redactionOf([], ["card \\d+", "\\d+ now", "x*"]);
    const masked = redaction.value("k", "pay card 123 now, or 4 now") as string;
    assert.match(masked, /^pay ‹masked \w{12}›, or ‹masked \w{12}›$/);
    assert.equal(redaction.value("k", "😀 none"), "😀 none");
  });

  it("leaves what has nothing to mask as it is, without a copy", () => {
    const redaction = redactionOf(["password"], ["hunter2"], true);
    const value = copyAndFreeze({ a: [{ b: "c" }] });
    assert.equal(redaction.value("k", value), value);
    assert.equal(redaction.value("k", value), value);
  });

  it("never takes a text for a mask", () => {
    const redaction = redactionOf(["password"], ["hunter2"]);
    const mask = redaction.value("password", "hunter2") as string;
    assert.notEqual(redaction.value("k", mask), redaction.value("k", "hunter2"));
    // In messages it is what it looks like: told by somebody who saw the mask.
    assert.equal(redaction.text(`no ${mask}`), `no ${mask}`);
  });

  it("finds in messages and logged data what was masked for its key's sake", () => {
    const redaction = redactionOf(["password"]);
    const mask = redaction.value("password", "correct horse");
    assert.equal(redaction.text("login with correct horse failed"), `login with ${mask as string} failed`);
    assert.deepEqual(redaction.logged("thought", copyAndFreeze({ text: "correct horse" })), { text: mask });
  });

  it("hides its own salt, and the launch description, from scripts that log their environment", () => {
    for (const redaction of [redactionOf([], [], true), redactionOf(["k"])]) {
      const env = { AGENT_CONTEXT_LAUNCH: JSON.stringify({ redact: { keys: ["hunter2"], salt: SALT } }) };
      const log = new RunLog();
      const bytes = recordMasked(log, redaction);
      new AgentContext("a", new StateStore({ log })).log("env", env);
      const text = new TextDecoder().decode(bytes());
      assert.ok(!text.includes(SALT) && !text.includes("hunter2"), text);
    }
  });

  it("masks arguments by name, and the header says so by counts alone", () => {
    const header = {
      run: "r",
      script: "/work/a.ts",
      cwd: "/work",
      args: ["--password=abc", "--token", "def", "--fast", "ghi", "TOKEN=jkl", "--token", "--x", TOKEN],
      pid: 1,
      node: { version: "", execPath: "", source: "" },
    };
    const { args, masked } = maskHeader(header, redactionOf(["password", "token"], ["q"], true));
    const shape = args.map((arg) => arg.replace(/‹masked \w{12}›/u, "*"));
    assert.deepEqual(shape, ["--password=*", "--token", "*", "--fast", "ghi", "TOKEN=*", "--token", "--x", "*"]);
    assert.deepEqual(masked, { keys: 2, values: 1, commonSecrets: true });
    assert.equal(maskHeader(header, undefined), header);
  });

  it("says what is wrong with a pattern", () => {
    assert.equal(patternProblem("a|b"), undefined);
    assert.match(patternProblem("(") ?? "", /^Unterminated group$/);
    assert.match(patternProblem("api\\-key") ?? "", /Invalid escape/);
    assert.match(patternProblem("") ?? "", /empty/);
    assert.equal(Redaction.of({ keys: [], values: [], commonSecrets: false, salt: SALT }), undefined);
  });
});

describe("redaction properties", function () {
  // Thousands of values and programs.
  this.timeout(180_000);

  const redaction = redactionOf(["^p"], ["[xy]+", "masked"], true);
  const mask = redaction.value("p", 1) as string;
  const leaves = fc.constantFrom<JsonValue[]>(
    0,
    1,
    "1",
    "",
    "x",
    "xy",
    "axb",
    "ayb",
    "a",
    null,
    true,
    mask,
    `a${mask}`,
  );
  const small: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      leaves,
      fc.array(tie("value"), { maxLength: 3 }),
      fc
        .uniqueArray(fc.tuple(fc.constantFrom("p", "q", "x", "xx", "__proto__", mask), tie("value")), {
          maxLength: 3,
          selector: ([name]) => name,
        })
        .map(objectOf),
    ),
  })).value;

  it("masked values are equal exactly when the real ones are", () => {
    const pairs = fc.oneof(fc.tuple(small, small), fc.tuple(jsonValues, jsonValues));
    fc.assert(
      fc.property(pairs, fc.constantFrom("p", "q", "x"), ([one, other], key) => {
        const [a, b] = [copyAndFreeze(one), copyAndFreeze(other)];
        assert.equal(jsonEqual(redaction.value(key, a), redaction.value(key, b)), jsonEqual(a, b));
        const again = copyAndFreeze(JSON.parse(JSON.stringify(a)));
        assert.ok(jsonEqual(redaction.value(key, a), redaction.value(key, again)));
      }),
      { numRuns: 5_000 },
    );
  });

  it("plans made from the masked recording are the script's own, masked", () => {
    const byProgram = redactionOf(["^a$", "^p$"], ["x", "c", "proto", "agent 1", "writer"], true);
    fc.assert(
      fc.property(program, (steps) => {
        const world = new World();
        const bytes = recordMasked(world.log, byProgram);
        for (const step of steps) world.run(step);
        const model = new RunModel();
        model.append(bytes());
        assert.equal(model.damageCount, 0, model.damage[0]?.message);
        for (const context of world.contexts) {
          const layer = contextLayerOf(context)?.layer ?? 0;
          for (const policy of ["overwrite", "refuse", "auto"] as const) {
            const real = context.previewMerge({ onConflict: policy });
            const shown = model.plan(layer, model.lastSeq, { policy });
            assert.deepEqual(structuredClone(shown), structuredClone(maskedPlan(real, byProgram)));
          }
        }
      }),
      { numRuns: 400 },
    );
  });

  it("no part of a secret stands in a recording, whatever names, values, data and errors hold it", async () => {
    const secrets = fc
      .tuple(
        fc.constantFrom("ghp_", "sk-proj-", "xoxb-", "glpat-", "hf_"),
        fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9]{50}$/),
      )
      .map(([start, rest]) => start + rest);
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(secrets, { minLength: 6, maxLength: 6 }), async (all) => {
        const [one, two, three, four, five, six] = all as [string, string, string, string, string, string];
        const hidden = redactionOf([], [], true);
        const log = new RunLog();
        const before = new StateStore({ log, name: `store ${one}` });
        before.set(`key ${two}`, { [three]: [`a ${four}`] }, `actor ${five}`);
        const agent = new AgentContext(`agent ${six}`, before);
        agent.get(`key ${two}`);
        agent.set(`key ${two}`, one);
        const bytes = recordMasked(log, hidden);
        agent.set(`k ${three}`, [two]);
        before.set(`key ${two}`, four, `actor ${five}`);
        agent.log("note", { [one]: two });
        // Long enough for messages to shorten it in the middle of its secret.
        agent.set(`${"-".repeat(60)}${six}`, 1);
        before.set(`${"-".repeat(60)}${six}`, 2, "other");
        await assert.rejects(agent.mergeToParent({ onConflict: "refuse" }));
        await assert.rejects(
          agent.mergeToParent({
            onConflict: () => {
              throw new Error(`cannot use ${three}`);
            },
          }),
        );
        await agent.mergeToParent({ choices: { [`key ${two}`]: { value: five } }, keys: [`key ${two}`, `no ${six}`] });
        before.restore({ [`key ${four}`]: three });
        agent.discard();
        const text = new TextDecoder().decode(bytes());
        for (const secret of all) {
          for (let from = 8; from + 12 <= secret.length; from++) {
            const part = secret.slice(from, from + 12);
            assert.ok(!text.includes(part), `${part} in ${text}`);
          }
        }
        assert.ok(text.includes("‹masked "));
      }),
      { numRuns: 100 },
    );
  });
});

describe("masked commands", () => {
  const redaction = redactionOf([], [], true);
  const name = redaction.name(`key ${TOKEN}`);

  it("name masked keys by the script's own names", () => {
    assert.ok(isMasked(name));
    const command = unmaskCommand(
      { name: "merge", layer: 2, keys: ["a", name], choices: [[name, { take: "parent" }]], asOf: 7 },
      redaction,
    );
    const key = `key ${TOKEN}`;
    assert.deepEqual(command, {
      name: "merge",
      layer: 2,
      keys: ["a", key],
      choices: [[key, { take: "parent" }]],
      asOf: 7,
    });
    assert.deepEqual(unmaskCommand({ name: "discard", layer: 2, keys: [name] }, redaction), {
      name: "discard",
      layer: 2,
      keys: [key],
    });
  });

  it("refuse results with masks in them, deep inside and in names too", () => {
    const mask = redaction.name(TOKEN);
    for (const value of [mask, `a ${mask}`, [{ b: mask }], { [mask]: 1 }] as JsonValue[]) {
      assert.ok(hasMask(value));
      const refused = (): unknown =>
        unmaskCommand({ name: "approve", hold: 1, choices: [["k", { value }]] }, redaction);
      assert.throws(refused, (error) => error instanceof MaskedValueError && /"k" contains a mask/.test(error.message));
    }
  });

  it("are answered in masked words", () => {
    const key = `${"-".repeat(60)}${TOKEN}`;
    const message = `It moved: ${JSON.stringify(`${key.slice(0, 79)}…`)}, ${TOKEN}`;
    const told = maskResult({ ok: false, name: "StalePlanError", message, keys: [key] }, redaction);
    assert.ok(!JSON.stringify(told).includes(TOKEN.slice(4, 12)), JSON.stringify(told));
    const done = maskResult({ ok: true, skipped: [key], outcomes: [{ merged: 0, refused: `no ${TOKEN}` }] }, redaction);
    assert.ok(!JSON.stringify(done).includes(TOKEN.slice(4, 12)));
  });
});
