import assert from "node:assert/strict";
import { HumanError } from "../../../src/base/humanError";
import { PendingCommands } from "../../../src/host/runs/pendingCommands";
import { decodeExtensionMessage, type ExtensionMessage } from "../../../src/protocol/wire";

function commands(): { sent: ExtensionMessage[]; changes: () => number; pending: PendingCommands } {
  const sent: ExtensionMessage[] = [];
  let changes = 0;
  const pending = new PendingCommands(
    (message) => sent.push(message),
    () => changes++,
  );
  return { sent, changes: () => changes, pending };
}

describe("PendingCommands", () => {
  it("gives each command an id and its own answer", async () => {
    const { sent, pending, changes } = commands();
    const first = pending.give({ name: "merge", layer: 3 }, "Waiting for a");
    const second = pending.give({ name: "discard", layer: 4 }, "Waiting for b");
    assert.deepEqual(sent, [
      { type: "command", id: 1, command: { name: "merge", layer: 3 } },
      { type: "command", id: 2, command: { name: "discard", layer: 4 } },
    ]);
    assert.equal(pending.waitingFor, "Waiting for b");
    pending.answered({ type: "commandDone", id: 2, result: { ok: true } });
    assert.equal(pending.waitingFor, "Waiting for a");
    pending.answered({ type: "commandDone", id: 1, result: { ok: true, merged: 2, skipped: ["x"] } });
    assert.deepEqual(await first, { ok: true, merged: 2, skipped: ["x"] });
    assert.deepEqual(await second, { ok: true });
    assert.equal(pending.waitingFor, undefined);
    assert.equal(changes(), 4);
  });

  it("turns a refusal into a sentence", async () => {
    const { pending } = commands();
    const merge = pending.give({ name: "merge", layer: 3 }, "…");
    pending.answered({
      type: "commandDone",
      id: 1,
      result: { ok: false, name: "MergeConflictError", message: "a, b" },
    });
    await assert.rejects(
      merge,
      (error: Error) => error instanceof HumanError && /refused.*MergeConflictError: a, b/.test(error.message),
    );
  });

  it("cancels what has not been applied", async () => {
    const { sent, pending } = commands();
    const merge = pending.give({ name: "merge", layer: 3 }, "…");
    pending.cancel();
    assert.deepEqual(sent[1], { type: "cancelCommand", id: 1 });
    pending.answered({ type: "commandDone", id: 1, result: { ok: false, name: "Cancelled", message: "" } });
    await assert.rejects(merge, /Cancelled: the script had not applied it yet/);
  });

  it("answers everything when no answer will come, and passes over answers to nothing", async () => {
    const { pending, changes } = commands();
    const both = [pending.give({ name: "end" }, "…"), pending.give({ name: "discard", layer: 1 }, "…")];
    const settled = Promise.allSettled(both);
    pending.fail("The run has ended.");
    for (const each of await settled) assert.match(String((each as PromiseRejectedResult).reason), /The run has ended/);
    const before = changes();
    pending.answered({ type: "commandDone", id: 1, result: { ok: true } });
    pending.fail("again");
    assert.equal(changes(), before);
  });

  it("takes a command that names all of 100,000 keys but one; what no frame holds is refused in words", async () => {
    const { sent, pending } = commands();
    const keys = Array.from({ length: 99_999 }, (_, index) => `documents/section-${String(index).padStart(6, "0")}`);
    const merge = pending.give({ name: "merge", layer: 3, keys, asOf: 7 }, "…");
    assert.ok(sent[0]);
    const frame = decodeExtensionMessage(JSON.stringify(sent[0]));
    assert.ok(frame.ok);
    pending.answered({ type: "commandDone", id: 1, result: { ok: true, merged: keys.length } });
    assert.equal((await merge).merged, keys.length);
    const wide = keys.map((key) => `${key} ${"\u4e16".repeat(8)}`);
    await assert.rejects(pending.give({ name: "merge", layer: 3, keys: wide, asOf: 7 }, "…"), /Too many keys/);
    assert.equal(sent.length, 1);
    assert.equal(pending.waitingFor, undefined);
  });
});
