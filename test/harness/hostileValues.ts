/** Values that nobody expects, for fuzzing what takes JSON from outside. */

import fc from "fast-check";

/** Any JSON, and what is wrong in a way of its own: too large, too long, too deep, too much. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(-1, 0, 1e308, 2 ** 53, 0.5, "", "x".repeat(70_000), "\ud800", [], {}, null, [[[[[]]]]]),
  fc.constantFrom("__proto__", "constructor", "toString", "<script>", "\u001b[31m", "\u202e"),
);
