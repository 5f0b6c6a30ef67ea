/**
 * A second, naive runtime for the tests: maps and whole copies, written from the definitions of base, conflict and
 * pending word by word. It must not share code with the real one.
 */

import { isDeepStrictEqual } from "node:util";
import type { JsonValue } from "../../../src/runtime/index";
import { naiveListMerge } from "./naiveLists";

type Value = JsonValue | undefined;

/** "the parent's value and revision": which layer answered, at which of its writes. */
export interface Sight {
  readonly value: Value;
  readonly where: NaiveStore | NaiveContext;
  readonly write: number;
  /** Which agent's work it is; undefined = nobody's, or a direct write. */
  readonly author: Author | undefined;
}

/** What agents are told apart by: an id that was given, or the context itself. */
export type Author = string | NaiveContext;

interface Entry {
  readonly value: Value;
  readonly write: number;
  readonly author: Author | undefined;
}

/** A shared parent. Every change gets the next revision. */
export class NaiveStore {
  revision = 0;
  readonly keys = new Map<string, Entry>();

  see(key: string): Sight {
    const { value, write, author } = this.keys.get(key) ?? { value: undefined, write: 0, author: undefined };
    return { value, where: this, write, author };
  }
  set(key: string, value: Value, author?: Author): void {
    this.keys.set(key, { value, write: ++this.revision, author });
  }
  delete(key: string, author?: Author): void {
    if (this.see(key).value !== undefined) this.set(key, undefined, author);
  }
  restore(next: readonly (readonly [string, JsonValue])[]): void {
    const wanted = new Map(next);
    for (const key of [...this.keys.keys()]) if (!wanted.has(key)) this.delete(key);
    for (const key of Object.keys(Object.fromEntries(next))) {
      if (!isDeepStrictEqual(this.see(key).value, wanted.get(key))) this.set(key, wanted.get(key));
    }
  }
}

/** What a merge does about a key; "undecided" refuses it all. */
export type Decision = "overlay" | "parent" | "undecided" | { readonly value: Value };
export type ConflictBy = "value" | "revision";
export type Policy = "overwrite" | "refuse" | "auto" | "resolver";

/** What is merged of a key: "overlay keys and values at the call". */
interface Change extends Entry {
  readonly base: Sight;
  readonly time: number;
  readonly pending: boolean;
}

/** A merge that waits. */
export class NaiveHold {
  constructor(
    readonly context: NaiveContext,
    readonly keys: readonly string[] | undefined,
    readonly policy: Policy,
    readonly choices: ReadonlyMap<string, Decision>,
    readonly changes: Map<string, Change>,
    readonly conflictBy: ConflictBy | undefined,
  ) {}
}

/** Two readings of one key with no newer sight in between are one. */
interface Reading {
  readonly key: string;
  readonly sight: Sight;
  readonly time: number;
}

/** An agent's overlay. */
export class NaiveContext {
  revision = 0;
  readonly local = new Map<string, Entry & { readonly time: number }>();
  readonly base = new Map<string, Sight>();
  readonly readings: Reading[] = [];
  readonly pending = new Set<string>();
  readonly agent: Author;

  constructor(
    id: string | undefined,
    readonly parent: NaiveStore | NaiveContext,
    /** Counts everything that happens, anywhere. */
    readonly clock: () => number,
  ) {
    this.agent = id ?? this;
  }

