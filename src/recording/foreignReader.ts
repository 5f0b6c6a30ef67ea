/**
 * The reading of another tool's log as the events of one store and of the agents that write to it, so that the same
 * fold rebuilds its state. Lines are `{kind, action_id?, proposal_id?, data, timestamp}` as the Common Agent Runtime
 * writes them; kinds are an open set, and a line that is not understood is an event with its data.
 *
 * | line | events |
 * |---|---|
 * | the first that names an agent or changes state | before its own: `StoreCreated`, then `AgentStarted` for a new agent |
 * | `state_changed` with `data.changes` | a `Write` or `Delete` a key, and no other: one step a key |
 * | `state_snapshot` with `data.state` | its own event; then `Restored` if it says what was not known |
 * | `state_rollback` | its own event; then the values that it names, or else those of its proposal's beginning |
 * | any other with `data.changes` | its own event; then a `Write` or `Delete` for each key that is not so already |
 * | the rest | its own event: `Logged` in its agent's log, or `Other` |
 */

import type { JsonObject, JsonValue } from "../core/jsonValue";
import { Op, withNumbers } from "../core/eventKinds";
import { newRow, type LogRow } from "../core/logRow";
import { FOREIGN_STATE, foreignAgent, foreignChanges, foreignState } from "./foreignChanges";
import { ForeignState, type Step } from "./foreignState";

/** One event of a line. */
export interface ForeignEvent {
  /** Its `seq` is 0: who takes it numbers it. */
  readonly row: LogRow;
  /** What the line says that the row has no place for. */
  readonly extra: JsonObject | undefined;
  /** The row's value stands in an earlier line than its own: `foreignValue` cannot find it there again. */
  readonly borrowed: boolean;
}

/** The layer of the one store. Those of agents follow, in the order in which they appear. */
const STORE_LAYER = 1;
/** Kinds after which a proposal is not rolled back any more. */
const LAST_WORDS: ReadonlySet<string> = new Set(["proposal_completed", "state_committed"]);

/** Reads one log, line by line; never throws. */
export class ForeignReader {
  private readonly state = new ForeignState();
  /** Layers of agents, by name. */
  private readonly agents = new Map<string, number>();
  private hasStore = false;
  private revision = 0;
  private timestampMs = 0;

  /** The events that a line stands for, in order; at least one. Takes over the row, which is the line as decoded. */
  readRow(row: LogRow, extra: JsonObject | undefined): readonly ForeignEvent[] {
    // A line without a time is given that of the line before it: the order is all that is known.
    if (row.timestampMs === 0) row.timestampMs = this.timestampMs;
    this.timestampMs = row.timestampMs;
    const events: ForeignEvent[] = [];
    const agent = foreignAgent(row);
    const changes = foreignChanges(row);
    const own = row.key === "state_changed" && changes !== undefined;
    const by = agent === undefined ? 0 : this.agentLayer(agent, row, events);
    const author: Author = { row, by, actor: agent ?? textOf(extra, "action_id") ?? textOf(extra, "proposal_id") };
    if (!own) {
      const op = by === 0 ? Op.Other : Op.Logged;
      events.push({ row: { ...row, op, layer: by, agent }, extra, borrowed: false });
    }
    const names = this.takeWhole(author, extra, events) || changes !== undefined;
    this.takeProposal(author, names, extra, events);
    if (changes !== undefined) {
      const more = own && changes.rest !== undefined ? withData(extra, changes.rest) : extra;
      for (const step of changes.values) {
        // A commit or a result may repeat what was told when it happened.
        if (own || !this.state.has(...step)) this.write(author, step, more, false, events);
      }
    }
    return events;
  }

  /** The whole state that a line holds. @returns whether it holds one. */
  private takeWhole(author: Author, extra: JsonObject | undefined, events: ForeignEvent[]): boolean {
    const whole = foreignState(author.row);
    if (whole === undefined) return false;
    const steps = this.state.stepsTo(whole);
    if (steps.length === 0) return true;
    for (const [key, value] of steps) this.state.set(key, value);
    this.createStore(author.row, events);
    this.revision += steps.length;
    const { row: line, actor } = author;
    const row = begin(line, { op: Op.Restored, layer: STORE_LAYER, agent: actor, rev: this.revision, value: whole });
    events.push({ row, extra, borrowed: false });
    return true;
  }

  /** Proposals begin, are rolled back to where they began unless the line names the values, and end. */
  private takeProposal(author: Author, names: boolean, extra: JsonObject | undefined, events: ForeignEvent[]): void {
    const kind = author.row.key ?? "";
    const proposal = textOf(extra, "proposal_id");
    if (proposal === undefined) return;
    if (kind === "state_snapshot" || (kind === "proposal_received" && !this.state.isMarked(proposal))) {
      this.state.mark(proposal);
    } else if (kind === "state_rollback" && !names) {
      for (const step of this.state.stepsBack(proposal)) this.write(author, step, extra, true, events);
    } else if (LAST_WORDS.has(kind)) this.state.unmark(proposal);
  }

  private write(
    author: Author,
    [key, value]: Step,
    extra: JsonObject | undefined,
    borrowed: boolean,
    events: ForeignEvent[],
  ): void {
    this.createStore(author.row, events);
    this.state.set(key, value);
    const { row: line, actor, by } = author;
    const op = value === undefined ? Op.Delete : Op.Write;
    const what = { op, layer: STORE_LAYER, agent: actor, key, rev: ++this.revision, value };
    const row = begin(line, { ...what, ...withNumbers(by) });
    events.push({ row, extra, borrowed: borrowed && value !== undefined });
  }

  private agentLayer(name: string, line: LogRow, events: ForeignEvent[]): number {
    const known = this.agents.get(name);
    if (known !== undefined) return known;
    this.createStore(line, events);
    const layer = STORE_LAYER + 1 + this.agents.size;
    this.agents.set(name, layer);
    const row = begin(line, { op: Op.AgentStarted, layer, agent: name, ...withNumbers(STORE_LAYER) });
    events.push({ row, extra: undefined, borrowed: false });
    return layer;
  }

  private createStore(line: LogRow, events: ForeignEvent[]): void {
    if (this.hasStore) return;
    this.hasStore = true;
    const row = begin(line, { op: Op.StoreCreated, layer: STORE_LAYER, value: FOREIGN_STATE });
    events.push({ row, extra: undefined, borrowed: false });
  }
}

/** Who changes the state by a line. */
interface Author {
  /** The line as it was decoded. */
  readonly row: LogRow;
  /** The layer of its agent; 0 = it names none. */
  readonly by: number;
  /** The agent, or else what the line was done for. */
  readonly actor: string | undefined;
}

function begin({ timestampMs }: LogRow, what: Partial<LogRow>): LogRow {
  return { ...newRow(), timestampMs, ...what };
}

function textOf(extra: JsonObject | undefined, name: string): string | undefined {
  const value = extra !== undefined && Object.hasOwn(extra, name) ? extra[name] : undefined;
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The line's members with what its data says besides changes. */
function withData(extra: JsonObject | undefined, rest: JsonObject): JsonObject {
  const all = Object.assign(Object.create(null) as Record<string, JsonValue>, extra, { data: rest });
  return Object.freeze(all);
}
