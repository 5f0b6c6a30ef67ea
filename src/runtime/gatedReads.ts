/** That reads which record nothing pass the gate, too, once there is one; until then they do not even look for one. */

import { ContextLayer } from "./contextLayer";
import { StateStore, storeLayerOf } from "./stateStore";

let areGated = false;

/**
 * From now on every read of a context or store passes the gate of its log. A loop that only looks can thus be held,
 * while reads without a debugger cost what they always did.
 */
export function gateReads(): void {
  if (areGated) return;
  areGated = true;
  const context = ContextLayer.prototype;
  const { read } = context;
  context.read = function (this: ContextLayer, key) {
    const value = read.call(this, key);
    this.log.passGate("call");
    return value;
  };
  const store = StateStore.prototype;
  const { get, has } = store;
  store.get = function (this: StateStore, key) {
    const value = get.call(this, key);
    storeLayerOf(this)?.log.passGate("call");
    return value;
  };
  store.has = function (this: StateStore, key) {
    const isThere = has.call(this, key);
    storeLayerOf(this)?.log.passGate("call");
    return isThere;
  };
}
