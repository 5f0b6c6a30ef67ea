/** The merges of a run that waited for the user: what each fixed, how long it waited and what became of it. */

import { membersOf, type JsonValue } from "../../core/jsonValue";
import { childOf, intoOf, isMergedKey, isMergeEnd, Op, type HeldMergeData } from "../../core/eventKinds";
import type { LogRow } from "../../core/logRow";
import type { MergeChoice } from "../../core/mergeChoice";
import type { ConflictPolicy } from "../../core/mergePlan";
import type { PlanOptions } from "../../core/planInput";
import { MERGE_POLICIES } from "../../core/choices";

/** What a held change rests on since another merge of its agent wrote the key. */
interface NewBase {
  readonly event: number;
  readonly layer: number;
  readonly rev: number;
  readonly value: JsonValue | undefined;
}

/** What an agent has merged while merges of it were held: those that are older rest on that, key by key. */
interface MergedMeanwhile {
  /** How many of its merges wait. */
  waiting: number;
  readonly bases: Map<string, NewBase[]>;
}

/** One held merge. Events are named by index. */
export class HeldMerge {
  /** The event that decided it; undefined while it waits. */
  ended: number | undefined;
  readonly options: PlanOptions;
  /** Those that it merges, in order. */
  readonly keys: ReadonlySet<string>;
  private readonly bases: MergedMeanwhile["bases"];

  constructor(
    /** seq of its event: its name. */
    readonly id: number,
    readonly event: number,
    readonly layer: number,
    readonly into: number,
    readonly data: HeldMergeData,
    bases: MergedMeanwhile["bases"],
  ) {
    this.bases = bases;
    this.keys = new Set(data.keys);
    this.options = optionsOf(data);
  }

  /** The base of a key after an event, where it is not that of the call. */
  baseOf(key: string, event: number): NewBase | undefined {
    const until = Math.min(event, this.ended ?? Infinity);
    const base = this.bases.get(key)?.findLast((each) => each.event <= until);
    return base !== undefined && base.event > this.event ? base : undefined;
  }
}

/** All held merges of a run, also those decided long ago. */
export class HeldMergeHistory {
  private readonly all: HeldMerge[] = [];
  private readonly waiting = new Map<number, HeldMerge>();
  /** By the agent's layer. */
  private readonly merged = new Map<number, MergedMeanwhile>();

  /** Takes in the event with this index, after the state has. */
  apply(row: LogRow, event: number): void {
    if (row.op === Op.MergeHeld) {
      let merged = this.merged.get(row.layer);
      if (merged === undefined) this.merged.set(row.layer, (merged = { waiting: 0, bases: new Map() }));
      merged.waiting++;
      const held = new HeldMerge(row.seq, event, row.layer, intoOf(row), heldData(row.value), merged.bases);
      this.all.push(held);
      this.waiting.set(held.id, held);
    } else if (isMergedKey(row.op)) {
      const merged = this.merged.get(childOf(row));
      if (merged === undefined || merged.waiting === 0 || row.key === undefined) return;
      const base = { event, layer: row.layer, rev: row.rev, value: row.value };
      const bases = merged.bases.get(row.key);
      if (bases === undefined) merged.bases.set(row.key, [base]);
      else bases.push(base);
    } else if (isMergeEnd(row.op)) {
      const { hold } = membersOf(row.value);
      const held = typeof hold === "number" ? this.waiting.get(hold) : undefined;
      if (held === undefined) return;
      held.ended = event;
      this.waiting.delete(held.id);
      const merged = this.merged.get(held.layer);
      if (merged !== undefined) merged.waiting--;
    }
  }

  /** Those that waited after an event, oldest first. */
  at(event: number): readonly HeldMerge[] {
    if (this.all.length === 0) return NONE;
    return this.all.filter((held) => held.event <= event && (held.ended === undefined || held.ended > event));
  }

  get(id: number): HeldMerge | undefined {
    return this.all.find((held) => held.id === id);
  }
}

const NONE: readonly HeldMerge[] = [];

/** What a line says, as far as it has the shape; its decoder has checked keys, policy and whole. */
function heldData(value: JsonValue | undefined): HeldMergeData {
  const data = value as unknown as Partial<HeldMergeData> | undefined;
  return {
    reason: data?.reason === "always" || data?.reason === "problem" ? data.reason : "conflict",
    policy: data?.policy ?? "overwrite",
    whole: data?.whole ?? true,
    ...(data?.only === "pending" && { only: data.only }),
    ...(data?.conflictBy === "revision" && { conflictBy: data.conflictBy }),
    keys: data?.keys ?? [],
    skipped: data?.skipped ?? [],
    choices: Array.isArray(data?.choices) ? (data.choices as HeldMergeData["choices"]) : [],
    exact: data?.exact === true,
  };
}

const POLICIES: ReadonlySet<string> = new Set<ConflictPolicy>([...MERGE_POLICIES, "resolver"]);

function optionsOf({ whole, only, conflictBy, keys, skipped, choices, policy }: HeldMergeData): PlanOptions {
  return {
    keys: whole ? undefined : [...keys, ...skipped],
    only,
    conflictBy,
    policy: POLICIES.has(policy) ? (policy as ConflictPolicy) : "overwrite",
    choices: new Map(
      choices.map(({ key, take, value }): [string, MergeChoice] => [key, take === undefined ? { value } : { take }]),
    ),
  };
}
