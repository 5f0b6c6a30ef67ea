/**
 * Owns `npm start`: set-up, build, and an editor that shows `examples/` with the extension loaded, until Ctrl-C.
 */

import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { runCommand, startChild } from "./children.mjs";
import { editorToShow } from "./editor.mjs";
import { HumanError, runMain } from "./humanError.mjs";
import { modules } from "./modules.mjs";
import { examplesDir, rootDir, stateDir } from "./paths.mjs";
import { checkNode, setUp } from "./plan.mjs";
import { QUIET_SETTINGS, startWorkbenchServer } from "./workbenchServer.mjs";

/** A profile of its own, which is kept: no other window's settings and extensions come in the way. */
const profileDir = path.join(stateDir, "start");
const WANTED_PORT = 8137;
const SETTINGS = { "security.workspace.trust.enabled": false };

const WHAT_TO_DO = `
  1. Click "Agent Contexts" in the activity bar (left edge), then "Run Agent Script…", then race.ts.
  2. Open an agent in the tree; "Preview Merge" stands on its row.
  3. "Agent Events" in the panel below steps through what happened.

Ctrl-C here ends everything.`;

await runMain(async () => {
  checkNode();
  await setUp([modules], "choose an editor, build, open examples/");
  const editor = await editorToShow();
  await setUp(editor.kind === "server" ? editor.parts : [], `build, open examples/ in ${editor.description}`);
  await (editor.kind === "server" ? showInBrowser(editor) : showOnDesktop(editor));
});

/** The extension is packed and installed, for a page that a person opens cannot be told of a development folder. */
async function showInBrowser({ installation }) {
  console.log("Building and packing the extension …");
  const vsix = path.join(stateDir, "start.vsix");
  await runCommand(process.execPath, ["scripts/package.mjs", vsix], { cwd: rootDir, quiet: true });
  const server = await startWorkbenchServer({ installation, profileDir, port: WANTED_PORT, settings: SETTINGS });
  await server.installExtension(vsix);
  console.log(`\nOpen this in Chrome, Edge or Firefox:\n\n  ${server.url(examplesDir)}\n${WHAT_TO_DO}`);
  throw new HumanError(`The VS Code server is gone (${await server.ended}). It printed ${server.logFile}.`);
}

async function showOnDesktop({ executable, description }) {
  await runCommand(process.execPath, ["esbuild.mjs"], { cwd: rootDir });
  const settings = path.join(profileDir, "user/User/settings.json");
  mkdirSync(path.dirname(settings), { recursive: true });
  writeFileSync(settings, JSON.stringify({ ...QUIET_SETTINGS, ...SETTINGS }, null, 2) + "\n");
  const child = startChild(
    executable,
    [
      examplesDir,
      `--extensionDevelopmentPath=${rootDir}`,
      `--user-data-dir=${path.join(profileDir, "user")}`,
      `--extensions-dir=${path.join(profileDir, "extensions")}`,
      ...["--new-window", "--wait", "--disable-workspace-trust"],
      ...(process.platform === "linux" && process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    ],
    { stdio: "inherit", shell: executable.endsWith(".cmd") },
  );
  console.log(`\nOpening examples/ in ${description}.\n${WHAT_TO_DO}`);
  const code = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
  if (code !== 0) {
    throw new HumanError(`${description} ended with exit code ${code}.`);
  }
}
