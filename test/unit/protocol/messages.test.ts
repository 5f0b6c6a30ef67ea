import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeEventsMessage, type EventsFromWebview } from "../../../src/protocol/eventsMessages";
import { launchEnvironment, parseLaunchSpec, LAUNCH_VARIABLE, type LaunchSpec } from "../../../src/protocol/launch";
import { decodePreviewMessage, type PreviewFromWebview } from "../../../src/protocol/previewMessages";
import {
  decodeExtensionMessage,
  decodeRunnerMessage,
  MAX_FRAME_BYTES,
  type ExtensionMessage,
  type RunnerMessage,
} from "../../../src/protocol/wire";

const runnerMessages: readonly RunnerMessage[] = [
  {
    type: "init",
    version: 1,
    runId: "r",
    pid: 1,
    script: "/a.ts",
    cwd: "/",
    args: ["x"],
    node: { version: "v22.0.0", execPath: "/node", source: "path" },
    recording: null,
    bytes: 0,
  },
  { type: "status", state: "waiting", pending: [2, 3] },
  { type: "commandDone", id: 1, result: { ok: true } },
  { type: "commandDone", id: 1, result: { ok: true, merged: 2, skipped: ["__proto__"] } },
  { type: "commandDone", id: 1, result: { ok: false, name: "RangeError", message: "no such agent" } },
  { type: "recordingFailed", message: "disk full" },
  { type: "error", code: "version", message: "too new" },
];

const extensionMessages: readonly ExtensionMessage[] = [
  { type: "ready", version: 1, fromByte: 12 },
  { type: "command", id: 1, command: { name: "merge", layer: 2 } },
  { type: "command", id: 2, command: { name: "merge", layer: 2, keys: ["a", ""] } },
  { type: "command", id: 3, command: { name: "discard", layer: 2 } },
  { type: "command", id: 4, command: { name: "end" } },
  { type: "cancelCommand", id: 4 },
  { type: "error", code: "unknownRun", message: "never heard of it" },
];

const previewMessages: readonly PreviewFromWebview[] = [
  { type: "ready" },
  { type: "wantDetails", planId: 1, key: "__proto__" },
  { type: "merge", planId: 1 },
  { type: "discard", planId: 1 },
  { type: "cancelCommand" },
  { type: "openDiffEditor", planId: 1 },
  { type: "openDiffEditor", planId: 1, key: "k" },
  { type: "copy", text: "<img src=x onerror=alert(1)>" },
];

const eventsMessages: readonly EventsFromWebview[] = [
  { type: "ready" },
  { type: "wantRows", request: 1, from: 0, to: 100 },
  { type: "setFilter", filter: { agents: [2], kinds: ["state_read"], key: "b", text: "" } },
  { type: "chooseRun", id: "r" },
  { type: "moveTo", seq: 4 },
  { type: "step", to: "back" },
  { type: "copy", text: "x" },
];

describe("hold modes", () => {
  it("are read by the name that they had until 0.1.0, wherever it may be said", () => {
    const holds = decodeRunnerMessage(
      JSON.stringify({ type: "holds", run: "onConflict", agents: [[2, "onConflict"]] }),
    );
    assert.ok(holds.ok);
    assert.deepEqual(holds.message, { type: "holds", run: "onProblem", agents: [[2, "onProblem"]] });
    const command = { name: "setHolds", run: "onConflict", agents: [] };
    const set = decodeExtensionMessage(JSON.stringify({ type: "command", id: 1, command }));
    assert.ok(set.ok && set.message.type === "command");
    assert.deepEqual(set.message.command, { ...command, run: "onProblem" });
    const spec = { runId: "r", script: "/a", runDir: "/d", recording: "/d/r", atEnd: "exit", nodeSource: "path" };
    const launch = parseLaunchSpec({ [LAUNCH_VARIABLE]: JSON.stringify({ ...spec, holdMerges: "onConflict" }) });
    assert.equal(launch?.spec.holdMerges, "onProblem");
    assert.throws(() => parseLaunchSpec({ [LAUNCH_VARIABLE]: JSON.stringify({ ...spec, holdMerges: "sometimes" }) }));
  });
});

