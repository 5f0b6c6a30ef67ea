/** The times of lines: ISO 8601 in UTC with milliseconds, written and read with a cache of the last second. */

/** ISO 8601 in UTC; times that no date can hold are written as the epoch, for a line without a time would be damaged. */
export function createTimeFormatter(): (timestampMs: number) => string {
  let second = NaN;
  let prefix = "";
  return (timestampMs) => {
    const whole = Math.floor(timestampMs / 1000);
    const rest = Math.trunc(timestampMs - whole * 1000);
    if (whole !== second) {
      const date = new Date(whole * 1000);
      if (Number.isNaN(date.getTime())) return "1970-01-01T00:00:00.000Z";
      prefix = date.toISOString().slice(0, -4);
      second = whole;
    }
    return prefix + (rest < 10 ? "00" : rest < 100 ? "0" : "") + rest + "Z";
  };
}

/** Reads `2026-01-02T03:04:05.678Z` at the cost of a comparison when the second was seen before; NaN = no time. */
export function createTimeParser(): (text: string) => number {
  let second = "";
  let secondMs = 0;
  return (text) => {
    if (text.length !== 24 || !text.endsWith("Z")) return Date.parse(text);
    if (!text.startsWith(second) || second === "") {
      const ms = Date.parse(text);
      if (ms === ms) {
        second = text.slice(0, 20);
        secondMs = Math.floor(ms / 1000) * 1000;
      }
      return ms;
    }
    const hundreds = text.charCodeAt(20) - 48;
    const tens = text.charCodeAt(21) - 48;
    const ones = text.charCodeAt(22) - 48;
    if (hundreds >>> 0 > 9 || tens >>> 0 > 9 || ones >>> 0 > 9) return NaN;
    return secondMs + hundreds * 100 + tens * 10 + ones;
  };
}

/** What a number of each size counts: below 1e11 it is seconds, for as milliseconds it would lie before 1974. */
const UNITS: readonly (readonly [below: number, toMs: number])[] = [
  [1e11, 1e3],
  [1e14, 1],
  [1e17, 1e-3],
  [Infinity, 1e-6],
];
/** The latest time that a date can hold. */
const MAX_TIME_MS = 8.64e15;
const WITHOUT_ZONE = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/;

/**
 * Reads a time of another tool: ISO 8601, in UTC where it names no zone, or a number since the epoch in seconds down to
 * nanoseconds, told apart by its size. NaN = no time.
 */
export function readForeignTime(time: unknown, parseTime: (text: string) => number): number {
  if (typeof time === "string") return parseTime(WITHOUT_ZONE.test(time) ? `${time.replace(" ", "T")}Z` : time);
  if (typeof time !== "number" || !(time > 0)) return NaN;
  const [, toMs] = UNITS.find(([below]) => time < below) ?? [0, NaN];
  const ms = Math.floor(time * toMs);
  return ms <= MAX_TIME_MS ? ms : NaN;
}
