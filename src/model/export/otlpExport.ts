/**
 * The export of a run as an OpenTelemetry trace: OTLP/JSON as the protocol's file format has it (JSON Lines, each line
 * one `ExportTraceServiceRequest`). Run, agents and scopes are spans; events are span events. Writes text piece by piece;
 * knows no files.
 */

import { otlpEvent } from "./otlpEvent";
import { otlpSpanId, otlpTraceId } from "./otlpIds";
import { OtlpAttributes, otlpNanos, otlpText, otlpTime } from "./otlpAttributes";
import { findOtlpSpans, scriptName, type OtlpSpan, type RunMoment } from "./otlpSpans";
import type { RunInfo } from "../runInfo";
import type { RunModel } from "../runModel";

/** How a trace is cut. */
export interface OtlpOptions {
  /**
   * Characters after which a request ends and the next line begins, with the span that is being written going on in a
   * child of it. The default keeps a request below 20 MiB, the size that the protocol recommends collectors to accept.
   */
  readonly requestLength?: number;
  /** Told now and then which part of the events is written, 0 to 1. */
  readonly progress?: (part: number) => void;
}

/** Characters; at most three bytes each. */
const REQUEST_LENGTH = 4 * 1024 * 1024;
/** Characters that are gathered before they are handed on. */
const PIECE_LENGTH = 64 * 1024;
/** SPAN_KIND_INTERNAL and STATUS_CODE_ERROR. */
const INTERNAL = 1;
const ERROR = 2;

/**
 * The lines of a run's trace, in pieces that may end anywhere; an empty one is but a place to pause at. What the run does
 * after this call is not in it.
 */
export function otlpTrace(model: RunModel, options: OtlpOptions = {}): Generator<string, void, undefined> {
  const moment = { model, info: { ...model.info }, events: model.eventCount, agents: model.agents(model.lastSeq) };
  return write(moment, options);
}

function* write(run: RunMoment, options: OtlpOptions): Generator<string, void, undefined> {
  const { model, info, events } = run;
  const finding = findOtlpSpans(run);
  let found = finding.next();
  for (; found.done !== true; found = finding.next()) yield "";
  const { spans } = found.value;
  const traceId = otlpTraceId(info.runId);
  // A run's children share its id and so its trace, but not its spans.
  const process = `${info.runId}\n${info.pid ?? ""}\n${info.startedMs ?? ""}`;
  const begin = (place: string, span: OtlpSpan, parent: OtlpSpan | undefined, attributes: OtlpAttributes): string =>
    `{"traceId":"${traceId}","spanId":"${otlpSpanId(process, place)}"` +
    (parent === undefined ? "" : `,"parentSpanId":"${otlpSpanId(process, parent.place)}"`) +
    `,"name":${otlpText(span.name)},"kind":${INTERNAL},"attributes":${attributes.toString()},"events":[`;
  const writer = new RequestWriter(resourceOf(info), options.requestLength ?? REQUEST_LENGTH);
  let written = 0;
  for (const [index, span] of spans.entries()) {
    writer.beginSpan(begin(span.place, span, spans[span.parent], attributesOf(run, span)));
    let part = 1;
    let { startMs, endMs, error } = span;
    let timeMs = startMs;
    for (const event of found.value.eventsOf(index)) {
      const row = model.rowAt(event);
      if (row === undefined) continue;
      timeMs = otlpTime(row.timestampMs) ?? timeMs;
      const json = otlpEvent(model, row, timeMs);
      if (!writer.hasRoomFor(json)) {
        writer.endSpan(endOf(startMs, endMs, error));
        part++;
        error = undefined;
        startMs = endMs = timeMs;
        writer.beginSpan(begin(`${span.place} part ${part}`, span, span, continuation(span, part)), json.length);
      }
      writer.event(json);
      endMs = Math.max(endMs, timeMs);
      written++;
      if (writer.isFull) {
        yield writer.drain();
        options.progress?.(written / events);
      }
    }
    writer.endSpan(endOf(startMs, endMs, error));
    if (writer.isFull) yield writer.drain();
  }
  writer.end();
  yield writer.drain();
  options.progress?.(1);
}

/** Times stand behind the events: how long a continuation lasts is not known before. */
function endOf(startMs: number, endMs: number, error: string | undefined): string {
  const status = error === undefined ? "" : `,"status":{"message":${otlpText(error)},"code":${ERROR}}`;
  return `],"startTimeUnixNano":${otlpNanos(startMs)},"endTimeUnixNano":${otlpNanos(endMs)}${status}}`;
}

