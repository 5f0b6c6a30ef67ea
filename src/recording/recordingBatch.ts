/**
 * What a thread that reads a recording hands over to one that keeps its model: the calls of a
 * {@link RecordingTarget}, many at once, in arrays that can be transferred. Values that are read again by their line
 * when they are wanted stay behind.
 */

import type { RecordingHeader } from "./recording";
import type { JsonObject, JsonValue } from "../core/jsonValue";
import { newRow, type LogRow } from "../core/logRow";
import type { LogState } from "../core/logState";
import { isReadAgain, type RecordedEvent, type RecordingTarget } from "./recordingReader";

/** Numbers of an event in a batch. */
const STRIDE = 10;
const LEFT_BEHIND = 1 << 8;
const BORROWED = 1 << 9;
const FROM_OVERLAY = 1 << 10;
const PART = 1 << 11;

/** Anything but an event, with the number of events in the batch before it. */
type Other = { readonly before: number } & (
  | { readonly type: "header"; readonly header: RecordingHeader; readonly timestampMs: number }
  | { readonly type: "state"; readonly state: LogState; readonly cut: number }
  | { readonly type: "note"; readonly row: LogRow }
  | { readonly type: "otherRun"; readonly line: number }
  | { readonly type: "damage"; readonly line: number; readonly message: string; readonly isLeftOut: boolean }
);

/** Calls of a target, in order. Agents and keys travel as numbers of names; see {@link BatchReplay}. */
export interface RecordingBatch {
  readonly events: number;
  /** seq, op (and whether the value stayed behind), agent, layer, key, rev, aux, aux2, site, inScopeOf of each event. */
  readonly numbers: Int32Array<ArrayBuffer>;
  /** Time and offset of each event. */
  readonly times: Float64Array<ArrayBuffer>;
  /** Names that are new, numbered on from those of the batches before, from 1. */
  readonly names: readonly string[];
  /** Values by event of the batch, where they did not stay behind. */
  readonly values: readonly (readonly [event: number, value: JsonValue])[];
  readonly extras: readonly (readonly [event: number, extra: JsonObject])[];
  readonly others: readonly Other[];
}

/** Collects the calls of a reader. */
export class BatchWriter implements RecordingTarget {
  private readonly capacity: number;
  private readonly ids = new Map<string, number>();
  private numbers: Int32Array<ArrayBuffer>;
  private times: Float64Array<ArrayBuffer>;
  private events = 0;
  private names: string[] = [];
  private values: [number, JsonValue][] = [];
  private extras: [number, JsonObject][] = [];
  private others: Other[] = [];

  /** @param capacity how many events make a batch: {@link drain} it when it {@link isFull}; some more still find room. */
  constructor(capacity: number) {
    this.capacity = capacity;
    this.numbers = new Int32Array(capacity * STRIDE);
    this.times = new Float64Array(capacity * 2);
  }

  /** Whether it holds as many events as a batch should. */
  get isFull(): boolean {
    return this.events >= this.capacity;
  }

  /** How many events and other calls are waiting to be taken. */
  get length(): number {
    return this.events + this.others.length;
  }

  takeHeader(header: RecordingHeader, timestampMs: number): void {
    this.others.push({ before: this.events, type: "header", header, timestampMs });
  }

  takeState(state: LogState, cut: number): void {
    this.others.push({ before: this.events, type: "state", state, cut });
  }

  takeNote(row: LogRow): void {
    this.others.push({ before: this.events, type: "note", row });
  }

  takeOtherRun(line: number): void {
    this.others.push({ before: this.events, type: "otherRun", line });
  }

  takeDamage(line: number, message: string, isLeftOut: boolean): void {
    this.others.push({ before: this.events, type: "damage", line, message, isLeftOut });
  }