describe("messages", () => {
  it("gives back every message of both directions of the wire", () => {
    for (const message of runnerMessages) {
      assert.deepEqual(decodeRunnerMessage(JSON.stringify(message)), { ok: true, message });
    }
    for (const message of extensionMessages) {
      assert.deepEqual(decodeExtensionMessage(JSON.stringify(message)), { ok: true, message });
    }
  });

  it("gives back every message of the webviews", () => {
    for (const message of previewMessages) assert.deepEqual(decodePreviewMessage(message), { ok: true, message });
    for (const message of eventsMessages) assert.deepEqual(decodeEventsMessage(message), { ok: true, message });
  });

  it("drops what no message has", () => {
    const decoded = decodeRunnerMessage('{"type":"recordingFailed","message":"m","__proto__":{"ok":1},"more":2}');
    assert.deepEqual(decoded, { ok: true, message: { type: "recordingFailed", message: "m" } });
  });

  it("names what is wrong", () => {
    const cases: [string, string, RegExp][] = [
      ["{", "badMessage", /not JSON/],
      ["7", "badMessage", /has no type/],
      ['{"type":7}', "badMessage", /has no type/],
      ['{"type":"selfDestruct"}', "unknownMessage", /unknown type "selfDestruct"/],
      ['{"type":"__proto__"}', "unknownMessage", /unknown type "__proto__"/],
      ['{"type":"constructor"}', "unknownMessage", /unknown type "constructor"/],
      ['{"type":"ready","version":"1","fromByte":0}', "badMessage", /"ready".*"version"/],
      ['{"type":"ready","version":1,"fromByte":-1}', "badMessage", /"fromByte"/],
      ['{"type":"command","id":1,"command":{"name":"merge","layer":1,"keys":[1]}}', "badMessage", /"command\.keys\.0"/],
      ['{"type":"command","id":1,"command":{"name":"erase"}}', "badMessage", /"command/],
    ];
    for (const [frame, code, message] of cases) {
      const decoded = decodeExtensionMessage(frame);
      assert.ok(!decoded.ok, frame);
      assert.equal(decoded.error.code, code, frame);
      assert.match(decoded.error.message, message);
    }
    const long = decodeExtensionMessage(JSON.stringify({ type: "x".repeat(MAX_FRAME_BYTES) }));
    assert.ok(!long.ok && long.error.code === "tooLarge");
    const type = decodeRunnerMessage(JSON.stringify({ type: "x".repeat(10_000) }));
    assert.ok(!type.ok && type.error.message.length < 300);
  });

  it("takes choices whose values a state can hold, and no others", () => {
    const choosing = (value: string): string =>
      `{"type":"command","id":1,"command":{"name":"approve","hold":4,"choices":[["k",{"value":${value}}]]}}`;
    const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);
    assert.equal(decodeExtensionMessage(choosing(nested(256))).ok, true);
    for (const value of [nested(257), nested(100_000), "1e999"]) {
      assert.equal(decodeExtensionMessage(choosing(value)).ok, false, value.slice(0, 20));
    }
  });

  it("never throws, whatever comes", () => {
    const all = [...runnerMessages, ...extensionMessages, ...previewMessages, ...eventsMessages];
    const mutated = fc
      .tuple(fc.constantFrom(...all), fc.string(), fc.jsonValue(), fc.nat(9))
      .map(([message, name, value, index]) => {
        const keys = Object.keys(message);
        return { ...message, [keys[index % keys.length] ?? name]: value, [name]: value };
      });
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.jsonValue(), mutated), (value) => {
        decodePreviewMessage(value);
        decodeEventsMessage(value);
        const frame = typeof value === "string" ? value : safeJson(value);
        decodeRunnerMessage(frame);
        decodeExtensionMessage(frame);
      }),
      { numRuns: 5000 },
    );
  });
});

describe("launch variables", () => {
  const spec: LaunchSpec = {
    runId: "r",
    script: "/a b.ts",
    runDir: "/runs/r",
    recording: "/runs/r/a.agentlog.jsonl",
    rendezvous: "/rendezvous.json",
    atEnd: "waitWhenUnmerged",
    nodeSource: "path",
    supervisorPid: 5,
    mainPid: 6,
  };

  it("gives back what was launched", () => {
    assert.deepEqual(parseLaunchSpec(launchEnvironment(spec, "s3")), { spec, secret: "s3" });
    const { rendezvous: _rendezvous, supervisorPid: _pid, mainPid: _main, ...headless } = spec;
    assert.deepEqual(parseLaunchSpec(launchEnvironment(headless, undefined)), { spec: headless, secret: undefined });
    assert.ok(!launchEnvironment(spec, "s3")[LAUNCH_VARIABLE]?.includes("s3"));
  });

  it("says that nothing was launched", () => {
    assert.equal(parseLaunchSpec({}), undefined);
    assert.equal(parseLaunchSpec({ [LAUNCH_VARIABLE]: "" }), undefined);
  });

  it("names a bad description and the remedy", () => {
    assert.throws(() => parseLaunchSpec({ [LAUNCH_VARIABLE]: "{" }), /AGENT_CONTEXT_LAUNCH is not JSON\. Unset it/);
    const bad = JSON.stringify({ ...spec, atEnd: "never" });
    assert.throws(() => parseLaunchSpec({ [LAUNCH_VARIABLE]: bad }), /atEnd.*Unset it/);
  });
});

function safeJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "";
  } catch {
    return String(Object.prototype.toString.call(value));
  }
}
