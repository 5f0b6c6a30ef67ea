/** Everything known of one run, at every event, fed by the bytes of its recording; knows nothing of files, sockets or views. */

import type { CallSite } from "../core/inspector";
import { jsonEqual, type JsonObject, type JsonValue } from "../core/jsonValue";
import { inScopeOf, isUserFor, userFor } from "../core/actor";
import { AgentLabels } from "../core/agentLabels";
import { actingLayer, childOf, intoOf, isDirectChange, isMergedKey, Op, writerLayerOf } from "../core/eventKinds";
import type { LogRow } from "../core/logRow";
import { cloneState, emptyState, type ContextEntry, type LogState } from "../core/logState";
import type { MergePlan, MergePlanEntry, PlanSide } from "../core/mergePlan";
import { planMerge } from "../core/planMerge";
import type { PlanOptions, PlanInput } from "../core/planInput";
import { kindWord, type RecordingHeader } from "../recording/recording";
import { RunFindings, type Found } from "./findings/runFindings";
import { CallSiteHistory, type Blame, type CallSitesState } from "./history/callSites";
import { EventColumns } from "./storage/eventColumns";
import { HeldMergeHistory, type HeldMerge } from "./history/heldMerges";
import type { ContextHistory } from "./history/layerHistory";
import type { EffectiveEntry, KeyWrite, OverlayEntry, StoreKey } from "./history/layerEntries";
import type { LineSource } from "../recording/lineSource";
import { MergeHistory, type MergeTotals } from "./history/mergeHistory";
import { Pages } from "./storage/pages";
import { PlanCache } from "./history/planCache";
import { RecentValues } from "./storage/recentValues";
import { heldInput, overlayInput } from "./history/planInputs";
import {
  isCounted,
  isReadAgain,
  RecordingReader,
  type RecordedEvent,
  type RecordingTarget,
} from "../recording/recordingReader";
import type { AgentInfo, HeldMergeInfo, RunInfo, StoreInfo } from "./runInfo";
import type { Damage } from "../recording/damage";
import { withGetter } from "../base/withGetter";
import { RunInfoBuilder } from "./runInfoBuilder";
import { ScopeHistory } from "./history/scopeHistory";
import { SeqIndex } from "./storage/seqIndex";
import { StateHistory } from "./history/stateHistory";
import { StepIndex } from "./history/stepIndex";
import { isStored, storedValue } from "./storage/storedValue";
import { StoredValues, UNFOUNDED } from "./storage/storedValues";
import { isPatch } from "../recording/valuePatch";

/** Damaged places that are kept by name; of more, only the number is. */
const MAX_DAMAGE = 1_000;

/**
 * A run at every event. Wherever an `atSeq` is taken, the state is the one after the newest event with at most that
 * seq; before the first event it is the snapshot that the recording starts from. Lists of layers that are not there
 * are empty.
 *
 * Invariant: what it says of any event equals the runtime's own fold (`applyRow`) over the events up to it.
 */
export class RunModel implements RecordingTarget {
  private readonly reader = new RecordingReader(this);
  private readonly columns: EventColumns;
  private readonly seqs = new SeqIndex();
  private readonly extras = new Map<number, JsonObject>();
  private readonly stored: StoredValues;
  private readonly isOnDisk: boolean;
  private readonly recent: RecentValues | undefined;
  private readonly _history: StateHistory;
  private readonly plans: PlanCache;
  private readonly _holds = new HeldMergeHistory();
  private readonly callSites: CallSiteHistory;
  private readonly merges: MergeHistory;
  private readonly memory: Pages;
  private readonly scopes = new ScopeHistory();
  private readonly steps: StepIndex;
  private readonly _findings: RunFindings;
  private readonly builder = new RunInfoBuilder();
  private readonly _damage: Damage[] = [];
  private readonly listeners = new Set<() => void>();
  private readonly _kinds = new Set<string>();
  private readonly labels = new AgentLabels();
  private _damageCount = 0;
  private _firstSeq = 0;
  private _base = emptyState();
  private _finished = false;

