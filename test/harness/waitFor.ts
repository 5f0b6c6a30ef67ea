/** How tests wait: by polling for a state, never for a time. */

/**
 * Polls until `probe` gives something other than `undefined`, `false` or `null`, and returns it. A probe that throws is
 * taken as "not yet"; its last error is told when the time is up.
 *
 * @throws naming `what` when nothing came in `timeoutMs`.
 */
export async function waitFor<T>(
  what: string,
  probe: () => T | Promise<T>,
  timeoutMs = 30_000,
): Promise<Exclude<T, undefined | null | false>> {
  const deadline = Date.now() + timeoutMs;
  let lastError: unknown;
  for (;;) {
    try {
      const value = await probe();
      if (value !== undefined && value !== null && value !== false) {
        return value as Exclude<T, undefined | null | false>;
      }
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    if (Date.now() > deadline) {
      const last = lastError instanceof Error ? ` At last: ${lastError.message}` : "";
      throw new Error(`Waited ${timeoutMs / 1000} s in vain for ${what}.${last}`, { cause: lastError });
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
