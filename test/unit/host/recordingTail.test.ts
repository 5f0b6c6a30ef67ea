import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { readTail } from "../../../src/host/runs/recordingTail";

describe("readTail", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "agent-context-tail-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  async function tail(file: string, fromByte: number): Promise<Buffer> {
    const got: Buffer[] = [];
    const count = await readTail(file, fromByte, async (bytes) => void got.push(Buffer.from(bytes)));
    assert.equal(count, Buffer.concat(got).byteLength);
    return Buffer.concat(got);
  }

  it("reads from a byte to the end, over many chunks", async () => {
    const file = path.join(folder, "long");
    const whole = Buffer.from(Array.from({ length: 900_000 }, (_, index) => (index * 31) % 256));
    writeFileSync(file, whole);
    for (const from of [0, 1, 262_143, 262_144, 899_999]) {
      assert.ok((await tail(file, from)).equals(whole.subarray(from)), `${from}`);
    }
  });

  it("reads nothing from a missing or shorter file", async () => {
    const file = path.join(folder, "short");
    writeFileSync(file, "abc");
    assert.equal((await tail(file, 3)).byteLength, 0);
    assert.equal((await tail(file, 10)).byteLength, 0);
    assert.equal((await tail(path.join(folder, "none"), 0)).byteLength, 0);
  });

  it("tells what else went wrong", async () => {
    await assert.rejects(tail(folder, 0), { code: "EISDIR" });
  });
});
