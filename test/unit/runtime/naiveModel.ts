/**
 * Owns a second, naive runtime for the tests: maps and whole copies, written from the definitions of base, conflict and
 * pending word by word. It must not share code with the real one.
 */

import { isDeepStrictEqual } from "node:util";
import type { JsonValue } from "../../../src/runtime/index";

type Value = JsonValue | undefined;

/** "the parent's value and revision": which layer answered, at which of its writes. */
export interface Sight {
  readonly value: Value;
  readonly where: NaiveStore | NaiveContext;
  readonly write: number;
}

/** A shared parent. Every change gets the next revision. */
export class NaiveStore {
  revision = 0;
  readonly keys = new Map<string, { value: Value; write: number }>();

  see(key: string): Sight {
    const { value, write } = this.keys.get(key) ?? { value: undefined, write: 0 };
    return { value, where: this, write };
  }
  set(key: string, value: Value): void {
    this.keys.set(key, { value, write: ++this.revision });
  }
  delete(key: string): void {
    if (this.see(key).value !== undefined) this.set(key, undefined);
  }
  restore(next: readonly (readonly [string, JsonValue])[]): void {
    const wanted = new Map(next);
    for (const key of [...this.keys.keys()]) if (!wanted.has(key)) this.delete(key);
    for (const key of Object.keys(Object.fromEntries(next))) {
      if (!isDeepStrictEqual(this.see(key).value, wanted.get(key))) this.set(key, wanted.get(key));
    }
  }
}

/** An agent's overlay. */
export class NaiveContext {
  revision = 0;
  readonly local = new Map<string, { value: Value; write: number }>();
  readonly base = new Map<string, Sight>();
  readonly lastRead = new Map<string, Sight>();
  readonly pending = new Set<string>();

  constructor(readonly parent: NaiveStore | NaiveContext) {}

  see(key: string): Sight {
    const own = this.local.get(key);
    return own === undefined ? this.parent.see(key) : { value: own.value, where: this, write: own.write };
  }
  read(key: string): Value {
    if (!this.local.has(key)) this.lastRead.set(key, this.parent.see(key));
    return this.see(key).value;
  }
  /** "at the last fall-through read before its first local write; only if it never read it, at that first write". */
  write(key: string, value: Value): void {
    if (!this.local.has(key)) this.base.set(key, this.lastRead.get(key) ?? this.parent.see(key));
    this.local.set(key, { value, write: ++this.revision });
    this.pending.add(key);
  }
  takeBack(key: string): void {
    if (!this.local.has(key)) return;
    this.revision++;
    this.#drop(key);
  }
  discard(): void {
    if (this.local.size === 0) return;
    this.revision++;
    for (const key of [...this.local.keys()]) this.#drop(key);
  }
  merge(keys: readonly string[] | undefined): void {
    for (const key of [...this.local.keys()]) {
      if (keys !== undefined && !keys.includes(key)) continue;
      const { value } = this.local.get(key) as { value: Value };
      if (this.parent instanceof NaiveStore) {
        if (value === undefined) this.parent.delete(key);
        else this.parent.set(key, value);
      } else {
        this.parent.#adopt(key, value, this.base.get(key) as Sight);
      }
      this.base.set(key, this.parent.see(key));
      this.pending.delete(key);
    }
  }
  /** "parent now ≠ base, parent now ≠ overlay, overlay ≠ base". */
  conflicts(key: string): boolean {
    const now = this.parent.see(key).value;
    const base = this.base.get(key)?.value;
    const mine = this.local.get(key)?.value;
    return !isDeepStrictEqual(now, base) && !isDeepStrictEqual(now, mine) && !isDeepStrictEqual(mine, base);
  }

  /** "unchanged if it had written it; else what the child observed in the root". */
  #adopt(key: string, value: Value, childsBase: Sight): void {
    const had = this.base.get(key);
    this.write(key, value);
    if (had === undefined && childsBase.where !== this) this.base.set(key, childsBase);
  }
  #drop(key: string): void {
    this.local.delete(key);
    this.base.delete(key);
    this.pending.delete(key);
  }
}
