/** What keeps a script's process alive though the script has nothing left to do: each reason by its name. */

import type { MessagePort } from "node:worker_threads";

/** Holds the port to the publisher referenced while there is a reason. */
export class KeepAlive {
  private readonly reasons = new Set<string>();

  constructor(private readonly port: MessagePort) {}

  /** Says whether a reason stands; others are not touched. */
  set(reason: "unmerged" | "held", stands: boolean): void {
    if (stands) this.reasons.add(reason);
    else this.reasons.delete(reason);
    if (this.reasons.size > 0) this.port.ref();
    else this.port.unref();
  }
}
