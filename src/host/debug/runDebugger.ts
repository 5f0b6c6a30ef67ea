/**
 * What a debugger does to a run: steps, stops and searches, live and in the past, by the run's one cursor and its
 * thread. It knows nothing of the debug protocol.
 */

import * as vscode from "vscode";
import type { EventBreakpoint } from "../../breakpoints/breakpoint";
import { compileBreakpoint, type BreakpointMatcher } from "../../breakpoints/breakpointMatch";
import type { RunModel } from "../../model/runModel";
import { nextStop, previousStop, type FoundStop, type StopSearch } from "../../model/stopSearch";
import { isMergeEnd, Op, scopeOf } from "../../core/eventKinds";
import { SlicedWork } from "../../base/slicedWork";
import { DisposableStore } from "../../base/disposableStore";
import type { StepGoal } from "../../protocol/wire";
import type { Run } from "../runs/run";
import { isOver } from "../runs/runState";

/** Why a run stands where it stands. */
export interface RunStop {
  readonly reason: "entry" | "step" | "breakpoint" | "pause" | "goto" | "start" | "end";
  /** Ids of the breakpoints that stop here. */
  readonly breakpoints: readonly number[];
  readonly seq: number;
  /** The event that they match: the same, or a part of the merge that the run stands at. */
  readonly matched: number;
}

/** A search through the past, under way. */
export type PastSearch = SlicedWork<{ readonly found: FoundStop | undefined }>;

/** A search that takes longer than this is told. */
export const LONG_SEARCH_MS = 500;

/**
 * A script that runs may pass the end of a step before it hears of the step. It is held where it is then, and shown where
 * the step ended, unless it says within so many milliseconds that it stopped there.
 */
const PASSED_MS = 250;

/** Finds the event at which a step ends; undefined while there is none. */
type StepEnd = () => number | undefined;

