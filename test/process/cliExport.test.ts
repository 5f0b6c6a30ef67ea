import * as assert from "node:assert/strict";
import { linkSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { attribute, readTrace } from "../unit/model/otlpSchema";
import { agentContext } from "./agentContextCommand";
import { cleanUp, newFolder } from "./scriptRun";

const SCRIPT = `
import { StateStore, AgentContext, TaskScope } from "agent-context";
const store = new StateStore();
store.set("counter", 0, "setup");
const a = new AgentContext("agent_a", store);
await TaskScope.run(a, async () => { a.set("counter", a.get("counter") + 1); await null; a.log("thought", { text: "é✓" }); });
await a.mergeToParent();
throw new TypeError("broken");
`;

describe("agent-context export", () => {
  let folder: string;
  let recording: string;
  let whole: string;

  beforeEach(async () => {
    ({ folder } = await agentContext({ "main.mjs": SCRIPT }, "run", "main.mjs", "--record", "kept.agentlog.jsonl"));
    recording = path.join(folder, "kept.agentlog.jsonl");
    whole = readFileSync(recording, "utf8");
  });
  afterEach(cleanUp);

  it("copies a whole recording, byte by byte, to standard output or to a file", async () => {
    const shown = await agentContext({}, "export", recording);
    assert.deepEqual([shown.code, shown.stdout, shown.stderr], [0, whole, ""]);
    const output = path.join(folder, "copy.jsonl");
    const written = await agentContext({}, "export", recording, "--format", "jsonl", "--output", output);
    assert.deepEqual([written.code, written.stdout, written.stderr], [0, "", ""]);
    assert.equal(readFileSync(output, "utf8"), whole);
    if (process.platform !== "win32") assert.equal(statSync(output).mode & 0o777, 0o600);
  });

  it("writes a trace that OpenTelemetry's schema accepts, of a run of the real runner", async () => {
    const output = path.join(folder, "trace.otlp.jsonl");
    const { code, stderr } = await agentContext({}, "export", recording, "--format", "otlp", "-o", output);
    assert.equal(code, 0, stderr);
    const { resource, spans } = readTrace(readFileSync(output, "utf8"));
    assert.equal(attribute(resource, "service.name"), "main.mjs");
    assert.deepEqual(
      spans.map(({ name, status }) => [name, status?.message]),
      [
        ["main.mjs", "TypeError: broken"],
        ["agent_a", undefined],
        ["agent_a scope", undefined],
      ],
    );
    const [run, agent, scope] = spans;
    assert.deepEqual([agent?.parentSpanId, scope?.parentSpanId], [run?.spanId, agent?.spanId]);
    assert.equal(attribute(run!.attributes, "process.exit.code"), 1);
    const thought = scope?.events.find(({ name }) => name === "thought");
    assert.equal(attribute(thought!.attributes, "agent_context.value"), '{"text":"é✓"}');
    const piped = await agentContext({}, "export", recording, "--format", "otlp");
    assert.equal(piped.stdout, readFileSync(output, "utf8"));
  });

  it("leaves out what is damaged, says which lines those are, and exits with 4", async () => {
    const lines = whole.split("\n");
    const torn = path.join(newFolder(), "torn.agentlog.jsonl");
    writeFileSync(torn, [...lines.slice(0, 4), "{torn", ...lines.slice(4, -1), '{"kind":"run_'].join("\n"));
    const { code, stdout, stderr } = await agentContext({}, "export", torn);
    assert.equal(code, 4);
    assert.equal(stdout, whole);
    assert.match(
      stderr,
      /^agent-context: The recording is not whole; 2 lines of it were left out:\n {2}line 5: .*not JSON.*\n {2}line \d+: .*torn.*\n$/,
    );
    const trace = await agentContext({}, "export", torn, "--format", "otlp");
    assert.equal(trace.code, 4);
    assert.match(trace.stderr, /^agent-context: The recording is not whole:\n {2}line 5: /);
    assert.equal(attribute(readTrace(trace.stdout).spans[0]!.attributes, "agent_context.run.damaged_places"), 2);
  });

  it("leaves nothing behind when it cannot write, and never touches the recording", async () => {
    const link = path.join(folder, "link.agentlog.jsonl");
    linkSync(recording, link);
    const before = readdirSync(folder).sort();
    for (const [args, message] of [
      [["--output", recording], /is the recording itself; it is not overwritten/],
      [["--output", link, "--format", "otlp"], /is the recording itself/],
      [["--output", folder], /is a folder; name the file to write/],
      [["--output", path.join(folder, "no", "where.jsonl")], /cannot be written/],
    ] as const) {
      const { code, stdout, stderr } = await agentContext({}, "export", recording, ...args);
      assert.equal(code, 2, stderr);
      assert.equal(stdout, "");
      assert.match(stderr, message);
      assert.match(stderr, /^agent-context: [^\n]*\.\n$/);
    }
    const unusable = path.join(folder, "main.mjs");
    const kept = path.join(folder, "mine.txt");
    writeFileSync(kept, "mine");
    const { code } = await agentContext({}, "export", unusable, "--output", kept);
    assert.equal(code, 2);
    assert.equal(readFileSync(kept, "utf8"), "mine");
    assert.deepEqual(readdirSync(folder).sort(), [...before, "mine.txt"].sort());
    assert.equal(readFileSync(recording, "utf8"), whole);
  });

  const WRONG: readonly (readonly [readonly string[], RegExp])[] = [
    [["export"], /Name the recording to export/],
    [["export", "nope.agentlog.jsonl"], /There is no file/],
    [["export", "."], /is a folder, not a recording/],
    [["export", "empty.agentlog.jsonl"], /is empty/],
    [["export", "a.mjs"], /is not a recording: line 1/],
    [["export", "a.mjs", "--format", "otlp"], /is not a recording: line 1/],
    [["export", "a.mjs", "--format", "xml"], /There is no format "xml"; there are jsonl and otlp/],
    [["export", "a.mjs", "--json"], /--json belongs to/],
    [["export", "a.mjs", "--assert", "no-conflicts"], /--assert belongs to run and check/],
    [["show", "a.mjs", "--format", "otlp"], /--format belongs to export/],
    [["run", "a.mjs", "--output", "x"], /--output belongs to export/],
  ];
  it("refuses wrong command lines in one sentence with exit code 2", async () => {
    const files = { "a.mjs": "console.log(1)", "empty.agentlog.jsonl": "" };
    for (const [args, message] of WRONG) {
      const { code, stdout, stderr } = await agentContext(files, ...args);
      assert.deepEqual([code, stdout], [2, ""], args.join(" "));
      assert.match(stderr, message);
      assert.match(stderr, /^agent-context: [^\n]*\.\n$/);
    }
  });
});
