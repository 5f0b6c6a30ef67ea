/**
 * `npm start`: set-up, build, and an editor that shows `examples/` with the extension loaded, until Ctrl-C.
 * `npm start -- --profile FOLDER` keeps settings, extensions and the packed extension there.
 */

import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { runCommand, startChild } from "./children.mjs";
import { editorToShow, partsForEditorToShow } from "./editor.mjs";
import { freshVsix, installOnce } from "./freshVsix.mjs";
import { HumanError, runMain } from "./humanError.mjs";
import { modules } from "./modules.mjs";
import { examplesDir, rootDir, stateDir } from "./paths.mjs";
import { checkNode, setUp } from "./plan.mjs";
import { QUIET_SETTINGS, startWorkbenchServer } from "./workbenchServer.mjs";

/** A profile of its own, which is kept: no other window's settings and extensions come in the way. */
const { profile } = parseArgs({ options: { profile: { type: "string" } } }).values;
const profileDir = path.resolve(profile ?? path.join(stateDir, "start"));
const WANTED_PORT = 8137;
const SETTINGS = { "security.workspace.trust.enabled": false };

const WHAT_TO_DO = `
  1. Click "Agent Contexts" in the activity bar (left edge), then "Run Agent Script…", then race.ts.
  2. Open an agent in the tree; "Preview Merge" stands on its row.
  3. "Agent Events" in the panel below steps through what happened.

Ctrl-C here ends everything.`;

await runMain(async () => {
  checkNode();
  await setUp([modules], "build, open examples/", partsForEditorToShow());
  const editor = await editorToShow();
  await setUp(editor.kind === "server" ? editor.parts : [], `build, open examples/ in ${editor.description}`);
  await (editor.kind === "server" ? showInBrowser(editor) : showOnDesktop(editor));
});

/** The extension is packed and installed, for a page that a person opens cannot be told of a development folder. */
async function showInBrowser({ installation }) {
  mkdirSync(profileDir, { recursive: true });
  const vsix = path.join(profileDir, "extension.vsix");
  const { hash, isNew } = await freshVsix({
    root: rootDir,
    vsix,
    pack: async () => {
      console.log("Building and packing the extension, less than a minute …");
      await runCommand(process.execPath, ["scripts/package.mjs", vsix], { cwd: rootDir, quiet: true });
    },
  });
  if (!isNew) console.log("Nothing has changed since the extension was packed: it is not packed again.");
  const server = await startWorkbenchServer({ installation, profileDir, port: WANTED_PORT, settings: SETTINGS });
  const { extensionsDir } = server;
  const isOld = !(await installOnce({ profileDir, extensionsDir, hash, install: () => server.installExtension(vsix) }));
  if (isOld) console.log("The extension is installed already.");
  console.log(
    `\nOpen this in Chrome, Edge or Firefox; only who has this address gets in:\n\n  ${server.url(examplesDir)}\n${WHAT_TO_DO}`,
  );
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
