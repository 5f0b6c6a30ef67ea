import assert from "node:assert/strict";
import { runIcon } from "../../../src/host/runs/runIcon";
import type { Outcome } from "../../../src/host/runs/runOutcome";
import * as of from "../../../src/host/runs/runState";
import { unavailableReason, undecidableReason } from "../../../src/host/runs/undecidable";
import { EXITED } from "./raceRecording";

type RunState = of.RunState;

const failed: Outcome = { kind: "failed", statusText: "could not be loaded", problem: "It has no such file." };
const killed: Outcome = { kind: "endedUnexpectedly", statusText: "ended unexpectedly", problem: undefined };
const half = { bytes: 1, size: 2 };

function recorded(reading: of.RecordedState["reading"], end?: Outcome): RunState {
  return { kind: "recorded", reading, end };
}

function unreachable(why: of.Unreachable, isWaiting = false): RunState {
  return { kind: "unreachable", why, isWaiting };
}

/** Of each state its word, the questions that are answered with yes, and its text. */
const STATES: readonly (readonly [RunState, string])[] = [
  [{ kind: "starting" }, "starting  : starting"],
  [{ kind: "restoring", from: "process" }, "running  : looking for its process"],
  [{ kind: "restoring", from: "recording" }, "starting  : reading its recording"],
  [{ kind: "running" }, "running reachable : running"],
  [{ kind: "running", pause: "asked" }, "running reachable : pausing, at the script's next call or turn"],
  [{ kind: "running", pause: "scriptDebugger" }, "running reachable : paused by the JavaScript debugger"],
  [{ kind: "running", pause: { at: 7 } }, "running reachable paused : paused at event 7"],
  [{ kind: "waiting" }, "waiting reachable waiting : finished, unmerged"],
  [unreachable("disconnected"), "running  : running, not connected"],
  [unreachable("disconnected", true), "waiting waiting : running, not connected"],
  [unreachable("detached"), "running  : running, detached"],
  [unreachable("secret"), "running  : running, not connected"],
  [unreachable("version"), "running  : running, not connected"],
  [{ kind: "stopping" }, "stopping  : stopping"],
  [EXITED, "ended over whole outcome : exit code 0"],
  [killed, "endedUnexpectedly over whole outcome : ended unexpectedly"],
  [failed, "failed over whole outcome : could not be loaded"],
  [recorded({ kind: "reading", ...half }), "ended over : recording, reading 50 %"],
  [recorded({ kind: "reading", bytes: 0, size: 0 }), "ended over : recording, reading 0 %"],
  [recorded({ kind: "stopped", ...half }), "ended over : recording, not read to its end"],
  [recorded({ kind: "failed", message: "It is gone." }), "ended over : recording, cannot be read"],
  [recorded({ kind: "read" }), "ended over whole : recording, end not recorded"],
  [recorded({ kind: "read" }, EXITED), "ended over whole : recording, exit code 0"],
  [recorded({ kind: "read" }, failed), "failed over whole : recording, could not be loaded"],
];

const QUESTIONS: Readonly<Record<string, (state: RunState) => boolean>> = {
  over: of.isOver,
  whole: of.isWhole,
  outcome: of.isOutcome,
  reachable: of.isReachable,
  waiting: of.isWaiting,
  paused: of.isPaused,
};

