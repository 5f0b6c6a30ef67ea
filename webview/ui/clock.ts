/** Writes times of events, to the millisecond: since the run's start, or in the reader's own time zone. */

/** @returns e.g. `14:03:07.042`. */
export function timeOfDay(timestampMs: number): string {
  const time = new Date(timestampMs);
  const pad = (value: number, digits = 2): string => String(value).padStart(digits, "0");
  return `${pad(time.getHours())}:${pad(time.getMinutes())}:${pad(time.getSeconds())}.${pad(time.getMilliseconds(), 3)}`;
}

/**
 * @param startedMs when the run began; the time of day is told where that is not known
 * @returns e.g. `+1.234 s`, `+2:05.123` or `+1:02:05.123`; "" for 0, the time of an event that has none.
 */
export function sinceStart(timestampMs: number, startedMs: number | undefined): string {
  if (timestampMs === 0) return "";
  if (startedMs === undefined) return timeOfDay(timestampMs);
  const sign = timestampMs < startedMs ? "−" : "+";
  const ms = Math.round(Math.abs(timestampMs - startedMs));
  const minutes = Math.floor(ms / 60_000);
  const seconds = ((ms % 60_000) / 1_000).toFixed(3);
  if (minutes === 0) return `${sign}${seconds} s`;
  const hours = Math.floor(minutes / 60);
  const rest = seconds.padStart(6, "0");
  return hours === 0
    ? `${sign}${String(minutes)}:${rest}`
    : `${sign}${String(hours)}:${String(minutes % 60).padStart(2, "0")}:${rest}`;
}

/** @returns the whole date and time with its zone, for tooltips. */
export function fullTime(timestampMs: number): string {
  const time = new Date(timestampMs);
  return Number.isNaN(time.getTime()) ? "" : `${time.toLocaleString()} (${time.toISOString()})`;
}
