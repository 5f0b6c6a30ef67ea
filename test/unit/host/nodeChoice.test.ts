import assert from "node:assert/strict";
import { execPath, version } from "node:process";
import { HumanError } from "../../../src/base/humanError";
import { chooseNode, nodesOnPath, type NodeProbes, type NodeQuestion } from "../../../src/host/runs/nodeChoice";
import { MachineNodeProbes } from "../../../src/host/runs/nodeProbes";

/** A machine with these Node.js versions at these paths; undefined = a file that does not run as Node.js. */
function machine(nodes: Record<string, string | undefined>): NodeProbes {
  return {
    isFile: async (path) => path in nodes,
    version: async (path) => nodes[path],
  };
}

const question: NodeQuestion = {
  setting: "",
  env: { PATH: "/opt/node/bin:/usr/bin" },
  platform: "linux",
  editor: { execPath: "/opt/code/code", version: "22.1.0", electron: true },
};

describe("chooseNode", () => {
  it("prefers the setting", async () => {
    const probes = machine({ "/my/node": "v24.1.0", "/usr/bin/node": "v22.0.0" });
    const choice = await chooseNode({ ...question, setting: "/my/node" }, probes);
    assert.deepEqual(
      [choice.source, choice.execPath, choice.version, choice.env],
      ["setting", "/my/node", "24.1.0", {}],
    );
    assert.match(choice.text, /24\.1\.0.*\/my\/node.*agentContext\.nodePath/);
  });

  it("refuses a setting that cannot be used, and never passes it over", async () => {
    const probes = machine({ "/old/node": "v18.19.1", "/not/node": undefined, "/usr/bin/node": "v22.0.0" });
    const refusal = (setting: string, message: RegExp): Promise<void> =>
      assert.rejects(chooseNode({ ...question, setting }, probes), (error: Error) => {
        assert.ok(error instanceof HumanError);
        assert.match(error.message, message);
        assert.match(error.message, /Correct the setting, or clear it/);
        return true;
      });
    await refusal("/missing/node", /'\/missing\/node', which is not a file/);
    await refusal("/not/node", /does not run as Node\.js/);
    await refusal("/old/node", /18\.19\.1; scripts need 20 or newer/);
    await refusal("node", /must be an absolute path/);
    await refusal("C:\\node\\node.exe", /must be an absolute path/);
  });

  it("takes the first node on the PATH that is new enough", async () => {
    const probes = machine({ "/opt/node/bin/node": "v18.0.0", "/usr/bin/node": "v20.0.0" });
    const choice = await chooseNode(question, probes);
    assert.deepEqual([choice.source, choice.execPath, choice.version], ["path", "/usr/bin/node", "20.0.0"]);
    assert.match(choice.text, /found on the PATH/);
  });

  it("takes the editor's own last, as a Node.js, and says why", async () => {
    const none = await chooseNode(question, machine({}));
    assert.deepEqual(
      [none.source, none.execPath, none.env],
      ["editor", "/opt/code/code", { ELECTRON_RUN_AS_NODE: "1" }],
    );
    assert.match(none.text, /editor itself, because there is none on the PATH/);

    const old = await chooseNode(question, machine({ "/usr/bin/node": "v16.20.2" }));
    assert.match(old.text, /16\.20\.2 \(\/usr\/bin\/node\), is older than 20/);

    const browser = { ...question, editor: { ...question.editor, electron: false } };
    assert.deepEqual((await chooseNode(browser, machine({}))).env, {});
  });

  it("looks for what Windows can start without a shell", async () => {
    const env = { Path: 'C:\\nvm;"C:\\Program Files\\nodejs";relative\\bin;', pathext: ".COM;.EXE;.BAT;.CMD" };
    assert.deepEqual(nodesOnPath(env, "win32"), [
      "C:\\nvm\\node.com",
      "C:\\nvm\\node.exe",
      "C:\\Program Files\\nodejs\\node.com",
      "C:\\Program Files\\nodejs\\node.exe",
    ]);
    const probes = machine({ "C:\\nvm\\node.cmd": "v22.0.0", "C:\\Program Files\\nodejs\\node.exe": "v22.9.0" });
    const choice = await chooseNode({ ...question, platform: "win32", env }, probes);
    assert.deepEqual([choice.execPath, choice.version], ["C:\\Program Files\\nodejs\\node.exe", "22.9.0"]);
    const set = await chooseNode(
      { ...question, platform: "win32", env, setting: "D:\\n\\node.exe" },
      machine({ "D:\\n\\node.exe": "v20.1.0" }),
    );
    assert.equal(set.source, "setting");
  });

  it("never looks in folders relative to the workspace", () => {
    assert.deepEqual(nodesOnPath({ PATH: ":.:bin:/usr/bin" }, "darwin"), ["/usr/bin/node"]);
    assert.deepEqual(nodesOnPath({}, "linux"), []);
  });
});

describe("MachineNodeProbes", () => {
  it("asks a real Node.js for its version, once", async () => {
    const known = new Map<string, string>();
    const probes = new MachineNodeProbes(process.cwd(), known);
    assert.equal(await probes.isFile(execPath), true);
    assert.equal(await probes.version(execPath), version);
    assert.deepEqual([...known.values()], [version]);
    for (const key of known.keys()) known.set(key, "v99.0.0");
    assert.equal(await probes.version(execPath), "v99.0.0");
  });

  it("knows what is no Node.js", async () => {
    const probes = new MachineNodeProbes(process.cwd(), new Map());
    assert.equal(await probes.isFile(__dirname), false);
    assert.equal(await probes.isFile("/nowhere/node"), false);
    assert.equal(await probes.version(__filename), undefined);
    assert.equal(await probes.version("/nowhere/node"), undefined);
  });
});
