/**
 * Finds lost work in a run's events, one after another: what each agent read and wrote since its last merge is held against
 * what another has written by the time it merges. The rules are those of docs/merging.md.
 */

import { isObject, jsonEqual, membersOf, type JsonValue } from "../../core/jsonValue";
import { Op, type LogRow } from "../../core/logRow";
import { restoreSteps, type LogState } from "../../core/logState";
import { withGetter } from "../../base/withGetter";
import { isSameValue, isStored } from "../storage/storedValue";
import type { Finding, FindingKind, Written } from "./finding";
import { MergeGraph } from "./mergeGraph";

/** A value of a key in a layer. */
interface Version extends Written {
  /** Of the merge or direct write that made it; 0 in an overlay, and before the log begins. */
  readonly node: number;
  /** Merges that read it, and the layers that they went into: for whoever overwrites it there. */
  readers: { readonly node: number; readonly into: number }[] | undefined;
  /** What took its place, by layer: in its store, or in an overlay that shadows it. */
  successors: Map<number, Version> | undefined;
}

/** A local key of a context. */
interface Local {
  readonly version: Version;
  /** Changed since the agent's last merge of it. */
  pending: boolean;
  /** What its last merge left in the parent. */
  merged: Version | undefined;
}

interface Read {
  readonly version: Version;
  /** What was seen: the version's value. */
  readonly value: JsonValue | undefined;
  /** The layer that answered. */
  readonly from: number;
  readonly seq: number;
}

interface Context {
  readonly layer: number;
  readonly name: string;
  readonly parent: number;
  readonly locals: Map<string, Local>;
  /** Of each key since the agent's last merge, oldest first; one a version. */
  readonly reads: Map<string, Read[]>;
}

/** A merge between its plan and its end. */
interface OpenMerge {
  readonly context: Context;
  readonly into: number;
  readonly planned: number;
  readonly node: number;
  /** Local changes of keys for which the merge left another value than the overlay's, and of those that it took back. */
  readonly decided: Map<string, Local>;
  readonly keptParent: Map<string, Local>;
  /** Keys that were pending when the merge wrote them. */
  readonly written: Set<string>;
  readonly findings: Finding[];
}

const ABSENT: Version = {
  value: undefined,
  agent: 0,
  name: undefined,
  seq: 0,
  node: 0,
  readers: undefined,
  successors: undefined,
};

/**
 * The findings of one run so far. Values may be stand-ins (see storedValue.ts), which are resolved when values are compared;
 * the findings that it gives read them when somebody looks.
 */
export class FindingsFold {
  /** In the order of events, without what only the end of the run tells: see {@link finish}. */
  readonly findings: Finding[] = [];
  private readonly stores = new Map<number, Map<string, Version>>();
  private readonly contexts = new Map<number, Context>();
  private readonly graph = new MergeGraph();
  private open: OpenMerge | undefined;
  private lastSeq = 0;

  /** @param resolve makes the value of a stand-in; values themselves it leaves as they are */
  constructor(private readonly resolve: (value: JsonValue | undefined) => JsonValue | undefined = (value) => value) {}

  /** The state that the log starts from; who made it is known by name alone, so that it counts as nobody's in particular. */
  start(state: LogState): void {
    for (const layer of state.layers.values()) {
      if (layer.type === "store") {
        const versions = new Map<string, Version>();
        for (const [key, { value, actor, seq }] of layer.entries) {
          versions.set(key, { ...ABSENT, value, name: actor, seq });
        }
        this.stores.set(layer.layer, versions);
        continue;
      }
      const context = this.addContext(layer.layer, layer.name, layer.parent);
      for (const [key, entry] of layer.entries) {
        const { value, actor: name, seq, pending } = entry;
        const version: Version = { ...ABSENT, value, name, seq, agent: layer.layer };
        if (entry.local !== 0) context.locals.set(key, { version, pending, merged: undefined });
        if (entry.readLayer === 0) continue;
        const read: Version = { ...ABSENT, value: entry.readValue };
        const { readValue, readLayer: from, readSeq } = entry;
        context.reads.set(key, [{ version: read, value: readValue, from, seq: readSeq }]);
      }
    }
  }

