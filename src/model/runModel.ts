/** Owns everything known of one run, at every event, fed by the bytes of its recording; knows nothing of files, sockets or views. */

import type { CallSite } from "../runtime/inspector";
import { jsonEqual, type JsonObject, type JsonValue } from "../runtime/jsonValue";
import { Op, type LogRow } from "../runtime/logRow";
import type { ContextEntry, LogState } from "../runtime/logState";
import { planMerge, type MergePlan, type PlanInput, type PlanOptions, type PlanSide } from "../runtime/mergePlan";
import { createLineDecoder, kindWord, type DecodedLine } from "../protocol/recording";
import { CallSiteHistory, type Blame, type CallSitesState } from "./callSites";
import { EventColumns } from "./eventColumns";
import { HeldMergeHistory, type HeldMerge } from "./heldMerges";
import type { ContextHistory } from "./layerHistory";
import type { EffectiveEntry, KeyWrite, OverlayEntry, StoreKey } from "./layerEntries";
import { LineSplitter } from "./lineSplitter";
import { PlanCache } from "./planCache";
import { heldInput, overlayInput } from "./planInputs";
import { RowOrder, type PlacedRow } from "./rowOrder";
import type { AgentInfo, Damage, HeldMergeInfo, RunInfo, StoreInfo } from "./runInfo";
import { lostCount, RunInfoBuilder } from "./runInfoBuilder";
import { SeqIndex } from "./seqIndex";
import { StateHistory } from "./stateHistory";

/** Damaged places that are kept by name; of more, only the number is. */
const MAX_DAMAGE = 1_000;

/**
 * A run at every event. Wherever an `atSeq` is taken, the state is the one after the newest event with at most that
 * seq; before the first event it is the snapshot that the recording starts from. Lists of layers that are not there
 * are empty.
 *
 * Invariant: what it says of any event equals the runtime's own fold (`applyRow`) over the events up to it.
 */
export class RunModel {
  readonly #splitter = new LineSplitter();
  readonly #decode = createLineDecoder();
  readonly #columns = new EventColumns();
  readonly #seqs = new SeqIndex();
  readonly #extras = new Map<number, JsonObject>();
  readonly #history = new StateHistory(this.#columns, this.#seqs);
  readonly #plans = new PlanCache(this.#history);
  readonly #holds = new HeldMergeHistory();
  readonly #callSites = new CallSiteHistory(this.#columns, this.#seqs);
  readonly #builder = new RunInfoBuilder();
  readonly #damage: Damage[] = [];
  readonly #listeners = new Set<() => void>();
  readonly #kinds = new Set<string>();
  #order: RowOrder | undefined;
  #damageCount = 0;
  #lines = 0;
  #bytes = 0;
  #firstSeq = 0;
  #finished = false;

  /** The run's facts; changes in place as lines come in. */
  get info(): RunInfo {
    return this.#builder.info;
  }

  /** seq of the snapshot that it starts from. */
  get firstSeq(): number {
    return this.#firstSeq;
  }

  /** seq of the newest event; equal to `firstSeq` when there are no events yet. */
  get lastSeq(): number {
    return this.#seqs.length === 0 ? this.#firstSeq : this.#seqs.last;
  }

  /** How many events there are. */
  get eventCount(): number {
    return this.#seqs.length;
  }

  /** Bytes taken in so far; where to resume the stream. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Damaged lines, at most the first 1,000. */
  get damage(): readonly Damage[] {
    return this.#damage;
  }

  /** How many damaged places there are in all. */
  get damageCount(): number {
    return this.#damageCount;
  }

  /** True once `finish` was called. */
  get finished(): boolean {
    return this.#finished;
  }

