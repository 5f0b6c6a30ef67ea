/** Which tests are long: `npm run test:long` does the same work many times over. */

/** Whether this is a run of the long tests. */
export const isLong = process.env["AGENT_CONTEXT_LONG"] === "1";

/** Declares a test that belongs to the long runs, and to runs of its file alone. */
export function itWhenLong(title: string, test: Mocha.Func | Mocha.AsyncFunc): void {
  if (isLong || process.env["AGENT_CONTEXT_TEST_FILE"] !== undefined) it(title, test as Mocha.AsyncFunc);
}

/** The size of a test's work. */
export function sized<T>({ usual, long }: { readonly usual: T; readonly long: T }): T {
  return isLong ? long : usual;
}

/** How many runs of a property come in one turn. */
const RUNS_A_TURN = 10_000;

/**
 * Checks a property many times, some turns after another: until a turn ends, nothing goes that a weak reference of it names.
 * @param check does so many runs of it
 */
export async function inTurns(runs: number, check: (runs: number) => void): Promise<void> {
  for (let left = runs; left > 0; left -= RUNS_A_TURN) {
    check(Math.min(left, RUNS_A_TURN));
    await new Promise((resolve) => setImmediate(resolve));
  }
}
