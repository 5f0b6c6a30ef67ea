/**
 * Which keys there were when an agent listed them, and what appeared and disappeared since. Only layers whose keys somebody
 * listed are followed, and only while a merge may still rest on it; knows nothing of values.
 */

import type { MergeGraph } from "./mergeGraph";

/** A value of a key in a layer, as far as sets of keys go. */
export interface KeyVersion {
  /** undefined = absent. */
  readonly value: unknown;
  /** The node of the merge or direct write that made the key appear or disappear; 0 where none is known. */
  readonly toggled: number;
  /** The context whose work that was; 0 = a direct write. */
  readonly toggler: number;
}

/** What a layer itself has of a key; in a store nothing is pending. */
export interface KeyEntry<V extends KeyVersion> {
  readonly version: V;
  readonly pending: boolean;
}

/** The layers of a run as they are now. */
export interface KeyLayers<V extends KeyVersion> {
  entry(layer: number, key: string): KeyEntry<V> | undefined;
  entries(layer: number): Iterable<readonly [key: string, entry: KeyEntry<V>]>;
  /** The layer, the one that it reads through to, and so on. */
  path(layer: number): readonly number[];
  /** Whether two contexts are one agent's. */
  isSameAgent(one: number, other: number): boolean;
}

/** A key that a listing saw otherwise than its parent had it, for the agent's own merged value stood before it. */
interface ShadowedKey<V extends KeyVersion> {
  readonly key: string;
  readonly seen: V;
}

/** One listing of keys, until no merge rests on it any more. */
export interface KeysRead<V extends KeyVersion> {
  /** The event. */
  readonly seq: number;
  /** The contexts through which it was done, the one whose merge rests on it last: what is local there is its own. */
  readonly by: readonly number[];
  /** Nodes behind whoever made what was seen: of the layer that answered, and of each below it. */
  readonly seen: readonly (readonly number[])[];
  readonly shadowed: readonly ShadowedKey<V>[];
}

/** A key that was there when keys were listed and is not now, or the other way round. */
export interface KeyDifference<V extends KeyVersion> {
  readonly key: string;
  /** The event of the newest listing that saw it otherwise, whether there is none after it, and what it saw; undefined = never written. */
  readonly seq: number;
  readonly isNewest: boolean;
  readonly seen: V | undefined;
  readonly now: V | undefined;
  /** The node of whoever made it otherwise first; 0 where none is known. */
  readonly next: number;
}

/** What a layer had of a key before an event changed whether it has it. */
interface KeyChange<V extends KeyVersion> {
  readonly seq: number;
  readonly layer: number;
  readonly key: string;
  readonly before: KeyEntry<V> | undefined;
  /** Of the merge or direct write that made it appear or disappear; 0 for agents' own writes. */
  readonly node: number;
}

/** A layer that is followed. */
interface Followed<V extends KeyVersion> {
  /** In the order of events. */
  changes: KeyChange<V>[];
  /** A node that stands behind everybody who made a key of it appear or disappear. */
  made: number;
  /** By the layer that they went into: a node that stands behind all merges that rest on a listing of it. */
  readonly readers: Map<number, number>;
}

/** Changes and listings that are kept: of more, the older half is forgotten, and what rests on it is not found. */
const MAX_KEPT = 100_000;
/** Edges of one listing where no node stands for all. */
const MAX_EDGES = 1_000;

/** The sets of keys of one run. */
export class KeySets<V extends KeyVersion> {
  private readonly followed = new Map<number, Followed<V>>();
  /** The lists that have listings in them. */
  private readonly waiting = new Set<KeysRead<V>[]>();
  private kept = 0;
  /** What happened up to this event is forgotten. */
  private horizon = 0;

  constructor(
    private readonly layers: KeyLayers<V>,
    private readonly graph: MergeGraph,
  ) {}

  /** A context lists its keys, as its parent has them. @param reads its list, which it joins */
  read(context: number, parent: number, seq: number, reads: KeysRead<V>[]): void {
    const path = this.layers.path(parent);
    for (const layer of [context, ...path]) this.follow(layer);
    const shadowed: ShadowedKey<V>[] = [];
    let isPlain = true;
    for (const [key, { version, pending }] of this.layers.entries(context)) {
      const below = this.answer(path, key);
      if (below === undefined || this.layers.isSameAgent(below.toggler, context)) continue;
      if (below.toggled !== 0) isPlain = false;
      if (!pending && isThere(below) !== isThere(version)) shadowed.push({ key, seen: version });
    }
    for (const [index, layer] of path.slice(0, -1).entries()) {
      for (const [key] of this.layers.entries(layer)) {
        if ((this.answer(path.slice(index + 1), key)?.toggled ?? 0) !== 0) isPlain = false;
      }
    }
    const seen = isPlain ? path.map((layer) => [this.followed.get(layer)?.made ?? 0]) : this.makersOf(context, path);
    this.keep(reads, { seq, by: [context], seen, shadowed });
  }

