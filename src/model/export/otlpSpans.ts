/** Which spans a run is as an OpenTelemetry trace, and which of its events belong to which; knows no JSON. */

import { membersOf } from "../../core/jsonValue";
import { childOf, isMergedKey, Op, outerScopeOf, scopeOf } from "../../core/eventKinds";
import type { LogRow } from "../../core/logRow";
import { otlpTime } from "./otlpAttributes";
import type { AgentInfo, RunInfo } from "../runInfo";
import type { RunModel } from "../runModel";

/** A run as it was at a moment: what is told of it does not change while it is being told. */
export interface RunMoment {
  readonly model: RunModel;
  readonly info: RunInfo;
  /** Its first so many events. */
  readonly events: number;
  readonly agents: readonly AgentInfo[];
}

/** The run itself, an agent, or one scope of an agent. */
export interface OtlpSpan {
  readonly type: "run" | "agent" | "scope";
  /** Tells it from all other spans of the run. */
  readonly place: string;
  /** Index of the span that it is in; −1 for the run's. */
  readonly parent: number;
  readonly name: string;
  readonly agent: AgentInfo | undefined;
  /** The scope's id. */
  readonly scope: number | undefined;
  /** 0 = not known. */
  readonly startMs: number;
  /** Never less than its start. */
  endMs: number;
  /** What it failed with, in a sentence. */
  error: string | undefined;
  /** Nobody recorded its end. */
  open: boolean;
}

/** The spans of a run, the run's first and each after the one that it is in. */
export class OtlpSpans {
  private readonly events: Int32Array;
  private readonly starts: Int32Array;

  /** @param spanOf index of the span that each event belongs to. */
  constructor(
    readonly spans: readonly OtlpSpan[],
    spanOf: Int32Array,
  ) {
    this.starts = new Int32Array(spans.length + 1);
    for (const span of spanOf) this.starts[span + 1] = (this.starts[span + 1] ?? 0) + 1;
    for (let span = 0; span < spans.length; span++) {
      this.starts[span + 1] = (this.starts[span + 1] ?? 0) + (this.starts[span] ?? 0);
    }
    const next = this.starts.slice();
    this.events = new Int32Array(spanOf.length);
    for (const [event, span] of spanOf.entries()) {
      const place = next[span] ?? 0;
      this.events[place] = event;
      next[span] = place + 1;
    }
  }

  /** Places in the log of a span's own events, ascending. Each event of the run is one span's. */
  eventsOf(span: number): Int32Array {
    return this.events.subarray(this.starts[span], this.starts[span + 1]);
  }
}

/** Events that are looked at between two pauses. */
const STRIDE = 8_192;

/** Finds the spans; pauses now and then, for there may be a million events. */
export function* findOtlpSpans(run: RunMoment): Generator<void, OtlpSpans, undefined> {
  const finder = new SpanFinder(run);
  const spanOf = new Int32Array(run.events);
  for (let index = 0; index < run.events; index++) {
    const row = run.model.rowAt(index);
    if (row !== undefined) spanOf[index] = finder.assignEvent(row);
    if (index % STRIDE === STRIDE - 1) yield;
  }
  return new OtlpSpans(finder.finish(), spanOf);
}

/** Goes through the events in order and keeps account of what is open. */
class SpanFinder {
  private readonly run: RunMoment;
  private readonly spans: OtlpSpan[] = [];
  /** By layer. */
  private readonly agents = new Map<number, number>();
  /** By scope id; of scopes with one id the newest. */
  private readonly scopes = new Map<number, number>();
  /** The open scopes of each layer, in the order in which they were entered. */
  private readonly openScopes = new Map<number, number[]>();
  private lastMs: number;

  constructor(run: RunMoment) {
    const { info, model, agents, events } = run;
    this.run = run;
    this.lastMs = otlpTime(info.startedMs) ?? firstTime(model, events);
    this.openSpan({
      type: "run",
      place: "run",
      parent: -1,
      name: scriptName(info.script) || "run",
      startMs: this.lastMs,
    });
    for (const agent of agents) {
      const row = model.rowAt(model.indexUpTo(agent.startedSeq));
      const span = this.openSpan({
        type: "agent",
        place: `agent ${agent.layer}`,
        parent: this.agents.get(agent.parent) ?? 0,
        name: agent.name,
        agent,
        startMs: otlpTime(row?.timestampMs) ?? this.lastMs,
      });
      this.agents.set(agent.layer, span);
    }
  }

