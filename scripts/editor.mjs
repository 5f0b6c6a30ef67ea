/** The choice of the editor: which VS Code shows the extension, and which runs its tests. */

import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import * as path from "node:path";
import { codeServerInstallation, codeServerIsPossible, CURRENT, OLDEST } from "./codeServer.mjs";
import { findExecutable } from "./executables.mjs";
import { HumanError } from "./humanError.mjs";
import { rootDir, stateDir } from "./paths.mjs";

const VARIABLE = "AGENT_CONTEXT_EDITOR";
const DOWNLOAD_TIMEOUT_MS = 10_000;
const desktopDir = path.join(stateDir, "desktop");

/**
 * @typedef {{ kind: "desktop", executable: string, description: string }} DesktopEditor
 * @typedef {{ kind: "server", installation: import("./workbenchServer.mjs").Installation, description: string,
 *   parts: import("./plan.mjs").Part[] }} ServerEditor `parts` are to be set up before it is started
 */

/**
 * The editor to show the extension in: the one that the environment names, an installed `code`, a desktop VS Code that
 * can be downloaded and shown, VS Code in the browser.
 *
 * @returns {Promise<DesktopEditor | ServerEditor>}
 */
export async function editorToShow() {
  const installed = findExecutable("code");
  return (
    namedEditor() ??
    (installed && hasDisplay() ? desktop(installed, "the installed VS Code") : undefined) ??
    (hasDisplay() ? await downloadedDesktop() : undefined) ??
    serverEditor()
  );
}

/**
 * What {@link editorToShow} will need that is not there yet, told before anything is installed: without packages and
 * without the network.
 *
 * @returns {import("./plan.mjs").Part[]}
 */
export function partsForEditorToShow() {
  const named = namedEditor();
  if (named !== undefined) return named.kind === "server" ? named.parts : [];
  if (!hasDisplay()) return serverEditor().parts;
  return findExecutable("code") === undefined ? [desktopDownload] : [];
}

/**
 * The editor whose extension host runs the host tests: as {@link editorToShow}, but never the user's own, and a virtual
 * display is enough.
 *
 * @returns {Promise<DesktopEditor | ServerEditor>}
 */
export async function editorForHostTests() {
  return (
    namedEditor() ??
    (hasDisplay() || virtualDisplay() !== undefined ? await downloadedDesktop() : undefined) ??
    serverEditor()
  );
}

/**
 * The oldest editor that is supported, whatever the environment names: that very version on the desktop; else the oldest
 * server since then that npm has.
 *
 * @returns {Promise<DesktopEditor | ServerEditor>}
 */
export async function oldestEditorForHostTests() {
  const { engines } = JSON.parse(readFileSync(path.join(rootDir, "package.json"), "utf8"));
  const version = engines.vscode.replace("^", "");
  return (
    (hasDisplay() || virtualDisplay() !== undefined ? await downloadedDesktop(version) : undefined) ??
    serverEditor(OLDEST)
  );
}

/** The editor that a browser can open, for end-to-end tests. */
export function editorForBrowser() {
  const named = namedEditor();
  return named?.kind === "server" ? named : serverEditor();
}

/** True where a window can be shown to a person. */
export function hasDisplay() {
  return process.platform !== "linux" || Boolean(process.env["DISPLAY"] || process.env["WAYLAND_DISPLAY"]);
}

/** `xvfb-run`, where it is installed. */
export function virtualDisplay() {
  return findExecutable("xvfb-run");
}

function namedEditor() {
  const named = process.env[VARIABLE];
  if (named === undefined || named === "") {
    return undefined;
  }
  if (!existsSync(named)) {
    throw new HumanError(`${VARIABLE} names ${named}, which does not exist.`);
  }
  return named.includes("code-server")
    ? { kind: "server", installation: installationOf(named), description: named, parts: [] }
    : desktop(named, named);
}

/** A code-server executable lies somewhere in the package whose entry we start. */
function installationOf(executable) {
  for (let dir = path.dirname(realpathSync(executable)); dir !== path.dirname(dir); dir = path.dirname(dir)) {
    const entry = path.join(dir, "out/node/entry.js");
    if (existsSync(entry)) {
      const node = path.join(dir, "lib/node");
      return { node: existsSync(node) ? node : process.execPath, entry };
    }
  }
  throw new HumanError(
    `${VARIABLE} names ${executable}, but no code-server package (out/node/entry.js) lies around it.`,
  );
}

/** @returns {DesktopEditor} */
function desktop(executable, description) {
  return { kind: "desktop", executable, description };
}

/** What {@link downloadedDesktop} brings; for the plan alone. */
const desktopDownload = {
  title: "desktop VS Code",
  megabytes: 450,
  minutes: 1,
  isReady: () => existsSync(desktopDir) && readdirSync(desktopDir).some((name) => name.startsWith("vscode-")),
  setUp: async () => {
    await downloadedDesktop();
  },
};

/** Desktop VS Code, from the network or as it was downloaded before; undefined where it is out of reach. */
async function downloadedDesktop(version) {
  const { downloadAndUnzipVSCode, SilentReporter } = await import("@vscode/test-electron");
  try {
    const executable = await downloadAndUnzipVSCode({
      ...(version !== undefined && { version }),
      cachePath: desktopDir,
      timeout: DOWNLOAD_TIMEOUT_MS,
      reporter: new SilentReporter(),
    });
    return desktop(executable, version === undefined ? "desktop VS Code" : `desktop VS Code ${version}`);
  } catch (error) {
    console.log(`Desktop VS Code is out of reach (${error.message.split("\n")[0]}); taking VS Code in the browser.`);
    return undefined;
  }
}

/** @returns {ServerEditor} */
function serverEditor(version = CURRENT) {
  if (!codeServerIsPossible()) {
    throw new HumanError(
      `No editor was found. Install VS Code and name its executable in ${VARIABLE}; for the end-to-end tests, install code-server and name that.`,
    );
  }
  return {
    kind: "server",
    installation: codeServerInstallation(version),
    description: `VS Code in the browser (code-server ${version.version})`,
    parts: [version.part],
  };
}
