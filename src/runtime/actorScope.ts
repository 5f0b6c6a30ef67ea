/** Who acts: the scope that the running code belongs to, across awaits. Stores ask it; scopes fill it. */

import { AsyncLocalStorage } from "node:async_hooks";

/** A running scope. */
export interface Scope {
  readonly id: number;
  readonly agentName: string;
}

/** The scope of the running code. */
export const currentScope = new AsyncLocalStorage<Scope>();

/** Who a write without a named actor is ascribed to. */
export function currentActor(): string {
  return currentScope.getStore()?.agentName ?? "script";
}
