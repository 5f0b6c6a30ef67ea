// Types of the module agent-context, for tsc. Generated: npm run types.
declare module "agent-context" {
  /** A context runtime for programs of several agents: isolated overlays over a shared parent state. */

  /**
   * One agent's isolated view of a parent state. Reads fall through to the parent, live; writes and deletions stay in
   * the overlay until they are merged. Two agents never see each other's overlays.
   */
  class AgentContext {
      #private;
      /**
       * @param parent a store, or the context of another agent: then reads fall through to that agent's effective state,
       * and a merge writes into its overlay.
       * @throws TypeError when the name is not a non-empty string, or the parent is neither a store nor a context.
       */
      constructor(agentName: string, parent: StateStore | AgentContext);
      /** The agent's name; several contexts may share one. */
      get agentName(): string;
      /** The overlay alone. */
      get localState(): LocalState;
      /** This agent's events. */
      get localLog(): AgentLog;
      /** The effective value, frozen: the overlay's, else the parent's; undefined when absent. A read through is recorded. */
      get(key: string): JsonValue | undefined;
      /** Whether the key has an effective value; a stored null is one. A read through is recorded. */
      has(key: string): boolean;
      /**
       * Writes to the overlay; the parent is untouched.
       * @throws InvalidValueError when the value is not JSON, naming the path. @throws TypeError when the key is not a string.
       */
      set(key: string, value: unknown): void;
      /**
       * Deletes the key in the overlay: it reads as absent, and a merge deletes it in the parent.
       * @throws TypeError when the key is not a string.
       */
      delete(key: string): void;
      /** The effective keys: the parent's that are not deleted here, in its order, then those that only the overlay has. */
      keys(): string[];
      /**
       * Records an event of the script's own in the log.
       * @throws TypeError when the kind is not a non-empty string. @throws InvalidValueError when the data is not JSON.
       */
      log(kind: string, data?: unknown): void;
      /** What `mergeToParent` with the same options would do now. Changes and records nothing. @throws TypeError for wrong options. */
      previewMerge(options?: MergeOptions): MergePlan;
      /**
       * Writes the overlay's keys to the parent, one transition a key; the last merge wins. All of it happens before the
       * promise is returned, or none of it. The overlay stays.
       * @returns a promise that rejects when the merge is refused; a rejection that nobody awaits is not reported.
       */
      mergeToParent(options?: MergeOptions): Promise<MergeResult>;
      /** Drops the overlay: the parent shows through again. */
      discard(): void;
  }

  /** One event of a log. */
  interface AgentEvent {
      /** Orders the events of one thread. */
      readonly seq: number;
      /** `state_changed`, `state_read`, `state_committed`, … or the kind that a script logged. */
      readonly kind: string;
      /** The agent or actor; undefined for events of nobody. */
      readonly agent: string | undefined;
      /** The key, for events of one key. */
      readonly key: string | undefined;
      /** The value written, or the event's data; undefined = absent (a deletion, a read). */
      readonly value: JsonValue | undefined;
      /** The revision that a write gave, or that a read saw; 0 for other events. */
      readonly revision: number;
      /** Milliseconds since the epoch, coarse. */
      readonly timestamp: number;
  }

  /** One agent's events, oldest first, as far as the run's log still keeps them: what it did, and what was merged into it. */
  class AgentLog {
      #private;
      private constructor();
      /** The events as an array. */
      entries(): AgentEvent[];
      /** The events; those that come while iterating are included. */
      [Symbol.iterator](): Generator<AgentEvent, void, undefined>;
      /** How many events the run's log no longer keeps, of all agents. */
      get cut(): number;
  }

  /** A value that is not JSON was to be stored or logged. Nothing was stored. */
  class InvalidValueError extends TypeError {
      readonly name = "InvalidValueError";
      /** Where in the value the fault lies; empty = the value itself. */
      readonly path: readonly (string | number)[];
      constructor(message: string, path: readonly (string | number)[]);
  }

  /** A plain (or null-prototype) object of own enumerable data properties. */
  interface JsonObject {
      readonly [key: string]: JsonValue;
  }

