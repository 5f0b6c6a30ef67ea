/** The words for keys as views show them: of a store, of an overlay, as an agent sees them, and over time. */

import type { CallSite } from "../../core/inspector";
import type { JsonValue } from "../../core/jsonValue";
import type { PlanSide } from "../../core/mergePlan";

/** A key that a store has. */
export interface StoreKey {
  readonly key: string;
  readonly value: JsonValue;
  readonly side: PlanSide;
}

/** A key as an agent sees it. */
export interface EffectiveEntry {
  readonly key: string;
  readonly value: JsonValue;
  readonly origin: "local" | "inherited";
  /** Local, and the parent has the key too. */
  readonly shadows: boolean;
  readonly side: PlanSide;
}

/** A local key of an overlay, with how it compares to the parent now. */
export interface OverlayEntry {
  readonly key: string;
  /** undefined = tombstone */
  readonly value: JsonValue | undefined;
  readonly status: "added" | "modified" | "deleted" | "unchanged";
  /** Written or deleted since its last merge. */
  readonly pending: boolean;
  readonly side: PlanSide;
}

/** One write of a key. */
export interface KeyWrite {
  /** 0 when the event that wrote it is not known. */
  readonly seq: number;
  /** undefined = deleted, or taken back */
  readonly value: JsonValue | undefined;
  readonly rev: number;
  readonly actor: string | undefined;
  /** undefined when the event is no longer in the log. */
  readonly timestampMs: number | undefined;
  /** The script's line that wrote it, or asked for the merge that did; undefined when that is not known. */
  readonly site: CallSite | undefined;
}
