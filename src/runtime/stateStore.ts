/** The public face of a store: the shared state that contexts read through to. */

import { currentActor } from "./actorScope";
import { assertKey } from "../core/invalidValue";
import { copyAndFreeze } from "../core/frozenCopy";
import "./quickLook";
import type { JsonObject, JsonValue } from "../core/jsonValue";
import { eventLogOf, runLog, type RunLog } from "./runLog";
import { StoreLayer } from "./storeLayer";
import { readTransitions, type Transition } from "./transitions";

/** @internal The store behind its face; undefined for anything else. */
export let storeLayerOf: (store: unknown) => StoreLayer | undefined;

/** Which findings of a store's keys are told. */
export interface FindingsOptions {
  /** Keys whose findings are silenced, and only counted; `*` stands for any characters: `["done", "status/*"]`. */
  readonly ignore?: readonly string[] | undefined;
}

/** What a store may be made with. */
export interface StateStoreOptions {
  /** How views name it. Default: "parent" for the first store of a log, then "parent 2", and so on. */
  readonly name?: string | undefined;
  /** The state that it starts with. */
  readonly initial?: Readonly<Record<string, unknown>> | undefined;
  /** What is found in runs of it: see docs/merging.md. */
  readonly findings?: FindingsOptions | undefined;
  /** The log that it records to. Default: the thread's. */
  readonly log?: RunLog | undefined;
}

/**
 * The shared parent state. Values are JSON with value semantics: what goes in is copied and frozen, what comes out is
 * frozen. Every change is one revision and is recorded.
 */
export class StateStore {
  readonly #layer: StoreLayer;

  static {
    storeLayerOf = (store) => (isObject(store) && #layer in store ? store.#layer : undefined);
  }

  /** @throws InvalidValueError when the initial state is not JSON; @throws TypeError when an option is of a wrong type. */
  constructor(options: StateStoreOptions = {}) {
    const { name, initial, findings, log = runLog() } = options;
    if (name !== undefined && typeof name !== "string") throw new TypeError("A store's name must be a string.");
    const state = initial === undefined ? undefined : copyState(initial);
    this.#layer = new StoreLayer(eventLogOf(log), name, ignoredKeys(findings));
    if (state !== undefined) this.#layer.restore(state, currentActor());
    this.#layer.log.passGate("call");
  }

  /** How views name it. */
  get name(): string {
    return this.#layer.name;
  }
  /** The newest revision: how many changes there were. Never goes back. */
  get revision(): number {
    return this.#layer.revision;
  }
  /** The value, frozen; undefined when absent. */
  get(key: string): JsonValue | undefined {
    return this.#layer.slots.get(key)?.value;
  }
  /** Whether the key is there; a stored null is. */
  has(key: string): boolean {
    return this.#layer.slots.get(key)?.value !== undefined;
  }
  /**
   * Sets a key, at once and for all to see.
   * @param actor who is said to have done it. Default: the agent of the scope that this runs in, else "script".
   * @throws InvalidValueError when the value is not JSON. @throws TypeError when key or actor is not a string.
   */
  set(key: string, value: unknown, actor: string = currentActor()): void {
    assertKey(key);
    assertActor(actor);
    const old = typeof value === "object" ? this.get(key) : undefined;
    this.#layer.write(key, copyAndFreeze(value, "value", key, old), actor);
    this.#layer.log.passGate("call");
  }
  /** Deletes a key. @returns whether it was there; if not, nothing happens. @throws TypeError as `set`. */
  delete(key: string, actor: string = currentActor()): boolean {
    assertKey(key);
    assertActor(actor);
    if (!this.has(key)) return false;
    this.#layer.write(key, undefined, actor);
    this.#layer.log.passGate("call");
    return true;
  }
  /** The keys that are there, in the order in which they were first written. */
  keys(): string[] {
    const keys = new Set<string>();
    this.#layer.collectKeys(keys);
    return [...keys];
  }
  /** The whole state: a frozen object without prototype. */
  snapshot(): JsonObject {
    return this.#layer.snapshot();
  }
  /**
   * Makes the state equal to `state`, forward: keys that it lacks are deleted, keys that differ are set, each a new
   * revision; equal ones are not touched. One event.
   * @throws InvalidValueError when it is not JSON. @throws TypeError when it is not an object of keys and values.
   */
  restore(state: Readonly<Record<string, unknown>>, actor: string = currentActor()): void {
    assertActor(actor);
    this.#layer.restore(copyState(state, this.#layer.snapshot()), actor);
    this.#layer.log.passGate("call");
  }
  /** The changes with a revision above `since` (default 0), oldest first, as far as the log still keeps them. */
  transitions(since = 0): Transition[] {
    return readTransitions(this.#layer.log, this.#layer.layer, since);
  }
}

function copyState(state: unknown, old?: JsonObject): JsonObject {
  const copy = copyAndFreeze(state, "state", undefined, old);
  if (!isObject(copy) || Array.isArray(copy)) {
    throw new TypeError("A state must be an object of keys and values, for example a snapshot.");
  }
  return copy as JsonObject;
}

/** @throws TypeError naming what is wrong: a misspelt option must not silence nothing, or all. */
function ignoredKeys(findings: unknown): readonly string[] {
  if (findings === undefined) return NOTHING;
  if (!isObject(findings) || Array.isArray(findings)) {
    throw new TypeError('The store option `findings` must be an object, for example { ignore: ["status/*"] }.');
  }
  const unknown = Object.keys(findings).find((option) => option !== "ignore");
  if (unknown !== undefined) {
    throw new TypeError(`There is no option ${JSON.stringify(unknown)} of \`findings\`; there is ignore.`);
  }
  const { ignore = NOTHING } = findings as { readonly ignore?: unknown };
  if (!Array.isArray(ignore) || !ignore.every((pattern) => typeof pattern === "string" && pattern !== "")) {
    throw new TypeError("The store option `findings.ignore` must be a list of keys, with `*` for any characters.");
  }
  return Object.freeze([...(ignore as readonly string[])]);
}

const NOTHING: readonly string[] = Object.freeze([]);

function assertActor(actor: unknown): void {
  if (typeof actor !== "string") throw new TypeError("The actor must be a string that names who acts.");
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
