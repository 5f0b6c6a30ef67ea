/** The findings of one run so far: those that are kept, how many there were, and how many were silenced. */

import { matchesGlob } from "../../base/glob";
import { PROBLEM_KINDS, type Finding, type FindingKind, type FindingTotals } from "./finding";

/** Findings that are kept; of more, only the number is. */
const MAX_KEPT = 100_000;

/** Takes in findings in the order of events. */
export class FoundList {
  /** In the order of events. */
  readonly findings: Finding[] = [];
  private readonly kinds = new Map<FindingKind, number>();
  private readonly problemsOf = new Map<number, number>();
  /** Of each store that says so, the keys whose findings are silenced. */
  private readonly ignoredIn = new Map<number, readonly string[]>();
  private ignored = 0;
  /** By layer, the keys that were found to depend on the order of merges. */
  private readonly orderSensitive = new Map<number, Set<string>>();

  /**
   * @param ignore keys whose findings are silenced, beside those that the stores say: patterns with `*`
   * @param rootOf the store that a layer reads through to in the end
   */
  constructor(
    private readonly ignore: readonly string[],
    private readonly rootOf: (layer: number) => number,
  ) {}

  /** How many there were, those that are not kept included. Changes in place. */
  get totals(): FindingTotals {
    return { kinds: this.kinds, problemsOf: this.problemsOf, ignoredCount: this.ignored };
  }

  /** A store says whose findings are silenced. */
  ignoreIn(store: number, patterns: readonly string[]): void {
    if (patterns.length > 0) this.ignoredIn.set(store, patterns);
  }

  /** One more was found that is silenced as a whole. */
  noteIgnored(): void {
    this.ignored++;
  }

  add(finding: Finding): void {
    const { kind, key, agent, into } = finding;
    if (this.isIgnored(key, into)) return void this.ignored++;
    if (this.findings.length < MAX_KEPT) this.findings.push(finding);
    increment(this.kinds, kind);
    if (PROBLEM_KINDS.includes(kind)) increment(this.problemsOf, agent);
  }

  /** Whether findings of a key in a layer are silenced: by its store, or altogether. */
  isIgnored(key: string, layer: number): boolean {
    const patterns = [...this.ignore, ...(this.ignoredIn.get(this.rootOf(layer)) ?? [])];
    return patterns.some((pattern) => matchesGlob(pattern, key));
  }

  /** Whether a key of a layer is found to depend on the order of merges for the first time. */
  isFirstOf(into: number, key: string): boolean {
    let keys = this.orderSensitive.get(into);
    if (keys === undefined) this.orderSensitive.set(into, (keys = new Set()));
    return keys.size < MAX_KEPT && keys.size < keys.add(key).size;
  }
}

function increment<K>(counts: Map<K, number>, of: K): void {
  counts.set(of, (counts.get(of) ?? 0) + 1);
}
