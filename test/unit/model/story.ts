/** A small story of three agents, recorded on the real runtime, that tests of what views are told share. */

import { AgentContext, RunLog, StateStore } from "../../../src/runtime/index";
import { RunModel } from "../../../src/model/runModel";
import { RecordedRun } from "./recordedRun";

/** The story with the seq of each of its events. */
export function tellStory(): { readonly model: RunModel; readonly run: RecordedRun; readonly log: RunLog } {
  const log = new RunLog();
  const run = new RecordedRun(log);
  const parent = new StateStore({ log, name: "shared" }); // 1
  parent.set("budget", 3, "setup"); // 2
  parent.set("plan", { steps: [{ owner: "ann" }], title: "first draft" }, "setup"); // 3
  const lead = new AgentContext("lead", parent); // 4
  const writer = new AgentContext("writer", parent); // 5
  lead.get("budget"); // 6
  lead.set("budget", 5); // 7
  writer.set("budget", 4); // 8
  writer.delete("plan"); // 9
  writer.set("notes for <b>", "x".repeat(500)); // 10
  void lead.mergeToParent(); // 11 planned, 12 written, 13 applied
  void writer.mergeToParent({ keys: ["budget", "nothing"] }); // 14, 15, 16
  writer.log("thought", { text: "done?" }); // 17
  writer.localState.delete("plan"); // 18
  writer.discard(); // 19
  parent.restore({ budget: 0 }, "setup"); // 20
  lead.get("missing"); // 21
  const model = new RunModel();
  model.append(run.bytes());
  return { model, run, log };
}
