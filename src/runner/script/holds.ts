/** Which merges of the script wait for the user, and that nothing waits for one who is not there. */

import type { MessagePort } from "node:worker_threads";
import type { HoldModes, InspectableRuntime } from "../../core/inspector";
import type { KeepAlive } from "./keepAlive";
import type { ToPublisher } from "../publisher/publisherMessages";

const NEVER: HoldModes = { run: "never", agents: new Map() };

/** The hold modes of one run. */
export class Holds {
  private modes = NEVER;
  private isAlone = false;

  constructor(
    private readonly runtime: InspectableRuntime,
    private readonly port: MessagePort,
    keepAlive: KeepAlive,
  ) {
    runtime.onHeldChanged((count) => {
      keepAlive.set("held", count > 0);
      port.postMessage({ type: "held", count } satisfies ToPublisher);
    });
  }

  setModes(modes: HoldModes): void {
    this.modes = modes;
    const holds = { type: "holds", run: modes.run, agents: [...modes.agents] } as const;
    this.port.postMessage({ type: "holds", holds } satisfies ToPublisher);
    if (!this.isAlone) this.runtime.setHolds(modes);
  }

  /** Nobody is there to decide: what is held is done as it is, and nothing more is held until somebody is back. */
  alone(why: "disconnected" | "detached"): void {
    this.isAlone = true;
    this.runtime.setHolds(NEVER);
    this.runtime.release(why);
  }

  back(): void {
    if (!this.isAlone) return;
    this.isAlone = false;
    this.runtime.setHolds(this.modes);
  }
}
