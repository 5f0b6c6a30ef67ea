/** Random programs over stores and contexts, for the property tests; must not know what they check. */

import * as fc from "fast-check";
import {
  AgentContext,
  MergeConflictError,
  RunLog,
  StalePlanError,
  StateStore,
  TaskScope,
  type JsonValue,
  type MergeChoice,
  type MergeOptions,
  type MergePlan,
  type MergeResolver,
} from "../../../src/runtime/index";
import type { HeldMerges } from "../../../src/runtime/heldMerges";
import { inspectLog } from "../../../src/runtime/openInspector";
import type { HoldMode } from "../../../src/core/choices";
import { eventLogOf } from "../../../src/runtime/runLog";

/** Few keys, so that programs meet on them; some of them awkward. */
const KEYS = ["a", "b", "c", "10", "2", "__proto__"] as const;

/** A choice for a key; null for a value = absent. */
export type Choice = readonly [key: string, choice: "overlay" | "parent" | { readonly value: JsonValue | undefined }];

/** A merge as programs ask for it. */
export interface Merge {
  readonly context: number;
  readonly keys: readonly string[] | undefined;
  readonly only?: MergeOptions["only"];
  readonly conflictBy?: MergeOptions["conflictBy"];
  readonly policy: "overwrite" | "refuse" | "auto" | "resolver";
  readonly choices: readonly Choice[];
}

/** Decides by the key, in each way that there is. */
export const resolver: MergeResolver = ({ key, parent, overlay }) => {
  if (key === "a") return { take: "parent" };
  if (key === "b") return { value: [parent.value ?? null, overlay.value ?? null] };
  if (key === "c") return { value: undefined };
  return { take: "overlay" };
};

/** One step; `context` and `store` count modulo what the program has by then. */
export type Step =
  | { readonly do: "newStore" }
  /** Without a name its own. The names and ids that there are may be shared, and "writer" is who writes to stores. */
  | { readonly do: "newContext"; readonly parent: number; readonly name?: "writer"; readonly id?: "x" | "y" }
  | { readonly do: "read" | "has" | "deleteLocal" | "takeBack"; readonly context: number; readonly key: string }
  | { readonly do: "set"; readonly context: number; readonly key: string; readonly value: JsonValue }
  | ({ readonly do: "merge" } & Merge)
  | ({ readonly do: "preview" } & Merge)
  /** Merges by the plan that the last preview of any context made, stale or not. */
  | { readonly do: "applyPlan" }
  | { readonly do: "setHolds"; readonly mode: HoldMode }
  | {
      readonly do: "approve";
      readonly hold: number;
      readonly keys: readonly string[] | undefined;
      readonly choices: readonly Choice[];
    }
  | { readonly do: "reject"; readonly hold: number }
  | { readonly do: "release" }
  | { readonly do: "discard" | "log" | "scope" | "snapshotBack" | "keys"; readonly context: number }
  | { readonly do: "storeSet"; readonly store: number; readonly key: string; readonly value: JsonValue }
  | { readonly do: "storeDelete"; readonly store: number; readonly key: string }
  | { readonly do: "restore"; readonly store: number; readonly state: readonly (readonly [string, JsonValue])[] };

const key = fc.constantFrom(...KEYS);
const number = fc.nat({ max: 7 });
/** Small, so that equal values come up. */
const value: fc.Arbitrary<JsonValue> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<JsonValue[]>(0, 1, 2, null, "x") },
  { weight: 2, arbitrary: fc.constantFrom<JsonValue[]>({ p: 1 }, { p: 2 }, [1, 2], [], {}) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<JsonValue[]>(
      [{ id: 1, p: 1 }],
      [
        { id: 1, p: 1 },
        { id: "x", p: 1 },
      ],
      [
        { id: "x", p: 1 },
        { id: 1, p: 1 },
      ],
      [
        { id: 1, p: 2 },
        { id: "x", p: 1 },
      ],
      [
        { id: 2, p: 1 },
        { id: 1, p: 1 },
      ],
    ),
  },
);

const choices: fc.Arbitrary<readonly Choice[]> = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  {
    weight: 1,
    arbitrary: fc.array(
      fc.tuple(
        key,
        fc.oneof(
          fc.constantFrom("overlay" as const, "parent" as const),
          fc.record({ value: fc.option(value, { nil: undefined }) }),
        ),
      ),
      { maxLength: 3 },
    ),
  },
);

/** Random merges. */
export const merge: fc.Arbitrary<Merge> = fc.record({
  context: number,
  keys: fc.option(fc.array(key, { maxLength: 4 }), { nil: undefined }),
  only: fc.constantFrom(undefined, "pending" as const),
  conflictBy: fc.constantFrom(undefined, "revision" as const),
  policy: fc.constantFrom(
    "overwrite" as const,
    "overwrite" as const,
    "refuse" as const,
    "auto" as const,
    "resolver" as const,
  ),
  choices,
});

/** The options that a merge of a program stands for. */
export function optionsOf({ keys, only, conflictBy, policy, choices: chosen }: Omit<Merge, "context">): MergeOptions {
  return {
    ...(keys === undefined ? {} : { keys }),
    ...(only === undefined ? {} : { only }),
    ...(conflictBy === undefined ? {} : { conflictBy }),
    ...(policy === "overwrite" ? {} : { onConflict: policy === "resolver" ? resolver : policy }),
    ...(chosen.length === 0 ? {} : { choices: Object.fromEntries(choicesOf(chosen)) }),
  };
}

/** Choices by key; of several for one key the last counts. */
export function choicesOf(chosen: readonly Choice[]): Map<string, MergeChoice> {
  return new Map(chosen.map(([name, choice]) => [name, typeof choice === "string" ? { take: choice } : choice]));
}

