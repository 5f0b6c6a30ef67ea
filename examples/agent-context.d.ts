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

  /** What to do about conflicts. "resolver" stands for a function of the script. */
  type ConflictPolicy = "overwrite" | "refuse" | "auto" | "resolver";

  /** Who decided: the policy, a choice in the options, or the script's resolver. "undecided" by the resolver: it will. */
  type DecidedBy = "policy" | "choice" | "resolver";

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
      /** Apply exactly this plan, which `previewMerge` of this context returned. Excludes all other options. */
      readonly plan?: MergePlan | undefined;
      /** Decisions about keys; they go before `onConflict`. "parent" gives the local change up: the parent shows through. */
      readonly choices?: Readonly<Record<string, MergeChoice>> | undefined;
      /**
       * "overwrite" (default): the last merge wins. "refuse": nothing is applied when there is a conflict. "auto": what was
       * changed on one side only is taken, down to properties; what both changed is refused. A function decides each conflict.
       */
      readonly onConflict?: "overwrite" | "refuse" | "auto" | MergeResolver | undefined;
  }

  /** Immutable. Entries in the order in which the merge writes them (the order of first local writes). */
  interface MergePlan {
      readonly agent: string;
      /** Layer ids of the context and of what it merges into. */
      readonly context: number;
      readonly into: number;
      /** False when made for chosen keys only. */
      readonly whole: boolean;
      readonly policy: ConflictPolicy;
      readonly entries: readonly MergePlanEntry[];
      /** Names that were asked for but are not local. */
      readonly skipped: readonly string[];
      readonly counts: {
          readonly added: number;
          readonly modified: number;
          readonly deleted: number;
          readonly unchanged: number;
          readonly conflicts: number;
          /** Entries that nobody has decided; a merge with any is refused. */
          readonly undecided: number;
      };
      /** Advice, in the order of the reads: what the agent's writes may rest on that is no longer so. */
      readonly staleReads: readonly StaleRead[];
  }

  interface MergePlanEntry {
      readonly key: string;
      readonly kind: PlanKind;
      /** parent now ≠ base, parent now ≠ overlay, overlay ≠ base; by deep equality, absent is a value. */
      readonly conflict: boolean;
      readonly take: MergeTake;
      readonly by: DecidedBy;
      readonly base: PlanSide;
      readonly parent: PlanSide;
      /** The local value; undefined = tombstone. */
      readonly overlay: PlanSide;
      /** The parent's value after the merge; undefined = absent. */
      readonly result: JsonValue | undefined;
  }

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
      /** @param options.retention how many events are kept; default 100,000. @throws RangeError when it is no whole number. */
      constructor(options?: {
          readonly retention?: number | undefined;
      });
      /** How many events are kept, for all agents together. Lowering it cuts at once. @throws RangeError when set to no whole number. */
      get retention(): number;
      set retention(events: number);
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

  /** The plan of merging a context now. @throws TypeError when the options are not what they must be, and what a resolver throws. */
  function previewMerge(context: ContextLayer, options: unknown): MergePlan;

  /** Where some code called. Lines and columns count from 1, in the file that was run (before any source map). */
  interface CallSite {
      readonly file: string;
      readonly line: number;
      readonly column: number;
  }

  function runScope<T>(context: AgentContext, fn: (context: AgentContext) => PromiseLike<T>): Promise<T>;

  function runScope<T>(context: AgentContext, fn: (context: AgentContext) => T): T;

  /** The core of an `AgentContext`. Values that come in are frozen already. */
  class ContextLayer {
      #private;
      readonly log: EventLog;
      readonly layer: number;
      readonly root: number;
      readonly agentName: string;
      readonly agentId: number;
      readonly parent: StoreLayer | ContextLayer;
      readonly slots: Map<string, LocalSlot>;
      revision: number;
      /** Keys that are local, and those of them that are pending. */
      localCount: number;
      pendingCount: number;
      /** Scopes entered and not yet left. */
      readonly scopes: Set<number>;
      constructor(agentName: string, parent: StoreLayer | ContextLayer);
      get isPending(): boolean;
      /** The effective value; a read that falls through is recorded once for each revision. */
      read(key: string): JsonValue | undefined;
      /** What `read` would return and from where (undefined = the root, never written); records nothing. */
      lookUp(key: string): StoreSlot | LocalSlot | undefined;
      /** Adds the effective keys and takes out those that are deleted here. */
      collectKeys(into: Set<string>): void;
      /** A local write, or with undefined a tombstone. */
      write(key: string, value: JsonValue | undefined): void;
      /** Takes a local write or tombstone back. @returns whether there was one. */
      revert(key: string): boolean;
      /** Takes back all local changes, or those of these keys. */
      discard(only?: readonly string[]): void;
      /** What a plan of merging this overlay is made from. */
      planInput(): PlanInput;
      /**
       * Writes one key of a merge to the parent.
       * @param ofRev 0, or for a local change that is no longer the newest its revision: see `Op.MergeWrite`.
       * @returns layer and revision of what is there now.
       */
      passOn(key: string, value: JsonValue | undefined, ofRev: number): {
          readonly layer: number;
          readonly rev: number;
      };
      /** One key of a child's merge, written as this overlay's own. @returns the slot as it then is. */
      takeMerged(key: string, value: JsonValue | undefined, from: LocalSlot, child: ContextLayer, ofRev: number): LocalSlot;
      /** Whether the effective value of a key, or which layer answers for it, may have changed after an event. */
      movedSince(key: string, seq: number): boolean;
      /** The local keys, in the order of their first local writes. */
      locals(): Generator<readonly [string, LocalSlot], void, undefined>;
  }

  /** The event log of one thread. Event `seq` counts from 1; 0 is the empty beginning. */
  class EventLog {
      #private;
      /** While an inspector is attached: the contexts that have local keys, kept alive for its commands; by layer. */
      kept: Map<number, ContextLayer> | undefined;
      /** While an inspector is attached: the merges that wait for the user. */
      holds: HeldMerges | undefined;
      constructor(retention?: number);
      /** How many events are kept; lowering it folds the oldest into {@link baseState} at once. */
      get retention(): number;
      set retention(events: number);
      /** The state that all events before {@link firstSeq} folded into. Read it, never change it. */
      get baseState(): LogState;
      /** seq of the oldest event that is kept; lastSeq + 1 when there is none. */
      get firstSeq(): number;
      /** seq of the newest event; 0 when there was none yet. */
      get lastSeq(): number;
      /** Events that are no longer kept. */
      get cut(): number;
      /** Events per second above which taking call sites pauses by itself; 0 = they are not taken. */
      get callSiteLimit(): number;
      /**
       * Takes the call sites of writes, reads and merges from now on. Where events come faster than `limitPerSecond` it
       * pauses, which an event tells; 0 = off. @throws RangeError when it is no whole number.
       */
      takeCallSites(limitPerSecond: number): void;
      /** Appends the event that says whether call sites are taken from now on. */
      tellCallSites(change: {
          readonly [name: string]: JsonValue;
      }): void;
      /** The place that a row's `site` stands for. */
      callSite(site: number): CallSite | undefined;
      /** The next layer id, from 1. */
      nextLayer(): number;
      /** The next scope id, from 1. */
      nextScope(): number;
      /** The next store's number, from 1. */
      nextStore(): number;
      /** The number, from 1, that stands for a text in this log. */
      intern(text: string): number;
      /** A number for one layer's key, its own even where another layer has a key of that name. */
      numberKey(key: string): number;
      /**
       * Records one event. `agent` and `key` are numbers of texts or 0: `key` one of {@link numberKey} where the event is of
       * one key of a layer; `value` is frozen already.
       * @returns its seq.
       */
      append(op: Op, agent: number, layer: number, key: number, rev: number, value: JsonValue | undefined, aux: number, aux2: number): number;
      /** The events that are kept, oldest first, from `fromSeq` on. The row is one object, filled anew for each event. */
      rows(fromSeq?: number): Generator<LogRow, void, undefined>;
      /** The state after the newest event, as a copy. */
      state(): LogState;
      /** From now on `sink` gets every event after the returned state's `seq`. A sink that throws is let go. */
      attach(sink: LogSink): LogState;
      /** `sink` gets no more events. */
      detach(sink: LogSink): void;
  }

  /** The core of a `StateStore`. Values that come in are frozen already. */
  class StoreLayer {
      #private;
      readonly log: EventLog;
      readonly layer: number;
      readonly name: string;
      readonly slots: Map<string, StoreSlot>;
      revision: number;
      constructor(log: EventLog, name: string | undefined);
      /** The layer that answers where nothing was ever written. */
      get root(): number;
      lookUp(key: string): StoreSlot | undefined;
      /** Adds the effective keys. */
      collectKeys(into: Set<string>): void;
      write(key: string, value: JsonValue | undefined, actor: string): void;
      /**
       * One key of a merge. `ofRev`: see `Op.MergeWrite`.
       * @returns the slot as it then is, or undefined when the key never was here and still is not.
       */
      takeMerged(key: string, value: JsonValue | undefined, from: LocalSlot, child: ContextLayer, ofRev: number): StoreSlot | undefined;
      /** Whether the key's value, or which layer answers for it, may have changed after an event. */
      movedSince(key: string, seq: number): boolean;
      snapshot(): JsonObject;
      restore(state: JsonObject, actor: string): void;
  }

  /** What a context remembers of a key; the fields are those of `ContextEntry`, and stay in the map once they are there. */
  class LocalSlot implements LocalChange {
      readonly layer: number;
      /** The key's name as the log numbers it. */
      readonly keyId: number;
      local: 0 | 1 | 2;
      value: JsonValue | undefined;
      rev: number;
      actor: string | undefined;
      seq: number;
      pending: boolean;
      baseLayer: number;
      baseRev: number;
      baseValue: JsonValue | undefined;
      readLayer: number;
      readRev: number;
      readValue: JsonValue | undefined;
      readSeq: number;
      constructor(layer: number, 
      /** The key's name as the log numbers it. */
      keyId: number);
  }

  /** What `get` of a key on a layer would return, and from where. An unknown layer answers as (0, 0). */
  function lookUp(state: LogState, layer: number, key: string): Version;

  /** A key of a store, deleted ones (value undefined) included. */
  interface StoreSlot {
      readonly layer: number;
      /** The key's name as the log numbers it. */
      readonly keyId: number;
      value: JsonValue | undefined;
      rev: number;
      actor: string | undefined;
      seq: number;
  }

  /** What a plan is made from; plain data, live or from a recording. */
  interface PlanInput {
      readonly agent: string;
      /** Layer ids of the context and of what it merges into. */
      readonly context: number;
      readonly into: number;
      /** The context's local keys, in the order of their first local writes. */
      readonly locals: Iterable<readonly [key: string, change: LocalChange]>;
      /** The context's fall-through reads that a pending write may rest on, in any order. */
      readonly reads: Iterable<ReadNote>;
      /** The parent's effective value of a key now; must not record a read. */
      lookUp(key: string): Version;
  }

  /**
   * The keys of an overlay, or of these among them, that moved after an event: what a plan made then would get wrong. A
   * key that was written and taken back since counts.
   */
  function movedSince(context: ContextLayer, seq: number, keys: readonly string[] | undefined): string[];

  /** The held merges of one log. */
  class HeldMerges {
      #private;
      /** Ids, oldest first. */
      get ids(): readonly number[];
      setModes(modes: HoldModes): void;
      onChanged(listener: (count: number) => void): void;
      /** Holds a merge if the user wants that. @returns what the script waits for, or undefined: it is to be done now. */
      tryHold(context: ContextLayer, request: MergeRequest, plan: MergePlan): Promise<MergeResult> | undefined;
      /** Another merge of the same agent wrote a key: held changes of it rest on that now. */
      noteMerged(context: ContextLayer, key: string, base: {
          readonly layer: number;
          readonly rev: number;
      }, value: JsonValue | undefined): void;
      /** @throws see `InspectableRuntime.approve`. */
      approve(id: number, { keys, choices, asOf }?: Omit<InspectorMerge, "policy">): MergeResult;
      reject(id: number, reason: string | undefined): void;
      /** @returns how many there were. */
      release(why: NonNullable<HoldDecision["why"]>): number;
      /** The context of a held merge. @throws when it is not held any more. */
      contextOf(id: number): ContextLayer;
      /** The keys of a held merge whose parent entry moved after an event. */
      movedSince(id: number, seq: number, keys?: readonly string[]): string[];
      /** Merges a held one under another policy. A refusal leaves it held. @throws MergeConflictError */
      mergeUnder(id: number, policy: PlanOptions["policy"]): MergeResult;
  }

  interface LogState {
      /** The event after which this is the state. */
      seq: number;
      readonly layers: Map<number, StoreState | ContextState>;
  }

  /**
   * What an event did. The numbers are internal to a process (the recording spells kinds out as words), so they may
   * be renumbered between versions.
   */
  const enum Op {
      /** A `StateStore` was made. `layer` = its id, `value` = its name. */
      StoreCreated = 1,
      /** An `AgentContext` was made. `layer` = its id, `agent` = its name, `aux` = the parent's layer id. */
      AgentStarted = 2,
      /** The agent's outermost scope ended. `layer`; `value` = null or {name,message,stack?} of the error that ended it. */
      AgentEnded = 3,
      /** `layer`, `aux` = scope id (counts up from 1 in a log), `aux2` = the enclosing scope's id, 0 for none. */
      ScopeEntered = 4,
      /** `layer`, `aux` = scope id, `value` = null or {name,message,stack?}. */
      ScopeExited = 5,
      /**
       * `layer`.`key` was set to `value`, giving the layer revision `rev`. In a store: a direct write, `agent` = the
       * actor. In a context: a local write; when it is the first of this key `aux`/`aux2` are the base (layer, revision)
       * and otherwise `aux` = 0. A base that does not exist in any store is (root layer, 0).
       */
      Write = 6,
      /** As `Write`, for a deletion (store) or a tombstone (context). */
      Delete = 7,
      /** `ctx.localState.delete(key)`: the local write or tombstone was taken back; `rev` = the layer's new revision. */
      Revert = 8,
      /** `ctx.discard()`: `value` = the keys that were local, `rev` = the layer's new revision. */
      Discard = 9,
      /** A fall-through read by context `layer` of `key`, answered by layer `aux` at revision `aux2` (its key's revision; 0 = never written). */
      Read = 10,
      /** A merge begins: `layer` = the child context, `aux` = the layer merged into, `value` = MergeSummary. Its key events follow at once. */
      MergePlanned = 11,
      /**
       * One key of a merge: `layer` = the layer merged into, `agent` = the child's name, `aux` = the child's layer. `aux2` =
       * 0, or for a held merge whose overlay key has changed since the call, the revision of the local change that was
       * merged: what came after it stays pending. Where a merge decides otherwise than the overlay, the overlay is changed
       * first, by events of its own: a `Write` or `Delete` of the result, or a `Revert` where the parent's value stays.
       */
      MergeWrite = 12,
      /** As `MergeWrite`, for a tombstone. A no-op deletion in a store (key absent) is recorded too, `rev` = the key's unchanged revision. */
      MergeDelete = 13,
      /**
       * The merge is complete: `layer` = child, `aux` = parent's layer, `aux2` = seq of its MergePlanned, `value` =
       * {keys: n, skipped: string[]}; of a held merge also {hold: seq of its MergeHeld, decision: "approved" | "released",
       * why?: "user" | "detached" | "disconnected"}.
       */
      MergeApplied = 14,
      /**
       * The merge was refused: as MergeApplied (`aux2` = 0 when there was no plan), `value` = {name, message, keys: string[]},
       * of a held merge also {hold}.
       */
      MergeRefused = 15,
      /**
       * A merge waits for the user: `layer` = child, `aux` = the layer to merge into, `value` = {@link HeldMergeData}. The
       * event's seq is the hold's id. The overlay's keys and values are those of this moment.
       */
      MergeHeld = 16,
      /** `store.restore(state)`: `value` = the whole new state; `rev` = the last revision given. See StateStore.restore for the order. */
      Restored = 17,
      /** `ctx.log(kind, data)`: `layer`, `agent`, `key` = the kind, `value` = the data. */
      Logged = 18,
      /** Anything else (run-level events, foreign kinds): `key` = the kind, `value` = the data, `layer` 0. */
      Other = 19
  }

  /**
   * One event. A row handed to a sink is reused: read it during the call, never keep it.
   * Layers are stores and contexts; their ids count up from 1 within a log.
   */
  interface LogRow {
      /** Orders the events of one thread; counts up by one without gaps; 0 is the snapshot the log starts from. */
      seq: number;
      op: Op;
      /** Milliseconds since the epoch, from a coarse clock: `seq` orders, not this. */
      timestampMs: number;
      /** The actor's or agent's name; undefined for events of no agent. */
      agent: string | undefined;
      /** 0 for none. */
      layer: number;
      key: string | undefined;
      /** The revision that `layer` has after this event, for events that write; otherwise 0. */
      rev: number;
      /** Undefined = absent. */
      value: JsonValue | undefined;
      aux: number;
      aux2: number;
      /** Which call site did it (see `InspectableRuntime.callSite`); 0 = not taken. */
      site: number;
  }

  /** Receives every event at once, on the script's thread; must not throw and must not call the runtime back. */
  interface LogSink {
      append(row: LogRow): void;
  }

  /** A local key of a context, as a plan needs it. */
  interface LocalChange {
      /** undefined = tombstone. */
      readonly value: JsonValue | undefined;
      readonly rev: number;
      readonly actor: string | undefined;
      readonly seq: number;
      /** Written or deleted since its last merge. */
      readonly pending: boolean;
      readonly baseLayer: number;
      readonly baseRev: number;
      readonly baseValue: JsonValue | undefined;
  }

  /** Which layer answers for a key, at which revision (0 = never written), with what (undefined = absent). */
  interface Version {
      readonly layer: number;
      readonly rev: number;
      readonly value: JsonValue | undefined;
      readonly actor: string | undefined;
      readonly seq: number;
  }

  /** One fall-through read. */
  interface ReadNote {
      readonly key: string;
      /** The layer that answered, at which revision of the key, with what (undefined = absent). */
      readonly layer: number;
      readonly rev: number;
      readonly value: JsonValue | undefined;
      /** The event of the read. */
      readonly seq: number;
      /** The event of the agent's next read of that key that saw another revision; Infinity = there was none. */
      readonly until: number;
  }

  /** Hold modes: the run's, and those of contexts (by layer id) that have one of their own. */
  interface HoldModes {
      readonly run: HoldMode;
      readonly agents: ReadonlyMap<number, HoldMode>;
  }

  /** Checked options. */
  interface MergeRequest extends PlanOptions {
      readonly plan?: MergePlan | undefined;
  }

  /** A merge as a view asks for it. */
  interface InspectorMerge {
      readonly keys?: readonly string[] | undefined;
      readonly choices?: ReadonlyMap<string, MergeChoice> | undefined;
      readonly policy?: Exclude<ConflictPolicy, "resolver"> | undefined;
      /** The event after which the plan was made that the user saw; when one of its keys moved since, it is stale. */
      readonly asOf?: number | undefined;
  }

  /** How a held merge was decided, for the log. */
  interface HoldDecision {
      readonly hold: number;
      readonly decision: "approved" | "released";
      readonly why?: "user" | "detached" | "disconnected";
  }

  /** Options as plans take them: checked, values frozen. */
  interface PlanOptions {
      /** These keys alone; the rest stays local. Default: all. */
      readonly keys?: readonly string[] | undefined;
      readonly choices?: ReadonlyMap<string, MergeChoice> | undefined;
      /** Default "overwrite". "resolver" without a resolver leaves conflicts to the script. */
      readonly policy?: ConflictPolicy | undefined;
      readonly resolver?: MergeResolver | undefined;
  }

  interface StoreState {
      readonly type: "store";
      readonly layer: number;
      readonly name: string;
      revision: number;
      readonly entries: Map<string, StoreEntry>;
  }

  interface ContextState {
      readonly type: "context";
      readonly layer: number;
      readonly name: string;
      readonly parent: number;
      revision: number;
      readonly entries: Map<string, ContextEntry>;
      /** Scopes entered and not yet left, by id. */
      readonly scopes: Set<number>;
      ended: boolean;
  }

  /** Which merges of scripts wait for the user. */
  type HoldMode = "never" | "onConflict" | "always";

  /** A key of a store, deleted ones (present: false) included. Plain data; values by reference. */
  interface StoreEntry {
      value: JsonValue | undefined;
      rev: number;
      actor: string | undefined;
      seq: number;
  }

  /** What a context remembers of a key. */
  interface ContextEntry {
      /** 0 not local, 1 a local value, 2 a tombstone. */
      local: 0 | 1 | 2;
      value: JsonValue | undefined;
      /** Revision, writer and event of the last local change (a take-back included); rev 0 = never changed here. */
      rev: number;
      actor: string | undefined;
      seq: number;
      /** Written or deleted since it was last merged. */
      pending: boolean;
      /** The base of a local key: which layer at which revision (0,0 when not local), and its value (undefined = absent). */
      baseLayer: number;
      baseRev: number;
      baseValue: JsonValue | undefined;
      /** The last fall-through read (0,0 = never), the value read, and the event (0 = not known). */
      readLayer: number;
      readRev: number;
      readValue: JsonValue | undefined;
      readSeq: number;
  }

  export { AgentContext, type AgentEvent, type AgentLog, type ConflictPolicy, type DecidedBy, InvalidValueError, type JsonObject, type JsonValue, type LocalState, MAX_DEPTH, type MergeChoice, type MergeConflict, MergeConflictError, type MergeOptions, type MergePlan, type MergePlanEntry, MergeRejectedError, type MergeResolver, type MergeResult, type MergeTake, type PlanKind, type PlanSide, RunLog, StalePlanError, type StaleRead, StateStore, type StateStoreOptions, TaskScope, type Transition, jsonEqual, runLog };
}