  /**
   * @param lines where the recording's lines can be read again: values that only events hold are then not kept in
   * memory. Absent: everything is.
   * @param recentBytes length of the newest lines whose values are kept all the same, in all
   * @param memory of the index; by default all of it stays in memory.
   * @param ignore keys whose findings are silenced, beside those that the stores say: patterns with `*`
   */
  constructor(lines?: LineSource, recentBytes = 0, memory = new Pages(), ignore: readonly string[] = []) {
    this.memory = memory;
    this.columns = new EventColumns(memory);
    this.callSites = new CallSiteHistory(this.columns, this.seqs, memory);
    this.merges = new MergeHistory(memory);
    this.steps = new StepIndex(memory);
    this.isOnDisk = lines !== undefined;
    if (this.isOnDisk && recentBytes > 0) {
      this.recent = new RecentValues(recentBytes, (event) => this.columns.offset(event));
    }
    this.stored = new StoredValues(lines, this.recent, this.columns, this.seqs);
    this._history = new StateHistory(this.columns, this.seqs, memory, this.stored);
    this.plans = new PlanCache(this._history);
    this._findings = new RunFindings((value) => this._history.resolve(value), ignore);
  }

  /** The run's facts; changes in place as lines come in. */
  get info(): RunInfo {
    return this.builder.info;
  }

  /** How many merges there were, and what was wrong with them. */
  get mergeTotals(): MergeTotals {
    return this.merges.totals;
  }

  /** The same, of one agent's merges. */
  mergeTotalsOf(agentLayer: number): MergeTotals {
    return this.merges.totalsOf(agentLayer);
  }

  /**
   * seqs of the events that ended merges, oldest first: all, or those that somebody should look at (refused, or with
   * conflicts or stale reads).
   */
  mergeEnds(which: "all" | "notable", most: number): { readonly seqs: readonly number[]; readonly count: number } {
    const ends = which === "all" ? this.merges.ends : this.merges.notable;
    const count = Math.min(most, ends.length);
    return { seqs: Array.from({ length: count }, (_, index) => this.seqOf(ends.at(index))), count: ends.length };
  }

  /** What lost, or may have lost, somebody's work so far; with what only the run's end tells, once that is recorded. */
  get found(): Found {
    const { ended } = this.info;
    return this._findings.found(ended !== undefined && ended.detached !== true);
  }

  /** How many events are in an agent's own log. */
  eventCountOf(agentLayer: number): number {
    return this.context(agentLayer)?.events.length ?? 0;
  }

  /** The state that it starts from; not to be changed. */
  get base(): LogState {
    return this._base;
  }

  /** seq of the snapshot that it starts from. */
  get firstSeq(): number {
    return this._firstSeq;
  }

  /** seq of the newest event; equal to `firstSeq` when there are no events yet. */
  get lastSeq(): number {
    return this.seqs.length === 0 ? this._firstSeq : this.seqs.last;
  }

  /** How many events there are. */
  get eventCount(): number {
    return this.seqs.length;
  }

  /** How many values were in memory and are not any more: they are read from the recording when they are looked at. */
  get droppedValues(): number {
    return this.recent?.dropped ?? 0;
  }

  /** Bytes of the index that are on disk only, and read when somebody looks. */
  get indexOnDisk(): number {
    return this.memory.bytesOnDisk;
  }

  /** From now on all values are kept in memory: the recording does not hold what comes. */
  keepValues(): void {
    this.recent?.keepAll();
  }

  /** Bytes taken in by {@link append} so far; where to resume the stream. */
  get bytes(): number {
    return this.reader.bytes;
  }

  /** Damaged lines, at most the first 1,000. */
  get damage(): readonly Damage[] {
    return this._damage;
  }

  /** How many damaged places there are in all. */
  get damageCount(): number {
    return this._damageCount;
  }

  /** True once `finish` was called. */
  get finished(): boolean {
    return this._finished;
  }

  /** The kind words that occur, in order of first occurrence. */
  get kinds(): readonly string[] {
    return [...this._kinds];
  }

