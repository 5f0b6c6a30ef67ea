/** What the model keeps of one store or context besides its values: who it is, its keys' chains, when it ended. */

import type { ContextState } from "../../core/logState";
import { AscendingInts } from "../storage/ascendingInts";
import type { Pages } from "../storage/pages";
import { emptyChain, type VersionChain } from "./versionTable";

/** A store over time. */
export interface StoreHistory {
  readonly type: "store";
  readonly layer: number;
  readonly name: string;
  /** Index of the event that made it; −1 = it is in the snapshot. */
  readonly created: number;
  /** Index of the newest event that changed a key. */
  changed: number;
  /** In the order in which the store first had them. */
  readonly keys: Map<string, VersionChain>;
}

/** A key of a context over time: its local state and its reads change apart. */
export interface ContextKeyHistory {
  readonly local: VersionChain;
  readonly read: VersionChain;
  /** The events at which it became local; they give the order of an overlay's keys. */
  readonly entered: VersionChain;
  /** The newest local version's base and last change, in numbers of the table: compared with to keep what did not change. */
  base: number;
  change: number;
}

/** A context over time. */
export interface ContextHistory {
  readonly type: "context";
  readonly layer: number;
  readonly name: string;
  /** As in `ContextState`. */
  readonly agentId: string | undefined;
  readonly agentLayer: number;
  readonly parent: number;
  readonly created: number;
  /** Index of the newest event that changed a local key or its base. */
  changed: number;
  readonly keys: Map<string, ContextKeyHistory>;
  /** Indexes of the events that belong to the agent. */
  readonly events: AscendingInts;
  /** How many keys are pending now, and the events at which that changed from none to some or back. */
  pendingCount: number;
  readonly pendingFlips: AscendingInts;
  /** Each time the agent's scope ended or was entered again. */
  readonly ends: { readonly event: number; readonly ended: boolean; readonly error: string | undefined }[];
}

/** What a layer is, over time. */
export type LayerHistory = StoreHistory | ContextHistory;

/** A context that has no keys yet. */
export function emptyContext(
  { layer, name, agentId, agentLayer, parent }: Omit<ContextState, "entries" | "scopes">,
  created: number,
  memory?: Pages,
): ContextHistory {
  return {
    type: "context",
    layer,
    name,
    agentId,
    agentLayer,
    parent,
    created,
    changed: created,
    keys: new Map(),
    events: new AscendingInts(memory),
    pendingCount: 0,
    pendingFlips: new AscendingInts(memory),
    ends: [],
  };
}

/** The history of a key of a context, made where missing. */
export function contextKey(context: ContextHistory, key: string): ContextKeyHistory {
  let history = context.keys.get(key);
  if (history === undefined) {
    history = { local: emptyChain(), read: emptyChain(), entered: emptyChain(), base: 0, change: 0 };
    context.keys.set(key, history);
  }
  return history;
}

/** The chain of a key of a store, made where missing. */
export function storeChain(store: StoreHistory, key: string): VersionChain {
  let chain = store.keys.get(key);
  if (chain === undefined) {
    chain = emptyChain();
    store.keys.set(key, chain);
  }
  return chain;
}
