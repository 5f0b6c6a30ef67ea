/**
 * Finds lost work in a run's events, one after another: what each agent read and wrote since its last merge is held against
 * what another has written by the time it merges. The rules are those of docs/merging.md.
 */

import { withGetter } from "../../base/withGetter";
import { isObject, jsonEqual, membersOf, type JsonValue } from "../../core/jsonValue";
import { Op, storeFacts, type LogRow } from "../../core/logRow";
import { isDecided, problemOfKeeping, problemOfWriting, type MergedKey } from "../../core/mergeProblems";
import { restoreSteps, type LogState } from "../../core/logState";
import { isSameValue, isStored } from "../storage/storedValue";
import type { Finding, FindingKind, FindingTotals, Written } from "./finding";
import { ABSENT, FoldedLayers, noteToggle, type Context, type Local, type Read, type Version } from "./foldedLayers";
import { FoundList } from "./foundList";
import type { KeyDifference } from "./keySets";

const MAX_READERS = 100_000;

/** What a held merge fixed when it was asked for. */
type Held = Pick<Context, "locals" | "reads">;

/** A key that a merge has written: what it found. */
interface WrittenKey {
  readonly key: string;
  /** The local change, as the agent had left it; undefined where it is local no more. */
  readonly before: Local | undefined;
  readonly now: Version;
  readonly isOwn: boolean;
  readonly result: JsonValue | undefined;
  readonly seq: number;
  /** Of a held merge whose key has changed since: what was merged is no longer the local value. */
  readonly isOlder: boolean;
}

/** A merge between its plan and its end. */
interface OpenMerge {
  readonly context: Context;
  readonly into: number;
  readonly planned: number;
  /** The event after which it began. */
  readonly began: number;
  readonly node: number;
  /** Local changes of keys for which the merge left another value than the overlay's, and of those that it took back. */
  readonly decided: Map<string, Local>;
  readonly keptParent: Map<string, Local>;
  /** Keys that were pending when the merge wrote them. */
  readonly written: Set<string>;
  readonly keys: WrittenKey[];
}

/** The findings of one run so far. */
export class FindingsFold {
  private readonly layers = new FoldedLayers();
  private readonly found: FoundList;
  /** Held merges by id. */
  private readonly held = new Map<number, Held>();
  private open: OpenMerge | undefined;
  private lastSeq = 0;

  /**
   * @param resolve gives the value itself, where events may have stand-ins: it is asked when two values must be compared
   * @param ignore keys whose findings are silenced, beside those that the stores say: patterns with `*`
   */
  constructor(
    private readonly resolve: (value: JsonValue | undefined) => JsonValue | undefined = (value) => value,
    ignore: readonly string[] = [],
  ) {
    this.found = new FoundList(ignore, (layer) => this.layers.pathOf(layer).at(-1) ?? layer);
  }

  /** In the order of events, without what only the end of the run tells: see {@link finish}. */
  get findings(): readonly Finding[] {
    return this.found.findings;
  }

  /** The state that the log starts from. */
  start(state: LogState): void {
    for (const layer of state.layers.values()) {
      if (layer.type === "store") {
        const versions = new Map<string, Version>();
        for (const [key, { value, rev, agentLayer: agent, actor: name, seq }] of layer.entries) {
          versions.set(key, { ...ABSENT, layer: layer.layer, rev, value, agent, toggler: agent, name, seq });
        }
        this.layers.stores.set(layer.layer, versions);
        this.found.ignoreIn(layer.layer, layer.ignore);
        continue;
      }
      const context = this.layers.addContext(layer);
      for (const [key, entry] of layer.entries) {
        const { value, rev, agentLayer: agent, actor: name, seq, pending } = entry;
        const version: Version = { ...ABSENT, layer: layer.layer, rev, value, agent, name, seq };
        if (entry.local !== 0) {
          context.locals.set(key, {
            version,
            pending,
            merged: undefined,
            since: this.layers.basedSince(entry, layer.parent, key),
          });
        }
        if (entry.seenSeq <= layer.settledSeq) continue;
        const { seenValue: seen, seenLayer: from, seenSeq } = entry;
        context.reads.set(key, [{ version: { ...ABSENT, value: seen }, value: seen, from, seq: seenSeq }]);
      }
    }
  }

