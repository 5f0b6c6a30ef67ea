/** What the user has decided about merges before doing them: which keys take part, and choices. Knows nothing of VS Code. */

import type { WireChoice, WireMerge } from "../../protocol/wire";
import type { MergeChoice } from "../../core/mergeChoice";
import type { MergePlan } from "../../core/mergePlan";
import type { Run } from "../runs/run";

/** Which merge of a run: of an agent's overlay as it is, or one that is held. */
export interface MergeSubject {
  readonly layer: number;
  /** The held merge's id. */
  readonly hold: number | undefined;
}

/** What of a run its drafts need. */
export type DraftedRun = Pick<Run, "model">;

/** The decisions about one merge. All keys take part unless they were taken out. */
export class MergeDraft {
  private readonly excluded = new Set<string>();
  private readonly chosen = new Map<string, MergeChoice>();

  /** @param changed called after each change */
  constructor(private readonly changed: () => void) {}

  get choices(): ReadonlyMap<string, MergeChoice> {
    return this.chosen;
  }

  isTicked(key: string): boolean {
    return !this.excluded.has(key);
  }

  tick(keys: Iterable<string>, ticked: boolean): void {
    for (const key of keys) {
      if (ticked) this.excluded.delete(key);
      else this.excluded.add(key);
    }
    this.changed();
  }

  /** Decides a key, or undoes that. */
  choose(key: string, choice: MergeChoice | undefined): void {
    if (choice === undefined) this.chosen.delete(key);
    else this.chosen.set(key, choice);
    this.changed();
  }

  /** True while nothing was decided: all keys take part, as the script's own policy has it. */
  get isEmpty(): boolean {
    return this.excluded.size === 0 && this.chosen.size === 0;
  }

  /** Choices that were carried out are over, unless the user has chosen anew meanwhile. Keys that were left out stay so. */
  settle(carriedOut: ReadonlyMap<string, MergeChoice>): void {
    let settled = false;
    for (const [key, choice] of carriedOut) {
      if (this.chosen.get(key) === choice) settled = this.chosen.delete(key) || settled;
    }
    if (settled) this.changed();
  }

  /** The choices for keys of a plan that take part. */
  choicesOf(plan: MergePlan): ReadonlyMap<string, MergeChoice> {
    const choices = new Map<string, MergeChoice>();
    if (this.chosen.size === 0) return choices;
    for (const { key } of plan.entries) {
      const choice = this.isTicked(key) ? this.chosen.get(key) : undefined;
      if (choice !== undefined) choices.set(key, choice);
    }
    return choices;
  }

  /** The keys of a plan that take part; undefined = all of them. */
  keysOf(plan: MergePlan): string[] | undefined {
    if (this.excluded.size === 0) return undefined;
    const keys = plan.entries.flatMap(({ key }) => (this.isTicked(key) ? [key] : []));
    return keys.length === plan.entries.length ? undefined : keys;
  }

  /** The merge of a plan's ticked keys, by the choices made, as it is asked of the script. */
  mergeOf(plan: MergePlan, asOf: number): WireMerge {
    const keys = this.keysOf(plan);
    const choices = [...this.choicesOf(plan)].map(wireChoice);
    return { asOf, ...(keys && { keys }), ...(choices.length > 0 && { choices }) };
  }
}

function wireChoice([key, choice]: readonly [string, MergeChoice]): WireChoice {
  if ("take" in choice) return [key, choice];
  return [key, choice.value === undefined ? { absent: true } : { value: choice.value }];
}

/** The drafts of all merges, by run and subject; one that is not there yet decides nothing. */
export class MergeDrafts {
  private readonly byRun = new WeakMap<DraftedRun, Map<string, MergeDraft>>();
  private readonly listeners = new Set<() => void>();

  of(run: DraftedRun, subject: MergeSubject): MergeDraft {
    let drafts = this.byRun.get(run);
    if (drafts === undefined) this.byRun.set(run, (drafts = new Map<string, MergeDraft>()));
    const id = `${subject.layer} ${subject.hold ?? ""}`;
    let draft = drafts.get(id);
    if (draft === undefined) drafts.set(id, (draft = new MergeDraft(() => this.listeners.forEach((each) => each()))));
    return draft;
  }

  /** @returns the unsubscribe function */
  onDidChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** The plan of a subject at an event, by the choices made; with all its keys, ticked or not. */
  plan(run: DraftedRun, subject: MergeSubject, seq: number): MergePlan {
    const { choices } = this.of(run, subject);
    if (subject.hold !== undefined) return run.model.heldPlan(subject.hold, seq, { choices });
    return run.model.plan(subject.layer, seq, choices.size === 0 ? undefined : { choices });
  }
}
