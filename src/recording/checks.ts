/** The hand-written checks of decoded lines' fields; a schema library would cost more than the parsing itself. */

import { exactTextOf } from "../core/exactNumber";

/** Why a line could not be taken, as one clause: "data.layer is not a whole number". Never leaves the decoders. */
export class LineError extends Error {}

/** Largest seq, revision, layer or scope id that is read: what the models' 32-bit columns hold. */
export const MAX_COUNT = 2 ** 31 - 1;

/** @returns the value as a whole number from 0 to {@link MAX_COUNT}. @throws LineError naming `where`. */
export function asCount(value: unknown, where: string): number {
  if (typeof value === "number" && value >= 0 && value <= MAX_COUNT && Number.isInteger(value)) return value + 0;
  throw new LineError(`${where} is not a whole number from 0 to ${MAX_COUNT}`);
}

/** @throws LineError naming `where` unless the value is a string. */
export function asText(value: unknown, where: string): string {
  if (typeof value === "string") return value;
  throw new LineError(`${where} is not a string`);
}

/** @throws LineError naming `where` unless the value is a list of strings. */
export function asTexts(value: unknown, where: string): readonly string[] {
  if (!Array.isArray(value)) throw new LineError(`${where} is not a list`);
  for (const item of value) asText(item, where);
  return Object.freeze(value) as readonly string[];
}

/** @throws LineError naming `where` unless the value is an object that is no list. */
export function asRecord(value: unknown, where: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value) && exactTextOf(value) === undefined) {
    return value as Record<string, unknown>;
  }
  throw new LineError(`${where} is not an object`);
}
