/** The ids of exported traces: the same run and place always get the same id, with nothing remembered in between. */

/** The trace of a run: its id where that is a UUID, else a hash of it. 32 hexadecimal digits, never all zero. */
export function otlpTraceId(runId: string): string {
  const digits = UUID.test(runId) ? runId.replaceAll("-", "").toLowerCase() : hash64(runId, 1) + hash64(runId, 3);
  return /[^0]/.test(digits) ? digits : SOME_DIGITS;
}

/** The span of a place in a run ("agent 2", "scope 7"). 16 hexadecimal digits, never all zero. */
export function otlpSpanId(run: string, place: string): string {
  const digits = hash64(`${run}\n${place}`, 5);
  return /[^0]/.test(digits) ? digits : SOME_DIGITS.slice(0, 16);
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Stands in for the one id that is not valid. */
const SOME_DIGITS = "00000000000000010000000000000001";

/** Two lanes of 32 bits that multiply by numbers of their own, so that they do not collide together. */
function hash64(text: string, seed: number): string {
  let high = 0x9e3779b9 ^ seed;
  let low = 0x85ebca6b + seed;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, 0x01000193);
    high ^= high >>> 15;
    low = Math.imul(low ^ unit, 0x5bd1e995);
    low ^= low >>> 13;
  }
  return hex32(scatter(high ^ text.length)) + hex32(scatter(low));
}

/** Lets each bit change about half of the others. */
function scatter(bits: number): number {
  let mixed = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

function hex32(bits: number): string {
  return (bits >>> 0).toString(16).padStart(8, "0");
}
