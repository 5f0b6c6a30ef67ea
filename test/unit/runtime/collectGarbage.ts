/** How tests make what nobody can reach go away for sure. */

import { setImmediate as turn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Collects garbage; finalizers have run when it resolves. */
export async function collectGarbage(): Promise<void> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  // What a WeakRef was asked for stays until the turn ends.
  await turn();
  collect();
  await turn();
  collect();
  await turn();
}
