import assert from "node:assert/strict";
import { eventDetails } from "../../../src/model/text/eventDetails";
import { eventSummary } from "../../../src/model/text/eventSummary";
import { RunModel } from "../../../src/model/runModel";
import { inspectLog } from "../../../src/runtime/openInspector";
import { AgentContext, RunLog, StateStore } from "../../../src/runtime/index";
import { eventLogOf } from "../../../src/runtime/runLog";
import { RecordedRun } from "./recordedRun";

describe("events of held merges", () => {
  const log = new RunLog();
  const { holds } = inspectLog(eventLogOf(log));
  const recorded = new RecordedRun(log);
  const store = new StateStore({ log, initial: { budget: 3 } });
  const agent = new AgentContext("agent_a", store);
  holds.setModes({ run: "always", agents: new Map() });
  agent.get("budget");
  agent.set("budget", 4);
  store.set("budget", 9, "lead");
  void agent.mergeToParent();
  void agent.mergeToParent({ onConflict: "refuse" });
  void agent.mergeToParent();
  const [first = 0, second = 0] = holds.ids;
  holds.approve(first);
  holds.reject(second, "no");
  holds.release("disconnected");
  const model = new RunModel();
  model.append(recorded.bytes());
  const told = Array.from({ length: model.eventCount }, (_, index) => {
    const row = model.rowAt(index);
    assert.ok(row);
    return eventSummary(model, row);
  }).filter((text) => text.includes("merge"));

  it("say what waits, for whom, and how it ended", () => {
    assert.deepEqual(told, [
      "merge into parent waits for the user: 1 key, in conflict",
      "merge into parent waits for the user: 1 key, in conflict",
      "merge into parent waits for the user: 1 key, in conflict",
      "merge into parent: 1 key, 1 conflict",
      "merge set budget = 4 (was 9)",
      "merged into parent: budget = 4 (was 9), approved by the user",
      'merge into parent refused: MergeRejectedError: The merge of "agent_a" was rejected by the user: no',
      "merge into parent: 1 key",
      "merge set budget = 4 (was 4)",
      "merged into parent: budget = 4 (was 4), released because the editor was gone",
    ]);
  });

  it("name the hold that they end", () => {
    const seq = model.lastSeq;
    const facts = eventDetails(model, seq)?.facts ?? [];
    assert.ok(facts.some(({ label, text }) => label === "Held since event" && Number(text) > second));
  });
});