  /** @returns the span that the event belongs to. */
  assignEvent(row: LogRow): number {
    this.lastMs = otlpTime(row.timestampMs) ?? this.lastMs;
    const index = this.spanOf(row);
    const span = this.spans[index];
    if (span !== undefined) span.endMs = Math.max(span.endMs, this.lastMs);
    return index;
  }

  /** No more events will come: what is open ends with the last one, and nothing outlasts the run. */
  finish(): readonly OtlpSpan[] {
    const [run, ...others] = this.spans;
    if (run === undefined) return [];
    const { info } = this.run;
    for (const span of others) {
      if (span.agent?.endedSeq !== undefined && span.type === "agent") {
        span.open = false;
        if (span.agent.error !== undefined) span.error = span.agent.error || "An error without a message.";
      }
      if (span.open) span.endMs = Math.max(span.endMs, this.lastMs);
      run.endMs = Math.max(run.endMs, span.endMs);
    }
    run.open = info.ended === undefined || info.ended.detached === true;
    run.endMs = Math.max(run.endMs, this.lastMs, otlpTime(info.ended?.atMs) ?? 0);
    run.error = runError(info);
    return this.spans;
  }

  private spanOf(row: LogRow): number {
    const { op, layer } = row;
    // What a merge writes stands in the state merged into; the agent that merges does it.
    const actor = isMergedKey(op) && this.agents.has(childOf(row)) ? childOf(row) : layer;
    const agent = this.agents.get(actor);
    if (op === Op.ScopeEntered) return this.enterScope(row, agent);
    if (op === Op.ScopeExited) return this.leaveScope(row) ?? agent ?? 0;
    if (op === Op.AgentStarted || op === Op.AgentEnded) return agent ?? 0;
    return this.openScopes.get(actor)?.at(-1) ?? agent ?? 0;
  }

  /** @returns the scope's span. */
  private enterScope(row: LogRow, agent: number | undefined): number {
    const { layer } = row;
    const id = scopeOf(row);
    const outer = outerScopeOf(row);
    const scope = this.openSpan({
      type: "scope",
      place: `scope ${id} at ${row.seq}`,
      parent: (outer === 0 ? undefined : this.scopes.get(outer)) ?? agent ?? 0,
      name: `${row.agent ?? this.run.model.layerName(layer)} scope`,
      agent: agent === undefined ? undefined : this.spans[agent]?.agent,
      scope: id,
      startMs: this.lastMs,
    });
    this.scopes.set(id, scope);
    const open = this.openScopes.get(layer);
    if (open === undefined) this.openScopes.set(layer, [scope]);
    else open.push(scope);
    return scope;
  }

  /** @returns the scope's span; undefined where the agent is in no such scope. */
  private leaveScope(row: LogRow): number | undefined {
    const open = this.openScopes.get(row.layer) ?? [];
    const place = open.findLastIndex((index) => this.spans[index]?.scope === scopeOf(row));
    const [scope] = place === -1 ? [] : open.splice(place, 1);
    const span = scope === undefined ? undefined : this.spans[scope];
    if (span === undefined) return undefined;
    span.open = false;
    if (row.value !== null && row.value !== undefined) span.error = errorText(row.value);
    return scope;
  }

  private openSpan(
    span: Pick<OtlpSpan, "type" | "place" | "parent" | "name" | "startMs"> & Partial<Pick<OtlpSpan, "agent" | "scope">>,
  ): number {
    this.spans.push({
      agent: undefined,
      scope: undefined,
      ...span,
      endMs: span.startMs,
      error: undefined,
      open: true,
    });
    return this.spans.length - 1;
  }
}

/** The script's file name. */
export function scriptName(script: string): string {
  return script.slice(Math.max(script.lastIndexOf("/"), script.lastIndexOf("\\")) + 1);
}

function firstTime(model: RunModel, events: number): number {
  for (let index = 0; index < events; index++) {
    const time = otlpTime(model.rowAt(index)?.timestampMs);
    if (time !== undefined) return time;
  }
  return 0;
}

/** An error that nobody caught tells more than the exit code that it led to. */
function runError({ errors, ended }: RunInfo): string | undefined {
  const [error] = errors;
  if (error !== undefined) return error.message === "" ? error.name : `${error.name}: ${error.message}`;
  if (ended === undefined) return undefined;
  if (ended.signal !== null) return `ended by ${ended.signal}`;
  return ended.code === 0 || ended.code === null ? undefined : `exit code ${ended.code}`;
}

function errorText(error: LogRow["value"]): string {
  const { name, message } = membersOf(error);
  const texts = [name, message].filter((text): text is string => typeof text === "string" && text !== "");
  return texts.length === 0 ? "An error without a message." : texts.join(": ");
}
