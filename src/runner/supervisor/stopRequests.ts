/** How often the end of a run was asked for: the first request is handed on, a second one leaves no time. */

/** Some programs send to a process and then to its group, which is one request: so close together no person asks twice. */
const SAME_REQUEST_MS = 100;

/** What a signal that asks for the end means. */
export type StopMeaning =
  | "first"
  /** Nothing new. */
  | "same"
  /** The script is sent it, and keeps the time that it has. */
  | "more"
  | "atOnce";

/** The requests of one run. */
export class StopRequests {
  private handledAtMs: number | undefined;

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Whether there was one. */
  get any(): boolean {
    return this.handledAtMs !== undefined;
  }

  meaningOf(signal: NodeJS.Signals): StopMeaning {
    if (this.handledAtMs === undefined) return "first";
    // A terminal that closes may say so more than once.
    if (signal !== "SIGTERM") return "more";
    return this.now() - this.handledAtMs > SAME_REQUEST_MS ? "atOnce" : "same";
  }

  /** The first one has been done: what came while that took its time, came at once. */
  handled(): void {
    this.handledAtMs ??= this.now();
  }
}