  see(key: string): Sight {
    const own = this.local.get(key);
    return own === undefined
      ? this.parent.see(key)
      : { value: own.value, where: this, write: own.write, author: own.author };
  }
  lastReading(key: string, before = Infinity): Reading | undefined {
    return this.readings.findLast((reading) => reading.key === key && reading.time < before);
  }
  read(key: string): Value {
    if (!this.local.has(key)) {
      const sight = this.parent.see(key);
      const last = this.lastReading(key)?.sight;
      if (last?.where !== sight.where || last.write !== sight.write) {
        this.readings.push({ key, sight, time: this.clock() });
      }
    }
    return this.see(key).value;
  }
  /** "at the last fall-through read before its first local write; only if it never read it, at that first write". */
  write(key: string, value: Value, author = this.agent): void {
    if (!this.local.has(key)) this.base.set(key, this.lastReading(key)?.sight ?? this.parent.see(key));
    this.local.set(key, { value, write: ++this.revision, author, time: this.clock() });
    this.pending.add(key);
  }
  takeBack(key: string): void {
    if (!this.local.has(key)) return;
    this.revision++;
    this.drop(key);
  }
  discard(): void {
    if (this.local.size === 0) return;
    this.revision++;
    for (const key of [...this.local.keys()]) this.drop(key);
  }

  /** The local changes that a merge of these keys would take. */
  changes(keys: readonly string[] | undefined, only?: "pending"): Map<string, Change> {
    const changes = new Map<string, Change>();
    for (const [key, entry] of this.local) {
      if (keys !== undefined && !keys.includes(key)) continue;
      if (only === "pending" && !this.pending.has(key)) continue;
      changes.set(key, { ...entry, base: this.base.get(key) as Sight, pending: this.pending.has(key) });
    }
    return changes;
  }

  /** What the policy and the choices say about each change, against the parent as it is now. */
  decide(
    changes: ReadonlyMap<string, Change>,
    policy: Policy,
    choices: ReadonlyMap<string, Decision>,
    by: ConflictBy = "value",
  ): Map<string, Decision> {
    const decisions = new Map<string, Decision>();
    for (const [key, { value, base }] of changes) {
      const now = this.parent.see(key);
      const conflict = by === "value" ? isConflict(base.value, now.value, value) : this.isByAnother(base, now);
      decisions.set(key, choices.get(key) ?? decideOne(key, policy, base.value, now.value, value, conflict));
    }
    return decisions;
  }

  /** All of it, or with anything undecided nothing. @returns whether it was done */
  apply(
    changes: ReadonlyMap<string, Change>,
    decisions: ReadonlyMap<string, Decision>,
    waiting: readonly NaiveHold[],
  ): boolean {
    if ([...decisions.values()].includes("undecided")) return false;
    for (const [key, change] of changes) {
      const decision = decisions.get(key) as Exclude<Decision, "undecided">;
      const isNewest = this.local.get(key)?.write === change.write && this.local.has(key);
      if (decision === "parent") {
        if (isNewest) this.takeBack(key);
        continue;
      }
      const result = decision === "overlay" ? change.value : decision.value;
      if (isNewest && !isDeepStrictEqual(result, change.value)) this.write(key, result);
      if (this.parent instanceof NaiveStore) {
        if (result === undefined) this.parent.delete(key, this.agent);
        else this.parent.set(key, result, this.agent);
      } else {
        this.parent.adopt(key, result, this.base.get(key), this.agent);
      }
      const written = { ...this.parent.see(key), value: result };
      if (this.local.has(key)) this.base.set(key, written);
      if (isNewest) this.pending.delete(key);
      for (const hold of waiting) {
        const held = hold.context === this ? hold.changes.get(key) : undefined;
        if (held !== undefined) hold.changes.set(key, { ...held, base: written });
      }
    }
    return true;
  }

  /** "parent now ≠ base, parent now ≠ overlay, overlay ≠ base"; by revision, "the parent's revision is not the base's". */
  conflicts(key: string, by: ConflictBy = "value"): boolean {
    const now = this.parent.see(key);
    const base = this.base.get(key);
    if (by === "revision") return base !== undefined && this.isByAnother(base, now);
    return isConflict(base?.value, now.value, this.local.get(key)?.value);
  }

