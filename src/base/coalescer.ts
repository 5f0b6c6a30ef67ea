/** The rhythm of a view's refreshes: bursts become one, and none happens while the view cannot be seen. */

/** The fastest that a view is redrawn, milliseconds between two refreshes (ten a second). */
export const REFRESH_INTERVAL_MS = 100;
/** Between refreshes there is at least this many times what the last one took, so that huge states leave room for all else. */
const REST_FACTOR = 4;

/**
 * Runs `act` soon after `request()`: once `settleMs` have passed and the last time is `intervalMs` ago. Requests made
 * while `isOpen` says no are remembered; call `request()` again, or `opened()`, when that changes.
 */
export class Coalescer {
  private timer: NodeJS.Timeout | undefined;
  private earliestMs = Number.NEGATIVE_INFINITY;
  private wanted = false;
  private disposed = false;

  constructor(
    private readonly act: () => void,
    private readonly isOpen: () => boolean = () => true,
    private readonly intervalMs = REFRESH_INTERVAL_MS,
    private readonly settleMs = 0,
  ) {}

  request(): void {
    this.wanted = true;
    this.schedule();
  }

  /** The view can be seen again: does what was asked for meanwhile. */
  opened(): void {
    if (this.wanted) this.schedule();
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.timer);
  }

  private schedule(): void {
    if (this.disposed || this.timer !== undefined || !this.isOpen()) return;
    // Never synchronous: what asks is in the middle of its own change.
    const waitMs = Math.max(this.settleMs, this.earliestMs - performance.now());
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (this.disposed || !this.isOpen()) return;
      this.wanted = false;
      const startMs = performance.now();
      try {
        this.act();
      } finally {
        const endMs = performance.now();
        this.earliestMs = Math.max(startMs + this.intervalMs, endMs + REST_FACTOR * (endMs - startMs));
      }
    }, waitMs);
  }
}