  /** A JSON value as the stores keep it: deeply frozen, no −0, no holes, at most {@link MAX_DEPTH} levels deep. */
  type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

  /** An agent's local writes and tombstones. Looking at them reads nothing through. */
  class LocalState {
      #private;
      private constructor();
      /** How many keys are local, tombstones included. */
      get size(): number;
      /** The local value; undefined when the key is not local or is deleted locally. */
      get(key: string): JsonValue | undefined;
      /** Whether the key is local: written or deleted by this agent, and not taken back. */
      has(key: string): boolean;
      /** Whether the key is deleted locally. */
      isDeleted(key: string): boolean;
      /** The local keys, tombstones included, in the order of their first local writes. */
      keys(): string[];
      /** Takes a local write or deletion back, so that the parent shows through. @returns whether there was one. */
      delete(key: string): boolean;
  }

  /** The deepest nesting that a value may have (levels of arrays and objects). */
  const MAX_DEPTH = 256;

  /** What may be asked of a merge. */
  interface MergeOptions {
      /** Merge these keys alone; the rest stays local. Default: all local keys. */
      readonly keys?: readonly string[] | undefined;
  }

  /** Immutable. Entries in the order in which the merge writes them (the order of first local writes). */
  interface MergePlan {
      readonly agent: string;
      /** Layer ids of the context and of what it merges into. */
      readonly context: number;
      readonly into: number;
      /** False when made for chosen keys only. */
      readonly whole: boolean;
      readonly policy: "overwrite";
      readonly entries: readonly MergePlanEntry[];
      /** Names that were asked for but are not local. */
      readonly skipped: readonly string[];
      readonly counts: {
          readonly added: number;
          readonly modified: number;
          readonly deleted: number;
          readonly unchanged: number;
          readonly conflicts: number;
      };
  }

  interface MergePlanEntry {
      readonly key: string;
      readonly kind: PlanKind;
      /** parent now ≠ base, parent now ≠ overlay, overlay ≠ base; by deep equality, absent is a value. */
      readonly conflict: boolean;
      readonly base: PlanSide;
      readonly parent: PlanSide;
      /** The local value; undefined = tombstone. */
      readonly overlay: PlanSide;
      /** The parent's value after the merge; undefined = absent. */
      readonly result: JsonValue | undefined;
  }

  /** How a merge went. */
  interface MergeResult {
      /** How many keys were merged. */
      readonly merged: number;
      /** Names that were asked for but are not local. */
      readonly skipped: readonly string[];
      /** What was done, exactly. */
      readonly plan: MergePlan;
  }

  /** What happens to the parent's value. "unchanged" = the parent already equals the result. */
  type PlanKind = "added" | "modified" | "deleted" | "unchanged";

  /** A value as one layer held it. */
  interface PlanSide {
      /** undefined = absent. */
      readonly value: JsonValue | undefined;
      /** The layer that answered, and the revision of its key (0 = never written). */
      readonly layer: number;
      readonly revision: number;
      /** Who wrote it and in which event; undefined where never written or not known. */
      readonly actor: string | undefined;
      readonly seq: number | undefined;
  }

  /**
   * The events of all stores and contexts that belong to one log. There is one for each thread ({@link runLog}); making
   * others is for tests that want to be alone.
   */
  class RunLog {
      #private;
      /** @param options.retention how many events are kept; default 100,000. @throws RangeError when it is no whole number. */
      constructor(options?: {
          readonly retention?: number | undefined;
      });
      /** How many events are kept, for all agents together. Lowering it cuts at once. @throws RangeError when set to no whole number. */
      get retention(): number;
      set retention(events: number);
      /** `seq` of the oldest event kept; one more than {@link lastSeq} when there is none. */
      get firstSeq(): number;
      /** `seq` of the newest event; 0 when there was none yet. */
      get lastSeq(): number;
      /** How many events are no longer kept. */
      get cut(): number;
      /** The events that are kept, oldest first. */
      [Symbol.iterator](): Generator<AgentEvent, void, undefined>;
  }

