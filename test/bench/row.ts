/** What one line of the benchmark is: a name, a goal, and how it is measured. */

/** What a row shall reach. */
export type Goal = { readonly atMost: number } | { readonly atLeast: number };

/** What was measured: a median, and the least and the most of the repeats. */
export interface Measured {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** What the value is made of, in words. */
  readonly note?: string;
}

/** What rows are measured with. */
export interface Bench {
  /** At least 5, unless it must be quick. */
  readonly repeats: number;
  /** Part of the work that is done: 1, or less when it must be quick. */
  readonly scale: number;
  /** Loads a peer. @throws when it is not installed */
  peer(name: string): Promise<Record<string, unknown>>;
}

/** One line of the table. */
export interface Row {
  readonly name: string;
  readonly unit: "×" | "ms" | "B";
  /** Absent where it is measured for comparison only. */
  readonly goal?: Goal;
  /** What stands against the goal, told when it is missed. */
  readonly floor?: string;
  /** Packages that are measured beside; without them the row is skipped. */
  readonly peers?: readonly string[];
  measure(bench: Bench): Promise<Measured>;
}

/** Whether a value is as good as its goal. */
export function meets(goal: Goal, value: number): boolean {
  return "atMost" in goal ? value <= goal.atMost : value >= goal.atLeast;
}

/** `≤ 1.8 ×` */
export function goalText(goal: Goal, unit: Row["unit"]): string {
  return "atMost" in goal ? `≤ ${goal.atMost} ${unit}` : `≥ ${goal.atLeast} ${unit}`;
}
