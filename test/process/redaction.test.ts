/** Masking in real processes: what leaves them, by socket and by disk, and what stays the script's own. */

import * as assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { agentContext } from "./agentContextCommand";
import { linesOf, runToEnd, type RunOptions } from "./scriptRun";
import { endRuns, startRun } from "./startRun";

const SALT = "salt-of-these-tests-0123456789";
const TOKEN = `ghp_${"aB3dE5gH7".repeat(4)}`;
const PASSWORD = "correct horse";
const REDACT = { keys: ["password"], values: ["card-\\d+"], commonSecrets: true, salt: SALT };

/** Two agents set a password; the second is left unmerged, in conflict. */
const CONFLICT = `
import { StateStore, AgentContext } from "agent-context";
const parent = new StateStore({ initial: { password: "none yet", note: "n" } });
const one = new AgentContext("one", parent);
const two = new AgentContext("two", parent);
for (const agent of [one, two]) agent.get("password");
one.set("password", "first of them");
two.set("password", ${JSON.stringify(PASSWORD)});
two.set("key ${TOKEN}", { used: ["${TOKEN}", "card-1234"] });
await one.mergeToParent();
process.on("exit", () => console.log(JSON.stringify(parent.snapshot())));
`;

function recordingsOf(run: { readonly spec: { readonly runDir: string } }): string {
  const files = readdirSync(run.spec.runDir).filter((name) => name.endsWith(".jsonl"));
  return files.map((name) => readFileSync(path.join(run.spec.runDir, name), "utf8")).join("");
}

function assertHidden(bytes: string): void {
  for (const secret of [TOKEN.slice(4), PASSWORD, "first of them", "none yet", "card-1234", SALT, "card-\\\\d"]) {
    assert.ok(!bytes.includes(secret), `${secret} stands in ${bytes}`);
  }
}

/** Everything that came over the socket. */
function wireOf(listener: Awaited<ReturnType<typeof startRun>>["listener"]): string {
  return listener.bytes.toString("utf8") + JSON.stringify(listener.messages);
}

const changesOf = (lines: readonly Record<string, unknown>[], agent: string): Record<string, unknown> =>
  Object.assign(
    {},
    ...lines
      .filter((line) => line["kind"] === "state_changed" && line["agent"] === agent)
      .map((line) => (line["data"] as { changes?: object }).changes ?? {}),
  ) as Record<string, unknown>;

