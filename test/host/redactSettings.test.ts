import * as assert from "node:assert/strict";
import * as vscode from "vscode";
import type { AgentContextApi } from "../../src/extension";
import type { RunRegistry } from "../../src/host/runs/runRegistry";
import { activatedExtension, removeRuns, waitFor, workspaceUri } from "./harness/extension";
import { itWhenLong } from "../harness/long";

const TOKEN = `ghp_${"aB3dE5gH7".repeat(4)}`;
const SCRIPT = `import { StateStore } from "agent-context";
const parent = new StateStore();
parent.set("password", "correct horse", "setup");
parent.set("token", ${JSON.stringify(TOKEN)}, "setup");
`;

describe("the settings of masking in a real host", () => {
  let runs: RunRegistry;
  let start: AgentContextApi["start"];
  let script: vscode.Uri;
  const { Global, Workspace } = vscode.ConfigurationTarget;
  const set = (name: string, value: unknown, target = Workspace): Thenable<void> =>
    vscode.workspace.getConfiguration("agentContext").update(name, value, target);

  before(async () => {
    ({ runs, start } = (await activatedExtension()).exports as AgentContextApi);
    script = workspaceUri("masked.ts");
    await vscode.workspace.fs.writeFile(script, Buffer.from(SCRIPT));
  });

  afterEach(async () => {
    for (const target of [Global, Workspace]) {
      for (const name of ["redact.keys", "redact.values", "redact.commonSecrets"]) await set(name, undefined, target);
    }
    await removeRuns(runs);
  });

  /** Runs the script to its end. @returns the values of its state, and whether masking is known of. */
  async function valuesAfterRun(): Promise<{ readonly values: readonly unknown[]; readonly masked: unknown }> {
    const id = await vscode.commands.executeCommand<string>("agentContext.runScript", script);
    const run = await waitFor("the run", () => runs.get(id));
    await waitFor("its end", () => run.state.kind === "ended");
    const { model } = run;
    const [store] = model.stores(model.lastSeq);
    const values = model.storeKeys(store?.layer ?? 0, model.lastSeq).map(({ value }) => value);
    return { values, masked: model.info.masked };
  }

  it("mask common secrets unless switched off", async () => {
    const on = await valuesAfterRun();
    assert.equal(on.values[0], "correct horse");
    assert.match(String(on.values[1]), /^‹masked \w{12}›$/);
    assert.deepEqual(on.masked, { keys: 0, values: 0, commonSecrets: true });
    await set("redact.commonSecrets", false);
    assert.deepEqual(await valuesAfterRun(), { values: ["correct horse", TOKEN], masked: undefined });
  });

  itWhenLong("add up: a workspace takes none of the user's patterns away", async () => {
    await set("redact.keys", ["PASS"], Global);
    await set("redact.keys", ["other"], Workspace);
    const { values, masked } = await valuesAfterRun();
    assert.match(String(values[0]), /^‹masked \w{12}›$/);
    assert.deepEqual(masked, { keys: 2, values: 0, commonSecrets: true });
  });

  it("start nothing when they cannot be followed, and say which and why", async () => {
    const refused = async (name: string, value: unknown, message: RegExp): Promise<void> => {
      await set(name, value);
      const source = vscode.workspace.getConfiguration("agentContext", script).get(name);
      assert.deepEqual(source, value);
      const before = runs.all.length;
      // The command would tell the user; what it tells is what this rejects with.
      await assert.rejects(start(script), (error: Error) => message.test(error.message));
      assert.equal(runs.all.length, before);
      await set(name, undefined);
    };
    await refused("redact.keys", ["ok", "("], /'\(' in the setting 'agentContext\.redact\.keys' .*Unterminated group/);
    await refused("redact.values", ["[z-a]"], /'agentContext\.redact\.values' .*Correct or remove it/);
    await refused("redact.values", "card", /'agentContext\.redact\.values' is not a list/);
    await refused("redact.commonSecrets", "off", /'agentContext\.redact\.commonSecrets' is neither true nor false/);
  });
});
