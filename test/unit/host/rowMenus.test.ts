import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { CommandId } from "../../../contributions/commands";
import { runNodes } from "../../../src/host/contexts/runNodes";
import type { TreeRun } from "../../../src/host/contexts/treeRun";
import type { TreeNode } from "../../../src/host/ui/treeNode";
import { repositoryDir } from "../../harness/paths";
import { holds } from "../../harness/whenClause";
import { EXITED, HELD, RACE, RECORDED, runOf } from "./raceRecording";

interface Item {
  readonly command: string;
  readonly when: string;
  readonly group: string;
}

const { contributes } = JSON.parse(readFileSync(path.join(repositoryDir, "package.json"), "utf8"));
const items: readonly Item[] = contributes.menus["view/item/context"];

/** Commands that change a run, or end what is asked of it. */
const WRITES: readonly string[] = [
  CommandId.mergeOverlay,
  CommandId.discardOverlay,
  CommandId.cancelCommand,
  CommandId.holdMerges,
  CommandId.startHolding,
  CommandId.stopHolding,
  CommandId.approveMerge,
  CommandId.rejectMerge,
  CommandId.releaseMerges,
  CommandId.detachRun,
  CommandId.endRun,
  CommandId.stopRun,
];

/** The commands that a row is offered while other runs live and have a command waiting, each once. */
function offered({ contextValue }: TreeNode): readonly string[] {
  const keys = {
    view: "agentContext.contexts",
    viewItem: contextValue,
    "agentContext.hasRuns": true,
    "agentContext.hasLiveRuns": true,
    "agentContext.commandWaiting": true,
    "agentContext.hasHeldMerges": true,
    "agentContext.hasDecidableMerges": true,
  };
  return [...new Set(items.filter(({ when }) => holds(when, keys)).map(({ command }) => command))];
}

/** All rows of a run's tree. */
function rowsOf(run: TreeRun): readonly TreeNode[] {
  const below = (node: TreeNode): readonly TreeNode[] => [node, ...node.children().flatMap(below)];
  return runNodes([run]).flatMap(below);
}

/** Which writes are offered on rows of which values, one line a value. */
function writes(run: TreeRun): string {
  const lines = rowsOf(run).flatMap((row) => {
    const found = offered(row).filter((command) => WRITES.includes(command));
    return found.length === 0 ? [] : [`${row.contextValue}: ${found.map((id) => id.split(".")[1]).join(" ")}`];
  });
  return [...new Set(lines)].join("\n");
}

describe("the menus of the Contexts tree", () => {
  it("offer what changes a run on rows of a run that can be changed", () => {
    const run = runOf(HELD, { waitingFor: "Waiting for the script to merge agent_a" });
    assert.equal(
      writes(run),
      `run.running reachable held commandWaiting: stopRun detachRun cancelCommand holdMerges startHolding releaseMerges
heldMerges decidable: releaseMerges
heldMerge decidable: approveMerge rejectMerge
agent reachable: mergeOverlay discardOverlay holdMerges startHolding
overlay reachable: mergeOverlay discardOverlay
agent pending changed held reachable: mergeOverlay discardOverlay holdMerges startHolding
agent pending changed reachable: mergeOverlay discardOverlay holdMerges startHolding`,
    );
    const holding = runOf(RACE, { state: { kind: "waiting" }, holds: { run: "always", agents: new Map() } });
    assert.match(writes(holding), /^run\.waiting reachable holding: stopRun endRun detachRun holdMerges stopHolding$/m);
    const all = [run, holding].flatMap(rowsOf).flatMap(offered);
    assert.deepEqual(
      WRITES.filter((command) => !all.includes(command)),
      [],
    );
  });

  it("offer none of it on rows of recordings and of runs that are over", () => {
    for (const events of [RACE, HELD]) {
      for (const kind of ["ended", "endedUnexpectedly", "failed"] as const) {
        const end = { ...EXITED, kind };
        for (const state of [{ kind: "recorded", reading: { kind: "read" }, end } as const, end]) {
          assert.equal(writes(runOf(events, { state })), "", `${state.kind} ${kind}`);
        }
      }
    }
  });

  it("offer what does not need the script where it cannot be reached, and nothing else", () => {
    const lost = runOf(HELD, { state: { kind: "unreachable", why: "disconnected", isWaiting: false } });
    assert.equal(writes(lost), "run.running held: stopRun");
    const stopping = runOf(HELD, { state: { kind: "stopping" } });
    assert.equal(writes(stopping), "run.stopping held: stopRun");
  });

  it("offer looking at a recording as they do at a run", () => {
    const recorded = rowsOf(runOf(RACE, { state: RECORDED }));
    const of = (value: string): string =>
      offered(recorded.find(({ contextValue }) => contextValue === value) ?? assert.fail(value))
        .map((id) => id.split(".")[1])
        .join(" ");
    assert.equal(of("run.ended recording"), "replayRun removeRun exportRun showEvents compareOrders compareWithRun");
    assert.equal(
      of("agent"),
      "breakOnMerge showEvents previewMerge compareOverlay openDiffEditor compareBase compareOrders",
    );
    assert.equal(of("overlay"), "breakOnMerge previewMerge compareOverlay openDiffEditor compareBase compareOrders");
    assert.equal(
      of("key overlayKey"),
      "breakOnWrite breakOnRead openDiffEditor compareBase goToWriter showKeyHistory copyValue copyKeyPath",
    );
  });
});
