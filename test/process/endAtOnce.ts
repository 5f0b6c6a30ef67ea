/** A second request for the end of a run, which leaves no time. */

import { setTimeout as delay } from "node:timers/promises";
import { isRunning } from "./isRunning";

/**
 * Asks the command until the script is gone: what comes close to the first request counts as the same. Each request has
 * its time to work, because one that comes while Node takes its handlers down ends the command by the signal itself.
 */
export async function endAtOnce(command: number, script: number): Promise<void> {
  for (let tries = 0; isRunning(script); tries++) {
    if (tries > 10) throw new Error(`Process ${script} outlives ${tries} requests.`);
    process.kill(command, "SIGTERM");
    for (let polls = 0; polls < 40 && isRunning(script); polls++) await delay(50);
  }
}
