import assert from "node:assert/strict";
import { LiveTree, type Branch, type TreeChange } from "../../../src/host/contexts/liveTree";
import { pastMessage } from "../../../src/host/contexts/pastMessage";
import { runNodes, storeNodes } from "../../../src/host/contexts/runNodes";
import type { TreeNode } from "../../../src/host/ui/treeNode";
import type { TreeRun } from "../../../src/host/contexts/treeRun";
import { clockText } from "../../../src/base/clockText";
import { RunCursor } from "../../../src/model/runCursor";
import { RunModel } from "../../../src/model/runModel";
import { linesOf, pagesOnDisk } from "../model/storedModel";
import { EXITED, HELD, RACE, RECORDED, recording, runOf } from "./raceRecording";

/** The whole tree as text; `sections` chooses which of an agent's sections are opened. */
function draw(nodes: readonly TreeNode[], indent = ""): string {
  return nodes
    .map((node) => {
      const badge = node.status === undefined ? "" : ` [${node.status}]`;
      const line = `${indent}${[node.label, node.description].filter(Boolean).join("  ")}${badge}`;
      const children = node.expansion === "none" ? "" : draw(node.children(), `${indent}  `);
      return children === "" ? line : `${line}\n${children}`;
    })
    .join("\n");
}

/** The tree of agents, and below it that of states. */
function drawn(run: TreeRun): string {
  return `\n${draw(runNodes([run]))}\n${draw(storeNodes(run))}\n`;
}

function find(nodes: readonly TreeNode[], ...labels: readonly string[]): TreeNode {
  const [label, ...rest] = labels;
  const node = nodes.find((each) => each.label === label);
  assert.ok(node, `${label} among ${nodes.map((each) => each.label).join(", ")}`);
  return rest.length === 0 ? node : find(node.children(), ...rest);
}

