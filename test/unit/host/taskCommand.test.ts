import assert from "node:assert/strict";
import { taskCommand, type TaskCommandOptions } from "../../../src/host/runs/taskCommand";
import { takeSuperviseSpec } from "../../../src/protocol/launch";

const options: TaskCommandOptions = {
  node: { execPath: "/usr/bin/node", env: {} },
  supervisor: '/home/me/an "odd" place\\dist/supervisor.cjs',
  script: "/w/race.ts",
  args: ["one", "--two"],
  runtimeArgs: ["--expose-gc"],
  nodeOptions: "",
};

describe("the command line of a run", () => {
  it("reads as the script's own", () => {
    const { file, args } = taskCommand(options);
    assert.deepEqual([file, ...args], ["/usr/bin/node", "/w/race.ts", "one", "--two"]);
  });

  it("brings the supervisor by NODE_OPTIONS, quoted as Node reads it, and it takes itself out again", () => {
    const quoted = '--require "/home/me/an \\"odd\\" place\\\\dist/supervisor.cjs"';
    for (const [given, before] of [
      ["", ""],
      ["--no-warnings", "--no-warnings "],
    ] as const) {
      const env: Record<string, string | undefined> = { ...taskCommand({ ...options, nodeOptions: given }).env };
      assert.equal(env["NODE_OPTIONS"], `${before}${quoted}`);
      // Another extension puts its own before.
      env["NODE_OPTIONS"] = `--require other.js ${env["NODE_OPTIONS"] ?? ""}`;
      assert.deepEqual(takeSuperviseSpec(env)?.runtimeArgs, ["--expose-gc"]);
      assert.deepEqual(env, { NODE_OPTIONS: `--require other.js ${given}`.trim() });
      assert.equal(takeSuperviseSpec(env), undefined);
    }
    const env: Record<string, string | undefined> = { ...taskCommand(options).env };
    takeSuperviseSpec(env);
    assert.deepEqual(env, {});
  });

  it("names the supervisor where Node would not load it", () => {
    const named = ["/usr/bin/node", options.supervisor, "--expose-gc", "--", "/w/race.ts", "one", "--two"];
    const electron = taskCommand({
      ...options,
      node: { execPath: "/usr/bin/node", env: { ELECTRON_RUN_AS_NODE: "1" } },
    });
    assert.deepEqual([electron.file, ...electron.args], named);
    assert.deepEqual(electron.env, { ELECTRON_RUN_AS_NODE: "1" });
    const nodeOptions = "--no-warnings --experimental-default-type=module";
    const { file, args, env } = taskCommand({ ...options, nodeOptions });
    assert.deepEqual([[file, ...args], env], [named, {}]);
  });
});