  /** Takes the next bytes of the recording; a line may be split over calls, anywhere. */
  append(bytes: Uint8Array): void {
    const { lines } = this.reader;
    this.reader.append(bytes);
    if (this.reader.lines !== lines) this.changed();
  }

  /** No more bytes will come: a torn last line becomes damage. */
  finish(): void {
    if (this._finished) return;
    this._finished = true;
    this.reader.finish();
    this.changed();
  }

  /** Tells the listeners: whoever fills the model by the methods of a {@link RecordingTarget} calls it now and then. */
  changed(): void {
    for (const listener of [...this.listeners]) listener();
  }

  takeHeader(header: RecordingHeader, timestampMs: number): void {
    this.builder.takeHeader(header, timestampMs);
  }

  takeState(state: LogState, cut: number): void {
    this._firstSeq = state.seq;
    this._base = cloneState(state);
    this._findings.start(state);
    this.builder.info.cut += cut;
    this._history.start(state);
    for (const { type, layer, name } of state.layers.values()) if (type === "context") this.labels.add(layer, name);
  }

  takeEvent(event: RecordedEvent): void {
    const { row, extra, offset } = event;
    if (event.fromOverlay) {
      const held = this._history.overlayValue(row);
      row.value = held === undefined ? UNFOUNDED : held;
    }
    const { value } = row;
    const isUnread = isReadAgain(event);
    const isOnDisk = this.isOnDisk && (isUnread || isCounted(event));
    const index = this.columns.appendEvent(row, isOnDisk ? offset : undefined);
    if (isOnDisk) {
      if (value !== undefined) this.recent?.keepValue(index, value, this.reader.bytes);
      if (isUnread) row.value = storedValue(index);
    } else if (isPatch(value)) row.value = storedValue(index);
    this.seqs.push(row.seq);
    this._kinds.add(kindWord(row.op, row.key));
    if (extra !== undefined) this.extras.set(row.seq, extra);
    this.builder.info.startedMs ??= row.timestampMs;
    if (row.op === Op.Other) this.builder.takeNote(row);
    this._history.apply(row, index);
    const begun = row.op === Op.AgentStarted ? this.context(row.layer) : undefined;
    if (begun !== undefined) this.labels.add(begun.layer, begun.name);
    // In a damaged log nobody may have begun who could merge.
    if (row.op !== Op.MergeHeld || this.context(row.layer) !== undefined) this._holds.apply(row, index);
    this.merges.appendEvent(row, index);
    this.scopes.appendEvent(row, index);
    this._findings.append(row);
    this.callSites.appendEvent(row, index);
    if (!event.isPart) this.steps.append(index);
  }

  takeNote(row: LogRow): void {
    this.builder.takeNote(row);
    this.callSites.takeNote(row);
  }

  takeOtherRun(line: number): void {
    this.builder.takeOtherRun(line);
  }

  takeDamage(line: number, message: string): void {
    this._damageCount++;
    if (this._damage.length < MAX_DAMAGE) this._damage.push({ line, message });
  }

  /** A fresh copy of an event; values are shared and frozen. */
  row(seq: number): LogRow | undefined {
    const index = this.seqs.indexOf(seq);
    return index === -1 ? undefined : this._rowAt(index);
  }

  /** The event at a place in the log, counting from 0. */
  rowAt(index: number): LogRow | undefined {
    return index >= 0 && index < this.seqs.length ? this._rowAt(index) : undefined;
  }

  /** As {@link rowAt} without its value, which costs more than all else; the place must be there. */
  headAt(index: number): Omit<LogRow, "value"> {
    return this.columns.head(index, this.seqs.seqAt(index));
  }

  /** The event at a place in the log, which must be there; a stand-in where its value is on disk (see {@link resolve}). */
  rawRowAt(index: number): LogRow {
    return { ...this.headAt(index), value: this.valueAt(index) };
  }

  /** The value itself, where a stand-in may be. */
  resolve(value: JsonValue | undefined): JsonValue | undefined {
    return this._history.resolve(value);
  }

