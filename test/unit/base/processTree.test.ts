import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { descendantsIn, endTree, whenExited, isAlive, parseProcessTable } from "../../../src/base/processTree";

/** A process that starts a process that starts a process; each prints its pid and then loops without a pause. */
const LOOPING_FAMILY = `
const { spawn } = require("node:child_process");
const depth = Number(process.argv[1]);
process.on("SIGTERM", () => {});
process.stdout.write(process.pid + "\\n");
if (depth > 0) spawn(process.execPath, ["-e", process.env.FAMILY, String(depth - 1)], { stdio: "inherit" });
setTimeout(() => { for (;;); }, 50);
`;

describe("processTree", () => {
  it("reads the process table and finds all descendants", () => {
    const table = parseProcessTable("    1     0\n   10     1\n   11    10\n  100    11\n   12     1\n");
    assert.equal(table.length, 5);
    assert.deepEqual(descendantsIn(table, 10).sort(), [100, 11]);
    assert.deepEqual(descendantsIn(table, 100), []);
    assert.deepEqual(descendantsIn([{ pid: 5, parent: 5 }], 5), [], "a cycle ends");
  });

  it("ends a real tree of processes that never yield and ignore SIGTERM", async () => {
    const root = spawn(process.execPath, ["-e", LOOPING_FAMILY, "2"], {
      env: { ...process.env, FAMILY: LOOPING_FAMILY },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const pids: number[] = [];
    try {
      let text = "";
      for await (const chunk of root.stdout) {
        text += String(chunk);
        pids.splice(0, pids.length, ...text.trim().split("\n").map(Number));
        if (pids.length === 3) break;
      }
      const exited = once(root, "exit");
      endTree(root.pid as number, true);
      assert.equal((await exited)[1], process.platform === "win32" ? null : "SIGKILL");
      for (const pid of pids) assert.equal(await whenExited(pid, 10_000), true, `${pid}`);
    } finally {
      for (const pid of pids) {
        try {
          process.kill(pid, "SIGKILL");
        } catch {
          // gone, as it should be
        }
      }
    }
  });

  it("knows who is alive, and is not troubled by who is not", async () => {
    assert.equal(isAlive(process.pid), true);
    const child = spawn(process.execPath, ["-e", ""]);
    const pid = child.pid as number;
    await once(child, "exit");
    assert.equal(await whenExited(pid, 10_000), true);
    endTree(pid, true);
    assert.equal(await whenExited(process.pid, 0), false);
  });
});
