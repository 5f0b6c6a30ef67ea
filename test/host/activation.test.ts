/** Runs before the other files of this suite (they run in the order of their names): they start runs. */

import * as assert from "node:assert/strict";
import * as vscode from "vscode";
import type { AgentContextApi } from "../../src/extension";
import { activatedExtension, EXTENSION_ID, waitFor, workspaceUri } from "./harness/extension";

describe("the extension in a real host", () => {
  it("is started with the window, to find runs again; without any it shows none", async () => {
    const extension = vscode.extensions.getExtension<AgentContextApi>(EXTENSION_ID);
    await waitFor("its activation", () => extension?.isActive);
    assert.deepEqual(extension?.exports.runs.all, []);
  });

  it("activates, and its commands are there", async () => {
    const extension = await activatedExtension();
    assert.equal(extension.isActive, true);
    const commands = new Set(await vscode.commands.getCommands(true));
    const contributed: { command: string }[] = extension.packageJSON.contributes.commands;
    assert.deepEqual(
      contributed.map(({ command }) => command).filter((command) => !commands.has(command)),
      [],
    );
  });

  it("has a folder to work in", async () => {
    const names = (await vscode.workspace.fs.readDirectory(workspaceUri())).map(([name]) => name);
    assert.ok(names.includes("race.ts"), names.join(", "));
  });
});