  /** The kind words that occur, in order of first occurrence. */
  get kinds(): readonly string[] {
    return [...this.#kinds];
  }

  /** Takes the next bytes of the recording; a line may be split over calls, anywhere. */
  append(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#bytes += bytes.length;
    const lines = this.#lines;
    this.#splitter.push(bytes, (text) => this.#takeLine(text));
    if (this.#lines !== lines) this.#changed();
  }

  /** No more bytes will come: a torn last line becomes damage. */
  finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    const rest = this.#splitter.takeRest();
    if (rest !== "") {
      this.#lines++;
      const decoded = rest === undefined ? undefined : this.#decode(rest);
      if (decoded === undefined || decoded.type === "damage") {
        this.#addDamage(this.#lines, "The last line is torn: writing stopped in the middle of it.");
      } else this.#takeDecoded(decoded);
    }
    this.#order?.finish();
    this.#changed();
  }

  /** A fresh copy of an event; values are shared and frozen. */
  row(seq: number): LogRow | undefined {
    const index = this.#seqs.indexOf(seq);
    return index === -1 ? undefined : this.#rowAt(index);
  }

  /** The event at a place in the log, counting from 0. */
  rowAt(index: number): LogRow | undefined {
    return index >= 0 && index < this.#seqs.length ? this.#rowAt(index) : undefined;
  }

  /** Place in the log of the newest event with at most this seq; −1 = none. */
  indexUpTo(seq: number): number {
    return this.#seqs.indexUpTo(seq);
  }

  /** Members of the event's line that an event has no place for, as they were (`action_id`, `proposal_id`, …). */
  extra(seq: number): JsonObject | undefined {
    return this.#extras.get(seq);
  }

  /** The kind word of an event, as in the recording; "state_snapshot" for the start; "" for what is not there. */
  kind(seq: number): string {
    const index = this.#seqs.indexOf(seq);
    if (index !== -1) return kindWord(this.#columns.op(index), this.#columns.key(index));
    return seq === this.#firstSeq ? "state_snapshot" : "";
  }

  /** As {@link kind}, for the event at a place in the log. */
  kindAt(index: number): string {
    return kindWord(this.#columns.op(index), this.#columns.key(index));
  }

  /** The agents that had begun, in order. */
  agents(atSeq = Infinity): readonly AgentInfo[] {
    const event = this.#seqs.indexUpTo(atSeq);
    const found: AgentInfo[] = [];
    for (const layer of this.#history.layers.values()) {
      if (layer.type !== "context" || layer.created > event) continue;
      const last = layer.ends.findLast((end) => end.event <= event);
      found.push({
        layer: layer.layer,
        name: layer.name,
        parent: layer.parent,
        startedSeq: this.#seqOf(layer.created),
        endedSeq: last?.ended === true ? this.#seqOf(last.event) : undefined,
        error: last?.error,
      });
    }
    return found;
  }

  /** Whether a layer was an agent's context by then. */
  isAgent(layer: number, atSeq: number): boolean {
    const context = this.#context(layer);
    return context !== undefined && context.created <= this.#seqs.indexUpTo(atSeq);
  }

  /** The stores that had been made, in order. */
  stores(atSeq = Infinity): readonly StoreInfo[] {
    const event = this.#seqs.indexUpTo(atSeq);
    const found: StoreInfo[] = [];
    for (const layer of this.#history.layers.values()) {
      if (layer.type !== "store" || layer.created > event) continue;
      found.push({ layer: layer.layer, name: layer.name, createdSeq: this.#seqOf(layer.created) });
    }
    return found;
  }

  /** The name of a store or agent; "layer 7" for one that is not known. */
  layerName(layer: number): string {
    return this.#history.layers.get(layer)?.name ?? `layer ${layer}`;
  }

  /** Keys of a store that are present, in the order in which it first had them. */
  storeKeys(layer: number, atSeq: number): readonly StoreKey[] {
    const event = this.#seqs.indexUpTo(atSeq);
    const store = this.#history.layers.get(layer);
    const found: StoreKey[] = [];
    if (store?.type !== "store") return found;
    for (const key of store.keys.keys()) {
      const side = this.#side(layer, key, event);
      if (side.value !== undefined) found.push({ key, value: side.value, side });
    }
    return found;
  }

  /** Local keys of an agent, in the order of their first local writes. */
  overlay(layer: number, atSeq: number): readonly OverlayEntry[] {
    const event = this.#seqs.indexUpTo(atSeq);
    const context = this.#history.layers.get(layer);
    const found: OverlayEntry[] = [];
    if (context?.type !== "context") return found;
    for (const { key, entry } of this.#history.localKeys(context, event)) {
      const { value, rev, actor, seq, pending } = entry;
      const parent = this.#side(context.parent, key, event).value;
      const status = overlayStatus(parent, value);
      found.push({ key, value, status, pending, side: { value, layer, revision: rev, actor, seq: orUnknown(seq) } });
    }
    return found;
  }

  /** What an agent sees: its local values and what shows through, without tombstones. */
  effective(layer: number, atSeq: number): readonly EffectiveEntry[] {
    const event = this.#seqs.indexUpTo(atSeq);
    const context = this.#history.layers.get(layer);
    if (context === undefined) return [];
    const found: EffectiveEntry[] = [];
    const seen = new Set<string>();
    for (let at: typeof context | undefined = context; at !== undefined; at = this.#history.parentOf(at)) {
      for (const key of at.keys.keys()) {
        if (seen.has(key)) continue;
        seen.add(key);
        const side = this.#side(layer, key, event);
        if (side.value === undefined) continue;
        const local = side.layer === layer;
        const parent = local && context.type === "context" ? this.#side(context.parent, key, event).value : undefined;
        const shadows = parent !== undefined;
        found.push({ key, value: side.value, origin: local ? "local" : "inherited", shadows, side });
      }
    }
    return found;
  }

  /** The value that a layer answers for a key, and which layer it comes from. */
  effectiveValue(layer: number, key: string, atSeq: number): PlanSide {
    return this.#side(layer, key, this.#seqs.indexUpTo(atSeq));
  }

  /** What an agent itself knows of a key, and the event at which the key became local; undefined when it knows nothing. */
  contextEntry(layer: number, key: string, atSeq: number): (ContextEntry & { readonly sinceSeq: number }) | undefined {
    const event = this.#seqs.indexUpTo(atSeq);
    const entry = this.#history.contextEntry(layer, key, event);
    return entry && { ...entry, sinceSeq: this.#seqOf(this.#history.localSince(layer, key, event)) };
  }

  /** What a merge would do at that event; the same function as the runtime's. @throws RangeError when there is no such agent. */
  plan(layer: number, atSeq: number, options?: PlanOptions): MergePlan {
    const event = this.#seqs.indexUpTo(atSeq);
    const context = this.#contextAt(layer, event);
    return options === undefined
      ? this.#plans.plan(context, event)
      : planMerge(overlayInput(this.#history, context, event), options);
  }

  /** What {@link plan} is made from. @throws RangeError when there is no such agent. */
  planInput(layer: number, atSeq: number): PlanInput {
    const event = this.#seqs.indexUpTo(atSeq);
    return overlayInput(this.#history, this.#contextAt(layer, event), event);
  }

  /** The merges that wait for the user, oldest first. A run that ended with some never did them. */
  holds(atSeq: number): readonly HeldMergeInfo[] {
    return this.#holds.at(this.#seqs.indexUpTo(atSeq)).map((held) => this.#heldInfo(held));
  }

  /**
   * What a held merge would do at that event: by its own options, with these keys and choices before them.
   * @throws RangeError when there is no such held merge.
   */
  heldPlan(id: number, atSeq: number, options: Pick<PlanOptions, "keys" | "choices"> = {}): MergePlan {
    const { options: own } = this.#held(id);
    return planMerge(this.heldPlanInput(id, atSeq), {
      ...own,
      keys: options.keys ?? own.keys,
      choices: new Map([...(own.choices ?? []), ...(options.choices ?? [])]),
    });
  }

  /** What {@link heldPlan} is made from. @throws RangeError when there is no such held merge. */
  heldPlanInput(id: number, atSeq: number): PlanInput {
    const held = this.#held(id);
    const event = this.#seqs.indexUpTo(atSeq);
    return heldInput(this.#history, this.#contextAt(held.layer, event), held, event);
  }

  /** The keys of a held merge whose parent entry moved between its call and that event. */
  heldMovedKeys(id: number, atSeq: number): readonly string[] {
    const { into, event: called, data } = this.#held(id);
    const event = this.#seqs.indexUpTo(atSeq);
    return data.keys.filter((key) => {
      const then = this.#history.answer(into, key, called);
      const now = this.#history.answer(into, key, event);
      return then.layer !== now.layer || then.revision !== now.revision;
    });
  }

  /** Whether a key of the agent's overlay was written or deleted since its last merge. */
  isPending(layer: number, atSeq: number): boolean {
    const context = this.#history.layers.get(layer);
    if (context?.type !== "context") return false;
    return context.pendingFlips.countUpTo(this.#seqs.indexUpTo(atSeq)) % 2 === 1;
  }

  /** All writes of a key in a layer, oldest first. */
  history(layer: number, key: string): readonly KeyWrite[] {
    return this.#history.changes(layer, key).map(({ entry }) => {
      const { seq, value, rev, actor } = entry;
      const event = this.#seqs.indexOf(seq);
      const timestampMs = event === -1 ? undefined : this.#columns.timestampMs(event);
      return { seq, value, rev, actor, timestampMs, site: this.callSite(seq) };
    });
  }

  /** The script's line that caused an event; for what a merge did, the line that asked for the merge. */
  callSite(seq: number): CallSite | undefined {
    const blame = this.blame(seq);
    return blame.type === "line" ? blame.site : undefined;
  }

  /** As {@link callSite}, and why it is not known where it is not. */
  blame(seq: number): Blame {
    return this.#callSites.blame(this.#seqs.indexOf(seq));
  }

  /** Whether lines were taken after that event. */
  callSitesAt(seq: number): CallSitesState {
    return this.#callSites.stateAt(this.#seqs.indexUpTo(seq));
  }

  /** Whether an event is in an agent's own log: its events, and those of merges of it. */
  belongsTo(seq: number, agentLayer: number): boolean {
    const index = this.#seqs.indexOf(seq);
    return index !== -1 && this.belongsAt(index, agentLayer);
  }

  /** As {@link belongsTo}, for the event at a place in the log. */
  belongsAt(index: number, agentLayer: number): boolean {
    if (this.#columns.layer(index) === agentLayer) return true;
    const op = this.#columns.op(index);
    return (op === Op.MergeWrite || op === Op.MergeDelete) && this.#columns.aux(index) === agentLayer;
  }

  /** The nearest event after `seq` that belongs to the agent, or any when undefined. */
  next(seq: number, agentLayer?: number): number | undefined {
    const index = this.#seqs.indexUpTo(seq);
    if (agentLayer === undefined) return this.#seqIfThere(index + 1);
    const events = this.#context(agentLayer)?.events;
    return events === undefined ? undefined : this.#seqIfThere(events.at(events.countUpTo(index)));
  }

  /** The nearest event before `seq`. */
  previous(seq: number, agentLayer?: number): number | undefined {
    const index = this.#seqs.indexUpTo(seq - 1);
    if (agentLayer === undefined) return this.#seqIfThere(index);
    const events = this.#context(agentLayer)?.events;
    return events === undefined ? undefined : this.#seqIfThere(events.at(events.countUpTo(index) - 1));
  }

  /** The runtime's fold over all events so far; read it, never change it. */
  get liveState(): LogState {
    return this.#history.live;
  }

  /** Called at most once per append, after it. @returns the unsubscribe function. */
  onDidChange(listener: () => void): () => void {
    const own = (): void => listener();
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  #contextAt(layer: number, event: number): ContextHistory {
    const context = this.#context(layer);
    if (context === undefined || context.created > event) {
      throw new RangeError(`There is no agent with the layer id ${layer} at that event.`);
    }
    return context;
  }

  #held(id: number): HeldMerge {
    const held = this.#holds.get(id);
    if (held === undefined) throw new RangeError(`There is no held merge ${id}.`);
    return held;
  }

  #heldInfo({ id, layer, into, event, data }: HeldMerge): HeldMergeInfo {
    const { reason, exact, policy } = data;
    return {
      id,
      layer,
      agent: this.layerName(layer),
      into,
      heldMs: this.#columns.timestampMs(event),
      keyCount: data.keys.length,
      reason,
      exact,
      policy,
    };
  }

  #takeLine(text: string | undefined): void {
    this.#lines++;
    if (text === undefined) return this.#addDamage(this.#lines, "The line is not UTF-8 text.");
    if (this.#lines === 1 && text.startsWith("\uFEFF")) text = text.slice(1);
    if (text === "" || text === "\r") return;
    this.#takeDecoded(this.#decode(text));
  }

  #takeDecoded(line: DecodedLine): void {
    switch (line.type) {
      case "row":
        return this.#takeRow({ row: line.row, extra: line.extra, line: this.#lines });
      case "header":
        if (this.#lines !== 1) this.#addDamage(this.#lines, "A second header, or one that is not the first line.");
        if (this.info.runId === "") this.#builder.takeHeader(line.header, line.timestampMs);
        for (const problem of line.problems) this.#addDamage(this.#lines, problem);
        return;
      case "snapshot":
        if (this.#order !== undefined) {
          return this.#addDamage(this.#lines, "A state snapshot after the first events; it is left out.");
        }
        this.#firstSeq = line.state.seq;
        this.#builder.info.cut += line.cut;
        this.#history.start(line.state);
        this.#order = this.#newOrder(this.#firstSeq);
        return;
      case "damage":
        return this.#addDamage(this.#lines, line.message);
    }
  }

  #takeRow(placed: PlacedRow): void {
    const { row } = placed;
    if (row.seq === 0) {
      if (row.key === "events_lost") this.#order?.expectLost(lostCount(row));
      this.#builder.takeNote(row);
      if (this.#callSites.takeNote(row)) return;
      // Other tools' logs have no seqs and no header: their lines are counted.
      if (this.info.runId !== "" || RUN_NOTES.has(row.key ?? "")) return;
      row.seq = this.lastSeq + 1;
      this.#order ??= this.#newOrder(0);
      return this.#keep(placed);
    }
    if (this.#order === undefined) {
      this.#firstSeq = row.seq - 1;
      this.#order = this.#newOrder(this.#firstSeq);
      if (row.seq !== 1) {
        this.#addDamage(placed.line, `The log starts at event ${row.seq} without a state to start from.`);
      }
    }
    if (row.op === Op.Other) {
      this.#builder.takeNote(row);
      if (row.key === "events_lost") this.#order.expectLost(lostCount(row));
    }
    this.#order.push(placed);
  }

  #newOrder(last: number): RowOrder {
    return new RowOrder(last, {
      keep: (placed) => this.#keep(placed),
      damage: (line, message) => this.#addDamage(line, message),
    });
  }

  #keep({ row, extra }: PlacedRow): void {
    const index = this.#columns.add(row);
    this.#seqs.push(row.seq);
    this.#kinds.add(kindWord(row.op, row.key));
    if (extra !== undefined) this.#extras.set(row.seq, extra);
    this.#builder.info.startedMs ??= row.timestampMs;
    this.#history.apply(row, index);
    this.#holds.apply(row, index);
    this.#callSites.take(row, index);
  }

  #rowAt(index: number): LogRow {
    const columns = this.#columns;
    const op = columns.op(index);
    return {
      seq: this.#seqs.seqAt(index),
      op,
      timestampMs: columns.timestampMs(index),
      agent: columns.agent(index),
      layer: columns.layer(index),
      key: columns.key(index),
      rev: columns.rev(index),
      value: op === Op.Read ? undefined : columns.value(index),
      aux: columns.aux(index),
      aux2: columns.aux2(index),
      site: columns.site(index),
    };
  }

  #side(layer: number, key: string, event: number): PlanSide {
    return this.#history.answer(layer, key, event);
  }

  #context(layer: number): ContextHistory | undefined {
    const found = this.#history.layers.get(layer);
    return found?.type === "context" ? found : undefined;
  }

  #seqOf(index: number): number {
    return index === -1 ? this.#firstSeq : this.#seqs.seqAt(index);
  }

  #seqIfThere(index: number): number | undefined {
    return index >= 0 && index < this.#seqs.length ? this.#seqs.seqAt(index) : undefined;
  }

  #addDamage(line: number, message: string): void {
    this.#damageCount++;
    if (this.#damage.length < MAX_DAMAGE) this.#damage.push({ line, message });
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

/** Lines of no event that a publisher or supervisor may write even where the header is missing. */
const RUN_NOTES: ReadonlySet<string> = new Set([
  "run_started",
  "uncaught_error",
  "run_waiting",
  "events_lost",
  "run_ended",
]);

function overlayStatus(parent: JsonValue | undefined, local: JsonValue | undefined): OverlayEntry["status"] {
  if (local === undefined) return parent === undefined ? "unchanged" : "deleted";
  if (parent === undefined) return "added";
  return jsonEqual(parent, local) ? "unchanged" : "modified";
}

function orUnknown(seq: number): number | undefined {
  return seq === 0 ? undefined : seq;
}