  /** Place in the log of the newest event with at most this seq; −1 = none. */
  indexUpTo(seq: number): number {
    return this.seqs.indexUpTo(seq);
  }

  /** The recording's line that holds the value of the event at a place in the log; undefined where the value is in memory. */
  valueLine(index: number): string | undefined {
    return this.stored.line(this.holderOf(index));
  }

  /** Where the value of the event at a place in the log says what it changed, the place of the event that it changed from. */
  valueSource(index: number): { readonly event: number; readonly extends: boolean } | undefined {
    return this.stored.source(this.holderOf(index));
  }

  /** Members of the event's line that an event has no place for, as they were (`action_id`, `proposal_id`, …). */
  extra(seq: number): JsonObject | undefined {
    return this.extras.get(seq);
  }

  /** The kind word of an event, as in the recording; "state_snapshot" for the start; "" for what is not there. */
  kind(seq: number): string {
    const index = this.seqs.indexOf(seq);
    if (index !== -1) return kindWord(this.columns.op(index), this.columns.key(index));
    return seq === this._firstSeq ? "state_snapshot" : "";
  }

  /** What the event at a place in the log did; the place must be there. */
  opAt(index: number): Op {
    return this.columns.op(index);
  }

  /** The scopes that an agent is in after an event, innermost first. */
  scopesAt(layer: number, atSeq: number): readonly { readonly id: number; readonly enteredSeq: number }[] {
    const event = this.seqs.indexUpTo(atSeq);
    return this.scopes.openAt(layer, event).map(({ id, entered }) => ({ id, enteredSeq: this.seqOf(entered) }));
  }

  /** As {@link kind}, for the event at a place in the log. */
  kindAt(index: number): string {
    return kindWord(this.columns.op(index), this.columns.key(index));
  }

  /** The agents that had begun, in order. */
  agents(atSeq = Infinity): readonly AgentInfo[] {
    const event = this.seqs.indexUpTo(atSeq);
    const found: AgentInfo[] = [];
    for (const layer of this._history.layers.values()) {
      if (layer.type !== "context" || layer.created > event) continue;
      const last = layer.ends.findLast((end) => end.event <= event);
      found.push({
        layer: layer.layer,
        name: layer.name,
        ...this.identityOf(layer),
        parent: layer.parent,
        startedSeq: this.seqOf(layer.created),
        endedSeq: last?.ended === true ? this.seqOf(last.event) : undefined,
        error: last?.error,
      });
    }
    return found;
  }

  /** Whether a layer was an agent's context by then. */
  isAgent(layer: number, atSeq: number): boolean {
    const context = this.context(layer);
    return context !== undefined && context.created <= this.seqs.indexUpTo(atSeq);
  }

  /** Whether a layer is a store. */
  isStore(layer: number): boolean {
    return this._history.layers.get(layer)?.type === "store";
  }

  /** The stores that had been made, in order. */
  stores(atSeq = Infinity): readonly StoreInfo[] {
    const event = this.seqs.indexUpTo(atSeq);
    const found: StoreInfo[] = [];
    for (const layer of this._history.layers.values()) {
      if (layer.type !== "store" || layer.created > event) continue;
      found.push({ layer: layer.layer, name: layer.name, createdSeq: this.seqOf(layer.created) });
    }
    return found;
  }

  /** The name of a store, or of an agent as people are told it: see {@link AgentLabels}; "layer 7" for one that is not known. */
  layerName(layer: number): string {
    return this.labels.labelOf(layer) ?? this._history.layers.get(layer)?.name ?? `layer ${layer}`;
  }

  /** An agent by its name, and which of those of that name it is where there are several; undefined for no agent. */
  agentPlace(layer: number): { readonly agent: string; readonly ordinal?: number } | undefined {
    const context = this.context(layer);
    if (context === undefined) return undefined;
    const { ordinal } = this.identityOf(context);
    return { agent: context.name, ...(ordinal !== undefined && { ordinal }) };
  }

