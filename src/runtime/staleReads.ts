/** Owns what a stale read is: a read that later writes may rest on, of a value that another actor has changed since. */

import { jsonEqual, type JsonValue } from "./jsonValue";
import type { LocalChange, PlanInput, PlanSide } from "./mergePlan";

/** One fall-through read. */
export interface ReadNote {
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

/**
 * The agent read `key`, wrote other keys after it, and another actor has changed the value of `key` before those writes
 * are merged. Advice: the writes need not rest on the read.
 */
export interface StaleRead {
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
  readonly dependents: readonly { readonly key: string; readonly seq: number }[];
  readonly dependentCount: number;
}

const MAX_DEPENDENTS = 100;

/**
 * Finds the stale reads of a merge, in the order of the reads. A write rests on the last read of a key before it; only
 * the agent's own writes count that are not merged yet, and never a write of the key itself.
 */
export function findStaleReads(
  input: Pick<PlanInput, "agent" | "reads" | "lookUp">,
  pending: readonly (readonly [key: string, change: LocalChange])[],
): readonly StaleRead[] {
  if (pending.length === 0) return NONE;
  let writes: { readonly key: string; readonly seq: number }[] | undefined;
  const found: StaleRead[] = [];
  for (const { key, layer, rev, value, seq, until } of input.reads) {
    const now = input.lookUp(key);
    if ((now.layer === layer && now.rev === rev) || now.actor === input.agent || jsonEqual(now.value, value)) continue;
    writes ??= pending
      .filter(([, change]) => change.actor === input.agent)
      .map(([name, change]) => ({ key: name, seq: change.seq }))
      .sort((one, other) => one.seq - other.seq);
    const dependents: { readonly key: string; readonly seq: number }[] = [];
    let dependentCount = 0;
    for (let index = firstAfter(writes, seq); index < writes.length; index++) {
      const write = writes[index] as { readonly key: string; readonly seq: number };
      if (write.seq >= until) break;
      if (write.key === key) continue;
      dependentCount++;
      if (dependents.length < MAX_DEPENDENTS) dependents.push(Object.freeze({ ...write }));
    }
    if (dependentCount === 0) continue;
    found.push(
      Object.freeze({
        key,
        read: Object.freeze({ value, layer, revision: rev, seq }),
        now: Object.freeze({
          value: now.value,
          layer: now.layer,
          revision: now.rev,
          actor: now.actor,
          seq: now.seq === 0 ? undefined : now.seq,
        }),
        dependents: Object.freeze(dependents),
        dependentCount,
      }),
    );
  }
  return found.length === 0 ? NONE : Object.freeze(found.sort((one, other) => one.read.seq - other.read.seq));
}

const NONE: readonly StaleRead[] = Object.freeze([]);

/** Index of the first write after an event. */
function firstAfter(writes: readonly { readonly seq: number }[], seq: number): number {
  let low = 0;
  let high = writes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((writes[middle]?.seq ?? 0) > seq) high = middle;
    else low = middle + 1;
  }
  return low;
}
