/** The versions of keys that a run's layers hold, by who made them, as the findings need them; judges nothing. */

import type { JsonValue } from "../../core/jsonValue";
import type { ContextEntry } from "../../core/logState";
import type { Written } from "./finding";
import { KeySets, type KeyEntry, type KeyLayers, type KeysRead } from "./keySets";
import { MergeGraph } from "./mergeGraph";

/** A value of a key in a layer. It may be a stand-in. */
export interface Version extends Written {
  value: JsonValue | undefined;
  /** The layer that holds it, and its revision of the key; 0 where nobody has written it. */
  readonly layer: number;
  readonly rev: number;
  /** Of the merge or direct write that made it; 0 in an overlay, and before the log begins. */
  readonly node: number;
  /** Who made the key appear or disappear, since when it is so: the node, and the context; 0 = none. */
  toggled: number;
  toggler: number;
  /** Merges that read it, and the layers that they went into: for whoever overwrites it there. */
  readers: { readonly node: number; readonly into: number }[] | undefined;
  /** The layer in which another took its place first (its store, or an overlay that shadows it; 0 = none), and that one's node. */
  replacedIn: number;
  replacedBy: number;
  /** The same of further layers. */
  successors: Map<number, number> | undefined;
}

/** A local key of a context. */
export interface Local {
  readonly version: Version;
  /** Changed since the agent's last merge of it. */
  pending: boolean;
  /** What its last merge left in the parent. */
  merged: Version | undefined;
  /** The event since when it rests on what the parent held then: its first change, or its last merge. */
  readonly since: number;
}

export interface Read {
  readonly version: Version;
  /** What was seen: the version's value. */
  readonly value: JsonValue | undefined;
  /** The layer that answered. */
  readonly from: number;
  readonly seq: number;
}

export interface Context {
  readonly layer: number;
  /** Agents are told apart by it: see `ContextState`. */
  readonly agentLayer: number;
  readonly name: string;
  readonly parent: number;
  readonly locals: Map<string, Local>;
  /** Of each key since the agent's last merge, oldest first; one a version. */
  readonly reads: Map<string, Read[]>;
  /** Its listings of keys since then. */
  readonly keysRead: KeysRead<Version>[];
}

export const ABSENT: Version = {
  layer: 0,
  rev: 0,
  value: undefined,
  agent: 0,
  name: undefined,
  seq: 0,
  node: 0,
  toggled: 0,
  toggler: 0,
  readers: undefined,
  replacedIn: 0,
  replacedBy: 0,
  successors: undefined,
};

/** The stores and overlays of one run by now, and the graph of its merges. */
export class FoldedLayers {
  readonly stores = new Map<number, Map<string, Version>>();
  readonly contexts = new Map<number, Context>();
  readonly graph = new MergeGraph();
  readonly keySets = new KeySets<Version>(this.keyLayers(), this.graph);

  addContext({ layer, name, agentLayer, parent }: Omit<Context, "locals" | "reads" | "keysRead">): Context {
    const context = { layer, name, agentLayer, parent, locals: new Map(), reads: new Map(), keysRead: [] };
    this.contexts.set(layer, context);
    return context;
  }

  /** Of what was local before the log begins: nobody knows when, only whether the parent is still as it was then. */
  basedSince({ baseLayer, baseRev }: ContextEntry, parent: number, key: string): number {
    const now = this.lookUp(parent, key);
    return now !== undefined && (now.layer !== baseLayer || now.rev !== baseRev) ? now.seq - 1 : (now?.seq ?? 0);
  }

  /** What a layer answers, and from where. */
  lookUp(layer: number, key: string): Version | undefined {
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

  /** @param node of the merge that it is, 0 for the agent's own change */
  setLocal(context: Context, key: string, local: Local | undefined, seq: number, node: number): void {
    this.keySets.change(context.layer, key, context.locals.get(key), local, seq, node);
    if (local === undefined) context.locals.delete(key);
    else context.locals.set(key, local);
  }

  putInStore(layer: number, key: string, version: Version): void {
    const versions = this.stores.get(layer);
    if (versions === undefined) return;
    const before = versions.get(key);
    noteToggle(before, version);
    if (before !== undefined) this.overwrite(before, version, layer);
    this.keySets.change(
      layer,
      key,
      before && { version: before, pending: false },
      { version, pending: false },
      version.seq,
      version.node,
    );
    versions.set(key, version);
  }

  /** In this layer, `after` stands where `before` stood. */
  overwrite(before: Version, after: Version, layer: number): void {
    if (before.replacedIn === 0 || before.replacedIn === layer) {
      before.replacedIn = layer;
      before.replacedBy = after.node;
    } else (before.successors ??= new Map()).set(layer, after.node);
    this.graph.addEdge(before.node, after.node);
    for (const { node, into } of before.readers ?? []) if (into === layer) this.graph.addEdge(node, after.node);
  }

  /** The node of what took a version's place, for whoever merges into a layer; undefined where nothing did. */
  successorOf({ replacedIn, replacedBy, successors }: Version, into: number): number | undefined {
    for (let id = into; replacedIn !== 0;) {
      if (id === replacedIn) return replacedBy;
      const found = successors?.get(id);
      const parent = this.contexts.get(id)?.parent;
      if (found !== undefined || parent === undefined || parent >= id) return found;
      id = parent;
    }
    return undefined;
  }

  absent(layer: number, key: string): Version {
    let id = layer;
    for (let context = this.contexts.get(id); context !== undefined && context.parent < id;) {
      id = context.parent;
      context = this.contexts.get(id);
    }
    const version: Version = { ...ABSENT };
    this.stores.get(id)?.set(key, version);
    return version;
  }

  /** A layer, the one that it reads through to, and so on down to a store. */
  pathOf(layer: number): readonly number[] {
    const path = [layer];
    // Parents are older than their children; anything else is a damaged log, and would not end.
    for (let at = this.contexts.get(layer); at !== undefined && at.parent < at.layer;) {
      path.push(at.parent);
      at = this.contexts.get(at.parent);
    }
    return path;
  }

  /** Whether a value is the agent's own work, by this context or by another of the same agent. */
  isOwn({ agent }: Written, { agentLayer }: Context): boolean {
    return this.agentLayerOf(agent) === agentLayer;
  }

  agentLayerOf(layer: number): number {
    return this.contexts.get(layer)?.agentLayer ?? layer;
  }

  /** The layers as the sets of their keys need them. */
  private keyLayers(): KeyLayers<Version> {
    const entriesOf = (layer: number): Iterable<readonly [string, KeyEntry<Version>]> => {
      const context = this.contexts.get(layer);
      if (context !== undefined) return context.locals;
      return Array.from(this.stores.get(layer) ?? [], ([key, version]) => [key, { version, pending: false }] as const);
    };
    return {
      entry: (layer, key) => {
        const context = this.contexts.get(layer);
        if (context !== undefined) return context.locals.get(key);
        const version = this.stores.get(layer)?.get(key);
        return version && { version, pending: false };
      },
      entries: entriesOf,
      path: (layer) => this.pathOf(layer),
      isSameAgent: (one, other) => this.agentLayerOf(one) === this.agentLayerOf(other),
    };
  }
}

/** A version makes its key appear or disappear, or leaves it as somebody else made it. */
export function noteToggle(before: Version | undefined, version: Version): void {
  const isToggle = (before?.value === undefined) !== (version.value === undefined);
  version.toggled = isToggle ? version.node : (before?.toggled ?? 0);
  version.toggler = isToggle ? version.agent : (before?.toggler ?? 0);
}
