/**
 * The stand-ins of values that are in the recording's file and not in memory. Inside the fold they pass for the
 * values themselves, which it never looks into; whoever hands a value out resolves it first.
 */

import type { JsonValue } from "../../core/jsonValue";

/** Stands for the value of an event, by the event's index, or for what a state that the event holds has for a key. */
export class StoredValue {
  constructor(
    readonly event: number,
    readonly key?: string,
  ) {}
}

/** A stand-in where a value is expected. @param key of the state that the event's value is */
export function storedValue(event: number, key?: string): JsonValue {
  return new StoredValue(event, key) as unknown as JsonValue;
}

/** Whether two values are the same one, or the same one's stand-ins. */
export function isSameValue(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  if (one === other) return true;
  const a: unknown = one;
  const b: unknown = other;
  return a instanceof StoredValue && b instanceof StoredValue && a.event === b.event && a.key === b.key;
}

/** Whether a value is a stand-in. */
export function isStored(value: unknown): value is StoredValue {
  return value instanceof StoredValue;
}
