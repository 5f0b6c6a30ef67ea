/** What a breakpoint on events is: where it stops, its condition, how often. How people write one is in breakpointText.ts. */

import * as v from "valibot";

/** Whose events: those of all agents of a name, or of one of them. */
export interface AgentPlace {
  readonly agent?: string;
  /** Which of the agents of that name, counting from 1 in the order in which they began; only with a name. */
  readonly ordinal?: number;
}

/** Where the execution stops, as a closed set. `key` is a text as {@link readKeyTarget} reads it. */
export type StopPlace =
  /** A key is written or deleted: in an overlay, in a parent, or by a merge. With a path, only when the value there changes. */
  | ({ readonly on: "write"; readonly key: string; readonly in?: "parent" | "overlay" } & AgentPlace)
  /** A read of the key falls through to the parent. It is an event once for each revision of the key. */
  | ({ readonly on: "read"; readonly key: string } & AgentPlace)
  /** A merge of an agent begins or is held; with a key: a merge writes or deletes it in the parent. */
  | ({ readonly on: "merge"; readonly key?: string } & AgentPlace)
  /** An event of that kind. */
  | ({ readonly on: "kind"; readonly kind: string } & AgentPlace)
  /** A line of the script writes, reads, merges or logs. Lines count from 1. */
  | { readonly on: "line"; readonly file: string; readonly line: number }
  | { readonly on: "exception"; readonly filter: ExceptionFilter };

/** What goes wrong, or may. */
export type ExceptionFilter = (typeof EXCEPTION_FILTERS)[number];

/** In the order in which they are shown. */
export const EXCEPTION_FILTERS = ["problem", "conflict", "merge", "staleRead", "error"] as const;

/** One breakpoint. */
export interface EventBreakpoint {
  readonly id: number;
  readonly place: StopPlace;
  /** An expression as condition.ts reads it; it must be true. */
  readonly condition?: string;
  /** `5`, `>= 3`, `% 10`: which of the hits stop. */
  readonly hits?: string;
}

const MAX_TEXT = 64 * 1024;
const text = v.pipe(v.string(), v.maxLength(MAX_TEXT));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const agentPlace = { agent: v.exactOptional(text), ordinal: v.exactOptional(count) };

/** The shape of an {@link EventBreakpoint} on the wire. */
export const eventBreakpoint = v.object({
  id: count,
  place: v.variant("on", [
    v.object({
      on: v.literal("write"),
      key: text,
      ...agentPlace,
      in: v.exactOptional(v.picklist(["parent", "overlay"])),
    }),
    v.object({ on: v.literal("read"), key: text, ...agentPlace }),
    v.object({ on: v.literal("merge"), key: v.exactOptional(text), ...agentPlace }),
    v.object({ on: v.literal("kind"), kind: text, ...agentPlace }),
    v.object({ on: v.literal("line"), file: text, line: count }),
    v.object({ on: v.literal("exception"), filter: v.picklist(EXCEPTION_FILTERS) }),
  ]),
  condition: v.exactOptional(text),
  hits: v.exactOptional(text),
});
