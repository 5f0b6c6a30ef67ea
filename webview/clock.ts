/** Owns how times of events are written: the reader's own time zone, to the millisecond. */

/** @returns e.g. `14:03:07.042`. */
export function timeOfDay(timestampMs: number): string {
  const time = new Date(timestampMs);
  const pad = (value: number, digits = 2): string => String(value).padStart(digits, "0");
  return `${pad(time.getHours())}:${pad(time.getMinutes())}:${pad(time.getSeconds())}.${pad(time.getMilliseconds(), 3)}`;
}

/** @returns the whole date and time with its zone, for tooltips. */
export function fullTime(timestampMs: number): string {
  const time = new Date(timestampMs);
  return Number.isNaN(time.getTime()) ? "" : `${time.toLocaleString()} (${time.toISOString()})`;
}