  /** Takes in the next event. In a damaged log parts may be missing: what they would have told is not found. */
  append(row: LogRow): void {
    this.lastSeq = row.seq;
    const { layer, key } = row;
    switch (row.op) {
      case Op.StoreCreated:
        this.stores.set(layer, new Map());
        return;
      case Op.AgentStarted:
        this.addContext(layer, row.agent ?? "", row.aux);
        return;
      case Op.Restored:
        return this.restore(row);
      case Op.MergePlanned: {
        const context = this.contexts.get(layer);
        this.open = context && this.begin(context, row.aux, row.seq);
        return;
      }
      case Op.MergeApplied:
        if (this.open?.context.layer === layer) this.end(this.open, row);
        this.open = undefined;
        return;
      case Op.MergeRefused:
        this.open = undefined;
        return;
      case Op.Discard:
        if (Array.isArray(row.value)) {
          for (const each of row.value) this.contexts.get(layer)?.locals.delete(String(each));
        }
        return;
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

  /** The run is over. @returns what only its end tells: changes that were never merged. */
  finish(): readonly Finding[] {
    const found: Finding[] = [];
    for (const context of this.contexts.values()) {
      const [first, ...others] = [...context.locals].filter(([, { pending }]) => pending);
      if (first === undefined) continue;
      const [key, { version }] = first;
      const about = this.finding("unmergedWork", key, context, context.parent, 0, this.lastSeq, { ours: version });
      found.push(others.length === 0 ? about : { ...about, more: others.length });
    }
    return found;
  }

  private addContext(layer: number, name: string, parent: number): Context {
    const context = { layer, name, parent, locals: new Map(), reads: new Map() };
    this.contexts.set(layer, context);
    return context;
  }

  /** What a layer answers, and from where. */
  private lookUp(layer: number, key: string): Version | undefined {
    for (let id = layer; ;) {
      const context = this.contexts.get(id);
      if (context === undefined) return this.stores.get(id)?.get(key);
      const local = context.locals.get(key);
      if (local !== undefined) return local.version;
      // Parents are older than their children; anything else is a damaged log, and would not end.
      if (context.parent >= id) return undefined;
      id = context.parent;
    }
  }

  private write({ layer, value, agent: name, seq, aux }: LogRow, key: string): void {
    const context = this.contexts.get(layer);
    if (context === undefined) {
      this.putInStore(layer, key, { ...ABSENT, value, agent: aux, name, seq, node: this.graph.addNode() });
      return;
    }
    const before = context.locals.get(key);
    // A merge that decides otherwise than the overlay writes its result there first.
    if (this.open?.context === context && before !== undefined) this.open.decided.set(key, before);
    const version: Version = { ...ABSENT, value, agent: layer, name, seq };
    context.locals.set(key, { version, pending: true, merged: before?.merged });
  }

  private putInStore(layer: number, key: string, version: Version): void {
    const versions = this.stores.get(layer);
    if (versions === undefined) return;
    const before = versions.get(key);
    if (before !== undefined) this.overwrite(before, version, layer);
    versions.set(key, version);
  }

  /** In this layer, `after` stands where `before` stood. */
  private overwrite(before: Version, after: Version, layer: number): void {
    (before.successors ??= new Map()).set(layer, after);
    this.graph.addEdge(before.node, after.node);
    for (const { node, into } of before.readers ?? []) if (into === layer) this.graph.addEdge(node, after.node);
  }

  /** What stands in a version's place now, for whoever merges into a layer. */
  private successorOf({ successors }: Version, into: number): Version | undefined {
    for (let id = into; successors !== undefined;) {
      const found = successors.get(id);
      const parent = this.contexts.get(id)?.parent;
      if (found !== undefined || parent === undefined || parent >= id) return found;
      id = parent;
    }
    return undefined;
  }

  private restore(row: LogRow): void {
    const versions = this.stores.get(row.layer);
    const state = this.resolve(row.value);
    if (versions === undefined || !isObject(state)) return;
    const node = this.graph.addNode();
    const values = new Map([...versions].map(([key, { value }]) => [key, { value: this.resolve(value) }]));
    for (const [key, value] of restoreSteps(values, state)) {
      this.putInStore(row.layer, key, { ...ABSENT, value, name: row.agent, seq: row.seq, node });
    }
  }

  private read({ layer, seq, aux: from }: LogRow, key: string): void {
    const context = this.contexts.get(layer);
    if (context === undefined) return;
    const own = context.locals.get(key);
    const version = from === layer ? (own?.merged ?? own?.version) : this.lookUp(context.parent, key);
    // What is absent has no version until somebody writes it: a place for it, so that it can be overwritten.
    const seen = version ?? this.absent(context.parent, key);
    const value = from === layer ? own?.version.value : seen.value;
    const reads = context.reads.get(key);
    if (reads === undefined) context.reads.set(key, [{ version: seen, value, from, seq }]);
    else if (reads.at(-1)?.version !== seen) reads.push({ version: seen, value, from, seq });
  }

  private absent(layer: number, key: string): Version {
    let id = layer;
    for (let context = this.contexts.get(id); context !== undefined && context.parent < id;) {
      id = context.parent;
      context = this.contexts.get(id);
    }
    const version: Version = { ...ABSENT };
    this.stores.get(id)?.set(key, version);
    return version;
  }

  private revert({ layer }: LogRow, key: string): void {
    const context = this.contexts.get(layer);
    const local = context?.locals.get(key);
    if (context === undefined || local === undefined) return;
    // Within a merge it is how the parent's value is kept.
    if (this.open?.context === context) this.open.keptParent.set(key, local);
    context.locals.delete(key);
  }

  private begin(context: Context, into: number, planned: number): OpenMerge {
    return {
      context,
      into,
      planned,
      node: this.graph.addNode(),
      decided: new Map(),
      keptParent: new Map(),
      written: new Set(),
      findings: [],
    };
  }

  private mergeKey(row: LogRow, key: string): void {
    const child = this.contexts.get(row.aux);
    if (child === undefined) return;
    if (this.open?.context !== child) this.open = this.begin(child, row.layer, 0);
    const { open } = this;
    const now = this.lookUp(row.layer, key);
    const local = child.locals.get(key);
    const before = open.decided.get(key) ?? local;
    if (before !== undefined) {
      if (before.pending) open.written.add(key);
      const found = this.judgeWrite(open, key, before, now, row);
      if (found !== undefined) open.findings.push(found);
    }
    const merged: Version = {
      ...ABSENT,
      value: row.value,
      agent: child.layer,
      name: row.agent,
      seq: row.seq,
      node: open.node,
    };
    const parent = this.contexts.get(row.layer);
    if (parent === undefined) this.putInStore(row.layer, key, merged);
    else {
      parent.locals.set(key, { version: merged, pending: true, merged: parent.locals.get(key)?.merged });
      if (now !== undefined) this.overwrite(now, merged, row.layer);
    }
    if (local !== undefined) {
      local.merged = merged;
      // What changed while the merge was held stays to be merged.
      if (row.aux2 === 0) local.pending = false;
    }
  }

  /** What a merged key lost, if anything. @param before the local change that was merged, as the agent had left it */
  private judgeWrite(
    { context, into, planned, decided }: OpenMerge,
    key: string,
    before: Local,
    now: Version | undefined,
    row: LogRow,
  ): Finding | undefined {
    if (now === undefined || isOwn(now, context)) return undefined;
    // Of a held merge whose key has changed since, what was merged is no longer the local value.
    const ours = row.aux2 === 0 ? before.version : { ...before.version, value: row.value };
    const told = (kind: FindingKind, read?: Read): Finding =>
      this.finding(kind, key, context, into, planned, row.seq, { read, theirs: now, ours });
    const isDecided = decided.has(key);
    if (!before.pending) {
      return isDecided || this.equal(now.value, row.value) ? undefined : told("revertedUpdate");
    }
    const moved = (context.reads.get(key) ?? []).filter(({ value }) => !this.equal(value, now.value));
    const read = moved.at(-1);
    if (read === undefined) return undefined;
    if (read !== context.reads.get(key)?.at(-1)) return isDecided ? undefined : told("nonRepeatableRead", read);
    if (!isDecided) return told("lostUpdate", read);
    return this.equal(row.value, now.value) ? told("droppedUpdate", read) : undefined;
  }

  private equal(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
    return isSameValue(one, other) || jsonEqual(this.resolve(one), this.resolve(other));
  }

  private end(open: OpenMerge, row: LogRow): void {
    const { context, into, written } = open;
    const isApproved = membersOf(this.resolve(row.value))["decision"] === "approved";
    const kept = [...open.keptParent].flatMap(([key, local]) => this.judgeKept(open, key, local, row.seq));
    for (const finding of [...open.findings, ...kept]) {
      // What a person decided is no loss.
      if (!isApproved || finding.kind !== "droppedUpdate") this.findings.push(finding);
    }
    // A merge without changes is no step of its own: what was read counts for the next.
    if (written.size === 0) return;
    for (const finding of this.staleReads(open, row.seq)) this.findings.push(finding);
    const parent = this.contexts.get(into);
    if (parent !== undefined) passReads(context, parent);
    // What is still to be merged may rest on any of them.
    for (const local of context.locals.values()) if (local.pending) return;
    context.reads.clear();
  }

  private staleReads(open: OpenMerge, seq: number): Finding[] {
    const { context, into, planned, node, keptParent } = open;
    return this.link(open)
      .filter(({ key }) => !keptParent.has(key))
      .map(({ key, read, now }) => {
        const next = this.successorOf(read.version, into);
        const kind = next !== undefined && this.graph.reaches(next.node, node) ? "writeSkew" : "staleRead";
        return this.finding(kind, key, context, into, planned, seq, { read, theirs: now });
      });
  }

  /** Code kept the parent's value. A change that rested on a read is lost then; one that changed nothing is not. */
  private judgeKept({ context, into, planned }: OpenMerge, key: string, local: Local, seq: number): Finding[] {
    const read = context.reads.get(key)?.at(-1);
    if (!local.pending || read === undefined || this.equal(local.version.value, read.value)) return [];
    const theirs = this.lookUp(into, key);
    return [this.finding("droppedUpdate", key, context, into, planned, seq, { read, theirs, ours: local.version })];
  }

  /** Puts a merge into the graph. @returns of each key that it did not write the newest read whose value another has changed by now. */
  private link({ context, into, node, written }: OpenMerge): { key: string; read: Read; now: Version }[] {
    const moved: { key: string; read: Read; now: Version }[] = [];
    for (const [key, reads] of context.reads) {
      const now = this.lookUp(into, key);
      for (const { version } of reads) {
        this.graph.addEdge(version.node, node);
        const next = this.successorOf(version, into);
        if (next === undefined) (version.readers ??= []).push({ node, into });
        // A read of what was overwritten: this merge stands before whoever did it.
        else if (next.node !== node) this.graph.addEdge(node, next.node);
      }
      if (now === undefined || isOwn(now, context) || written.has(key)) continue;
      const read = reads.findLast(({ value }) => !this.equal(value, now.value));
      if (read !== undefined) moved.push({ key, read, now });
    }
    return moved;
  }

  private written({ value, agent, name, seq }: Version): Written {
    return this.withValue({ agent, name, seq }, value);
  }

  private withValue<Rest extends object>(
    rest: Rest,
    value: JsonValue | undefined,
  ): Rest & { readonly value: JsonValue | undefined } {
    return isStored(value) ? withGetter(rest, "value", () => this.resolve(value)) : { value, ...rest };
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
      ...(read && { read: this.withValue({ seq: read.seq }, read.value) }),
      ...(theirs && { theirs: this.written(theirs) }),
      ...(ours && { ours: this.written(ours) }),
      ...(theirs && ours && kind === "lostUpdate" && this.equal(theirs.value, ours.value) && { equal: true as const }),
    };
  }
}

/** Whether a value is the agent's own work. */
function isOwn({ agent }: Written, context: Context): boolean {
  return agent === context.layer;
}

/** A context's own merge also rests on what its child read through it. */
function passReads(child: Context, parent: Context): void {
  for (const [key, reads] of child.reads) {
    const beyond = reads.filter(({ from }) => from !== parent.layer && from !== child.layer);
    if (beyond.length === 0) continue;
    const known = parent.reads.get(key);
    if (known === undefined) {
      parent.reads.set(key, beyond);
      continue;
    }
    const versions = new Set(known.map(({ version }) => version));
    for (const read of beyond) if (!versions.has(read.version)) known.push(read);
  }
}
