/** Who acts: the scope that the running code belongs to, across awaits. Stores and contexts ask it; scopes fill it. */

import { AsyncLocalStorage } from "node:async_hooks";

/** A running scope. */
export interface Scope {
  readonly id: number;
  readonly agentName: string;
  /** The context that it is a scope of. */
  readonly layer: ScopeLayer;
}

/** What a write has to know of the context in whose scope it is done. */
export interface ScopeLayer {
  readonly log: object;
  readonly layer: number;
  /** Agents are told apart by it. */
  readonly agentLayer: number;
  readonly agentName: string;
}

/** The scope of the running code; undefined outside any. */
export const currentScope = new AsyncLocalStorage<Scope | undefined>();

/** Who a write without a named actor is ascribed to. */
export function currentActor(): string {
  return currentScope.getStore()?.agentName ?? "script";
}
