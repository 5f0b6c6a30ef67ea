/** The note that says which place a `site` of later lines stands for. */

import type { CallSite } from "../core/inspector";
import type { JsonValue } from "../core/jsonValue";

/** Kind of the note. */
export const CALL_SITE_NOTE = "call_site";

/** What such a note says. */
export interface CallSiteNote {
  readonly site: number;
  /** The place in the source, `file` an absolute path where it is a file; undefined when a view's command did it, and no line of the script. */
  readonly place: CallSite | undefined;
}

/** Reads a note's data. @returns undefined when it is none; it is then shown as any other line. */
export function decodeCallSiteNote(data: JsonValue | undefined): CallSiteNote | undefined {
  if (typeof data !== "object" || data === null || Array.isArray(data)) return undefined;
  const { site, file, line, column, command } = data as { readonly [name: string]: JsonValue | undefined };
  if (!isPositive(site)) return undefined;
  if (command === true) return { site, place: undefined };
  if (typeof file !== "string" || !isPositive(line) || !isPositive(column)) return undefined;
  return { site, place: { file, line, column } };
}

function isPositive(value: JsonValue | undefined): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}
