/** Compares texts as a filter does: whatever their case. */

/** Whether a text holds the part, in whatever case. */
export function createMatcher(part: string): (text: string) => boolean {
  const wanted = foldCase(part);
  return (text) => foldCase(text).includes(wanted);
}

/** A text in which case tells no difference, place by place: what lower case makes of a letter must not depend on those beside it. */
export function foldCase(text: string): string {
  const lower = text.toLowerCase();
  return lower.includes("ς") ? lower.replaceAll("ς", "σ") : lower;
}
