import assert from "node:assert/strict";
import { maskingText } from "../../../src/host/contexts/maskingText";
import { runNodes, storeNodes } from "../../../src/host/contexts/runNodes";
import type { TreeNode } from "../../../src/host/ui/treeNode";
import { RunCursor } from "../../../src/model/runCursor";
import { RunModel } from "../../../src/model/runModel";
import { decodeHeader } from "../../../src/recording/recording";
import { recording, runOf } from "./raceRecording";

const MASK = "‹masked 3f9a2c41d7e0›";
const EVENTS = [
  { kind: "store_created", data: { layer: 1, name: "parent" } },
  { kind: "state_changed", agent: "setup", rev: 1, data: { layer: 1, changes: { token: { is: MASK, of: "ci" } } } },
  { kind: "state_changed", agent: "setup", rev: 2, data: { layer: 1, changes: { plain: 1 } } },
];

function keysOf(masked: boolean): { readonly root: TreeNode; readonly token: TreeNode; readonly plain: TreeNode } {
  const model = new RunModel();
  model.append(Buffer.from(recording(EVENTS, 0, masked ? { keys: 2, values: 1, commonSecrets: true } : undefined)));
  const run = runOf([], { model, cursor: new RunCursor(model) });
  const [root] = runNodes([run]);
  const [store] = storeNodes(run);
  const [token, plain] = store?.children() ?? [];
  assert.ok(root && token && plain);
  return { root, token, plain };
}

describe("masked values in the trees", () => {
  it("are marked by a lock and a word, for ears and in the tooltip too", () => {
    const { token, plain } = keysOf(true);
    assert.equal(token.icon, "lock");
    assert.match(token.description, /masked 3f9a2c41d7e0.* · masked · by setup/);
    assert.match(token.accessibleLabel, /, masked, by setup$/);
    assert.ok(token.details().facts.some(({ label }) => label === "Masked"));
    const inside = token.children().map(({ icon, accessibleLabel }) => [icon, accessibleLabel]);
    assert.deepEqual(inside[0], ["lock", `is, "${MASK}", masked`]);
    assert.deepEqual(inside[1], ["symbol-string", 'of, "ci"']);
    assert.deepEqual([plain.icon, plain.description], ["symbol-number", "1 · by setup"]);
  });

  it("are mere texts in a run that masks nothing", () => {
    assert.equal(keysOf(false).token.icon, "symbol-object");
  });

  it("are a fact of the run's tooltip", () => {
    const fact = (masked: boolean): string | undefined =>
      keysOf(masked)
        .root.details()
        .facts.find(({ label }) => label === "Masking")?.text;
    assert.equal(fact(true), "common secrets, 2 key patterns, 1 value pattern");
    assert.equal(fact(false), "none");
    assert.equal(maskingText({ keys: 0, values: 0, commonSecrets: false }), "on");
  });

  it("come from headers that say so, however badly", () => {
    const header = (masked: unknown): ReturnType<typeof decodeHeader> =>
      decodeHeader(
        { format: "agentlog", version: 1, run: "r", script: "", cwd: "", args: [], pid: 1, node: {}, masked },
        "",
      );
    assert.equal(header(undefined).header.masked, undefined);
    for (const wrong of [true, null, { keys: -1, values: "x" }]) {
      const { header: read, problems } = header(wrong);
      assert.deepEqual(read.masked, { keys: 0, values: 0, commonSecrets: false });
      assert.ok(problems.some((problem) => problem.includes("masked")));
    }
  });
});
