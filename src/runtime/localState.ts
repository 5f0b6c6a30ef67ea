/** The public face of an overlay alone: what an agent wrote and deleted, without its parent. */

import type { ContextLayer } from "./contextLayer";
import { assertKey } from "../core/invalidValue";
import type { JsonValue } from "../core/jsonValue";

/** @internal Makes the face of a context's overlay. */
export let createLocalState: (context: ContextLayer) => LocalState;

/** An agent's local writes and tombstones. Looking at them reads nothing through. */
export class LocalState {
  readonly #context: ContextLayer;

  static {
    createLocalState = (context) => new LocalState(context);
  }

  private constructor(context: ContextLayer) {
    this.#context = context;
  }

  /** How many keys are local, tombstones included. */
  get size(): number {
    return this.#context.localCount;
  }
  /** The local value; undefined when the key is not local or is deleted locally. */
  get(key: string): JsonValue | undefined {
    return this.#context.slots.get(key)?.value;
  }
  /** Whether the key is local: written or deleted by this agent, and not taken back. */
  has(key: string): boolean {
    return (this.#context.slots.get(key)?.local ?? 0) !== 0;
  }
  /** Whether the key is deleted locally. */
  isDeleted(key: string): boolean {
    return this.#context.slots.get(key)?.local === 2;
  }
  /** The local keys, tombstones included, in the order of their first local writes. */
  keys(): string[] {
    return Array.from(this.#context.locals(), ([key]) => key);
  }
  /** Takes a local write or deletion back, so that the parent shows through. @returns whether there was one. */
  delete(key: string): boolean {
    assertKey(key);
    const had = this.#context.revert(key);
    this.#context.log.passGate("call");
    return had;
  }
}