/** One debugger of one run, for as long as it debugs. */
export class RunDebugger implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly stopped = this.store.add(new vscode.EventEmitter<RunStop>());
  /** It stands at an event, or at another one. */
  readonly onDidStop = this.stopped.event;
  private readonly continued = this.store.add(new vscode.EventEmitter<void>());
  /** It runs. */
  readonly onDidContinue = this.continued.event;
  private readonly searching = this.store.add(new vscode.EventEmitter<PastSearch | undefined>());
  /** A search through the past goes on for long, or has ended (undefined). */
  readonly onDidSearch = this.searching.event;
  private matchers: readonly BreakpointMatcher[] = [];
  private search: PastSearch | undefined;
  /** Told to whoever listens: whether it stands. */
  private stands = false;
  /** The cursor is moved by this debugger, which tells it itself. */
  private isMoving = false;
  private heldAt: number | undefined;
  private stepEnd: StepEnd | undefined;
  private passing: NodeJS.Timeout | undefined;
  /** The event that was told last. */
  private toldSeq: number | undefined;

  constructor(readonly run: Run) {
    const unlisten = run.cursor.onDidChange(() => {
      if (this.isMoving) return;
      this.dropSearch();
      this.reportStop({ reason: "goto", breakpoints: [] });
    });
    this.store.add(new vscode.Disposable(unlisten));
    this.store.add(new vscode.Disposable(run.model.onDidChange(() => this.grown())));
    if (run.thread) this.store.add(run.thread.onDidChange(() => this.threadChanged()));
  }

  /** Whether an event is shown: the thread is held, or the past is looked at, or nothing runs any more. */
  get isStopped(): boolean {
    return this.run.thread?.stop !== undefined || !this.run.cursor.isLive || isOver(this.run.state);
  }

  /** The event that it stands at. */
  get seq(): number {
    return this.run.cursor.seq;
  }

  /** Replaces all breakpoints; those that cannot be read must have been left out. */
  arm(breakpoints: readonly EventBreakpoint[]): void {
    this.matchers = breakpoints.map((breakpoint) => compileBreakpoint(breakpoint));
    this.run.thread?.arm(breakpoints);
  }

  /** Says where it stands now, for the first time. */
  begin(reason: RunStop["reason"]): void {
    this.heldAt = this.run.thread?.stop?.seq;
    this.reportStop({ reason, breakpoints: [] });
  }

  /** The next event of an agent; of anybody without one. */
  stepOver(layer: number | undefined): void {
    const { run, seq } = this;
    const end = (): number | undefined => run.model.next(seq, layer);
    const next = end();
    if (next !== undefined) return this.moveTo(next, { reason: "step", breakpoints: [] });
    this.goOn(layer === undefined ? { to: "any" } : { to: "agent", layer }, end);
  }

  /** The end of the agent's innermost scope, or of a merge of it, whichever is next. */
  stepOut(layer: number): void {
    const { run, seq } = this;
    const scope = run.model.scopesAt(layer, seq)[0]?.id ?? 0;
    const end = outOf(run.model, layer, scope, seq);
    const next = end();
    if (next !== undefined) return this.moveTo(next, { reason: "step", breakpoints: [] });
    this.goOn({ to: "out", layer, scope }, end);
  }

  /** The agent's event before this one. */
  stepBack(layer: number | undefined): void {
    const { model } = this.run;
    const previous = model.previous(this.seq, layer);
    if (previous === undefined) return this.moveTo(this.seq, { reason: "start", breakpoints: [] });
    this.moveTo(previous, { reason: "step", breakpoints: [] });
  }

  /** Live: back to the newest event, and on. In a recording: to the next stop, or its end. */
  async resume(): Promise<void> {
    const { run } = this;
    if (!isOver(run.state)) return this.goOn();
    const { lastSeq } = run.model;
    const found = await this.look(nextStop(run.model, this.matchers, this.seq));
    if (found === "dropped") return;
    if (found === "cancelled") this.reportStop({ reason: "goto", breakpoints: [] });
    else if (found) this.moveTo(found.seq, { reason: "breakpoint", breakpoints: found.breakpoints });
    else this.moveTo(lastSeq, { reason: "end", breakpoints: [] });
  }

  /** To the last stop before this event, or the first event. */
  async reverse(matchers: readonly BreakpointMatcher[] = this.matchers): Promise<void> {
    const { model } = this.run;
    const found = await this.look(previousStop(model, matchers, this.seq));
    if (found === "dropped") return;
    if (found === "cancelled") this.reportStop({ reason: "goto", breakpoints: [] });
    else if (found) this.moveTo(found.seq, { reason: "breakpoint", breakpoints: found.breakpoints });
    else this.moveTo(model.next(model.firstSeq) ?? model.firstSeq, { reason: "start", breakpoints: [] });
  }

  pause(): void {
    if (this.search) return this.search.cancel();
    if (!this.isStopped) this.run.thread?.pause();
  }

  dispose(): void {
    this.dropSearch();
    this.awaitStep(undefined);
    this.store.dispose();
  }

  /** Shows an event, whatever is shown now, and tells why. */
  private moveTo(seq: number, stop: Omit<RunStop, "seq" | "matched">): void {
    const { cursor, model, thread, state } = this.run;
    this.dropSearch();
    this.awaitStep(undefined);
    this.isMoving = true;
    try {
      // At the newest event of a thread that is held there is nothing to follow, and nothing past about it.
      if (model.stepSeq(seq) === model.lastSeq && !isOver(state) && thread?.stop !== undefined) cursor.goLive();
      else cursor.moveTo(seq);
    } finally {
      this.isMoving = false;
    }
    this.reportStop(stop, seq);
  }

  /** Lets the script go on from the newest event; where nothing runs any more, shows the last event. */
  private goOn(until?: StepGoal, end?: StepEnd): void {
    const { run } = this;
    if (isOver(run.state)) return this.moveTo(run.model.lastSeq, { reason: "end", breakpoints: [] });
    this.dropSearch();
    this.awaitStep(end);
    this.isMoving = true;
    try {
      run.cursor.goLive();
      run.thread?.go(until);
    } finally {
      this.isMoving = false;
    }
    this.tellRunning();
  }

  private threadChanged(): void {
    const stop = this.run.thread?.stop;
    if (stop === undefined) {
      this.heldAt = undefined;
      if (!this.isMoving && !this.isStopped) this.tellRunning();
      return;
    }
    if (this.heldAt === stop.seq && this.stands) return;
    this.heldAt = stop.seq;
    const passed = stop.reason === "pause" ? this.stepEnd?.() : undefined;
    if (passed === undefined) this.moveTo(stop.seq, stop);
    else this.moveTo(passed, { reason: "step", breakpoints: [] });
  }

  private awaitStep(end: StepEnd | undefined): void {
    clearTimeout(this.passing);
    this.passing = undefined;
    this.stepEnd = end;
  }

  /** While the thread is held, commands of views make events, which a live cursor follows. */
  private grown(): void {
    const { cursor, thread } = this.run;
    if (this.stepEnd !== undefined && this.passing === undefined && this.stepEnd() !== undefined) {
      this.passing = setTimeout(() => this.run.thread?.pause(), PASSED_MS);
    }
    if (!this.stands || !cursor.isLive || thread?.stop === undefined || this.seq === this.toldSeq) return;
    this.reportStop({ reason: "goto", breakpoints: [] });
  }

  private reportStop(stop: Omit<RunStop, "seq" | "matched">, matched = this.seq): void {
    if (!this.isStopped) return this.tellRunning();
    this.stands = true;
    this.toldSeq = this.seq;
    const { reason, breakpoints } = stop;
    const isPart = this.run.model.stepSeq(matched) === this.seq;
    this.stopped.fire({ reason, breakpoints, seq: this.seq, matched: isPart ? matched : this.seq });
  }

  private tellRunning(): void {
    if (!this.stands) return;
    this.stands = false;
    this.continued.fire();
  }

  /** "dropped": something else moved it meanwhile, and has told so. */
  private async look(search: StopSearch): Promise<FoundStop | undefined | "cancelled" | "dropped"> {
    this.dropSearch();
    const work = new SlicedWork(wrapped(search), this.run.model.eventCount);
    this.search = work;
    const timer = setTimeout(() => {
      if (this.search === work) this.searching.fire(work);
    }, LONG_SEARCH_MS);
    try {
      const done = await work.run();
      if (this.search !== work) return "dropped";
      return done === undefined ? "cancelled" : done.found;
    } finally {
      clearTimeout(timer);
      if (this.search === work) {
        this.search = undefined;
        this.searching.fire(undefined);
      }
    }
  }

  private dropSearch(): void {
    if (this.search === undefined) return;
    this.search.cancel();
    this.search = undefined;
    this.searching.fire(undefined);
  }
}

/** Tells a search that found nothing from one that was cancelled. */
function* wrapped(search: StopSearch): Generator<number, { readonly found: FoundStop | undefined }, undefined> {
  return { found: yield* search };
}

/** The agent leaves that scope (0 = it is in none), or a merge of it is done or refused: the first such event after `from`. */
function outOf(model: RunModel, layer: number, scope: number, from: number): StepEnd {
  let seen = from;
  let found: number | undefined;
  return () => {
    for (let at = model.next(seen, layer); at !== undefined && found === undefined; at = model.next(at, layer)) {
      seen = at;
      const row = model.row(at);
      if (row === undefined || row.layer !== layer) continue;
      const isEnd =
        isMergeEnd(row.op) ||
        row.op === Op.AgentEnded ||
        (row.op === Op.ScopeExited && (scope === 0 || scopeOf(row) === scope));
      if (isEnd) found = at;
    }
    return found;
  };
}