describe("what views ask of a run's state", () => {
  for (const [state, expected] of STATES) {
    it(JSON.stringify(state), () => {
      const yes = Object.entries(QUESTIONS).filter(([, ask]) => ask(state));
      const answers = yes.map(([question]) => question).join(" ");
      assert.equal(`${of.runWord(state)} ${answers} : ${of.statusText(state)}`, expected);
    });
  }

  it("every kind of state is in the table", () => {
    const all: Readonly<Record<RunState["kind"], true>> = {
      ...{ starting: true, restoring: true, running: true, waiting: true, unreachable: true, stopping: true },
      ...{ ended: true, endedUnexpectedly: true, failed: true, recorded: true },
    };
    assert.deepEqual([...new Set(STATES.map(([{ kind }]) => kind))].sort(), Object.keys(all).sort());
  });

  it("a run that is told to stop is stopping until it has ended, found again or detached as it may be", () => {
    const facts = { restoring: undefined, unreachable: undefined, pause: undefined } as const;
    const phase = (["stopping", "running", "waiting", "starting"] as const).reduce<of.Phase>(of.nextPhase, "running");
    const states = [facts, { ...facts, unreachable: "detached" as const }, { ...facts, restoring: "process" as const }];
    assert.deepEqual(
      states.map((each) => of.liveState({ ...each, phase })),
      states.map(() => ({ kind: "stopping" })),
    );
    const over = of.nextPhase(of.nextPhase(phase, killed), "running");
    assert.equal(of.liveState({ ...facts, phase: over }), killed);
  });

  it("of a run that goes on, whether it is known to live comes first, then whether it can be reached", () => {
    const detached = { phase: "waiting", unreachable: "detached", pause: { at: 3 } } as const;
    assert.deepEqual(
      [
        of.liveState({ ...detached, restoring: "recording" }),
        of.liveState({ ...detached, restoring: undefined }),
        of.liveState({ phase: "waiting", restoring: undefined, unreachable: undefined, pause: undefined }),
        of.liveState({ phase: "running", restoring: undefined, unreachable: undefined, pause: { at: 3 } }),
        // Its runner may have let go of the thread since.
        of.liveState({ phase: "running", restoring: undefined, unreachable: "disconnected", pause: { at: 3 } }),
        of.liveState({ phase: "starting", restoring: undefined, unreachable: "disconnected", pause: undefined }),
      ],
      [
        { kind: "restoring", from: "recording" },
        { kind: "unreachable", why: "detached", isWaiting: true },
        { kind: "waiting" },
        { kind: "running", pause: { at: 3 } },
        { kind: "unreachable", why: "disconnected", isWaiting: false },
        { kind: "starting" },
      ],
    );
  });

  it("how it ended is told without the reading of a recording", () => {
    const ends = [recorded({ kind: "read" }, EXITED), recorded({ kind: "reading", ...half }), killed];
    assert.deepEqual(ends.map(of.endText), ["exit code 0", "end not recorded", "ended unexpectedly"]);
  });

  it("only what is paused at an event has the icon of a pause", () => {
    const icons = STATES.slice(3, 8).map(
      ([state]) => runIcon({ word: of.runWord(state), isPaused: of.isPaused(state), problem: false })[0],
    );
    assert.deepEqual(icons, ["sync~spin", "sync~spin", "sync~spin", "debug-pause", "debug-pause"]);
  });

  it("why nothing of it can be changed", () => {
    const reasons = STATES.map(([state]) => {
      const run = { title: "race.ts", state };
      const [live, past] = [true, false].map((isLive) => [
        unavailableReason({ ...run, cursor: { isLive } })?.split(/[:.] |\.$/)[0] ?? "-",
        undecidableReason({ ...run, cursor: { isLive } })?.split(/[:.] |\.$/)[0] ?? "-",
      ]);
      assert.deepEqual(live?.[0], live?.[1]);
      assert.deepEqual(past?.[0], past?.[1]);
      return `${state.kind}: ${live?.[0]} | ${past?.[0]}`;
    });
    const past = "You are looking at the past";
    assert.deepEqual(
      [...new Set(reasons)],
      [
        "starting: The script has not started yet | The script has not started yet",
        `restoring: The script cannot be reached at the moment | ${past}`,
        `running: - | ${past}`,
        `waiting: - | ${past}`,
        `unreachable: The script cannot be reached at the moment | ${past}`,
        `unreachable: race.ts is detached | ${past}`,
        `unreachable: race.ts is shown from its recording only | ${past}`,
        "stopping: The run is being stopped | The run is being stopped",
        "ended: The run has ended | The run has ended",
        "endedUnexpectedly: The run has ended | The run has ended",
        "failed: The run has ended | The run has ended",
        "recorded: This is a recording | This is a recording",
      ],
    );
  });
});
