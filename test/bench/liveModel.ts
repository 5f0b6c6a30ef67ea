/** The model of a living run as the extension keeps it, for measuring: the newest values in memory. */

import { RunModel } from "../../src/model/runModel";

/** As the setting is by default. */
const RECENT_BYTES = 128 * 1_024 * 1_024;

export function liveModel(): RunModel {
  return new RunModel({ lineAt: () => undefined }, RECENT_BYTES);
}
