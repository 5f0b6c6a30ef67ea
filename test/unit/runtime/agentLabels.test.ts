/** Holds how agents are named where several have one name, and that this is read back. */

import assert from "node:assert/strict";
import { AgentLabels, readAgentLabel } from "../../../src/core/agentLabels";

function labelsOf(...names: readonly string[]): readonly (string | undefined)[] {
  const labels = new AgentLabels();
  names.forEach((name, layer) => labels.add(layer, name));
  return names.map((_, layer) => labels.labelOf(layer));
}

describe("labels of agents", () => {
  it("are names, and places among the agents of a name where there are several", () => {
    assert.deepEqual(labelsOf("ann", "worker", "worker", "ben"), ["ann", "worker#1", "worker#2", "ben"]);
  });

  it("put a name in quotes that would be another's label", () => {
    assert.deepEqual(labelsOf("worker#2"), ["worker#2"]);
    assert.deepEqual(labelsOf("worker", "worker#2"), ["worker", "worker#2"]);
    assert.deepEqual(labelsOf("worker", "worker", "worker#2"), ["worker#1", "worker#2", '"worker#2"']);
    assert.deepEqual(labelsOf("worker", "worker", "worker#3"), ["worker#1", "worker#2", "worker#3"]);
  });

  it("are of contexts that began, each once", () => {
    const labels = new AgentLabels();
    labels.add(2, "worker");
    labels.add(2, "worker");
    assert.deepEqual([labels.labelOf(2), labels.labelOf(3), labels.countOf("worker")], ["worker", undefined, 1]);
  });

  it("are read as a name and a place", () => {
    assert.deepEqual(readAgentLabel("worker#2"), { name: "worker", ordinal: 2 });
    assert.deepEqual(readAgentLabel("a#1#12"), { name: "a#1", ordinal: 12 });
    for (const name of ["worker", "worker#", "worker#0", "worker#02", "#2", "worker#2b"]) {
      assert.deepEqual(readAgentLabel(name), { name });
    }
  });
});
