/** The time of day as views tell it; knows nothing of VS Code. */

/** Local time of day with milliseconds. */
export function clockText(timestampMs: number): string {
  const time = new Date(timestampMs);
  const two = (part: number): string => String(part).padStart(2, "0");
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${String(time.getMilliseconds()).padStart(3, "0")}`;
}
