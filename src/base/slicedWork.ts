/** Long work on the host's event loop: in slices, with a rest for everything else after each, progress and an end before its time. */

/** The event loop is given back after so long. */
const TURN_MS = 8;
/** Steps between two looks at the clock. */
const STEPS = 32;

/** Work that yields how much of it was done since it last did. */
export class SlicedWork<Result> {
  private cancelled = false;
  private done = 0;
  private report: ((fraction: number) => void) | undefined;

  /** @param total the sum of what the work yields, at most */
  constructor(
    private readonly work: Generator<number, Result, undefined>,
    private readonly total: number,
  ) {}

  /** Does the work. @returns undefined when it was cancelled */
  async run(): Promise<Result | undefined> {
    for (;;) {
      const untilMs = performance.now() + TURN_MS;
      do {
        for (let step = 0; step < STEPS; step++) {
          const next = this.work.next();
          if (next.done === true) return next.value;
          this.done += next.value;
        }
      } while (performance.now() < untilMs);
      this.report?.(Math.min(1, this.done / Math.max(1, this.total)));
      await new Promise((resolve) => setImmediate(resolve));
      if (this.cancelled) return undefined;
    }
  }

  /** Ends the work at its next rest. */
  cancel(): void {
    this.cancelled = true;
  }

  /** Hears after each slice how much is done, from 0 to 1. */
  follow(report: (fraction: number) => void): void {
    this.report = report;
  }
}
