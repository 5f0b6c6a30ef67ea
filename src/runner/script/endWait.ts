/** "Finished, unmerged": a script that has nothing left to do stays alive while an agent is pending and somebody may still merge. */

import type { MessagePort } from "node:worker_threads";
import type { InspectableRuntime } from "../../core/inspector";
import type { KeepAlive } from "./keepAlive";
import type { ToPublisher } from "../publisher/publisherMessages";

/** The wait of one run. */
export interface EndWait {
  /** Lets it end. @returns false when it is not waiting. */
  end(): boolean;
  /** Something was merged or discarded: ends the wait when nothing is pending any more. */
  recheck(): void;
}

/** Installs the wait. `process.exit` never comes here, so it is never delayed. */
export function installEndWait(port: MessagePort, keepAlive: KeepAlive, runtime: InspectableRuntime): EndWait {
  let waiting = false;
  let over = false;
  const tell = (state: "running" | "waiting", pending: readonly number[]): void =>
    port.postMessage({ type: "status", status: { type: "status", state, pending } } satisfies ToPublisher);
  const stop = (): void => {
    waiting = false;
    keepAlive.set("unmerged", false);
    tell("running", []);
  };
  process.on("beforeExit", () => {
    if (over) return;
    const pending = runtime.pending();
    if (pending.length === 0) return;
    if (!waiting) runtime.record("run_waiting", { pending });
    waiting = true;
    tell("waiting", pending);
    keepAlive.set("unmerged", true);
  });
  return {
    end() {
      if (!waiting) return false;
      over = true;
      stop();
      return true;
    },
    recheck() {
      if (!waiting) return;
      const pending = runtime.pending();
      if (pending.length === 0) stop();
      else tell("waiting", pending);
    },
  };
}
