/** How two ways of doing a thing are timed side by side: in turns, in one process, so that what disturbs one disturbs both. */

import type { Measured } from "./row";

/** Does the work once. @returns nanoseconds an operation */
export type Timed = () => number | Promise<number>;

/** Where results go that nothing else reads: what is not used might not be computed. */
export const sink: { value: unknown } = { value: undefined };

/** Nanoseconds an operation, of work that does so many. */
export function timed(operations: number, work: () => void): number {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / operations;
}

/** The same for work that is awaited. */
export async function timedAsync(operations: number, work: () => Promise<unknown>): Promise<number> {
  const start = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - start) / operations;
}

/**
 * How many times as long ours takes as theirs, by pairs.
 * @param options.warmUp pairs that are not counted
 */
export async function ratio(
  repeats: number,
  ours: Timed,
  theirs: Timed,
  { warmUp = 5, inverse = false }: { readonly warmUp?: number; readonly inverse?: boolean } = {},
): Promise<Measured> {
  const ratios: number[] = [];
  const own: number[] = [];
  const other: number[] = [];
  for (let pair = -warmUp; pair < repeats; pair++) {
    // Who begins changes: the first of a pair may find caches and memory as the other left them.
    const isOursFirst = pair % 2 === 0;
    await settle();
    const first = await (isOursFirst ? ours() : theirs());
    await settle();
    const second = await (isOursFirst ? theirs() : ours());
    if (pair < 0) continue;
    const [mine, their] = isOursFirst ? [first, second] : [second, first];
    own.push(mine);
    other.push(their);
    ratios.push(inverse ? their / mine : mine / their);
  }
  return { ...summary(ratios), note: `${durationText(median(own))} beside ${durationText(median(other))}` };
}

/** Median, least and most. */
export function summary(values: readonly number[]): Measured {
  return { value: median(values), low: Math.min(...values), high: Math.max(...values) };
}

/** The middle one. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value that this part of all values does not exceed. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}

/** Collects garbage now, so that nobody pays for another's. */
export function collect(): void {
  (globalThis as { gc?: () => void }).gc?.();
}

/** The same, and lets a turn of the event loop pass: finalizers run in one. */
async function settle(): Promise<void> {
  collect();
  await new Promise(setImmediate);
}

/** Nanoseconds for people. */
export function durationText(ns: number): string {
  if (ns < 1_000) return `${ns.toFixed(1)} ns`;
  if (ns < 1_000_000) return `${(ns / 1_000).toFixed(2)} µs`;
  return `${(ns / 1_000_000).toFixed(2)} ms`;
}