  /** Takes in the next event. In a damaged log parts may be missing: what they would have told is not found. */
  append(row: LogRow): void {
    this.lastSeq = row.seq;
    const { layer, key } = row;
    switch (row.op) {
      case Op.StoreCreated:
        this.layers.stores.set(layer, new Map());
        this.found.ignoreIn(layer, storeFacts(row.value).ignore);
        return;
      case Op.AgentStarted:
        this.layers.addContext({
          layer,
          name: row.agent ?? "",
          agentLayer: row.aux2 === 0 ? layer : row.aux2,
          parent: row.aux,
        });
        return;
      case Op.Restored:
        return this.restore(row);
      case Op.MergePlanned: {
        const context = this.layers.contexts.get(layer);
        this.open = context && this.begin(context, row.aux, row.seq);
        return;
      }
      case Op.MergeHeld:
        return this.hold(row);
      case Op.MergeApplied:
        if (this.open?.context.layer === layer) this.end(this.open, row);
        this.open = undefined;
        return;
      case Op.MergeRefused:
        this.open = undefined;
        this.held.delete(holdOf(row));
        return;
      case Op.Discard:
        return this.discard(row);
      case Op.KeysRead: {
        const context = this.layers.contexts.get(layer);
        if (context !== undefined) this.layers.keySets.read(layer, context.parent, row.seq, context.keysRead);
        return;
      }
    }
    if (key === undefined) return;
    switch (row.op) {
      case Op.Write:
      case Op.Delete:
        return this.write(row, key);
      case Op.Read:
        return this.read(row, key);
      case Op.MergeWrite:
      case Op.MergeDelete:
        return this.mergeKey(row, key);
      case Op.Revert:
        return this.revert(row, key);
    }
  }

  /** How many there were, those that are not kept included. Changes in place. */
  get totals(): FindingTotals {
    return this.found.totals;
  }

  /** The run is over. @returns what only its end tells, changes that were never merged, and how much of that is silenced */
  finish(): { readonly findings: readonly Finding[]; readonly ignoredCount: number } {
    const found: Finding[] = [];
    let ignoredCount = 0;
    for (const context of this.layers.contexts.values()) {
      const pending = [...context.locals].filter((entry) => entry[1].pending);
      const [first, ...others] = pending.filter(([key]) => !this.found.isIgnored(key, context.parent));
      if (first === undefined) {
        if (pending.length > 0) ignoredCount++;
        continue;
      }
      const [key, { version }] = first;
      const about = this.finding("unmergedWork", key, context, context.parent, 0, this.lastSeq, { ours: version });
      found.push(others.length === 0 ? about : { ...about, more: others.length });
    }
    return { findings: found, ignoredCount };
  }

  private write({ layer, rev, value, agent: name, seq, aux }: LogRow, key: string): void {
    const context = this.layers.contexts.get(layer);
    if (context === undefined) {
      const node = this.layers.graph.addNode();
      this.layers.putInStore(layer, key, { ...ABSENT, layer, rev, value, agent: aux, name, seq, node });
      return;
    }
    const before = context.locals.get(key);
    // A merge that decides otherwise than the overlay writes its result there first.
    if (this.open?.context === context && before !== undefined) this.open.decided.set(key, before);
    const version: Version = { ...ABSENT, layer, rev, value, agent: layer, toggler: layer, name, seq };
    if (before !== undefined) noteToggle(before.version, version);
    const local = { version, pending: true, merged: before?.merged, since: before?.since ?? seq };
    this.layers.setLocal(context, key, local, seq, 0);
  }

  private restore(row: LogRow): void {
    const versions = this.layers.stores.get(row.layer);
    const state = this.resolve(row.value);
    if (versions === undefined || !isObject(state)) return;
    const node = this.layers.graph.addNode();
    for (const version of versions.values()) version.value = this.resolve(version.value);
    const { layer, agent: name, seq } = row;
    const steps = restoreSteps(versions, state);
    let rev = row.rev - steps.length;
    for (const [key, value] of steps) {
      this.layers.putInStore(layer, key, { ...ABSENT, layer, rev: ++rev, value, name, seq, node });
    }
  }

