/** The public face of an agent's context: an overlay of its own over a shared parent. */

import { createAgentLog, type AgentLog } from "./agentLog";
import { ContextLayer } from "./contextLayer";
import { makePreview, requestMerge } from "./contextMerge";
import type { MergeResult } from "../core/mergeResult";
import { assertKey } from "../core/invalidValue";
import { copyAndFreeze } from "../core/frozenCopy";
import "./quickLook";
import type { JsonValue } from "../core/jsonValue";
import { createLocalState, type LocalState } from "./localState";
import { recordLogged } from "../core/eventKinds";
import type { MergeOptions } from "../core/mergeOptions";
import type { MergePlan } from "../core/mergePlan";
import { storeLayerOf, type StateStore } from "./stateStore";

/** @internal The context behind its face; undefined for anything else. */
export let contextLayerOf: (context: unknown) => ContextLayer | undefined;

/** What a context may be made with. */
export interface AgentContextOptions {
  /**
   * Which agent it is: contexts of one log with the same id are one agent, whatever their names. Default: an agent of its
   * own, even where another has the same name.
   */
  readonly id?: string | undefined;
}

/**
 * One agent's isolated view of a parent state. Reads fall through to the parent, live; writes and deletions stay in
 * the overlay until they are merged. Two agents never see each other's overlays.
 */
export class AgentContext {
  readonly #layer: ContextLayer;
  #localState: LocalState | undefined;
  #localLog: AgentLog | undefined;

  static {
    contextLayerOf = (context) =>
      typeof context === "object" && context !== null && #layer in context ? context.#layer : undefined;
  }

  /**
   * @param parent a store, or the context of another agent: then reads fall through to that agent's effective state,
   * and a merge writes into its overlay.
   * @throws TypeError when the name or the id is not a non-empty string, or the parent is neither a store nor a context.
   */
  constructor(agentName: string, parent: StateStore | AgentContext, options: AgentContextOptions = {}) {
    if (typeof agentName !== "string" || agentName === "") {
      throw new TypeError("An agent's name must be a string that is not empty.");
    }
    const parentLayer = storeLayerOf(parent) ?? contextLayerOf(parent);
    if (parentLayer === undefined) {
      throw new TypeError("An agent's parent must be a StateStore or another AgentContext of this module.");
    }
    this.#layer = new ContextLayer(agentName, parentLayer, agentIdOf(options));
  }

  /** The agent's name; several contexts, of one agent or of several, may share one. */
  get agentName(): string {
    return this.#layer.agentName;
  }
  /** The agent id that it was given; undefined for an agent of its own. */
  get agentId(): string | undefined {
    return this.#layer.agentId;
  }
  /** The overlay alone. */
  get localState(): LocalState {
    return (this.#localState ??= createLocalState(this.#layer));
  }
  /** This agent's events. */
  get localLog(): AgentLog {
    return (this.#localLog ??= createAgentLog(this.#layer));
  }

  /** The effective value, frozen: the overlay's, else the parent's; undefined when absent. A read through is recorded. */
  get(key: string): JsonValue | undefined {
    return this.#layer.read(key);
  }
  /** Whether the key has an effective value; a stored null is one. A read through is recorded. */
  has(key: string): boolean {
    return this.#layer.read(key) !== undefined;
  }
  /**
   * Writes to the overlay; the parent is untouched.
   * @throws InvalidValueError when the value is not JSON, naming the path. @throws TypeError when the key is not a string.
   */
  set(key: string, value: unknown): void {
    if (typeof value === "number" && value - value === 0 && typeof key === "string") {
      this.#layer.write(key, value + 0);
    } else {
      assertKey(key);
      // Looked up, not read: what is set says nothing of what was there.
      const old = typeof value === "object" ? this.#layer.lookUp(key)?.value : undefined;
      this.#layer.write(key, copyAndFreeze(value, "value", key, old));
    }
    this.#layer.log.passGate("call");
  }
  /**
   * Deletes the key in the overlay: it reads as absent, and a merge deletes it in the parent.
   * @throws TypeError when the key is not a string.
   */
  delete(key: string): void {
    assertKey(key);
    this.#layer.write(key, undefined);
    this.#layer.log.passGate("call");
  }
  /**
   * The effective keys: the parent's that are not deleted here, in its order, then those that only the overlay has. A read
   * of the parent's set of keys is recorded.
   */
  keys(): string[] {
    return this.#layer.readKeys();
  }
  /**
   * Records an event of the script's own in the log.
   * @throws TypeError when the kind is not a non-empty string. @throws InvalidValueError when the data is not JSON.
   */
  log(kind: string, data?: unknown): void {
    if (typeof kind !== "string" || kind === "") {
      throw new TypeError("An event's kind must be a string that is not empty.");
    }
    const copy = data === undefined ? undefined : copyAndFreeze(data, "data", kind);
    const { log, author } = this.#layer;
    recordLogged(log, author, kind, copy);
    log.passGate("call");
  }

  /**
   * What `mergeToParent` with the same options would do now. Changes and records nothing. A plan that leaves conflicts
   * undecided says so; it does not throw.
   * @throws TypeError for wrong options, and what a resolver throws.
   */
  previewMerge(options?: MergeOptions): MergePlan {
    return makePreview(this.#layer, options);
  }
  /**
   * Writes the overlay's keys to the parent, one transition a key; the last merge wins unless `onConflict` says
   * otherwise. All of it happens before the promise is returned, or none of it; unless a user who inspects the run holds
   * the merge: then it happens when they approve it. The overlay stays; where something else than its value was merged,
   * it follows.
   * @returns a promise that rejects when the merge is refused: with MergeConflictError, StalePlanError,
   * MergeRejectedError, a TypeError for wrong options, or what a resolver threw. A rejection that nobody awaits is not
   * reported.
   */
  mergeToParent(options?: MergeOptions): Promise<MergeResult> {
    const merging = new Promise<MergeResult>((resolve) => resolve(requestMerge(this.#layer, options)));
    // Whoever forgot to await a merge that was refused must not lose the process over it.
    merging.catch(() => undefined);
    return merging;
  }
  /** Drops the overlay: the parent shows through again. */
  discard(): void {
    this.#layer.discard();
    this.#layer.log.passGate("call");
  }
}

/** @throws TypeError when the options are not what they must be; a misspelt `id` would make one agent several. */
function agentIdOf(options: unknown): string | undefined {
  if (typeof options !== "object" || options === null) {
    throw new TypeError('The options of an agent must be an object, for example { id: "worker-1" }.');
  }
  const unknown = Object.keys(options).find((name) => name !== "id");
  if (unknown !== undefined) {
    throw new TypeError(`There is no option ${JSON.stringify(unknown)} of an agent; there is id.`);
  }
  const { id } = options as AgentContextOptions;
  if (id !== undefined && (typeof id !== "string" || id === "")) {
    throw new TypeError("An agent's id must be a string that is not empty.");
  }
  return id;
}
