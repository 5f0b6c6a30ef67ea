/** Holds call sites to naming the script's line and to leaving no trace: on the runtime as it ships, for in a bundle with it no file tells script and runtime apart. */

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import * as path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { distDir } from "../../harness/paths";

type Runtime = typeof import("../../../src/runtime/index");
type AgentContext = import("../../../src/runtime/index").AgentContext;
type RunLog = import("../../../src/runtime/index").RunLog;
type StateStore = import("../../../src/runtime/index").StateStore;

const { AgentContext, RunLog, StateStore } = createRequire(__filename)(
  path.join(distDir, "agent-context/index.cjs"),
) as Runtime;

const LIMIT = 1_000_000;

interface Story {
  readonly log: RunLog;
  readonly store: StateStore;
  readonly agent: AgentContext;
}

function story(limit = LIMIT): Story {
  const log = new RunLog();
  const store = new StateStore({ log });
  const agent = new AgentContext("agent_a", store);
  log.callSites = limit;
  return { log, store, agent };
}

/** The line, from 1, on which this is called: of the code that runs, which is not the source here. */
function here(): number {
  const formatter = Object.getOwnPropertyDescriptor(Error, "prepareStackTrace");
  Error.prepareStackTrace = (_error, frames) => frames[1]?.getLineNumber();
  const line = new Error().stack as unknown as number;
  restore(formatter);
  return line;
}

function restore(formatter: PropertyDescriptor | undefined): void {
  if (formatter) Object.defineProperty(Error, "prepareStackTrace", formatter);
  else delete (Error as { prepareStackTrace?: unknown }).prepareStackTrace;
}

const ofKind = (log: RunLog, kind: string) => [...log].filter((event) => event.kind === kind);
const lines = (log: RunLog, kind: string) => ofKind(log, kind).map(({ site }) => site?.line);

