/** The reading of live stores and contexts into the form that logs fold into; knows their cores. */

import { contextLayerOf } from "../../../src/runtime/agentContext";
import type { ContextState, LogState, StoreState } from "../../../src/core/logState";
import { storeLayerOf } from "../../../src/runtime/stateStore";
import type { World } from "./programs";

/** The state of everything in a world, as its log's fold should have it. */
export function readLiveState(world: World): LogState {
  const layers = new Map<number, StoreState | ContextState>();
  for (const store of world.stores) {
    const core = storeLayerOf(store);
    if (core === undefined) throw new Error("not a store");
    const entries = new Map(
      Array.from(core.slots, ([key, { value, rev, actor, agentLayer, seq }]) => [
        key,
        { value, rev, actor, agentLayer, seq },
      ]),
    );
    layers.set(core.layer, {
      type: "store",
      layer: core.layer,
      name: core.name,
      ignore: core.ignore,
      revision: core.revision,
      entries,
    });
  }
  for (const context of world.contexts) {
    const core = contextLayerOf(context);
    if (core === undefined) throw new Error("not a context");
    const entries = new Map(
      Array.from(core.slots, ([key, slot]) => {
        const { layer: _layer, keyId: _keyId, ...entry } = slot;
        return [key, entry];
      }),
    );
    layers.set(core.layer, {
      type: "context",
      layer: core.layer,
      name: core.agentName,
      agentId: core.agentId,
      agentLayer: core.agentLayer,
      parent: core.parent.layer,
      revision: core.revision,
      pendingCount: core.pendingCount,
      mergedSeq: core.mergedSeq,
      settledSeq: core.settledSeq,
      entries,
      scopes: new Set(Array(core.openScopes).keys()),
      ended: world.ended.has(context),
    });
  }
  return { seq: world.log.lastSeq, layers: new Map([...layers].sort(([a], [b]) => a - b)) };
}

/** A state as plain lists, in which the order of keys counts, and of open scopes their number. */
export function toLists(state: LogState): unknown {
  return {
    seq: state.seq,
    layers: Array.from(state.layers.values(), (layer) => ({
      ...layer,
      entries: Array.from(layer.entries, ([key, entry]) => [key, { ...entry }]),
      ...(layer.type === "context" ? { scopes: layer.scopes.size } : {}),
    })),
  };
}
