/** The kinds of events that have a meaning of their own, and what to say of a kind that is none of them. */

import { didYouMean } from "../base/didYouMean";
import { RESERVED_KINDS } from "../recording/rowEncoder";

/** What a breakpoint on events may begin with, besides a kind. */
export const STOP_VERBS = ["write", "read", "merge"] as const;

const RUN_KINDS = ["run_started", "run_waiting", "uncaught_error", "events_lost"];
const KNOWN_KINDS: readonly string[] = [...RESERVED_KINDS, ...RUN_KINDS].filter((kind) => kind !== "recording_header");

/** @returns "Unknown event 'wrte'. Did you mean 'write'?", or undefined where nothing known is like it. */
export function meantKind(kind: string, seen: readonly string[] = []): string | undefined {
  const meant = didYouMean(kind, [...STOP_VERBS, ...KNOWN_KINDS, ...seen]);
  return meant === undefined ? undefined : `Unknown event '${kind}'. Did you mean '${meant}'?`;
}

/** @param seen the kinds in the log */
export function isKnownKind(kind: string, seen: readonly string[]): boolean {
  return KNOWN_KINDS.includes(kind) || seen.includes(kind);
}