  takeEvent(recorded: RecordedEvent): void {
    const { row, extra, offset } = recorded;
    const event = this.events++;
    this.grow();
    const staysBehind = isReadAgain(recorded);
    const numbers = this.numbers;
    const at = event * STRIDE;
    numbers[at] = row.seq;
    numbers[at + 1] =
      row.op |
      (staysBehind ? LEFT_BEHIND : 0) |
      (recorded.borrowed ? BORROWED : 0) |
      (recorded.fromOverlay ? FROM_OVERLAY : 0) |
      (recorded.isPart ? PART : 0);
    numbers[at + 2] = this.id(row.agent);
    numbers[at + 3] = row.layer;
    numbers[at + 4] = this.id(row.key);
    numbers[at + 5] = row.rev;
    numbers[at + 6] = row.aux;
    numbers[at + 7] = row.aux2;
    numbers[at + 8] = row.site;
    numbers[at + 9] = row.inScopeOf;
    this.times[event * 2] = row.timestampMs;
    this.times[event * 2 + 1] = offset;
    if (!staysBehind && row.value !== undefined) this.values.push([event, row.value]);
    if (extra !== undefined) this.extras.push([event, extra]);
  }

  /** Everything since the last call. */
  drain(): RecordingBatch {
    const batch: RecordingBatch = {
      events: this.events,
      numbers: this.numbers.slice(0, this.events * STRIDE),
      times: this.times.slice(0, this.events * 2),
      names: this.names,
      values: this.values,
      extras: this.extras,
      others: this.others,
    };
    this.events = 0;
    this.names = [];
    this.values = [];
    this.extras = [];
    this.others = [];
    return batch;
  }

  private id(name: string | undefined): number {
    if (name === undefined) return 0;
    let id = this.ids.get(name);
    if (id === undefined) {
      id = this.ids.size + 1;
      this.ids.set(name, id);
      this.names.push(name);
    }
    return id;
  }

  private grow(): void {
    if (this.events * STRIDE <= this.numbers.length) return;
    const numbers = new Int32Array(this.numbers.length * 2);
    numbers.set(this.numbers);
    this.numbers = numbers;
    const times = new Float64Array(this.times.length * 2);
    times.set(this.times);
    this.times = times;
  }
}

/** Puts batches into a target; one for all batches of a reader, in their order. */
export class BatchReplay {
  private readonly target: RecordingTarget;
  private readonly names: (string | undefined)[] = [undefined];

  constructor(target: RecordingTarget) {
    this.target = target;
  }

  /** @throws nothing but what the target throws */
  replay({ events, numbers, times, names, values, extras, others }: RecordingBatch): void {
    for (const name of names) this.names.push(name);
    let nextOther = 0;
    let nextValue = 0;
    let nextExtra = 0;
    for (let event = 0; ; event++) {
      for (let other = others[nextOther]; other?.before === event; other = others[nextOther]) {
        nextOther++;
        this.putOther(other);
      }
      if (event === events) return;
      const at = event * STRIDE;
      const op = numbers[at + 1] ?? 0;
      const row = newRow();
      row.seq = numbers[at] ?? 0;
      row.op = op & (LEFT_BEHIND - 1);
      row.agent = this.names[numbers[at + 2] ?? 0];
      row.layer = numbers[at + 3] ?? 0;
      row.key = this.names[numbers[at + 4] ?? 0];
      row.rev = numbers[at + 5] ?? 0;
      row.aux = numbers[at + 6] ?? 0;
      row.aux2 = numbers[at + 7] ?? 0;
      row.site = numbers[at + 8] ?? 0;
      row.inScopeOf = numbers[at + 9] ?? 0;
      row.timestampMs = times[event * 2] ?? 0;
      if ((op & LEFT_BEHIND) !== 0) row.value = LEFT;
      else if (values[nextValue]?.[0] === event) row.value = values[nextValue++]?.[1];
      const extra = extras[nextExtra]?.[0] === event ? extras[nextExtra++]?.[1] : undefined;
      const borrowed = (op & BORROWED) !== 0;
      const fromOverlay = (op & FROM_OVERLAY) !== 0;
      const offset = times[event * 2 + 1] ?? 0;
      const isPart = (op & PART) !== 0;
      this.target.takeEvent({ row, extra, offset, borrowed, isPart, fromOverlay });
    }
  }

  private putOther(other: Other): void {
    switch (other.type) {
      case "header":
        return this.target.takeHeader(other.header, other.timestampMs);
      case "state":
        return this.target.takeState(other.state, other.cut);
      case "note":
        return this.target.takeNote(other.row);
      case "otherRun":
        return this.target.takeOtherRun(other.line);
      case "damage":
        return this.target.takeDamage(other.line, other.message, other.isLeftOut);
    }
  }
}

/** In the place of a value that stayed behind; a model that reads values from disk never looks at it. */
const LEFT: JsonValue = null;