  /** Which of the agents of its name one is, counting from 1; 0 for no agent. */
  agentOrdinal(layer: number): number {
    return this.labels.ordinalOf(layer);
  }

  /** How many agents have a name. */
  agentCount(name: string): number {
    return this.labels.countOf(name);
  }

  /** What stands for the agent of a context: the layer of its first one. */
  agentLayer(layer: number): number {
    return this.context(layer)?.agentLayer ?? layer;
  }

  /** Who did an event, as people are told it: an agent, or the name that a direct write gives. */
  actorOf(row: Omit<LogRow, "value">): string | undefined {
    const layer = actingLayer(row, (each) => this.context(each) !== undefined);
    const actor = this.nameOf(layer, row.agent);
    const scope = this.context(row.inScopeOf);
    // A write to a store is ascribed to the scope by its name anyway.
    if (actor === undefined || scope === undefined || (layer === 0 && actor === scope.name)) return actor;
    return this.agentLayer(layer) === scope.agentLayer ? actor : inScopeOf(actor, this.layerName(scope.layer));
  }

  /** The same of a context, 0 for none, and the actor that an event names. */
  nameOf(layer: number, actor: string | undefined): string | undefined {
    const label = layer === 0 ? undefined : this.labels.labelOf(layer);
    if (label === undefined) return actor;
    return isUserFor(actor, this.context(layer)?.name ?? "") ? userFor(label) : label;
  }

  /** The context that wrote a value; 0 where it was written directly, or where the event is not in the log. */
  writingLayer(seq: number | undefined): number {
    const index = seq === undefined ? -1 : this.seqs.indexOf(seq);
    return index === -1 ? 0 : actingLayer(this.headAt(index), (each) => this.context(each) !== undefined);
  }

  /** Who wrote a value, as people are told it. */
  writerOf({
    actor,
    seq,
  }: {
    readonly actor: string | undefined;
    readonly seq: number | undefined;
  }): string | undefined {
    const index = seq === undefined ? -1 : this.seqs.indexOf(seq);
    return index === -1 ? actor : (this.actorOf(this.headAt(index)) ?? actor);
  }

  /** Keys of a store that are present, in the order in which it first had them. */
  storeKeys(layer: number, atSeq: number): readonly StoreKey[] {
    const event = this.seqs.indexUpTo(atSeq);
    const store = this._history.layers.get(layer);
    const found: StoreKey[] = [];
    if (store?.type !== "store") return found;
    for (const key of store.keys.keys()) {
      if (this._history.hasKey(store, key, event)) found.push(withValueOf(key, this.side(layer, key, event)));
    }
    return found;
  }

  /** Local keys of an agent, in the order of their first local writes. */
  overlay(layer: number, atSeq: number): readonly OverlayEntry[] {
    const event = this.seqs.indexUpTo(atSeq);
    const context = this._history.layers.get(layer);
    const found: OverlayEntry[] = [];
    if (context?.type !== "context") return found;
    for (const { key, entry } of this._history.localKeys(context, event)) {
      const { value, rev, actor, seq, pending } = entry;
      const parent = this.side(context.parent, key, event).value;
      const status = overlayStatus(parent, value);
      found.push({ key, value, status, pending, side: { value, layer, revision: rev, actor, seq: orUnknown(seq) } });
    }
    return found;
  }

  /** What an agent sees: its local values and what shows through, without tombstones. */
  effective(layer: number, atSeq: number): readonly EffectiveEntry[] {
    const event = this.seqs.indexUpTo(atSeq);
    const context = this._history.layers.get(layer);
    if (context === undefined) return [];
    const found: EffectiveEntry[] = [];
    for (let at: typeof context | undefined = context; at !== undefined; at = this._history.parentOf(at)) {
      for (const key of at.keys.keys()) {
        if (!this._history.isPresent(layer, key, event)) continue;
        const side = this.side(layer, key, event);
        // Each key stands where it is answered: what a context only did with it later must not move it.
        if (side.layer !== at.layer) continue;
        const local = side.layer === layer;
        const shadows = local && context.type === "context" && this._history.isPresent(context.parent, key, event);
        const origin = local ? "local" : "inherited";
        found.push(Object.assign(withValueOf(key, side), { origin, shadows } as const));
      }
    }
    return found;
  }