  /** A context's own merge also rests on what a child listed through it. */
  passOn(child: readonly KeysRead<V>[], context: number, reads: KeysRead<V>[]): void {
    const known = new Set(reads.map(({ seq }) => seq));
    for (const read of child) {
      if (known.has(read.seq)) continue;
      this.keep(reads, { ...read, by: [...read.by, context], seen: read.seen.slice(1), shadowed: [] });
    }
    reads.sort((one, other) => one.seq - other.seq);
  }

  /** No merge rests on these any more. */
  clear(reads: KeysRead<V>[]): void {
    if (!this.waiting.delete(reads)) return;
    this.kept -= reads.length;
    reads.length = 0;
    if (this.waiting.size > 0) return;
    this.kept = 0;
    for (const followed of this.followed.values()) followed.changes = [];
  }

  /**
   * What a layer has of a key changes by an event.
   * @param node of the merge or direct write that it is, 0 for an agent's own write
   */
  change(
    layer: number,
    key: string,
    before: KeyEntry<V> | undefined,
    after: KeyEntry<V> | undefined,
    seq: number,
    node: number,
  ): void {
    const followed = this.followed.get(layer);
    if (followed === undefined || statusOf(before) === statusOf(after)) return;
    const maker = after?.version.toggled === node ? node : 0;
    if (this.waiting.size > 0) {
      followed.changes.push({ seq, layer, key, before, node: maker });
      if (++this.kept > MAX_KEPT) this.forgetOlder();
    }
    if (maker === 0) return;
    followed.made = this.nodeBehind(followed.made, maker);
    for (const [into, reader] of followed.readers) {
      if (!this.isShadowed(into, layer, key)) this.graph.addEdge(reader, maker);
    }
  }

  /** A merge rests on these listings: whoever made what they saw stands before it, and it before whoever changes that later. */
  link(reads: readonly KeysRead<V>[], node: number, into: number): void {
    if (reads.length === 0) return;
    for (const { seen } of reads) for (const each of seen.flat()) this.graph.addEdge(each, node);
    for (const layer of this.layers.path(into)) {
      const readers = this.followed.get(layer)?.readers;
      readers?.set(into, this.nodeBehind(readers.get(into) ?? 0, node));
    }
  }

  /**
   * What was otherwise just before a merge than listings that it rests on had seen it, and not by the agent's own work, in
   * the order in which it became so. Whoever made it so stands behind the merge.
   * @param began the event after which the merge began: what it changes itself is no difference
   */
  differences(reads: readonly KeysRead<V>[], node: number, into: number, began: number): KeyDifference<V>[] {
    const found = new Map<string, KeyDifference<V>>();
    const known = reads.filter(({ seq }) => seq > this.horizon);
    for (const by of new Set(known.map((read) => read.by.join(" ")))) {
      const group = known.filter((read) => read.by.join(" ") === by);
      const past = new PastKeys(this.layers, this.layers.path(into), group[0]?.by ?? []);
      const changes = this.changesSince(group[0]?.seq ?? 0, past.all);
      let at = 0;
      for (let next = changes[at]; next !== undefined && next.seq > began; next = changes[++at]) past.undo(next);
      past.beginsNow();
      for (const { seq, shadowed } of group.toReversed()) {
        for (let next = changes[at]; next !== undefined && next.seq > seq; next = changes[++at]) past.undo(next);
        const otherwise = [
          ...past.takeChanged(),
          ...shadowed.map(({ key, seen }) => ({ key, seen, now: past.now(key), next: past.now(key)?.toggled ?? 0 })),
        ];
        for (const { key, seen, now, next } of otherwise) {
          if (next !== 0) this.graph.addEdge(node, next);
          if (isThere(seen) === isThere(now) || found.has(key)) continue;
          if (now !== undefined && this.layers.isSameAgent(now.toggler, past.reader)) continue;
          found.set(key, { key, seq, seen, now, next, isNewest: seq === known.at(-1)?.seq });
        }
      }
    }
    return [...found.values()].reverse();
  }

  private follow(layer: number): void {
    if (this.followed.has(layer)) return;
    const makers = new Set(Array.from(this.layers.entries(layer), ([, { version }]) => version.toggled));
    const made = this.graph.addNode();
    for (const maker of makers) this.graph.addEdge(maker, made);
    this.followed.set(layer, { changes: [], made, readers: new Map() });
  }

  /** A node behind two others. */
  private nodeBehind(one: number, other: number): number {
    const node = this.graph.addNode();
    this.graph.addEdge(one, node);
    this.graph.addEdge(other, node);
    return node;
  }

  /** What a layer answers for a key, itself or by one below. */
  private answer(path: readonly number[], key: string): V | undefined {
    for (const layer of path) {
      const entry = this.layers.entry(layer, key);
      if (entry !== undefined) return entry.version;
    }
    return undefined;
  }

  /** Who made each key that a context sees of its parent appear or disappear. */
  private makersOf(context: number, path: readonly number[]): number[][] {
    const hidden = new Set(Array.from(this.layers.entries(context), ([key]) => key));
    return path.map((layer) => {
      const makers = new Set<number>();
      for (const [key, { version }] of this.layers.entries(layer)) {
        if (!hidden.has(key) && makers.size < MAX_EDGES) makers.add(version.toggled);
        hidden.add(key);
      }
      return [...makers];
    });
  }

