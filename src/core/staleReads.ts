/** What a stale read is: a read that later writes may rest on, of a value that another has changed since: another agent, or a direct write. */

import { jsonEqual } from "./jsonValue";
import type { StaleRead } from "./mergePlan";
import type { PlanRecord, PlanInput } from "./planInput";

const MAX_DEPENDENTS = 100;

/**
 * Finds the stale reads of a merge, in the order of the reads. A write rests on the last read of a key before it; only
 * the agent's own writes count that are not merged yet, and never a write of the key itself.
 */
export function findStaleReads(
  input: Pick<PlanInput, "agentLayer" | "reads" | "lookUp">,
  records: readonly PlanRecord[],
): readonly StaleRead[] {
  let writes: OwnWrites | undefined;
  const found: StaleRead[] = [];
  for (const { key, layer, rev, value, seq, until } of input.reads) {
    const now = input.lookUp(key);
    if (
      (now.layer === layer && now.rev === rev) ||
      now.agentLayer === input.agentLayer ||
      jsonEqual(now.value, value)
    ) {
      continue;
    }
    writes ??= ownWrites(input.agentLayer, records);
    const { dependents, dependentCount } = dependentsOf(writes, key, seq, until);
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
        dependents: dependents,
        dependentCount,
      }),
    );
  }
  return found.length === 0 ? NONE : Object.freeze(found.sort((one, other) => one.read.seq - other.read.seq));
}

const NONE: readonly StaleRead[] = Object.freeze([]);

/** The agent's own writes among those of a merge. */
interface OwnWrites {
  readonly bySeq: readonly StaleRead["dependents"][number][];
  readonly seqs: ReadonlyMap<string, number>;
}

function ownWrites(agentLayer: number, records: readonly PlanRecord[]): OwnWrites {
  const bySeq = records
    .filter((record) => record.pending && record.agentLayer === agentLayer)
    .map(({ key, seq }) => Object.freeze({ key, seq }))
    .sort((one, other) => one.seq - other.seq);
  return { bySeq, seqs: new Map(bySeq.map(({ key, seq }) => [key, seq])) };
}

/** The writes of other keys after a read and before the next one; takes no longer the more there are. */
function dependentsOf(
  { bySeq, seqs }: OwnWrites,
  key: string,
  seq: number,
  until: number,
): Pick<StaleRead, "dependents" | "dependentCount"> {
  const first = firstFrom(bySeq, seq + 1);
  const end = firstFrom(bySeq, until);
  const own = seqs.get(key) ?? 0;
  const dependentCount = Math.max(0, end - first) - (own > seq && own < until ? 1 : 0);
  const nearest = bySeq.slice(first, Math.min(end, first + MAX_DEPENDENTS + 1)).filter((write) => write.key !== key);
  return { dependents: Object.freeze(nearest.slice(0, MAX_DEPENDENTS)), dependentCount };
}

/** Index of the first write that is no older than an event. */
function firstFrom(writes: readonly { readonly seq: number }[], seq: number): number {
  let low = 0;
  let high = writes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((writes[middle]?.seq ?? 0) >= seq) high = middle;
    else low = middle + 1;
  }
  return low;
}