const newContext = fc.record(
  {
    do: fc.constant("newContext" as const),
    parent: number,
    name: fc.constant("writer" as const),
    id: fc.constantFrom("x" as const, "y" as const),
  },
  { requiredKeys: ["do", "parent"] },
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ do: fc.constant("newStore" as const) }) },
  { weight: 4, arbitrary: newContext },
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constantFrom("read" as const, "has" as const, "deleteLocal" as const, "takeBack" as const),
      context: number,
      key,
    }),
  },
  { weight: 12, arbitrary: fc.record({ do: fc.constant("set" as const), context: number, key, value }) },
  { weight: 6, arbitrary: merge.map((options) => ({ do: "merge" as const, ...options })) },
  { weight: 1, arbitrary: merge.map((options) => ({ do: "preview" as const, ...options })) },
  { weight: 1, arbitrary: fc.constant({ do: "applyPlan" as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("setHolds" as const),
      mode: fc.constantFrom<HoldMode[]>("never", "onProblem", "always"),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("approve" as const),
      hold: number,
      keys: fc.option(fc.array(key, { maxLength: 4 }), { nil: undefined, freq: 3 }),
      choices,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("reject" as const), hold: number }) },
  { weight: 1, arbitrary: fc.constant({ do: "release" as const }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom("discard" as const, "log" as const, "scope" as const, "snapshotBack" as const),
      context: number,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("keys" as const), context: number }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("storeSet" as const), store: number, key, value }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("storeDelete" as const), store: number, key }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("restore" as const),
      store: number,
      state: fc.uniqueArray(fc.tuple(key, value), { selector: ([name]) => name, maxLength: 4 }),
    }),
  },
);

/** Random programs. */
export const program: fc.Arbitrary<readonly Step[]> = fc.array(step, { minLength: 1, maxLength: 40, size: "max" });

/** A program's stores and contexts while it runs. There is a store and a context on it from the start. */
export class World {
  readonly log: RunLog;
  readonly stores: StateStore[] = [];
  readonly contexts: AgentContext[] = [];
  /** What each context was made on. */
  readonly parents = new Map<AgentContext, StateStore | AgentContext>();
  /** The contexts that were in a scope: scopes of programs are synchronous, so these have ended. */
  readonly ended = new Set<AgentContext>();

  readonly holds: HeldMerges;
  planned: { readonly context: AgentContext; readonly plan: MergePlan } | undefined;

  constructor(retention?: number, retentionBytes?: number) {
    this.log = new RunLog({ retention, retentionBytes });
    this.holds = inspectLog(eventLogOf(this.log)).holds;
    this.run({ do: "newStore" });
    this.run({ do: "newContext", parent: 0 });
  }

  context(number: number): AgentContext {
    return this.contexts[number % this.contexts.length] as AgentContext;
  }
  store(number: number): StateStore {
    return this.stores[number % this.stores.length] as StateStore;
  }

  /** Decides one of the held merges, if there are any; a refusal is the script's to hear. */
  private decide(number: number, decision: (id: number) => void): void {
    const { ids } = this.holds;
    const id = ids[number % ids.length];
    if (id === undefined) return;
    try {
      decision(id);
    } catch (error) {
      if (!(error instanceof MergeConflictError || error instanceof StalePlanError)) throw error;
    }
  }

  /** Does one step. */
  run(step: Step): void {
    switch (step.do) {
      case "newStore":
        this.stores.push(new StateStore({ log: this.log }));
        return;
      case "newContext": {
        const parents = [...this.stores, ...this.contexts];
        const parent = parents[step.parent % parents.length] as StateStore | AgentContext;
        const name = step.name ?? `agent ${this.contexts.length}`;
        const context = new AgentContext(name, parent, step.id === undefined ? undefined : { id: step.id });
        this.contexts.push(context);
        this.parents.set(context, parent);
        return;
      }
      case "read":
        this.context(step.context).get(step.key);
        return;
      case "has":
        this.context(step.context).has(step.key);
        return;
      case "deleteLocal":
        return this.context(step.context).delete(step.key);
      case "takeBack":
        this.context(step.context).localState.delete(step.key);
        return;
      case "set":
        return this.context(step.context).set(step.key, step.value);
      case "merge":
        void this.context(step.context).mergeToParent(optionsOf(step));
        return;
      case "preview": {
        const context = this.context(step.context);
        this.planned = { context, plan: context.previewMerge(optionsOf(step)) };
        return;
      }
      case "applyPlan":
        if (this.planned !== undefined) void this.planned.context.mergeToParent({ plan: this.planned.plan });
        return;
      case "setHolds":
        return this.holds.setModes({ run: step.mode, agents: new Map() });
      case "approve":
        return this.decide(step.hold, (id) =>
          this.holds.approve(id, { keys: step.keys, choices: choicesOf(step.choices) }),
        );
      case "reject":
        return this.decide(step.hold, (id) => this.holds.reject(id, undefined));
      case "release":
        return void this.holds.release("user");
      case "discard":
        return this.context(step.context).discard();
      case "log":
        return this.context(step.context).log("note", step.context);
      case "keys":
        this.context(step.context).keys();
        return;
      case "scope":
        TaskScope.run(this.context(step.context), (context) => context.set("a", 1));
        this.ended.add(this.context(step.context));
        return;
      case "snapshotBack": {
        const store = this.store(step.context);
        return store.restore(store.snapshot());
      }
      case "storeSet":
        return this.store(step.store).set(step.key, step.value, "writer");
      case "storeDelete":
        this.store(step.store).delete(step.key, "writer");
        return;
      case "restore":
        return this.store(step.store).restore(Object.fromEntries(step.state), "keeper");
    }
  }
}