  /** The value that a layer answers for a key, and which layer it comes from. */
  effectiveValue(layer: number, key: string, atSeq: number): PlanSide {
    return this.side(layer, key, this.seqs.indexUpTo(atSeq));
  }

  /** What an agent itself knows of a key, and the event at which the key became local; undefined when it knows nothing. */
  contextEntry(layer: number, key: string, atSeq: number): (ContextEntry & { readonly sinceSeq: number }) | undefined {
    const event = this.seqs.indexUpTo(atSeq);
    const entry = this._history.contextEntry(layer, key, event);
    return entry && { ...entry, sinceSeq: this.seqOf(this._history.localSince(layer, key, event)) };
  }

  /** What a merge would do at that event; the same function as the runtime's. @throws RangeError when there is no such agent. */
  plan(layer: number, atSeq: number, options?: PlanOptions): MergePlan {
    const event = this.seqs.indexUpTo(atSeq);
    const context = this.contextAt(layer, event);
    return options === undefined
      ? this.plans.plan(context, event)
      : planMerge(overlayInput(this._history, context, event), options);
  }

  /**
   * The entries of {@link plan}, one by one: of values on disk no more are in memory than those of one key.
   * @throws RangeError when there is no such agent.
   */
  *planEntries(layer: number, atSeq: number): Generator<MergePlanEntry, void, undefined> {
    const input = this.planInput(layer, atSeq);
    for (const local of input.locals) yield* planMerge({ ...input, locals: [local], reads: [] }).entries;
  }

  /** What {@link plan} is made from. @throws RangeError when there is no such agent. */
  planInput(layer: number, atSeq: number): PlanInput {
    const event = this.seqs.indexUpTo(atSeq);
    return overlayInput(this._history, this.contextAt(layer, event), event);
  }

  /** The merges that wait for the user, oldest first. A run that ended with some never did them. */
  holds(atSeq: number): readonly HeldMergeInfo[] {
    return this._holds.at(this.seqs.indexUpTo(atSeq)).map((held) => this.heldInfo(held));
  }

  /**
   * What a held merge would do at that event: by its own options, with these keys and choices before them.
   * @throws RangeError when there is no such held merge.
   */
  heldPlan(id: number, atSeq: number, options: Pick<PlanOptions, "keys" | "choices"> = {}): MergePlan {
    const { options: own } = this.held(id);
    return planMerge(this.heldPlanInput(id, atSeq), {
      ...own,
      keys: options.keys ?? own.keys,
      choices: new Map([...(own.choices ?? []), ...(options.choices ?? [])]),
    });
  }

  /** What {@link heldPlan} is made from. @throws RangeError when there is no such held merge. */
  heldPlanInput(id: number, atSeq: number): PlanInput {
    const held = this.held(id);
    const event = this.seqs.indexUpTo(atSeq);
    return heldInput(this._history, this.contextAt(held.layer, event), held, event);
  }

  /** The keys of a held merge whose parent entry moved between its call and that event. */
  heldMovedKeys(id: number, atSeq: number): readonly string[] {
    const { into, event: called, data } = this.held(id);
    const event = this.seqs.indexUpTo(atSeq);
    return data.keys.filter((key) => {
      const then = this._history.answer(into, key, called);
      const now = this._history.answer(into, key, event);
      return then.layer !== now.layer || then.revision !== now.revision;
    });
  }

  /** Whether a key of the agent's overlay was written or deleted since its last merge. */
  isPending(layer: number, atSeq: number): boolean {
    const context = this._history.layers.get(layer);
    if (context?.type !== "context") return false;
    return context.pendingFlips.countUpTo(this.seqs.indexUpTo(atSeq)) % 2 === 1;
  }