describe("call sites", () => {
  const globals = () => [Object.getOwnPropertyDescriptors(Error), Object.keys(Error)] as const;
  let before: ReturnType<typeof globals>;
  beforeEach(() => (before = globals()));
  afterEach(() => assert.deepEqual(globals(), before, "Error is as it was"));

  it("name the line of each write, deletion, read, merge and entry of the log", () => {
    const { log, store, agent } = story();
    const first = here();
    store.set("a", 1);
    agent.get("a");
    agent.set("b", 2);
    agent.delete("a");
    agent.localState.delete("a");
    agent.log("note", "text");
    void agent.mergeToParent();
    agent.discard();
    store.restore({ c: 1 });
    store.delete("c");
    const found = [...log].filter(({ site }) => site !== undefined);
    assert.deepEqual(
      found.map(({ kind, site }) => [kind, (site?.line ?? 0) - first]),
      [
        ["state_changed", 1],
        ["state_read", 2],
        ["state_changed", 3],
        ["state_changed", 4],
        ["state_rollback", 5],
        ["note", 6],
        ["merge_planned", 7],
        ["state_rollback", 8],
        ["state_restored", 9],
        ["state_changed", 10],
      ],
    );
    for (const { site } of found) {
      assert.equal(site?.file, __filename);
      assert.ok(site.column > 1);
      assert.ok(Object.isFrozen(site));
    }
    assert.deepEqual([...agent.localLog].find(({ kind }) => kind === "note")?.site?.line, first + 6);
  });

  it("name the helper that writes, code after an await, methods, callbacks of built-ins and subclasses", async () => {
    const { log, store, agent } = story();
    const expected: number[] = [];
    const helper = (key: string): void => {
      expected.push(here() + 1);
      agent.set(key, 1);
    };
    helper("helper");
    await Promise.resolve();
    expected.push(here() + 1);
    agent.set("awaited", 1);
    class Worker {
      private state = store;
      write(): void {
        expected.push(here() + 1);
        this.state.set("method", 1);
      }
    }
    new Worker().write();
    ["callback"].forEach((key) => {
      expected.push(here() + 1);
      agent.set(key, 1);
    });
    class Named extends AgentContext {}
    const named = new Named("agent_b", store);
    expected.push(here() + 1);
    named.set("subclass", 1);
    expected.push(here() + 1);
    ["passed"].forEach(agent.delete.bind(agent));
    assert.deepEqual(lines(log, "state_changed"), expected);
  });

  it("do not depend on the script's stackTraceLimit, and leave it", () => {
    const { log, agent } = story();
    const limit = Object.getOwnPropertyDescriptor(Error, "stackTraceLimit") as PropertyDescriptor;
    try {
      for (const value of [0, 1, Infinity]) {
        Error.stackTraceLimit = value;
        agent.set("k", 1);
        assert.equal(Error.stackTraceLimit, value);
      }
      delete (Error as { stackTraceLimit?: number }).stackTraceLimit;
      agent.set("k", 2);
      assert.equal(Object.hasOwn(Error, "stackTraceLimit"), false);
    } finally {
      Object.defineProperty(Error, "stackTraceLimit", limit);
      before = globals();
    }
    assert.ok(lines(log, "state_changed").every((line) => line !== undefined));
    assert.equal(lines(log, "state_changed").length, 4);
  });

  it("never ask a formatter of the script's, and leave it in place", () => {
    const { log, agent } = story();
    let asked = 0;
    const formatter = Object.getOwnPropertyDescriptor(Error, "prepareStackTrace");
    Error.prepareStackTrace = () => {
      asked++;
      throw new Error("not for you");
    };
    const own = Error.prepareStackTrace;
    try {
      agent.set("k", 1);
      assert.equal(Error.prepareStackTrace, own);
    } finally {
      restore(formatter);
    }
    assert.equal(asked, 0);
    assert.equal(lines(log, "state_changed").length, 1);
    assert.notEqual(lines(log, "state_changed")[0], undefined);
  });

  it("are unknown, and nothing worse, where Error cannot be changed", () => {
    const { log, agent } = story();
    const { prepareStackTrace, stackTraceLimit } = Object.getOwnPropertyDescriptors(Error);
    Object.defineProperty(Error, "prepareStackTrace", { value: undefined, writable: false, configurable: true });
    Object.defineProperty(Error, "stackTraceLimit", { ...stackTraceLimit, writable: false });
    try {
      agent.set("k", 1);
      assert.equal(agent.get("k"), 1);
    } finally {
      restore(prepareStackTrace);
      Object.defineProperty(Error, "stackTraceLimit", stackTraceLimit as PropertyDescriptor);
    }
    assert.deepEqual(lines(log, "state_changed"), [undefined]);
  });

  it("are not taken unless asked for, and no longer once switched off", () => {
    const log = new RunLog();
    const store = new StateStore({ log });
    store.set("a", 1);
    log.callSites = LIMIT;
    assert.equal(log.callSites, LIMIT);
    store.set("a", 2);
    log.callSites = 0;
    store.set("a", 3);
    assert.deepEqual(
      lines(log, "state_changed").map((line) => line !== undefined),
      [false, true, false],
    );
    assert.deepEqual(
      ofKind(log, "call_sites").map(({ value }) => value),
      [
        { on: true, limit: LIMIT },
        { on: false, limit: 0 },
      ],
    );
    for (const wrong of [-1, 0.5, NaN, "1" as unknown as number]) {
      assert.throws(() => (log.callSites = wrong), RangeError);
    }
  });

  it("stay with their events while old ones are cut off", () => {
    const log = new RunLog({ retention: 10 });
    const store = new StateStore({ log });
    log.callSites = LIMIT;
    for (let i = 0; i < 10_000; i++) store.set("k", i);
    const taken = here() - 1;
    assert.deepEqual(lines(log, "state_changed"), new Array(10).fill(taken));
    log.callSites = 0;
    for (let i = 0; i < 10_000; i++) store.set("k", i);
    assert.deepEqual(lines(log, "state_changed"), new Array(10).fill(undefined));
  });

  it("pause above the limit, which an event says, and return once events come slowly", async () => {
    const { log, store } = story(50);
    for (let i = 0; i < 200; i++) store.set("fast", i);
    assert.equal(lines(log, "state_changed").filter((line) => line !== undefined).length, 50);
    await wait(1_100);
    store.set("calm", 1);
    assert.notEqual(lines(log, "state_changed").at(-1), undefined);
    const [, paused, back] = ofKind(log, "call_sites").map(({ value }) => value as Record<string, unknown>);
    assert.equal(paused?.["on"], false);
    assert.equal(paused["limit"], 50);
    assert.ok((paused["perSecond"] as number) > 50);
    assert.deepEqual(back, { on: true, limit: 50 });
  });
});
