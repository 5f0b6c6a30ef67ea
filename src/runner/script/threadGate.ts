/**
 * Whether the script's thread runs: breakpoints, steps and pauses hold it, for real, where the runtime's states are
 * consistent. While it is held it serves what views and debugger ask; nothing of the script runs.
 */

import { receiveMessageOnPort, type MessagePort } from "node:worker_threads";
import { AgentLabels } from "../../core/agentLabels";
import { compileBreakpoint, type BreakpointMatcher, type EventFacts } from "../../breakpoints/breakpointMatch";
import type { StepGoal, ThreadAction, ThreadStop } from "../../protocol/wire";
import type { CallSite, GatePlace, InspectableRuntime } from "../../core/inspector";
import { childOf, isMergedKey, isMergeEnd, Op, scopeOf } from "../../core/eventKinds";
import type { LogRow } from "../../core/logRow";
import { applyRow, lookUp, type LogState } from "../../core/logState";
import type { ToGate, ToPublisher } from "../publisher/publisherMessages";

/** A held thread looks so often whether the publisher is still there, who alone can let it go on. */
const LOOK_MS = 250;

/** What a {@link ThreadGate} depends on. */
export interface ThreadGateOptions {
  readonly runtime: InspectableRuntime;
  /** To the publisher. */
  readonly port: MessagePort;
  /** From the debugger, by way of the publisher; see `ToGate`. */
  readonly debug: { readonly port: MessagePort; readonly mail: SharedArrayBuffer };
  /** The state before the first event that is noted. It is folded on. */
  readonly state: LogState;
  readonly siteOf: (site: number) => CallSite | undefined;
  /** Applies the commands that wait. */
  readonly serve: () => void;
  readonly isPublisherExited: () => boolean;
  /** Milliseconds; shorter where another debugger must be heard while the thread is held. */
  readonly lookMs?: number | undefined;
}

/** The gate of one thread; everything happens on it. */
export class ThreadGate {
  private readonly mail: Int32Array;
  private seen = 0;
  private matchers: readonly BreakpointMatcher[] = [];
  /** The ops at which any of them may stop. */
  private ops = 0;
  private readonly hits = new Map<string, number>();
  private readonly labels = new AgentLabels();
  private goal: StepGoal | undefined;
  private due: { reason: ThreadStop["reason"]; seq: number; breakpoints: number[] } | undefined;
  private lastSeq: number;
  /** The thread is held, or does what a command asks: what happens then stops nothing. */
  private isBusy = false;
  private mayGo = false;

  constructor(private readonly options: ThreadGateOptions) {
    const { debug, runtime, state } = options;
    this.mail = new Int32Array(debug.mail);
    this.lastSeq = state.seq;
    for (const { type, layer, name } of state.layers.values()) if (type === "context") this.labels.add(layer, name);
    debug.port.on("message", (action: ToGate) => {
      this.applyAction(action);
      this.pass("call");
    });
    debug.port.unref();
    runtime.setGate((place) => this.pass(place));
  }

  /** Takes in an event, in order, as soon as it is recorded. The row is not kept. */
  note(row: LogRow): void {
    this.lastSeq = row.seq;
    if (row.op === Op.AgentStarted) this.labels.add(row.layer, row.agent ?? "");
    if (!this.isBusy) this.judge(row);
    applyRow(this.options.state, row);
  }

  /** Holds the thread now, before the script begins. */
  holdAtEntry(): void {
    this.due ??= { reason: "entry", seq: this.lastSeq, breakpoints: [] };
    this.pass("call");
  }

  /** Where the script's calls come by; returns when it may go on. */
  pass(place: GatePlace): void {
    if (this.isBusy) return;
    if (Atomics.load(this.mail, 0) !== this.seen) this.readMail();
    const { due } = this;
    if (due === undefined) return;
    // A merge is held before its keys are written only for its own sake.
    if (place === "merging" && (due.reason === "pause" || due.seq !== this.lastSeq)) return;
    this.hold(place);
  }

  /** Does what a view asks; what comes of it stops the thread afterwards, if at all. */
  during<T>(act: () => T): T {
    const was = this.isBusy;
    this.isBusy = true;
    try {
      return act();
    } finally {
      this.isBusy = was;
    }
  }

