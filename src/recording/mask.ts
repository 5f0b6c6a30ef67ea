/** The text that stands for what was masked, and its recognition; knows nothing of patterns, salts or settings. */

import type { JsonValue } from "../core/jsonValue";

/** Five bits a character; no letter that is taken for another. */
const DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
const DIGIT_BITS = 5;
/** 60 bits: among a million values of a run two are masked alike by chance with a probability below 1 : 2,000,000. */
const DIGEST_LENGTH = 12;

/** What every mask starts with. */
const START = "‹masked ";
/** Source of the expression that finds masks; no piece of a mask and what stands beside it can be taken for one. */
export const MASK_SOURCE = `${START}[${DIGITS}]{${DIGEST_LENGTH}}›`;
/** Characters of a mask. */
export const MASK_LENGTH = START.length + DIGEST_LENGTH + 1;
const MASK = new RegExp(MASK_SOURCE, "u");

/**
 * The mask of a value, for example `‹masked 3f9a2c41d7e0›`.
 * @param digest at least eight bytes, a keyed hash of the value: equal values have equal masks, different ones different.
 */
export function maskOf(digest: Uint8Array): string {
  let text = "";
  let bits = 0;
  let bitCount = 0;
  for (const byte of digest) {
    bits = (bits << 8) | byte;
    for (bitCount += 8; bitCount >= DIGIT_BITS && text.length < DIGEST_LENGTH; bitCount -= DIGIT_BITS) {
      text += DIGITS[(bits >>> (bitCount - DIGIT_BITS)) & 31];
    }
    bits &= 0xff;
    if (text.length === DIGEST_LENGTH) break;
  }
  return `${START}${text}›`;
}

/** Whether a text has a mask in it. */
export function isMasked(text: string): boolean {
  return text.includes(START) && MASK.test(text);
}

const known = new WeakMap<object, boolean>();

/** Whether a mask stands anywhere in a value, names of properties included. The value must not change afterwards: what was found is remembered. */
export function hasMask(value: JsonValue | undefined): boolean {
  if (typeof value === "string") return isMasked(value);
  if (typeof value !== "object" || value === null) return false;
  const before = known.get(value);
  if (before !== undefined) return before;
  const found = Array.isArray(value)
    ? value.some(hasMask)
    : Object.entries(value).some(([name, member]) => isMasked(name) || hasMask(member));
  known.set(value, found);
  return found;
}