  /** Whether something stands before a layer's key for those who merge into one above. */
  private isShadowed(into: number, layer: number, key: string): boolean {
    for (const above of this.layers.path(into)) {
      if (above === layer) return false;
      if (this.layers.entry(above, key) !== undefined) return true;
    }
    return true;
  }

  private changesSince(seq: number, layers: readonly number[]): KeyChange<V>[] {
    const changes = layers.flatMap((layer) => {
      const all = this.followed.get(layer)?.changes ?? [];
      let from = all.length;
      while (from > 0 && (all[from - 1]?.seq ?? 0) > seq) from--;
      return all.slice(from).reverse();
    });
    return layers.length === 1 ? changes : changes.sort((one, other) => other.seq - one.seq);
  }

  private keep(reads: KeysRead<V>[], read: KeysRead<V>): void {
    reads.push(read);
    this.waiting.add(reads);
    if (++this.kept > MAX_KEPT) this.forgetOlder();
  }

  private forgetOlder(): void {
    const seqs: number[] = [];
    for (const reads of this.waiting) for (const { seq } of reads) seqs.push(seq);
    for (const { changes } of this.followed.values()) for (const { seq } of changes) seqs.push(seq);
    seqs.sort((one, other) => one - other);
    const horizon = (this.horizon = seqs[seqs.length >> 1] ?? 0);
    this.kept = 0;
    for (const reads of this.waiting) {
      // They stand in the order of events.
      const left = reads.findIndex(({ seq }) => seq > horizon);
      reads.splice(0, left === -1 ? reads.length : left);
      if (reads.length === 0) this.waiting.delete(reads);
      this.kept += reads.length;
    }
    for (const followed of this.followed.values()) {
      followed.changes = followed.changes.filter(({ seq }) => seq > horizon);
      this.kept += followed.changes.length;
    }
  }
}

/** The layers as they were, going back change by change. */
class PastKeys<V extends KeyVersion> {
  /** Every layer that it is about. */
  readonly all: readonly number[];
  /** The context whose merge rests on what was seen. */
  readonly reader: number;
  private readonly entries = new Map<number, Map<string, KeyEntry<V> | undefined>>();
  private readonly nows = new Map<string, V | undefined>();
  /** Keys that changed since the last look, and the node of the first change after the point that it goes back to. */
  private readonly changed = new Set<string>();
  private readonly next = new Map<string, number>();
  private hasBegun = false;

  constructor(
    private readonly layers: KeyLayers<V>,
    private readonly path: readonly number[],
    private readonly by: readonly number[],
  ) {
    this.all = [...by, ...path];
    this.reader = by.at(-1) ?? 0;
  }

  /** Differences are told from here on. */
  beginsNow(): void {
    this.hasBegun = true;
  }

  undo({ layer, key, before, node }: KeyChange<V>): void {
    if (this.hasBegun) {
      this.now(key);
      this.changed.add(key);
      if (node !== 0 && !this.isShadowed(layer, key)) this.next.set(key, node);
    }
    let entries = this.entries.get(layer);
    if (entries === undefined) {
      entries = new Map<string, KeyEntry<V> | undefined>();
      this.entries.set(layer, entries);
    }
    entries.set(key, before);
  }

  /** What the layer that is merged into answered when the merge began. */
  now(key: string): V | undefined {
    if (!this.nows.has(key)) this.nows.set(key, this.answer(key));
    return this.nows.get(key);
  }

  /** Keys that were not looked at since they changed, as whoever listed keys at this point saw them. */
  takeChanged(): Pick<KeyDifference<V>, "key" | "seen" | "now" | "next">[] {
    const changed = [...this.changed].flatMap((key) => {
      const seen = this.seen(key);
      return seen === "own" ? [] : [{ key, seen, now: this.now(key), next: this.next.get(key) ?? 0 }];
    });
    this.changed.clear();
    return changed;
  }

  private seen(key: string): V | undefined | "own" {
    for (const context of this.by) {
      const entry = this.entry(context, key);
      // What a child had, its parent context took over as its own.
      if (entry !== undefined) return entry.pending || context !== this.reader ? "own" : entry.version;
    }
    return this.answer(key);
  }

  private answer(key: string): V | undefined {
    for (const layer of this.path) {
      const entry = this.entry(layer, key);
      if (entry !== undefined) return entry.version;
    }
    return undefined;
  }

  private isShadowed(layer: number, key: string): boolean {
    for (const above of this.path) {
      if (above === layer) return false;
      if (this.entry(above, key) !== undefined) return true;
    }
    // Not of the path: what the reader did itself.
    return true;
  }

  private entry(layer: number, key: string): KeyEntry<V> | undefined {
    const entries = this.entries.get(layer);
    return entries?.has(key) === true ? entries.get(key) : this.layers.entry(layer, key);
  }
}

function isThere(version: KeyVersion | undefined): boolean {
  return version?.value !== undefined;
}

function statusOf(entry: KeyEntry<KeyVersion> | undefined): number {
  return entry === undefined ? 0 : (isThere(entry.version) ? 1 : 2) + (entry.pending ? 2 : 0);
}