  private read({ layer, seq, aux: from }: LogRow, key: string): void {
    const context = this.layers.contexts.get(layer);
    if (context === undefined) return;
    const own = context.locals.get(key);
    const version = from === layer ? (own?.merged ?? own?.version) : this.layers.lookUp(context.parent, key);
    // What is absent has no version until somebody writes it: a place for it, so that it can be overwritten.
    const seen = version ?? this.layers.absent(context.parent, key);
    const value = from === layer ? own?.version.value : seen.value;
    const reads = context.reads.get(key);
    if (reads === undefined) context.reads.set(key, [{ version: seen, value, from, seq }]);
    else if (reads.at(-1)?.version !== seen) reads.push({ version: seen, value, from, seq });
  }

  private discard({ layer, seq, value }: LogRow): void {
    const context = this.layers.contexts.get(layer);
    const keys = this.resolve(value);
    if (context === undefined || !Array.isArray(keys)) return;
    for (const each of keys) this.layers.setLocal(context, String(each), undefined, seq, 0);
  }

  private revert({ layer, seq }: LogRow, key: string): void {
    const context = this.layers.contexts.get(layer);
    const local = context?.locals.get(key);
    if (context === undefined || local === undefined) return;
    // Within a merge it is how the parent's value is kept.
    if (this.open?.context === context) this.open.keptParent.set(key, local);
    this.layers.setLocal(context, key, undefined, seq, 0);
  }

  private begin(context: Context, into: number, planned: number, began = planned): OpenMerge {
    return {
      context,
      into,
      planned,
      began,
      node: this.layers.graph.addNode(),
      decided: new Map(),
      keptParent: new Map(),
      written: new Set(),
      keys: [],
    };
  }

  /** What a held merge is judged by later: the changes that it fixed, and the reads that they may rest on. */
  private hold({ layer, seq, value }: LogRow): void {
    const context = this.layers.contexts.get(layer);
    if (context === undefined) return;
    const held: Held = { locals: new Map(), reads: new Map() };
    const { keys } = membersOf(this.resolve(value));
    for (const key of Array.isArray(keys) ? (keys as readonly string[]) : []) {
      const local = context.locals.get(key);
      const reads = context.reads.get(key);
      if (local !== undefined) held.locals.set(key, { ...local });
      if (reads !== undefined) held.reads.set(key, [...reads]);
    }
    this.held.set(seq, held);
  }

  private mergeKey(row: LogRow, key: string): void {
    const child = this.layers.contexts.get(row.aux);
    if (child === undefined) return;
    // In a damaged log the plan may be missing.
    if (this.open?.context !== child) this.open = this.begin(child, row.layer, 0, row.seq - 1);
    const { open } = this;
    const now = this.layers.lookUp(row.layer, key);
    const local = child.locals.get(key);
    const before = open.decided.get(key) ?? local;
    if (now !== undefined) {
      const { value: result, seq } = row;
      open.keys.push({
        key,
        before: before && { ...before },
        now,
        isOwn: this.layers.isOwn(now, child),
        result,
        seq,
        isOlder: row.aux2 !== 0,
      });
    }
    if (local?.pending === true) open.written.add(key);
    const merged: Version = {
      ...ABSENT,
      layer: row.layer,
      rev: row.rev,
      value: row.value,
      agent: child.layer,
      name: row.agent,
      seq: row.seq,
      node: open.node,
    };
    const parent = this.layers.contexts.get(row.layer);
    if (parent === undefined) this.layers.putInStore(row.layer, key, merged);
    else {
      noteToggle(now, merged);
      const before = parent.locals.get(key);
      // Of a key that the child brings, the base is the child's own.
      const since = before?.since ?? local?.since ?? row.seq;
      const taken = { version: merged, pending: true, merged: before?.merged, since };
      this.layers.setLocal(parent, key, taken, row.seq, open.node);
      if (now !== undefined) this.layers.overwrite(now, merged, row.layer);
    }
    if (local !== undefined) {
      // What changed while the merge was held stays to be merged.
      const pending = local.pending && row.aux2 !== 0;
      this.layers.setLocal(child, key, { version: local.version, pending, merged, since: row.seq }, row.seq, 0);
    }
  }

