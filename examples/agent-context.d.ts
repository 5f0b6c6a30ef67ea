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
       * @throws TypeError when the name or the id is not a non-empty string, or the parent is neither a store nor a context.
       */
      constructor(agentName: string, parent: StateStore | AgentContext, options?: AgentContextOptions);
      /** The agent's name; several contexts, of one agent or of several, may share one. */
      get agentName(): string;
      /** The agent id that it was given; undefined for an agent of its own. */
      get agentId(): string | undefined;
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
      /**
       * The effective keys: the parent's that are not deleted here, in its order, then those that only the overlay has. A read
       * of the parent's set of keys is recorded.
       */
      keys(): string[];
      /**
       * Records an event of the script's own in the log.
       * @throws TypeError when the kind is not a non-empty string. @throws InvalidValueError when the data is not JSON.
       */
      log(kind: string, data?: unknown): void;
      /**
       * What `mergeToParent` with the same options would do now. Changes and records nothing. A plan that leaves conflicts
       * undecided says so; it does not throw.
       * @throws TypeError for wrong options, and what a resolver throws.
       */
      previewMerge(options?: MergeOptions): MergePlan;
      /**
       * Writes the overlay's keys to the parent, one transition a key; the last merge wins unless `onConflict` says
       * otherwise. All of it happens before the promise is returned, or none of it; unless a user who inspects the run holds
       * the merge: then it happens when they approve it. The overlay stays; where something else than its value was merged,
       * it follows.
       * @returns a promise that rejects when the merge is refused: with MergeConflictError, StalePlanError,
       * MergeRejectedError, a TypeError for wrong options, or what a resolver threw. A rejection that nobody awaits is not
       * reported.
       */
      mergeToParent(options?: MergeOptions): Promise<MergeResult>;
      /** Drops the overlay: the parent shows through again. */
      discard(): void;
  }

  /** What a context may be made with. */
  interface AgentContextOptions {
      /**
       * Which agent it is: contexts of one log with the same id are one agent, whatever their names. Default: an agent of its
       * own, even where another has the same name.
       */
      readonly id?: string | undefined;
  }

  /** One event of a log. */
  interface AgentEvent {
      /** Orders the events of one thread. */
      readonly seq: number;
      /** `state_changed`, `state_read`, `keys_read`, `state_committed`, … or the kind that a script logged. */
      readonly kind: string;
      /** The agent or actor; undefined for events of nobody. */
      readonly agent: string | undefined;
      /** The key, for events of one key. */
      readonly key: string | undefined;
      /** The value written, or the event's data; undefined = absent (a deletion, a read). */
      readonly value: JsonValue | undefined;
      /** The revision that a write gave, or that a read saw (of keys(): of the set of keys); 0 for other events. */
      readonly revision: number;
      /** Milliseconds since the epoch, coarse. */
      readonly timestamp: number;
      /**
       * The line that did it, as it ran, before any source map; there while `runLog().callSites` takes them. What a merge
       * writes has none: its line is that of the `merge_planned` event before it.
       */
      readonly site?: CallSite;
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

  /** When a key is in conflict; see {@link MergePlanEntry.conflict}. */
  type ConflictBy = "value" | "revision";

  /** What to do about conflicts. "resolver" stands for a function of the script. */
  type ConflictPolicy = "overwrite" | "refuse" | "auto" | "resolver";

  /** Who decided: the policy, a choice in the options, or the script's resolver. "undecided" by the resolver: it will. */
  type DecidedBy = "policy" | "choice" | "resolver";

  /** Which findings of a store's keys are told. */
  interface FindingsOptions {
      /** Keys whose findings are silenced, and only counted; `*` stands for any characters: `["done", "status/*"]`. */
      readonly ignore?: readonly string[] | undefined;
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

  /** A decision about one key. `{ value: undefined }` = the key shall be absent. */
  type MergeChoice = {
      readonly take: "overlay" | "parent";
  } | {
      readonly value: JsonValue | undefined;
  };

  /** What a resolver is asked about. */
  type MergeConflict = Pick<MergePlanEntry, "key" | "base" | "parent" | "overlay"> & {
      readonly agent: string;
  };

  /** A merge was refused because of conflicts that nothing decided. Nothing was changed. */
  class MergeConflictError extends Error {
      readonly name = "MergeConflictError";
      readonly agent: string;
      /** Every conflict that was left undecided, with base, parent now and overlay. */
      readonly conflicts: readonly MergePlanEntry[];
      /** @internal */
      constructor(plan: MergePlan);
  }

  /** What may be asked of a merge. */
  interface MergeOptions {
      /** Merge these keys alone; the rest stays local. Default: all local keys. */
      readonly keys?: readonly string[] | undefined;
      /** "pending": merge only what was written or deleted since its last merge; of `keys`, where both are given. */
      readonly only?: "pending" | undefined;
      /** Apply exactly this plan, which `previewMerge` of this context returned. Excludes all other options. */
      readonly plan?: MergePlan | undefined;
      /** Decisions about keys; they go before `onConflict`. "parent" gives the local change up: the parent shows through. */
      readonly choices?: Readonly<Record<string, MergeChoice>> | undefined;
      /**
       * "overwrite" (default): the last merge wins. "refuse": nothing is applied when there is a conflict. "auto": what was
       * changed on one side only is taken, down to properties and items; what both changed is refused. A function decides each conflict.
       */
      readonly onConflict?: "overwrite" | "refuse" | "auto" | MergeResolver | undefined;
      /**
       * "value" (default): a key is in conflict when base, parent and overlay hold three different values. "revision": as soon
       * as another has written it since the base, even the same value: the first to merge wins.
       */
      readonly conflictBy?: "value" | "revision" | undefined;
  }

  /** Immutable. Entries in the order in which the merge writes them (the order of first local writes). */
  interface MergePlan {
      readonly agent: string;
      /** Layer ids of the context and of what it merges into. */
      readonly context: number;
      readonly into: number;
      /** False when made for chosen keys only. */
      readonly whole: boolean;
      /** "pending": made for keys alone that were written or deleted since their last merge. */
      readonly only: "pending" | undefined;
      readonly policy: ConflictPolicy;
      readonly conflictBy: ConflictBy;
      readonly entries: readonly MergePlanEntry[];
      /** Names that were asked for but are not local. */
      readonly skipped: readonly string[];
      readonly counts: {
          readonly added: number;
          readonly modified: number;
          readonly deleted: number;
          readonly unchanged: number;
          readonly conflicts: number;
          /** Entries whose merge would lose somebody's work. */
          readonly problems: number;
          /** Entries that nobody has decided; a merge with any is refused. */
          readonly undecided: number;
      };
      /** Advice, in the order of the reads: what the agent's writes may rest on that is no longer so. */
      readonly staleReads: readonly StaleRead[];
  }

  interface MergePlanEntry {
      readonly key: string;
      readonly kind: PlanKind;
      /**
       * By value: parent now ≠ base, parent now ≠ overlay, overlay ≠ base; by deep equality, absent is a value. By revision:
       * another has written the key since the base, whatever it wrote.
       */
      readonly conflict: boolean;
      readonly take: MergeTake;
      readonly by: DecidedBy;
      /** What the merge would lose. undefined = nothing that can be told: a write that rests on no read loses nothing. */
      readonly problem: MergeProblem | undefined;
      readonly base: PlanSide;
      readonly parent: PlanSide;
      /** The local value; undefined = tombstone. */
      readonly overlay: PlanSide;
      /** The parent's value after the merge; undefined = absent. */
      readonly result: JsonValue | undefined;
  }

  type MergeProblem = (typeof MERGE_PROBLEMS)[number];

  /** A merge was held for the user, who rejected it. Nothing was changed. */
  class MergeRejectedError extends Error {
      readonly name = "MergeRejectedError";
      readonly agent: string;
      /** What the user gave as the reason, if anything. */
      readonly reason: string | undefined;
      /** @internal */
      constructor(agent: string, reason: string | undefined);
  }

  /** Decides a conflict. Synchronous and pure: it may be asked more than once for one merge. */
  type MergeResolver = (conflict: MergeConflict) => MergeChoice;

  /** How a merge went. */
  interface MergeResult {
      /** How many keys were written to the parent. Keys for which the parent's value was kept are not among them. */
      readonly merged: number;
      /** Names that were asked for but are not local. */
      readonly skipped: readonly string[];
      /** What was done, exactly. */
      readonly plan: MergePlan;
  }

  /**
   * Where the result comes from. "overlay": the local value is written. "parent": the parent's value stays, and the local
   * change is given up. "value": a value given by a choice. "merged": put together of both sides by `"auto"`.
   * "undecided": nobody has decided; the result is the parent's value, for nothing is written.
   */
  type MergeTake = "overlay" | "parent" | "value" | "merged" | "undecided";

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
      /**
       * @param options.retention how many events are kept; default 100,000
       * @param options.retentionBytes how much memory their values may take; default 128 MB
       * @throws RangeError when one is no whole number.
       */
      constructor(options?: {
          readonly retention?: number | undefined;
          readonly retentionBytes?: number | undefined;
      });
      /** How many events are kept, for all agents together. Lowering it cuts at once. @throws RangeError when set to no whole number. */
      get retention(): number;
      set retention(events: number);
      /**
       * How much memory the values of the events that are kept may take, in bytes, about; what a value shares with the one
       * before counts once. The newest event is kept whatever it takes. Lowering it cuts at once. @throws RangeError when set
       * to no whole number.
       */
      get retentionBytes(): number;
      set retentionBytes(bytes: number);
      /**
       * Whether events tell the line that did them ({@link AgentEvent.site}), which costs each a few microseconds: the number
       * of events a second above which that pauses by itself until they come slower again. Default 0, off. An event
       * `call_sites` tells each change. @throws RangeError when set to no whole number.
       */
      get callSites(): number;
      set callSites(limitPerSecond: number);
      /** `seq` of the oldest event kept; one more than {@link lastSeq} when there is none. */
      get firstSeq(): number;
      /** `seq` of the newest event; 0 when there was none yet. */
      get lastSeq(): number;
      /** How many events are no longer kept. */
      get cut(): number;
      /** The events that are kept, oldest first. */
      [Symbol.iterator](): Generator<AgentEvent, void, undefined>;
  }

  /** A plan was to be applied, but some of its keys have moved since it was made. Nothing was changed. */
  class StalePlanError extends Error {
      readonly name = "StalePlanError";
      /** The keys whose overlay or parent entry moved, or that became or ceased to be local. */
      readonly keys: readonly string[];
      /** @internal */
      constructor(agent: string, keys: readonly string[]);
  }

  /**
   * The agent read `key`, wrote other keys after it, and another actor has changed the value of `key` before those writes
   * are merged. Advice: the writes need not rest on the read.
   */
  interface StaleRead {
      readonly key: string;
      /** What was read, and the event that read it. */
      readonly read: {
          readonly value: JsonValue | undefined;
          readonly layer: number;
          readonly revision: number;
          readonly seq: number;
      };
      /** What is there now, and who wrote it in which event. */
      readonly now: PlanSide;
      /** The writes of this merge that came after the read and before the next one of that key; at most the first 100. */
      readonly dependents: readonly {
          readonly key: string;
          readonly seq: number;
      }[];
      readonly dependentCount: number;
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
      /** What is found in runs of it: see docs/merging.md. */
      readonly findings?: FindingsOptions | undefined;
      /** The log that it records to. Default: the thread's. */
      readonly log?: RunLog | undefined;
  }

  /** Runs code as an agent. Scopes nest, follow async work, and never mix. */
  const TaskScope: Readonly<{
      /**
       * Runs `fn` in a scope of `context`, which lasts until its result is there: for a promise, until it settles; for a
       * generator or another iterator (or a promise of one), until that is done. The body of a generator runs in the scope
       * each time it is resumed, whoever resumes it.
       * @returns what `fn` returns, or a promise of it; for an iterator one that stands for it. What it throws is thrown on.
       * @throws TypeError when `context` is not an AgentContext.
       */
      run: typeof runScope;
      /**
       * Binds a function to the innermost scope: whenever and wherever it is called, it runs there, and so do generators that
       * it returns. Outside any scope, it is bound to none. For what a queue, a pool or an emitter calls later, which
       * otherwise runs in the scope of whoever made its worker.
       * @returns a function with the same name, length, `this` and arguments.
       * @throws TypeError when `fn` is not a function.
       */
      bind: typeof bindToScope;
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

  /** Where some code called. Lines and columns count from 1, in the file that was run (before any source map). */
  interface CallSite {
      readonly file: string;
      readonly line: number;
      readonly column: number;
  }

  /**
   * lostUpdate: the agent had read the key, another changed it, and the merge leaves the agent's value. revertedUpdate: the
   * merge writes a key again that the agent had not changed since its last merge, over another's newer value. droppedUpdate:
   * the parent's value is kept where the agent had changed what it read.
   */
  const MERGE_PROBLEMS: readonly ["lostUpdate", "revertedUpdate", "droppedUpdate"];

  function runScope<T>(context: AgentContext, fn: (context: AgentContext) => PromiseLike<T>): Promise<T>;

  function runScope<T>(context: AgentContext, fn: (context: AgentContext) => T): T;

  function bindToScope<Fn extends (this: any, ...values: any[]) => unknown>(fn: Fn): Fn;

  export { AgentContext, type AgentContextOptions, type AgentEvent, type AgentLog, type ConflictBy, type ConflictPolicy, type DecidedBy, type FindingsOptions, InvalidValueError, type JsonObject, type JsonValue, type LocalState, MAX_DEPTH, type MergeChoice, type MergeConflict, MergeConflictError, type MergeOptions, type MergePlan, type MergePlanEntry, type MergeProblem, MergeRejectedError, type MergeResolver, type MergeResult, type MergeTake, type PlanKind, type PlanSide, RunLog, StalePlanError, type StaleRead, StateStore, type StateStoreOptions, TaskScope, type Transition, jsonEqual, runLog };
}