  /**
   * The shared parent state. Values are JSON with value semantics: what goes in is copied and frozen, what comes out is
   * frozen. Every change is one revision and is recorded.
   */
  class StateStore {
      #private;
      /** @throws InvalidValueError when the initial state is not JSON; @throws TypeError when an option is of a wrong type. */
      constructor(options?: StateStoreOptions);
      /** How views name it. */
      get name(): string;
      /** The newest revision: how many changes there were. Never goes back. */
      get revision(): number;
      /** The value, frozen; undefined when absent. */
      get(key: string): JsonValue | undefined;
      /** Whether the key is there; a stored null is. */
      has(key: string): boolean;
      /**
       * Sets a key, at once and for all to see.
       * @param actor who is said to have done it. Default: the agent of the scope that this runs in, else "script".
       * @throws InvalidValueError when the value is not JSON. @throws TypeError when key or actor is not a string.
       */
      set(key: string, value: unknown, actor?: string): void;
      /** Deletes a key. @returns whether it was there; if not, nothing happens. @throws TypeError as `set`. */
      delete(key: string, actor?: string): boolean;
      /** The keys that are there, in the order in which they were first written. */
      keys(): string[];
      /** The whole state: a frozen object without prototype. */
      snapshot(): JsonObject;
      /**
       * Makes the state equal to `state`, forward: keys that it lacks are deleted, keys that differ are set, each a new
       * revision; equal ones are not touched. One event.
       * @throws InvalidValueError when it is not JSON. @throws TypeError when it is not an object of keys and values.
       */
      restore(state: Readonly<Record<string, unknown>>, actor?: string): void;
      /** The changes with a revision above `since` (default 0), oldest first, as far as the log still keeps them. */
      transitions(since?: number): Transition[];
  }

  /** What a store may be made with. */
  interface StateStoreOptions {
      /** How views name it. Default: "parent" for the first store of a log, then "parent 2", and so on. */
      readonly name?: string | undefined;
      /** The state that it starts with. */
      readonly initial?: Readonly<Record<string, unknown>> | undefined;
      /** The log that it records to. Default: the thread's. */
      readonly log?: RunLog | undefined;
  }

  /** Runs code as an agent. Scopes nest, follow async work, and never mix. */
  const TaskScope: Readonly<{
      /**
       * Runs `fn` in a scope of `context`, which lasts until its result is there: for a promise, until it settles.
       * @returns what `fn` returns, or a promise of it; what it throws is thrown on.
       * @throws TypeError when `context` is not an AgentContext.
       */
      run: typeof runScope;
      /** Calls `fn` with the context of the innermost scope. @returns what it returns; undefined outside any scope. */
      tryWith<T>(fn: (context: AgentContext) => T): T | undefined;
      /** The name of the innermost scope's agent; undefined outside any scope. */
      agentName(): string | undefined;
  }>;

  /** One change of one key of a store. */
  interface Transition {
      readonly key: string;
      /** undefined = absent. */
      readonly oldValue: JsonValue | undefined;
      readonly newValue: JsonValue | undefined;
      /** Who did it; for a merge, the agent that merged. */
      readonly actor: string | undefined;
      /** The store's revision after it. */
      readonly revision: number;
      /** Milliseconds since the epoch, coarse: the revision orders. */
      readonly timestamp: number;
  }

  /** Deep equality of two values; absent (undefined) equals absent alone. The order of properties does not matter. */
  function jsonEqual(one: JsonValue | undefined, other: JsonValue | undefined): boolean;

  /** The log of this thread, which stores use unless they are given another. */
  function runLog(): RunLog;

  function runScope<T>(context: AgentContext, fn: (context: AgentContext) => PromiseLike<T>): Promise<T>;

  function runScope<T>(context: AgentContext, fn: (context: AgentContext) => T): T;

  export { AgentContext, type AgentEvent, type AgentLog, InvalidValueError, type JsonObject, type JsonValue, type LocalState, MAX_DEPTH, type MergeOptions, type MergePlan, type MergePlanEntry, type MergeResult, type PlanKind, type PlanSide, RunLog, StateStore, type StateStoreOptions, TaskScope, type Transition, jsonEqual, runLog };
}