  /** What a merged key lost, if anything. */
  private judgeWrite({ context, into, planned }: OpenMerge, held: Held | undefined, found: WrittenKey): Finding[] {
    const { key, now, isOwn: isOwnNow, result, seq, isOlder } = found;
    const before = held?.locals.get(key) ?? found.before;
    if (before === undefined) return [];
    // Without what was held, its value is known from what was merged alone.
    const ours = isOlder && held === undefined ? { ...before.version, value: result } : before.version;
    const reads = (held ?? context).reads.get(key) ?? [];
    const isOfAnother = !isOwnNow && now.rev !== 0;
    const { pending } = before;
    const mergedKey: MergedKey = {
      value: ours.value,
      pending,
      read: reads.at(-1),
      theirs: now.value,
      isOfAnother,
      result,
    };
    const problem = problemOfWriting(mergedKey, this.equal);
    const told = (kind: FindingKind, read?: Read): Finding[] => [
      this.finding(kind, key, context, into, planned, seq, { read, theirs: now, ours }),
    ];
    if (problem !== undefined) return told(problem, problem === "revertedUpdate" ? undefined : reads.at(-1));
    if (!pending || !isOfAnother || isDecided(mergedKey, this.equal)) return [];
    const read = reads.findLast(({ value }) => !this.equal(value, now.value));
    if (read !== undefined) return told("nonRepeatableRead", read);
    const isBlind = reads.length === 0 && now.seq > before.since && !this.equal(now.value, result);
    return isBlind && this.found.isFirstOf(into, key) ? told("orderSensitive") : [];
  }

  private end(open: OpenMerge, row: LogRow): void {
    const { context, into, written, keys } = open;
    const held = this.held.get(holdOf(row));
    this.held.delete(holdOf(row));
    const isApproved = membersOf(this.resolve(row.value))["decision"] === "approved";
    const found = [
      ...keys.flatMap((each) => this.judgeWrite(open, held, each)),
      ...[...open.keptParent].flatMap(([key, local]) => this.judgeKept(open, held, key, local, row.seq)),
    ];
    // What a person decided is no loss.
    for (const each of found) if (!isApproved || each.kind !== "droppedUpdate") this.found.add(each);
    // A merge without changes is no step of its own: what was read counts for the next.
    if (written.size === 0) return;
    const { keysRead } = context;
    this.layers.keySets.link(keysRead, open.node, into);
    const differences = this.layers.keySets.differences(keysRead, open.node, into, open.began);
    const stale = this.staleReads(open, row.seq);
    for (const each of stale) this.found.add(each);
    const told = new Set([...found, ...stale].map(({ key }) => key));
    const missed = differences.filter(({ key }) => !told.has(key));
    const [first, ...others] = missed.filter(({ key }) => !this.found.isIgnored(key, into));
    if (first !== undefined) this.found.add(this.staleKeys(open, [first, ...others], row.seq));
    else if (missed.length > 0) this.found.noteIgnored();
    const parent = this.layers.contexts.get(into);
    if (parent !== undefined) {
      passReads(context, parent);
      this.layers.keySets.passOn(keysRead, parent.layer, parent.keysRead);
    }
    // What is still to be merged may rest on any of them.
    for (const local of context.locals.values()) if (local.pending) return;
    context.reads.clear();
    this.layers.keySets.clear(keysRead);
  }

  private staleReads(open: OpenMerge, seq: number): Finding[] {
    const { context, into, planned, node, keptParent } = open;
    return this.link(open)
      .filter(({ key }) => !keptParent.has(key))
      .map(({ key, read, now }) => {
        const next = this.layers.successorOf(read.version, into);
        const kind = next !== undefined && this.layers.graph.reaches(next, node) ? "writeSkew" : "staleRead";
        return this.finding(kind, key, context, into, planned, seq, { read, theirs: now });
      });
  }

  /** What the agent's listings of keys missed, as one. */
  private staleKeys(
    { context, into, planned, node }: OpenMerge,
    differences: readonly [KeyDifference<Version>, ...KeyDifference<Version>[]],
    seq: number,
  ): Finding {
    // Where a newer listing saw it as it is now, the agent knew: it waited for it, perhaps.
    const skewed = differences.find(
      ({ next, isNewest }) => isNewest && next !== 0 && this.layers.graph.reaches(next, node),
    );
    const told = skewed ?? differences[0];
    const read = { version: ABSENT, value: told.seen?.value, from: into, seq: told.seq };
    const kind = skewed === undefined ? "staleRead" : "writeSkew";
    return {
      ...this.finding(kind, told.key, context, into, planned, seq, { read, theirs: told.now }),
      keySet: true,
      ...(differences.length > 1 && { more: differences.length - 1 }),
    };
  }