  /** All writes of a key in a layer, oldest first. */
  history(layer: number, key: string): readonly KeyWrite[] {
    return this._history.changes(layer, key).map(({ entry }) => {
      const { seq, rev, actor } = entry;
      const event = this.seqs.indexOf(seq);
      const timestampMs = event === -1 ? undefined : this.columns.timestampMs(event);
      return {
        seq,
        get value() {
          return entry.value;
        },
        rev,
        actor,
        timestampMs,
        site: this.callSite(seq),
      };
    });
  }

  /** The script's line that caused an event; for what a merge did, the line that asked for the merge. */
  callSite(seq: number): CallSite | undefined {
    const blame = this.blame(seq);
    return blame.type === "line" ? blame.site : undefined;
  }

  /** As {@link callSite}, and why it is not known where it is not. */
  blame(seq: number): Blame {
    return this.callSites.blame(this.seqs.indexOf(seq));
  }

  /** seq of the event that began the merge which an event is a key of; undefined for any other event. */
  plannedSeq(seq: number): number | undefined {
    const planned = this.callSites.plannedOf(this.seqs.indexOf(seq));
    return planned === -1 ? undefined : this.seqOf(planned);
  }

  /** Whether lines were taken after that event. */
  callSitesAt(seq: number): CallSitesState {
    return this.callSites.stateAt(this.seqs.indexUpTo(seq));
  }

  /** Whether an event is in an agent's own log: its events, and those of merges of it. */
  belongsTo(seq: number, agentLayer: number): boolean {
    const index = this.seqs.indexOf(seq);
    return index !== -1 && this.belongsAt(index, agentLayer);
  }

  /** As {@link belongsTo}, for the event at a place in the log. */
  belongsAt(index: number, agentLayer: number): boolean {
    if (this.columns.layer(index) === agentLayer) return true;
    const op = this.columns.op(index);
    if (op === Op.MergeApplied && this.steps.firstOf(index) < index) {
      return intoOf(this.columns.fields(index)) === agentLayer;
    }
    if (isMergedKey(op)) return childOf(this.columns.fields(index)) === agentLayer;
    if (!isDirectChange(op) || writerLayerOf(this.columns.fields(index)) !== agentLayer) return false;
    return !this.isAgent(this.columns.layer(index), Infinity);
  }

  /** The nearest event after `seq` that belongs to the agent, or any when undefined; those of a merge that is one step, too. */
  nextEvent(seq: number, agentLayer?: number): number | undefined {
    const index = this.seqs.indexUpTo(seq);
    if (agentLayer === undefined) return this.seqIfThere(index + 1);
    const events = this.context(agentLayer)?.events;
    return events === undefined ? undefined : this.seqIfThere(events.at(events.countUpTo(index)));
  }

  /** The nearest step after `seq` of the agent, or of anybody when undefined: see {@link stepSeq}. */
  next(seq: number, agentLayer?: number): number | undefined {
    const next = this.nextEvent(this.stepSeq(seq), agentLayer);
    return next === undefined ? undefined : this.stepSeq(next);
  }

  /** The nearest step before the one that `seq` is in. */
  previous(seq: number, agentLayer?: number): number | undefined {
    let index = this.seqs.indexUpTo(seq - 1);
    const at = this.seqs.indexOf(seq);
    if (at !== -1) index = this.steps.firstOf(at) - 1;
    const events = agentLayer === undefined ? undefined : this.context(agentLayer)?.events;
    if (agentLayer !== undefined && events === undefined) return undefined;
    const event = events === undefined ? index : events.at(events.countUpTo(index) - 1);
    return this.seqIfThere(this.steps.stepOf(event));
  }

  /**
   * The event that stands for one: a merge that was recorded as one is one step, and its end stands for all that it did. Any
   * other event stands for itself, and so does what is not there.
   */
  stepSeq(seq: number): number {
    const index = this.seqs.indexOf(seq);
    return index === -1 ? seq : this.seqs.seqAt(this.steps.stepOf(index));
  }

  /** Whether the event at a place in the log stands for itself. */
  isStepAt(index: number): boolean {
    return this.steps.stepOf(index) === index;
  }

