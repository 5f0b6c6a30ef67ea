/** Runs before the other files of this suite (they run in the order of their names): they start the extension. */

import * as assert from "node:assert/strict";
import * as vscode from "vscode";
import { activatedExtension, EXTENSION_ID, workspaceUri } from "./harness/extension";

describe("the extension in a real host", () => {
  it("is not started by opening a folder of scripts", () => {
    assert.equal(vscode.extensions.getExtension(EXTENSION_ID)?.isActive, false);
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
