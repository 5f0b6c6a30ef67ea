/**
 * Which Node.js runs a script: the setting, else a `node` of a sufficient version on the PATH, else the editor's
 * own. Asks the machine only through {@link NodeProbes}, so it knows no editor, no platform and no file system.
 */

import * as l10n from "@vscode/l10n";
import * as nodePath from "node:path";
import { HumanError } from "../../base/humanError";

/** The oldest Node.js major version that scripts are run with. */
export const OLDEST_NODE = 20;

/** What is asked of the machine. */
export interface NodeProbes {
  isFile(path: string): Promise<boolean>;
  /** @returns the version that `path --version` prints ("v20.19.0"), or undefined when it does not run or prints none. */
  version(path: string): Promise<string | undefined>;
}

/** The facts that a choice depends on. */
export interface NodeQuestion {
  /** `agentContext.nodePath`; empty = not set. */
  readonly setting: string;
  /** The environment of scripts; only PATH and PATHEXT are read. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** The editor's own Node.js; an Electron needs ELECTRON_RUN_AS_NODE to be one. */
  readonly editor: { readonly execPath: string; readonly version: string; readonly electron: boolean };
}

/** The Node.js that was chosen. */
export interface NodeChoice {
  readonly source: "setting" | "path" | "editor";
  readonly execPath: string;
  /** Without the "v". */
  readonly version: string;
  /** To be added to the environment of the process that is started with it. */
  readonly env: Readonly<Record<string, string>>;
  /** Which and why, as one phrase for the run's tooltip. */
  readonly text: string;
}

/** @throws HumanError when the setting names something that cannot be used; it is never passed over in silence. */
export async function chooseNode(question: NodeQuestion, probes: NodeProbes): Promise<NodeChoice> {
  const { setting, editor } = question;
  if (setting.trim() !== "") return chosenBySetting(setting.trim(), question.platform, probes);

  let tooOld: string | undefined;
  for (const execPath of nodesOnPath(question.env, question.platform)) {
    if (!(await probes.isFile(execPath))) continue;
    const version = await probes.version(execPath);
    if (isEnough(version)) {
      const text = l10n.t("Node.js {0} ({1}), found on the PATH", bare(version), execPath);
      return { source: "path", execPath, version: bare(version), env: {}, text };
    }
    if (version !== undefined) tooOld ??= `${bare(version)} (${execPath})`;
  }
  const why = tooOld
    ? l10n.t("the one on the PATH, {0}, is older than {1}", tooOld, OLDEST_NODE)
    : l10n.t("there is none on the PATH");
  return {
    source: "editor",
    execPath: editor.execPath,
    version: bare(editor.version),
    env: editor.electron ? { ELECTRON_RUN_AS_NODE: "1" } : {},
    text: l10n.t("Node.js {0} of the editor itself, because {1}", bare(editor.version), why),
  };
}

/**
 * @returns the paths that `node` may have on the PATH, in its order. Relative entries are left out: they would let a
 * workspace decide what is run. On Windows only what can be started without a shell counts (.exe, .com).
 */
export function nodesOnPath(env: NodeQuestion["env"], platform: NodeJS.Platform): string[] {
  const windows = platform === "win32";
  const paths = windows ? nodePath.win32 : nodePath.posix;
  const read = (name: string): string =>
    env[windows ? (Object.keys(env).find((key) => key.toUpperCase() === name) ?? name) : name] ?? "";
  const names = windows
    ? (read("PATHEXT") || ".COM;.EXE")
        .split(";")
        .map((extension) => extension.trim().toLowerCase())
        .filter((extension) => extension === ".exe" || extension === ".com")
        .map((extension) => `node${extension}`)
    : ["node"];
  return read("PATH")
    .split(paths.delimiter)
    .map((folder) => (windows ? folder.trim().replace(/^"(.*)"$/, "$1") : folder))
    .filter((folder) => paths.isAbsolute(folder))
    .flatMap((folder) => names.map((name) => paths.join(folder, name)));
}

async function chosenBySetting(setting: string, platform: NodeJS.Platform, probes: NodeProbes): Promise<NodeChoice> {
  const paths = platform === "win32" ? nodePath.win32 : nodePath.posix;
  const remedy = l10n.t("Correct the setting, or clear it to use the one on the PATH.");
  if (!paths.isAbsolute(setting)) {
    throw new HumanError(l10n.t("agentContext.nodePath must be an absolute path, not '{0}'. {1}", setting, remedy));
  }
  if (!(await probes.isFile(setting))) {
    throw new HumanError(l10n.t("agentContext.nodePath names '{0}', which is not a file. {1}", setting, remedy));
  }
  const version = await probes.version(setting);
  if (version === undefined) {
    throw new HumanError(
      l10n.t("agentContext.nodePath names '{0}', which does not run as Node.js. {1}", setting, remedy),
    );
  }
  if (!isEnough(version)) {
    throw new HumanError(
      l10n.t(
        "agentContext.nodePath names Node.js {0}; scripts need {1} or newer. {2}",
        bare(version),
        OLDEST_NODE,
        remedy,
      ),
    );
  }
  const text = l10n.t("Node.js {0} ({1}), from agentContext.nodePath", bare(version), setting);
  return { source: "setting", execPath: setting, version: bare(version), env: {}, text };
}

function isEnough(version: string | undefined): version is string {
  const major = /^v?(\d+)\./.exec(version ?? "")?.[1];
  return major !== undefined && Number(major) >= OLDEST_NODE;
}

function bare(version: string): string {
  return version.replace(/^v/, "");
}
