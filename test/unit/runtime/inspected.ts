/** A runtime of a log of its own under an inspector, for tests. */

import assert from "node:assert/strict";
import { RunLog } from "../../../src/runtime/index";
import { INSPECTOR, type InspectableRuntime, type Inspector } from "../../../src/core/inspector";
import { openInspector } from "../../../src/runtime/openInspector";
import { eventLogOf } from "../../../src/runtime/runLog";

/** Loads it; the door is closed again at once. */
export function inspected(): { readonly log: RunLog; readonly runtime: InspectableRuntime } {
  const door = globalThis as { [INSPECTOR]?: Inspector };
  const log = new RunLog();
  let runtime: InspectableRuntime | undefined;
  door[INSPECTOR] = { runtimeLoaded: (loaded) => (runtime = loaded) };
  openInspector(eventLogOf(log));
  delete door[INSPECTOR];
  assert.ok(runtime);
  return { log, runtime };
}
