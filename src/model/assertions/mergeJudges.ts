/** What breaks each assertion: one judge each, which is shown a run's merges in order. */

import type { CallSite } from "../../core/inspector";
import { jsonEqual, type JsonValue } from "../../core/jsonValue";
import { Op, type LogRow } from "../../core/logRow";
import type { LocalChange } from "../../core/planInput";
import { withGetter } from "../../base/withGetter";
import { BaseObservations } from "./baseObservations";
import { RecentMerges, type KeyMerge } from "./recentMerges";
import type { MergeOutline, RecordedMerge } from "./recordedMerges";
import type { RunModel } from "../runModel";
import { known, momentOf, valueOf, type Moment } from "../text/moment";
import type {
  Assertion,
  ConflictViolation,
  MergeNote,
  OrderViolation,
  SettledBy,
  Settlement,
  Violation,
} from "./violations";

/** Violations of one assertion that are named; of more, only the number is. */
const MAX_NAMED = 1_000;

/** One assertion, being judged merge by merge. */
export abstract class Judge {
  abstract readonly assertion: Assertion;
  readonly violations: Violation[] = [];
  count = 0;

  constructor(protected readonly model: RunModel) {}

  abstract judge(merge: RecordedMerge): void;

  protected add(count: number, found?: Violation): void {
    this.count += count;
    if (found !== undefined && this.hasRoom) this.violations.push(found);
  }

  /** Whether there is a use in finding out more than that it is broken. */
  protected get hasRoom(): boolean {
    return this.violations.length < MAX_NAMED;
  }

  protected note({ context, into, planned, begun, policy, hold }: MergeOutline): MergeNote {
    return {
      agent: this.model.layerName(context),
      context,
      into: this.model.layerName(into),
      intoLayer: into,
      ...known("planned", planned),
      ...known("site", this.site(begun)),
      policy,
      ...known("hold", hold),
    };
  }

  protected moment(value: JsonValue | undefined, agent: string | undefined, seq: number | undefined): Moment {
    return momentOf(this.model, value, agent, seq);
  }

  protected site(seq: number | undefined): CallSite | undefined {
    return seq === undefined ? undefined : this.model.callSite(seq);
  }
}

/** Tells each key that was in conflict when a merge was planned, and how that was settled. */
export class ConflictJudge extends Judge {
  readonly assertion = "no-conflicts";

  judge(merge: RecordedMerge): void {
    const { conflictCount, conflicts, outline } = merge;
    const { planned } = outline;
    if (conflictCount === 0 || planned === undefined) return;
    this.add(conflictCount);
    if (!this.hasRoom) return;
    const locals = this.localsOf(outline, planned - 1);
    const written = new Map(merge.keys.map((row) => [row.key, row]));
    const note = this.note(merge.outline);
    for (const key of conflicts) {
      if (!this.hasRoom) return;
      this.add(0, this.violation(merge, note, key, locals(key), written.get(key)));
    }
  }

  private violation(
    merge: RecordedMerge,
    note: MergeNote,
    key: string,
    local: LocalChange | undefined,
    written: LogRow | undefined,
  ): ConflictViolation {
    const { planned = 0, into, policy } = merge.outline;
    const parent = this.model.effectiveValue(into, key, planned - 1);
    const settled = settlementOf(merge, local, written);
    const by = settledBy(policy, settled);
    return {
      assertion: "no-conflicts",
      key,
      merge: note,
      settled,
      ...known("by", by),
      base: valueOf(local?.baseValue),
      parent: this.moment(parent.value, parent.actor, parent.seq),
      overlay: this.moment(local?.value, local?.actor, local?.seq),
      result: valueOf(written === undefined ? parent.value : written.value),
    };
  }

  /** The changes that the merge was planned from. */
  private localsOf({ hold, context }: MergeOutline, atSeq: number): (key: string) => LocalChange | undefined {
    // A damaged log may name any event as the hold, and hold the merge of an agent that there never was.
    const row = hold === undefined ? undefined : this.model.row(hold);
    const isHeld = row?.op === Op.MergeHeld && row.layer === context && this.model.isAgent(context, atSeq);
    if (hold === undefined || !isHeld) return (key) => this.model.contextEntry(context, key, atSeq);
    const held = new Map(this.model.heldPlanInput(hold, atSeq).locals);
    return (key) => held.get(key);
  }
}

function settlementOf(
  { applied, ended, outline }: RecordedMerge,
  local: LocalChange | undefined,
  written: LogRow | undefined,
): Settlement {
  if (ended !== undefined && !applied) return "refused";
  if (written === undefined) return ended === undefined ? "unknown" : "parentKept";
  if (outline.policy === "auto") return "merged";
  return local !== undefined && jsonEqual(written.value, local.value) ? "overwritten" : "decided";
}

function settledBy(policy: string, settled: Settlement): SettledBy | undefined {
  if (settled === "unknown") return undefined;
  if (settled === "refused") return "policy";
  if (policy === "resolver") return "resolver or choice";
  if (settled === "merged") return "policy or choice";
  return policy === "overwrite" && settled === "overwritten" ? "policy" : "choice";
}

interface NotedMerge extends KeyMerge {
  readonly merge: MergeOutline;
}

/**
 * Tells each merged key that left something else than a merge of another agent which its base had not seen; of such
 * merges the newest.
 */
export class OrderJudge extends Judge {
  readonly assertion = "no-order-sensitive-keys";
  private readonly observations = new BaseObservations(this.model);
  /** By the layer merged into and the key. */
  private readonly merged = new Map<number, Map<string, RecentMerges<NotedMerge>>>();

  judge(merge: RecordedMerge): void {
    const { outline } = merge;
    const agent = this.model.agentLayer(outline.context);
    for (const row of merge.keys) {
      if (row.key === undefined) continue;
      const noted = { merge: outline, agent, seq: row.seq };
      this.takeKey(
        row.key,
        withGetter(noted, "outcome", () => row.value),
      );
    }
  }

  private takeKey(key: string, later: NotedMerge): void {
    const { merge, agent, outcome, seq } = later;
    const { context } = merge;
    const recent = this.recent(merge.into, key);
    const first = recent.rivalOf(agent, outcome);
    if (first !== undefined) {
      const seen =
        merge.hold === undefined
          ? this.observations.seenBy(context, key, seq - 1)
          : this.observations.seenByHeld(context, key, merge.hold, seq - 1);
      if (seen < first.seq) {
        this.add(1);
        if (this.hasRoom) this.add(0, this.violation(key, first, later));
      }
    }
    recent.appendMerge(later);
    this.observations.noteMerge(context, key, seq);
  }

  private violation(key: string, first: NotedMerge, later: NotedMerge): OrderViolation {
    const side = ({ merge, outcome, seq }: NotedMerge): OrderViolation["first"] => ({
      ...this.note(merge),
      left: this.moment(outcome, this.model.layerName(merge.context), seq),
    });
    return { assertion: "no-order-sensitive-keys", key, first: side(first), later: side(later) };
  }

  private recent(into: number, key: string): RecentMerges<NotedMerge> {
    let keys = this.merged.get(into);
    if (keys === undefined) this.merged.set(into, (keys = new Map<string, RecentMerges<NotedMerge>>()));
    let recent = keys.get(key);
    if (recent === undefined) keys.set(key, (recent = new RecentMerges()));
    return recent;
  }
}
