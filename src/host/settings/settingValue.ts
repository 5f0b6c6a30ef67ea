/** What counts as a setting's value: the settings editor marks wrong ones, and nothing may be made of them by mistake. */

/** @returns the value as a finite number, 0 or more; what counts as not set where it is none. */
export function nonNegative(value: unknown, otherwise: number): number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : otherwise;
}

/** Bytes. */
export const MEGABYTE = 1_024 * 1_024;
