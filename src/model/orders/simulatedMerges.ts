/** What merges that were never done leave behind: in their parent, and in what else is still to be merged. */

import { jsonEqual } from "../../core/jsonValue";
import type { Version } from "../../core/logState";
import type { MergePlan, MergePlanEntry } from "../../core/mergePlan";
import type { PlanInput, LocalChange } from "../../core/planInput";

/** A merge that may be simulated; several may be of one context: held ones, and its overlay as it is. */
interface Participant {
  readonly layer: number;
  readonly hold?: number | undefined;
  readonly input: PlanInput;
}

/**
 * The state between merges that are done one after another. It follows what the runtime does when it applies a plan:
 * the parent's key is written, the agent's other merges then start from what was written, and where the plan decided
 * otherwise than the overlay, the overlay follows.
 */
export class SimulatedMerges {
  private readonly participants: readonly Participant[];
  private readonly parent = new Map<string, Version>();
  /** What participants have yet to merge, where that is another than their input says. */
  private readonly changed = new Map<number, Map<string, LocalChange>>();
  /** Revisions that no real write has. */
  private revision = 0;

  constructor(participants: readonly Participant[]) {
    this.participants = participants;
  }

  /** What a plan of a participant is made from now; without reads, for stale reads are advice and decide nothing. */
  input(number: number): PlanInput {
    const { input } = this.participant(number);
    return {
      agent: input.agent,
      agentLayer: input.agentLayer,
      context: input.context,
      into: input.into,
      locals: this.changed.get(number) ?? input.locals,
      reads: [],
      lookUp: (key) => this.parent.get(key) ?? input.lookUp(key),
    };
  }

  /** The parent's key as the merges left it. @param untouched as it is if none wrote it. */
  written(key: string, untouched: Version): Version {
    return this.parent.get(key) ?? untouched;
  }

  /** Does what a plan says that leaves nothing undecided. @returns the keys that it wrote to the parent. */
  apply(number: number, plan: MergePlan): readonly string[] {
    const { layer, input } = this.participant(number);
    const relatives = this.participants.flatMap((other, index) =>
      index !== number && other.layer === layer ? [index] : [],
    );
    const written: string[] = [];
    for (const entry of plan.entries) {
      if (entry.take !== "parent") {
        const rev = --this.revision;
        const { into, agentLayer } = input;
        const version = { layer: into, rev, value: entry.result, actor: plan.agent, agentLayer, seq: 0 };
        this.parent.set(entry.key, version);
        written.push(entry.key);
      }
      for (const relative of relatives) this.follow(relative, entry);
    }
    return written;
  }

  /** What the merge of one key means to another merge of the same context. */
  private follow(relative: number, { key, take, result, overlay }: MergePlanEntry): void {
    const changes = this.changes(relative);
    let change = changes.get(key);
    if (change === undefined) return;
    if (this.participant(relative).hold === undefined && change.rev === overlay.revision) {
      // The overlay still holds what was merged: it follows the decision.
      if (take === "parent") return void changes.delete(key);
      if (!jsonEqual(change.value, result)) change = { ...change, value: result, rev: --this.revision };
    }
    const now = this.parent.get(key);
    if (take === "parent" || now === undefined) return;
    changes.set(key, { ...change, baseLayer: now.layer, baseRev: now.rev, baseValue: now.value });
  }

  private changes(number: number): Map<string, LocalChange> {
    let changes = this.changed.get(number);
    if (changes === undefined) this.changed.set(number, (changes = new Map(this.participant(number).input.locals)));
    return changes;
  }

  private participant(number: number): Participant {
    const found = this.participants[number];
    if (found === undefined) throw new RangeError(`There is no participant ${number}.`);
    return found;
  }
}