  /** Code kept the parent's value. */
  private judgeKept(
    { context, into, planned }: OpenMerge,
    held: Held | undefined,
    key: string,
    local: Local,
    seq: number,
  ): Finding[] {
    const { version: ours, pending } = held?.locals.get(key) ?? local;
    const read = (held ?? context).reads.get(key)?.at(-1);
    const theirs = this.layers.lookUp(into, key);
    const { value } = ours;
    const facts = { value, pending, read, theirs: theirs?.value, isOfAnother: true, result: theirs?.value };
    const kind = problemOfKeeping(facts, this.equal);
    return kind === undefined ? [] : [this.finding(kind, key, context, into, planned, seq, { read, theirs, ours })];
  }

  /** Puts a merge into the graph. @returns of each key that it did not write the newest read whose value another has changed by now. */
  private link({ context, into, node, written }: OpenMerge): { key: string; read: Read; now: Version }[] {
    const moved: { key: string; read: Read; now: Version }[] = [];
    for (const [key, reads] of context.reads) {
      const now = this.layers.lookUp(into, key);
      for (const { version } of reads) {
        this.layers.graph.addEdge(version.node, node);
        const next = this.layers.successorOf(version, into);
        if (next === undefined) noteReader(version, node, into);
        // A read of what was overwritten: this merge stands before whoever did it.
        else if (next !== node) this.layers.graph.addEdge(node, next);
      }
      if (now === undefined || this.layers.isOwn(now, context) || written.has(key)) continue;
      const read = reads.findLast(({ value }) => !this.equal(value, now.value));
      if (read !== undefined) moved.push({ key, read, now });
    }
    return moved;
  }

  private finding(
    kind: FindingKind,
    key: string,
    { layer, name }: Context,
    into: number,
    planned: number,
    seq: number,
    {
      read,
      theirs,
      ours,
    }: { readonly read?: Read | undefined; readonly theirs?: Version | undefined; readonly ours?: Version | undefined },
  ): Finding {
    return {
      kind,
      key,
      agent: layer,
      name,
      seq,
      planned,
      into,
      ...(read && { read: this.readable({ value: read.value, seq: read.seq }) }),
      ...(theirs && { theirs: this.written(theirs) }),
      ...(ours && { ours: this.written(ours) }),
      ...(theirs && ours && kind === "lostUpdate" && this.equal(theirs.value, ours.value) && { equal: true as const }),
    };
  }

  private readonly equal = (one: JsonValue | undefined, other: JsonValue | undefined): boolean =>
    isSameValue(one, other) || jsonEqual(this.resolve(one), this.resolve(other));

  private written({ value, agent, name, seq }: Version): Written {
    return this.readable({ value, agent, name, seq });
  }

  /** With its value read when it is looked at, where that is on disk. */
  private readable<T extends { readonly value: JsonValue | undefined }>(told: T): T {
    const { value } = told;
    return isStored(value) ? withGetter(told, "value", () => this.resolve(value)) : told;
  }
}

/** A context's own merge also rests on what its child read through it; it is as if it had read it when it took it in. */
function passReads(child: Context, parent: Context): void {
  for (const [key, reads] of child.reads) {
    const beyond = reads.filter(({ from }) => from !== parent.layer && from !== child.layer);
    if (beyond.length === 0) continue;
    const known = parent.reads.get(key) ?? [];
    const versions = new Set(beyond.map(({ version }) => version));
    const older = known.filter(({ version }) => !versions.has(version));
    parent.reads.set(key, [...older, ...beyond]);
  }
}

/** The id of the held merge that an event ended; 0 where it was none. */
function holdOf({ value }: LogRow): number {
  const { hold } = membersOf(value);
  return typeof hold === "number" ? hold : 0;
}

/** Of very many merges that read one version, the older ones are forgotten: a cycle by way of those is not found. */
function noteReader(version: Version, node: number, into: number): void {
  const readers = (version.readers ??= []);
  if (readers.length >= MAX_READERS) readers.splice(0, MAX_READERS / 2);
  readers.push({ node, into });
}