  /** The first event of the step that an event is in. */
  firstOfStep(seq: number): number {
    const index = this.seqs.indexOf(seq);
    return index === -1 ? seq : this.seqs.seqAt(this.steps.firstOf(index));
  }

  /** How many steps there are. */
  get stepCount(): number {
    return this.steps.length;
  }

  /** The place in the log of a step's event, counting steps from 0; −1 = none. */
  stepAt(step: number): number {
    return this.steps.at(step);
  }

  /** How many steps have their event up to a place in the log. */
  stepsUpTo(index: number): number {
    return this.steps.countUpTo(index);
  }

  /** The runtime's fold over all events so far; read it, never change it. Values that are on disk have stand-ins. */
  get liveState(): LogState {
    return this._history.live;
  }

  /** Called at most once per append, after it. @returns the unsubscribe function. */
  onDidChange(listener: () => void): () => void {
    const own = (): void => listener();
    this.listeners.add(own);
    return () => void this.listeners.delete(own);
  }

  private identityOf({
    layer,
    name,
    agentId,
    agentLayer,
  }: ContextHistory): Pick<AgentInfo, "label" | "ordinal" | "agentId" | "agentLayer"> {
    const ordinal = this.labels.countOf(name) > 1 ? this.labels.ordinalOf(layer) : undefined;
    return { label: this.labels.labelOf(layer) ?? name, ordinal, agentId, agentLayer };
  }

  private contextAt(layer: number, event: number): ContextHistory {
    const context = this.context(layer);
    if (context === undefined || context.created > event) {
      throw new RangeError(`There is no agent with the layer id ${layer} at that event.`);
    }
    return context;
  }

  private held(id: number): HeldMerge {
    const held = this._holds.get(id);
    if (held === undefined) throw new RangeError(`There is no held merge ${id}.`);
    return held;
  }

  private heldInfo({ id, layer, into, event, data }: HeldMerge): HeldMergeInfo {
    const { reason, exact, policy } = data;
    return {
      id,
      layer,
      agent: this.layerName(layer),
      into,
      heldMs: this.columns.timestampMs(event),
      keyCount: data.keys.length,
      reason,
      exact,
      policy,
    };
  }

  private _rowAt(index: number): LogRow {
    const row = this.rawRowAt(index);
    const { value } = row;
    // Whoever goes through many events looks into few.
    return isStored(value) ? withGetter(row, "value", () => this.resolve(value)) : row;
  }

  /** The event whose line holds the value of one: what a merge wrote, the child's write does. */
  private holderOf(index: number): number {
    const value = isMergedKey(this.columns.op(index)) ? this.columns.value(index) : undefined;
    return isStored(value) && value.key === undefined ? value.event : index;
  }

  /** What a read saw stands beside it, but is no value of its own. */
  private valueAt(index: number): JsonValue | undefined {
    return this.columns.op(index) === Op.Read ? undefined : this.columns.value(index);
  }

  private side(layer: number, key: string, event: number): PlanSide {
    return this._history.answer(layer, key, event);
  }

  private context(layer: number): ContextHistory | undefined {
    const found = this._history.layers.get(layer);
    return found?.type === "context" ? found : undefined;
  }

  private seqOf(index: number): number {
    return index === -1 ? this._firstSeq : this.seqs.seqAt(index);
  }

  private seqIfThere(index: number): number | undefined {
    return index >= 0 && index < this.seqs.length ? this.seqs.seqAt(index) : undefined;
  }
}

/** A key of a store; its value is read when it is looked at. */
function withValueOf(key: string, side: PlanSide): StoreKey {
  return {
    key,
    get value() {
      return side.value ?? null;
    },
    side,
  };
}

function overlayStatus(parent: JsonValue | undefined, local: JsonValue | undefined): OverlayEntry["status"] {
  if (local === undefined) return parent === undefined ? "unchanged" : "deleted";
  if (parent === undefined) return "added";
  return jsonEqual(parent, local) ? "unchanged" : "modified";
}

function orUnknown(seq: number): number | undefined {
  return seq === 0 ? undefined : seq;
}