/** Puts spans into requests of one line each; what is written is taken away piece by piece. */
class RequestWriter {
  private readonly head: string;
  private readonly limit: number;
  private text: string;
  private length = 0;
  private spans = 0;
  private events = 0;

  constructor(resource: OtlpAttributes, limit: number) {
    this.head =
      `{"resourceSpans":[{"resource":{"attributes":${resource.toString()}},` +
      `"scopeSpans":[{"scope":{"name":"agent-context"},"spans":[`;
    this.limit = limit;
    this.text = this.head;
  }

  /** Whether a piece is worth handing on. */
  get isFull(): boolean {
    return this.text.length >= PIECE_LENGTH;
  }

  /** Whether the event fits into the request; one is always let in, so that there is an end. */
  hasRoomFor(event: string): boolean {
    return this.events === 0 || this.length + event.length <= this.limit;
  }

  /** @param next length of an event that is to stand in the same request. */
  beginSpan(json: string, next = 0): void {
    if (this.spans > 0 && this.length + json.length + next > this.limit) {
      this.end();
      this.text += this.head;
      this.length = 0;
      this.spans = 0;
    }
    this.write(this.spans === 0 ? json : "," + json);
    this.spans++;
    this.events = 0;
  }

  event(json: string): void {
    this.write(this.events === 0 ? json : "," + json);
    this.events++;
  }

  endSpan(json: string): void {
    this.write(json);
  }

  /** Ends the request and its line. */
  end(): void {
    this.text += "]}]}]}\n";
  }

  /** What was written since the last time. */
  drain(): string {
    const text = this.text;
    this.text = "";
    return text;
  }

  private write(json: string): void {
    this.text += json;
    this.length += json.length;
  }
}

/** What is known of the process, in the names of OpenTelemetry's semantic conventions. */
function resourceOf({ runId, script, cwd, args, pid, node }: RunInfo): OtlpAttributes {
  const attributes = new OtlpAttributes()
    .text("service.name", scriptName(script) || "agent-context")
    .text("service.instance.id", orUndefined(runId))
    .number("process.pid", pid)
    .text("process.working_directory", orUndefined(cwd));
  if (node !== undefined) {
    attributes
      .text("process.executable.path", orUndefined(node.execPath))
      .text("process.runtime.name", "nodejs")
      .text("process.runtime.version", orUndefined(node.version.replace(/^v/, "")));
  }
  if (script !== "") {
    attributes
      .text("process.command", script)
      .texts("process.command_args", [node?.execPath || "node", script, ...args]);
  }
  return attributes;
}

function attributesOf({ model, info, events, agents }: RunMoment, span: OtlpSpan): OtlpAttributes {
  const attributes = new OtlpAttributes().text("agent_context.span", span.type);
  switch (span.type) {
    case "run":
      attributes
        .text("agent_context.run.id", orUndefined(info.runId))
        .number("agent_context.run.events", events)
        .number("agent_context.run.agents", agents.length)
        .number("agent_context.run.events_missing", info.cut || undefined)
        .number("agent_context.run.others_in_file", info.otherRuns?.count)
        .number("agent_context.run.damaged_places", model.damageCount || undefined)
        .number("process.exit.code", info.ended?.code)
        .text("agent_context.run.signal", info.ended?.signal);
      break;
    case "agent":
    case "scope":
      attributes.text("agent_context.agent", span.agent?.name).number("agent_context.layer.id", span.agent?.layer);
      if (span.type === "agent" && span.agent !== undefined) {
        attributes
          .text("agent_context.agent.id", span.agent.agentId)
          .text("agent_context.parent.name", model.layerName(span.agent.parent));
      }
      attributes.number("agent_context.scope.id", span.scope);
  }
  return span.open ? attributes.flag("agent_context.span.open", true) : attributes;
}

/** The attributes of a child that goes on with a span whose events do not fit into one request. */
function continuation(span: OtlpSpan, part: number): OtlpAttributes {
  return new OtlpAttributes()
    .text("agent_context.span", "continuation")
    .number("agent_context.part", part)
    .text("agent_context.agent", span.agent?.name);
}

function orUndefined(text: string): string | undefined {
  return text === "" ? undefined : text;
}