describe("redaction in processes", () => {
  afterEach(endRuns);

  const spec: RunOptions["spec"] = { redact: REDACT, atEnd: "waitWhenUnmerged" };

  it("hides secrets in stream and recording alike; merges by masked names write the script's real values", async () => {
    const { run, listener } = await startRun(CONFLICT, { spec });
    await listener.message("status", ({ state }) => state === "waiting");
    const layer = Number(
      (
        listener.lines.find((line) => line["kind"] === "agent_started" && line["agent"] === "two")?.["data"] as {
          layer: number;
        }
      ).layer,
    );
    const key = Object.keys(changesOf(listener.lines, "two")).find((name) => name.startsWith("key "))!;
    assert.match(key, /^key ‹masked \w{12}›$/);
    const id = listener.command({ name: "merge", layer, keys: ["password", key] });
    assert.deepEqual(await listener.answer(id), { ok: true, merged: 2, skipped: [] });
    const { stdout } = await run.ended;
    assert.deepEqual(JSON.parse(stdout), {
      password: PASSWORD,
      note: "n",
      [`key ${TOKEN}`]: { used: [TOKEN, "card-1234"] },
    });
    assertHidden(wireOf(listener));
    assertHidden(recordingsOf(run));
    assert.ok(recordingsOf(run).startsWith(listener.bytes.toString("utf8")), "the stream is the recording");
    const header = run.lines[0]?.["data"] as { masked?: unknown };
    assert.deepEqual(header.masked, { keys: 1, values: 1, commonSecrets: true });
  });

  it("refuses an edited result with a mask in it; taking a side still works", async () => {
    const { run, listener } = await startRun(CONFLICT, { spec });
    await listener.message("status", ({ state }) => state === "waiting");
    const mask = changesOf(listener.lines, "two")["password"] as string;
    assert.match(mask, /^‹masked/);
    const edited = await listener.answer(
      listener.command({ name: "merge", layer: 3, choices: [["password", { value: { is: mask } }]] }),
    );
    assert.ok(!edited.ok);
    assert.equal(edited.name, "MaskedValueError");
    assert.match(edited.message, /Take the overlay or keep the parent/);
    const plain = listener.command({ name: "merge", layer: 3, choices: [["password", { take: "parent" }]] });
    assert.equal((await listener.answer(plain)).ok, true);
    assert.equal((JSON.parse((await run.ended).stdout) as { password: string }).password, "first of them");
  });

  it("hides secrets in what a held merge, its answer and its refusal tell", async () => {
    const { run, listener } = await startRun(
      `
import { StateStore, AgentContext } from "agent-context";
const parent = new StateStore({ initial: { password: "none yet" } });
const agent = new AgentContext("agent ${TOKEN}", parent);
agent.get("password");
agent.set("password", ${JSON.stringify(PASSWORD)});
parent.set("password", "first of them", "by ${TOKEN}");
agent.mergeToParent({ onConflict: "refuse" }).catch((error) => console.log(error.message));
`,
      { spec: { ...spec, atEnd: "exit", holdMerges: "onProblem" } },
    );
    const hold = Number((await listener.event("merge_held"))["seq"]);
    const answer = await listener.answer(listener.command({ name: "approve", hold }));
    assert.ok(!answer.ok && answer.name === "MergeConflictError");
    const { stdout } = await run.ended;
    assert.ok(stdout.includes(TOKEN), "the script hears its own names");
    assertHidden(wireOf(listener));
    assertHidden(recordingsOf(run));
  });

  it("hides secrets in uncaught errors, whatever is thrown, and in arguments", async () => {
    for (const thrown of [
      `new Error("no ${TOKEN} for ${PASSWORD}, " + "x".repeat(16_300) + " ${TOKEN}")`,
      `{ password: "none yet" }`,
    ]) {
      const { code, run } = await runToEnd({
        files: {
          "main.mjs": `import { StateStore } from "agent-context";
new StateStore({ initial: { password: ${JSON.stringify(PASSWORD)} } });
throw ${thrown};`,
        },
        args: ["--password", "first of them", TOKEN],
        spec: { redact: REDACT },
      });
      assert.equal(code, 1);
      const error = run.lines.find((line) => line["kind"] === "uncaught_error");
      assert.match(JSON.stringify(error), /‹masked /);
      assertHidden(recordingsOf(run));
      // Cut in its middle, a token is found by no pattern.
      assert.ok(!recordingsOf(run).includes(TOKEN.slice(0, 8)));
    }
  });

  it("masks in children and threads too, equal values alike", async () => {
    const sub = `import { StateStore } from "agent-context";
new StateStore({ initial: { password: ${JSON.stringify(PASSWORD)} } });`;
    const { run } = await runToEnd({
      files: {
        "main.mjs": `${sub}
import { fork } from "node:child_process";
import { Worker } from "node:worker_threads";
import { once } from "node:events";
await once(fork("./sub.mjs"), "exit");
await once(new Worker("./sub.mjs"), "exit");`,
        "sub.mjs": sub,
      },
      spec: { redact: REDACT },
    });
    assertHidden(recordingsOf(run));
    const names = readdirSync(run.spec.runDir).filter((name) => name.endsWith(".jsonl"));
    assert.equal(names.length, 3);
    const masks = names.map(
      (name) => /‹masked \w{12}›/.exec(JSON.stringify(linesOf(path.join(run.spec.runDir, name)).slice(2)))?.[0],
    );
    assert.ok(masks[0] !== undefined);
    assert.equal(new Set(masks).size, 1);
  });

  it("masks nothing when it is off, and says nothing of it", async () => {
    const { run } = await runToEnd({ files: { "main.mjs": CONFLICT } });
    assert.ok(run.recordingText.includes(TOKEN));
    assert.equal((run.lines[0]?.["data"] as { masked?: unknown }).masked, undefined);
  });

  it("records nothing rather than unmasked when what to mask cannot be understood", async () => {
    const { code, stderr, run } = await runToEnd({
      files: { "main.mjs": CONFLICT },
      spec: { redact: { ...REDACT, keys: ["("] } },
    });
    assert.equal(code, 126);
    assert.match(stderr, /redact\.keys\.0: it is no regular expression/);
    assert.equal(run.recordingText, "");
  });
});

describe("agent-context run with --redact options", () => {
  afterEach(endRuns);

  const kept = (folder: string): string => readFileSync(path.join(folder, "r.agentlog.jsonl"), "utf8");
  const files = { "main.mjs": CONFLICT };

  it("masks common secrets unless told otherwise, and more by patterns", async () => {
    const plain = await agentContext(files, "run", "main.mjs", "--record", "r.agentlog.jsonl");
    assert.equal(plain.code, 0, plain.stderr);
    assert.ok(!kept(plain.folder).includes(TOKEN.slice(4)) && kept(plain.folder).includes(PASSWORD));
    assert.ok(!plain.stderr.includes(TOKEN.slice(4)));
    const more = await agentContext(
      files,
      "run",
      "main.mjs",
      "--record",
      "r.agentlog.jsonl",
      "--redact-key",
      "pass",
      "--redact-key=note",
      "--redact-value",
      "card-\\d+",
    );
    assert.equal(more.code, 0, more.stderr);
    assertHidden(kept(more.folder));
    assert.match(kept(more.folder), /"masked":\{"keys":2,"values":1,"commonSecrets":true\}/);
    const off = await agentContext(files, "run", "main.mjs", "--record", "r.agentlog.jsonl", "--no-redact-common");
    assert.ok(kept(off.folder).includes(TOKEN));
  });

  it("refuses patterns that are none, and masking of what is recorded already", async () => {
    const wrong = await agentContext(files, "run", "main.mjs", "--redact-value", "[a");
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /--redact-value "\[a" is no regular expression: Unterminated character class/);
    assert.equal(wrong.stdout, "");
    const late = await agentContext(files, "show", "x.agentlog.jsonl", "--redact-key", "a");
    assert.equal(late.code, 2);
    assert.match(late.stderr, /--redact-key belongs to run/);
  });
});