describe("the Contexts tree", () => {
  it("says in a run's tooltip how much of it is on disk alone", () => {
    const bytes = Buffer.from(recording(RACE));
    const model = new RunModel(linesOf(bytes), 100, pagesOnDisk());
    model.append(bytes);
    const run = runOf(RACE, { model, cursor: new RunCursor(model) });
    const facts = runNodes([run])[0]?.details().facts ?? [];
    assert.deepEqual(
      facts.filter(({ label }) => label.endsWith("on disk")).map(({ label, text }) => `${label}: ${text}`),
      [
        `Values on disk: ${model.droppedValues} older ones, read from the recording when you look at them`,
        "Index on disk: 1 MB of older events, read when you look at them",
      ],
    );
    assert.ok(model.droppedValues > 0);
  });

  it("does not say that a recording's run ended well before its end is read, or when it says nothing of its end", () => {
    const opened = { kind: "recorded", reading: { kind: "read" }, end: undefined } as const;
    const iconOf = (run: TreeRun): string => runNodes([run])[0]?.icon ?? "";
    const reading = { kind: "reading", bytes: 0, size: 0 } as const;
    assert.equal(iconOf(runOf(RACE, { state: { ...opened, reading } })), "loading~spin");
    assert.equal(iconOf(runOf(RACE, { state: opened })), "question");
    const ended = { kind: "run_ended", data: { code: 0, signal: null } };
    const merged = RACE.filter((event) => !/agent_b|helper/.test((event as { agent?: string }).agent ?? ""));
    assert.equal(iconOf(runOf([...merged, ended], { state: RECORDED })), "pass");
    assert.equal(iconOf(runOf(merged, { state: EXITED })), "pass");
  });

  it("does not say that a run ended well in which somebody's work was lost, and marks who lost it once it is", () => {
    const ended = { kind: "run_ended", data: { code: 0, signal: null } };
    const run = runOf([...RACE, ended], { state: EXITED });
    const [node] = runNodes([run]);
    assert.deepEqual([node?.icon, node?.iconColor], ["warning", "problemsErrorIcon.foreground"]);
    assert.equal(node?.description, "exit code 0 · unmerged work of 2 agents");
    const markedOf = (): readonly string[] =>
      (runNodes([run])[0]?.children() ?? [])
        .filter((each) => /problem/.test(each.description))
        .map(({ label }) => label);
    assert.deepEqual(markedOf(), ["agent_b"]);
    run.cursor.moveTo(8);
    assert.deepEqual(markedOf(), []);
  });

  it("says what became of what an agent merged, and not what merging it again would change", () => {
    const overwritten = { kind: "state_changed", agent: "setup", rev: 4, data: { layer: 1, changes: { counter: 7 } } };
    const run = runOf([...RACE, overwritten]);
    assert.equal(find(runNodes([run]), "race.ts", "agent_a").description, "merged, since overwritten");
    run.cursor.moveTo(run.model.lastSeq - 1);
    assert.equal(find(runNodes([run]), "race.ts", "agent_a").description, "merged");
  });

  it("marks agents as running only while their run does, however it ended", () => {
    // Without the line that says that agent_b ended.
    const events = RACE.filter((event) => (event as { kind?: string }).kind !== "agent_ended");
    const colours = (more: Partial<TreeRun>): readonly (string | undefined)[] => {
      const nodes = runNodes([runOf(events, more)])[0]?.children() ?? [];
      return nodes.filter(({ kind }) => kind === "agent").map(({ iconColor }) => iconColor);
    };
    const running = colours({});
    assert.ok(running.includes("charts.green"), running.join());
    const crashed = { state: { ...EXITED, kind: "endedUnexpectedly" } } as const;
    assert.ok(!colours(crashed).includes("charts.green"));
    // Then, it ran.
    const past = runOf(events, crashed);
    past.cursor.moveTo(past.model.lastSeq - 1);
    const then = (runNodes([past])[0]?.children() ?? []).filter(({ kind }) => kind === "agent");
    assert.ok(then.some(({ iconColor }) => iconColor === "charts.green"));
  });

  it("shows runs, parent state, agents and nested agents with their layers", () => {
    assert.equal(
      drawn(runOf(RACE)),
      `
race.ts  running
  agent_a  merged
    Overlay  1 key
      counter  1 · unchanged · merged [unchanged]
    Effective state
      counter  1 · local, shadows the parent [unchanged]
      draft  "old" · read through
    Event log
  agent_b  2 changes, 1 conflict, pending, ended with error
    Overlay  2 keys
      counter  5 · modified · conflict [conflict]
      draft  absent · deleted [deleted]
    Effective state
      counter  5 · local, shadows the parent [conflict]
    Event log
    helper  1 change, pending
      Overlay  1 key
        notes  {"by":"helper", "lines":["<b>", "two"]} · added [added]
          by  "helper"
          lines  ["<b>", "two"]
            [0]  "<b>"
            [1]  "two"
      Effective state
        notes  {"by":"helper", "lines":["<b>", "two"]} · local [added]
          by  "helper"
          lines  ["<b>", "two"]
            [0]  "<b>"
            [1]  "two"
        counter  5 · read through
      Event log
Parent state
  counter  1 · by agent_a
  draft  "old" · by setup
`,
    );
  });

  it("shows what waits for the user first, at every event", () => {
    const run = runOf(HELD);
    const held = (): string =>
      draw(
        runNodes([run])[0]
          ?.children()
          .filter(({ kind }) => kind === "held") ?? [],
      );
    const clock = clockText(Date.parse("2026-01-02T03:04:05.678Z"));
    assert.equal(
      held(),
      `Held merges  2
  agent_b  2 changes, 1 conflict, since ${clock}
  agent_b  1 change, since ${clock}`,
    );
    assert.equal(runNodes([run])[0]?.description, "running · 2 merges held");
    assert.match(find(runNodes([run]), "race.ts", "agent_b").description, /merge held/);
    run.cursor.moveTo(16);
    assert.equal(held(), `Held merges  1\n  agent_b  2 changes, 1 conflict, since ${clock}`);
    assert.match(runNodes([run])[0]?.description ?? "", /1 merge held/);
    run.cursor.moveTo(15);
    assert.equal(held(), "");
  });

  it("says that merges will be held only while somebody can decide them", () => {
    const draw = (kind: "running" | "stopping"): string | undefined =>
      runNodes([runOf(RACE, { holds: { run: "always", agents: new Map() }, state: { kind } })])[0]?.description;
    assert.match(draw("running") ?? "", /^running .*hold/);
    assert.equal(draw("stopping"), "stopping");
  });

  it("tells menus which merges are held, and whether the script can be reached", () => {
    const menus = (run: TreeRun): readonly string[] =>
      ["agent_a", "agent_b"].map((agent) => find(runNodes([run]), "race.ts", agent).contextValue);
    const live = runOf(HELD, { holds: { run: "onProblem", agents: new Map([[2, "never"]]) } });
    assert.equal(runNodes([live])[0]?.contextValue, "run.running reachable held holding");
    assert.deepEqual(menus(live), ["agent reachable", "agent pending changed held reachable holding"]);
    const held = (run: TreeRun): readonly string[] =>
      (runNodes([run])[0]?.children() ?? [])
        .filter(({ kind }) => kind === "held")
        .flatMap((group) => [group, ...group.children()])
        .map(({ contextValue }) => contextValue);
    assert.deepEqual(held(live), ["heldMerges decidable", ...["heldMerge decidable", "heldMerge decidable"]]);
    const recorded = runOf(HELD, { state: RECORDED });
    recorded.cursor.moveTo(16);
    assert.deepEqual(held(recorded), ["heldMerges", "heldMerge"]);
    live.cursor.moveTo(16);
    assert.deepEqual(held(live), ["heldMerges", "heldMerge"], "of the past nothing is decided");
    const ended = runOf(RACE, { state: EXITED });
    assert.equal(runNodes([ended])[0]?.contextValue, "run.ended");
    assert.deepEqual(menus(ended), ["agent", "agent pending changed"]);
    const alone = runOf(RACE, { holds: { run: "never", agents: new Map([[2, "always"]]) } });
    assert.equal(runNodes([alone])[0]?.contextValue, "run.running reachable");
    assert.deepEqual(menus(alone), ["agent reachable holding", "agent pending changed reachable"]);
  });

  it("shows every state as it was when the cursor is in the past, and says so", () => {
    const run = runOf(RACE);
    run.cursor.moveTo(8);
    assert.equal(
      drawn(run),
      `
race.ts  running · event 8 of 16
  agent_a  1 change, pending
    Overlay  1 key
      counter  1 · modified [modified]
    Effective state
      counter  1 · local, shadows the parent [modified]
      draft  "old" · read through
    Event log
  agent_b
    Overlay  empty
    Effective state
      counter  0 · read through
      draft  "old" · read through
    Event log
Parent state
  counter  0 · by setup
  draft  "old" · by setup
`,
    );
    assert.equal(pastMessage([run]), "Showing event 8 of 16 of race.ts");
    assert.equal(
      pastMessage([run], () => 3),
      "Showing event 8 of 16 of race.ts, stepping through agent_b",
    );
    run.cursor.goLive();
    assert.equal(pastMessage([run]), undefined);
  });

  it("shows a run that has no state yet, one that failed, and a recording that is damaged", () => {
    assert.equal(
      drawn(runOf([], { state: { kind: "starting" } })),
      "\nrace.ts  starting\n  No state yet\nNo state yet\n",
    );
    const failed = runOf([], {
      state: { kind: "failed", statusText: "could not be loaded", problem: undefined },
      problem: "Cannot find module './x'",
    });
    assert.equal(
      drawn(failed),
      "\nrace.ts  could not be loaded\n  Cannot find module './x'\nThe script created no state\n",
    );
    const reading = { kind: "reading", bytes: 1, size: 4 } as const;
    const early = runOf([], { state: { kind: "recorded", reading, end: undefined } });
    assert.equal(drawn(early), "\nrace.ts  recording, reading 25 %\n  No state yet\nNo state yet\n");
    const damaged = runOf(RACE.slice(0, 2));
    damaged.model.append(Buffer.from("{broken\n"));
    assert.match(drawn(damaged), /1 damaged line in the recording: line 5: /);
  });

  it("tells value, writer, revision, event and time when hovered, in words a screen reader says too", () => {
    const run = runOf(RACE);
    const counter = find(runNodes([run]), "race.ts", "agent_b", "Overlay", "counter");
    assert.equal(counter.accessibleLabel, "counter, 5, modified, conflict");
    const { heading, facts, code } = counter.details();
    assert.equal(heading, "counter");
    assert.deepEqual(
      facts.map(({ label, text }) => `${label}: ${text.replace(/\d\d:\d\d:05/, "hh:mm:05")}`),
      [
        "Merge: modified, conflict",
        "Parent now: 1",
        "Parent written by: agent_a, event 14 at hh:mm:05.678",
        "Base: 0",
        "Revision: 1 (agent_b)",
        "Writer: agent_b",
        "Event: event 9 at hh:mm:05.678",
        "Line: not recorded (off)",
      ],
    );
    assert.equal(code?.text, "5");
    const element = find(runNodes([run]), "race.ts", "agent_b", "helper", "Overlay", "notes", "lines", "[0]");
    assert.equal(element.details().heading, "notes.lines[0]");
  });

  it("keeps every id while events stream in, and redraws only what they touched", () => {
    const run = runOf(RACE.slice(0, 7));
    const tree = new LiveTree(() => [...runNodes([run]), ...storeNodes(run)]);
    const openAll = (branches: readonly Branch[]): void =>
      branches.forEach((branch) => {
        if (branch.node.expansion !== "none") openAll(tree.childrenOf(branch));
      });
    openAll(tree.roots());
    const redrawn = (change: TreeChange): string => {
      assert.ok(change !== "all");
      // VS Code asks anew for what is expanded under what is redrawn.
      openAll(change);
      return change.map((branch) => branch.node.label).join(", ");
    };
    const parentCounter = tree.find('run:r1/1/"counter"');
    assert.ok(parentCounter);

    run.model.append(Buffer.from(recording(RACE.slice(7, 8), 7)));
    assert.equal(redrawn(tree.refresh()), "agent_a", "its first local write changes the agent alone");
    run.model.append(Buffer.from(recording(RACE.slice(8, 13), 8)));
    assert.equal(redrawn(tree.refresh()), "agent_b");
    run.model.append(Buffer.from(recording(RACE.slice(13, 14), 13)));
    assert.equal(redrawn(tree.refresh()), "agent_a, agent_b, counter");
    assert.equal(tree.find('run:r1/1/"counter"'), parentCounter);
    assert.equal(parentCounter.node.description, "1 · by agent_a");
    assert.equal(redrawn(tree.refresh()), "");
  });

  it("shows hostile names and values as text, and keys of any name", () => {
    const changes = JSON.parse(
      '{"__proto__": "<img src=x onerror=alert(1)>", "": null, "a\\u202eb\\n": true, "constructor": {"x":1}}',
    ) as object;
    const run = runOf([
      { kind: "store_created", data: { layer: 1, name: "parent" } },
      ...Object.entries(changes).map(([key, value], index) => ({
        kind: "state_changed",
        agent: "[x](command:y) $(zap)",
        rev: index + 1,
        data: JSON.parse(`{"layer": 1, "changes": {${JSON.stringify(key)}: ${JSON.stringify(value)}}}`) as object,
      })),
    ]);
    assert.equal(
      drawn(run),
      `
race.ts  running
  No agent yet
Parent state
  __proto__  "<img src=x onerror=alert(1)>" · by [x](command:y) $(zap)
  (empty key)  null · by [x](command:y) $(zap)
  a\\u202eb\\n  true · by [x](command:y) $(zap)
  constructor  {"x":1} · by [x](command:y) $(zap)
    x  1
`,
    );
  });

  it("shows many keys in ranges", () => {
    const many = Array.from({ length: 2_500 }, (_, index) => ({
      kind: "state_changed",
      agent: "setup",
      rev: index + 1,
      data: { layer: 1, changes: { [`key ${index}`]: index } },
    }));
    const run = runOf([{ kind: "store_created", data: { layer: 1, name: "parent" } }, ...many]);
    const store = find(storeNodes(run), "Parent state");
    assert.deepEqual(
      store.children().map((node) => node.label),
      ["[0…999]", "[1000…1999]", "[2000…2499]"],
    );
    const last = find(store.children(), "[2000…2499]").children();
    assert.equal(last.length, 500);
    assert.equal(last.at(-1)?.description, "2499 · by setup");
  });
});