  /**
   * "the agent read a parent key, wrote other keys after that read, and another had changed that key's value by
   * the time those writes are merged": for each write that is still to be merged, the last reading before it.
   */
  staleReads(): { key: string; was: Value; now: Value; dependents: string[] }[] {
    const found = new Map<Reading, string[]>();
    const writes = [...this.local].filter(([key, entry]) => this.pending.has(key) && entry.author === this.agent);
    for (const [written, { time }] of writes.sort(([, one], [, other]) => one.time - other.time)) {
      for (const key of new Set(this.readings.map((reading) => reading.key))) {
        const reading = key === written ? undefined : this.lastReading(key, time);
        if (reading === undefined) continue;
        const now = this.parent.see(key);
        if (isDeepStrictEqual(now.value, reading.sight.value) || now.author === this.agent) continue;
        found.set(reading, [...(found.get(reading) ?? []), written]);
      }
    }
    return [...found]
      .sort(([one], [other]) => one.time - other.time)
      .map(([{ key, sight }, dependents]) => ({ key, was: sight.value, now: this.parent.see(key).value, dependents }));
  }

  /** "unchanged if it had written it; else what the child observed in the root". */
  private adopt(key: string, value: Value, childsBase: Sight | undefined, author: Author): void {
    const had = this.base.get(key);
    this.write(key, value, author);
    if (had === undefined && childsBase !== undefined && childsBase.where !== this) this.base.set(key, childsBase);
  }
  /** "another has written the key since the base". */
  private isByAnother(base: Sight, now: Sight): boolean {
    return !isSameSight(base, now) && (now.write === 0 || now.author !== this.agent);
  }
  private drop(key: string): void {
    this.local.delete(key);
    this.base.delete(key);
    this.pending.delete(key);
  }
}

function isConflict(base: Value, now: Value, mine: Value): boolean {
  return !isDeepStrictEqual(now, base) && !isDeepStrictEqual(now, mine) && !isDeepStrictEqual(mine, base);
}

function isSameSight(one: Sight, other: Sight): boolean {
  return one.where === other.where && one.write === other.write;
}

function decideOne(key: string, policy: Policy, base: Value, now: Value, mine: Value, conflict: boolean): Decision {
  switch (policy) {
    case "overwrite":
      return "overlay";
    case "refuse":
      return conflict ? "undecided" : "overlay";
    case "resolver":
      if (!conflict) return "overlay";
      if (key === "a") return "parent";
      if (key === "b") return { value: [now ?? null, mine ?? null] };
      return key === "c" ? { value: undefined } : "overlay";
    case "auto": {
      if (isDeepStrictEqual(now, base) || isDeepStrictEqual(now, mine)) return "overlay";
      if (isDeepStrictEqual(mine, base)) return "parent";
      const merged = naiveThreeWay(base, now, mine);
      return merged === "touch" ? "undecided" : { value: merged.value };
    }
  }
}

/** "objects merge by property; lists as sequences". */
export function naiveThreeWay(base: Value, now: Value, mine: Value): { value: Value } | "touch" {
  if (isDeepStrictEqual(mine, base)) return { value: now };
  if (isDeepStrictEqual(now, base) || isDeepStrictEqual(now, mine)) return { value: mine };
  const all = [base, now, mine];
  if (Array.isArray(base) && Array.isArray(now) && Array.isArray(mine)) {
    return naiveListMerge(base, now, mine, naiveThreeWay);
  }
  const areObjects = all.every((value) => typeof value === "object" && value !== null && !Array.isArray(value));
  if (!areObjects) return "touch";
  const result: [string, Value][] = [];
  for (const name of new Set(all.flatMap((value) => Object.keys(value as object)))) {
    const [b, n, m] = all.map((value) => (value as Record<string, JsonValue>)[name]);
    const part = naiveThreeWay(b, n, m);
    if (part === "touch") return "touch";
    if (part.value !== undefined) result.push([name, part.value]);
  }
  return { value: Object.fromEntries(result) as JsonValue };
}