  private hold(place: GatePlace): void {
    const { port, serve, isPublisherExited, lookMs = LOOK_MS } = this.options;
    const tell = (stop: ThreadStop | null): void =>
      port.postMessage({ type: "threadState", stop } satisfies ToPublisher);
    const isMerging = place === "merging";
    tell({ ...(this.due as NonNullable<typeof this.due>), lastSeq: this.lastSeq, isMerging });
    this.due = undefined;
    this.goal = undefined;
    this.mayGo = false;
    this.isBusy = true;
    try {
      for (;;) {
        const before = Atomics.load(this.mail, 0);
        this.readMail();
        if (!isMerging) serve();
        if (this.mayGo || isPublisherExited()) break;
        Atomics.wait(this.mail, 0, before, lookMs);
      }
    } finally {
      this.isBusy = false;
      tell(null);
    }
  }

  private readMail(): void {
    this.seen = Atomics.load(this.mail, 0);
    const { port } = this.options.debug;
    for (let mail = receiveMessageOnPort(port); mail !== undefined; mail = receiveMessageOnPort(port)) {
      this.applyAction((mail as { readonly message: ToGate }).message);
    }
  }

  private applyAction(action: ThreadAction): void {
    switch (action.name) {
      case "arm":
        this.matchers = action.breakpoints.flatMap((breakpoint) => {
          try {
            return [compileBreakpoint(breakpoint)];
          } catch {
            return []; // Whoever sent it checks by the same function, and tells the user.
          }
        });
        this.ops = this.matchers.reduce((ops, matcher) => ops | matcher.ops, 0);
        return;
      case "pause":
        // One who is held already need not be told again, unless it was just let go.
        if (!this.isBusy || this.mayGo) this.due ??= { reason: "pause", seq: this.lastSeq, breakpoints: [] };
        return;
      case "go":
        this.goal = action.until;
        this.mayGo = true;
        return;
      case "until":
        // Whoever asks has not heard yet that it is held.
        if (!this.isBusy || this.mayGo) this.goal = action.goal;
        return;
      case "release":
        this.matchers = [];
        this.ops = 0;
        this.goal = undefined;
        this.due = undefined;
        this.mayGo = true;
    }
  }

  private judge(row: LogRow): void {
    const { due } = this;
    // What stops nothing is counted all the same.
    const breakpoints = (this.ops & (1 << row.op)) === 0 ? [] : this.stopping(row);
    if (due !== undefined && due.reason !== "pause") return; // The call stops at the first of its events.
    if (breakpoints.length > 0) this.due = { reason: "breakpoint", seq: row.seq, breakpoints };
    else if (this.goal !== undefined && reaches(row, this.goal)) {
      this.due = { reason: "step", seq: row.seq, breakpoints };
    }
  }

  private stopping(row: LogRow): number[] {
    const { state, siteOf } = this.options;
    const facts: EventFacts = {
      row,
      isInOverlay: () => state.layers.get(row.layer)?.type === "context",
      ordinalOf: (layer) => this.labels.ordinalOf(layer),
      before: (key) => lookUp(state, row.layer, key).value,
      site: () => siteOf(row.site),
    };
    const ids: number[] = [];
    const counted = new Map<string, number>();
    for (const matcher of this.matchers) {
      if ((matcher.ops & (1 << row.op)) === 0 || !matcher.matches(facts)) continue;
      if (matcher.countsHits && !matcher.stopsAt(this.count(matcher, counted))) continue;
      ids.push(matcher.breakpoint.id);
    }
    return ids;
  }

  /**
   * Hits are counted by what is looked for, so that changing another breakpoint begins nothing anew.
   * @param counted those of this event: two breakpoints that look for the same count it once
   */
  private count({ breakpoint: { place, condition, hits } }: BreakpointMatcher, counted: Map<string, number>): number {
    const name = JSON.stringify([place, condition, hits]);
    const count = counted.get(name) ?? (this.hits.get(name) ?? 0) + 1;
    counted.set(name, count);
    this.hits.set(name, count);
    return count;
  }
}

function reaches(row: LogRow, goal: StepGoal): boolean {
  switch (goal.to) {
    case "any":
      return true;
    case "agent":
      return isIn(row, goal.layer);
    case "out":
      if (row.layer !== goal.layer) return false;
      if (isMergeEnd(row.op) || row.op === Op.AgentEnded) return true;
      return row.op === Op.ScopeExited && (goal.scope === 0 || scopeOf(row) === goal.scope);
  }
}

/** Whether an event is in an agent's own log. */
function isIn(row: LogRow, layer: number): boolean {
  return row.layer === layer || (isMergedKey(row.op) && childOf(row) === layer);
}
