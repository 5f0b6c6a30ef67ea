/**
 * A running VS Code server with a profile of its own: how it is started, addressed and ended. It must not know who
 * looks at its pages, nor how the installation came about. Tests import it too, so it reads nothing of `import.meta`.
 */

import {
  chmodSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { request } from "node:http";
import * as os from "node:os";
import * as path from "node:path";
import { endChild, runCommand, startChild } from "./children.mjs";
import { openServerGate } from "./serverGate.mjs";

/** Settings of every profile of ours: nothing that greets, asks, updates, or calls home. */
export const QUIET_SETTINGS = {
  "chat.disableAIFeatures": true,
  "chat.agentHost.enabled": false,
  "workbench.startupEditor": "none",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.enableExperiments": false,
  "workbench.tips.enabled": false,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "git.openRepositoryInParentFolders": "never",
  "typescript.surveys.enabled": false,
  "typescript.disableAutomaticTypeAcquisition": true,
  "json.schemaDownload.enable": false,
  "window.confirmBeforeClose": "never",
  "files.hotExit": "off",
};

/**
 * @typedef {object} Installation where a VS Code server stands
 * @property {string} node the Node that runs it
 * @property {string} entry its entry script
 *
 * @typedef {object} WorkbenchServer
 * @property {string} origin
 * @property {number} port
 * @property {string} profileDir
 * @property {string} userDataDir
 * @property {string} extensionsDir
 * @property {string} logFile what the server printed
 * @property {number | undefined} pid
 * @property {(folder: string) => string} url the page that opens the folder, with the token that the server demands
 * @property {(vsix: string) => Promise<void>} installExtension
 * @property {() => Promise<void>} stop
 * @property {Promise<string>} ended resolves, with the reason, when the server is gone
 */

/**
 * Starts a server that listens on a socket file in a folder of this user's alone. What the world sees of it is a gate on
 * 127.0.0.1 that demands a token (serverGate.mjs).
 *
 * @param {object} options
 * @param {Installation} options.installation
 * @param {string} options.profileDir a folder for this server alone; user data, extensions and logs go below it
 * @param {boolean} [options.trust] true asks the user whether the workspace is trusted; by default all is trusted
 * @param {Record<string, unknown>} [options.settings]
 * @param {Record<string, string>} [options.env]
 * @param {string[]} [options.args]
 * @param {number} [options.port] tried first; a free one is taken where it is in use
 * @param {number} [options.timeoutMs]
 * @returns {Promise<WorkbenchServer>}
 * @throws when the server is not up in time, with what it printed
 */
export async function startWorkbenchServer({
  installation,
  profileDir,
  trust = false,
  settings = {},
  env = {},
  args = [],
  port: wantedPort,
  timeoutMs = 60_000,
}) {
  const userDataDir = path.join(profileDir, "user");
  const extensionsDir = path.join(profileDir, "extensions");
  const logFile = path.join(profileDir, "server.log");
  const config = path.join(profileDir, "config.yaml");
  mkdirSync(path.join(userDataDir, "User"), { recursive: true });
  chmodSync(profileDir, 0o700);
  mkdirSync(extensionsDir, { recursive: true });
  writeFileSync(config, "auth: none\n");
  writeFileSync(
    path.join(userDataDir, "User/settings.json"),
    JSON.stringify(
      {
        ...QUIET_SETTINGS,
        "security.workspace.trust.enabled": trust,
        "security.workspace.trust.startupPrompt": "always",
        ...settings,
      },
      null,
      2,
    ) + "\n",
  );
  const privateDir = makePrivateDir();
  const removePrivateDir = () => rmSync(privateDir, { recursive: true, force: true });
  process.once("exit", removePrivateDir);
  const socket = path.join(privateDir, "editor.sock");
  const serverEnv = serverEnvironment(installation, profileDir, env);
  const common = ["--config", config, "--user-data-dir", userDataDir, "--extensions-dir", extensionsDir];
  const child = startChild(
    installation.node,
    [
      installation.entry,
      ...["--auth", "none", "--socket", socket, "--session-socket", path.join(privateDir, "session.sock")],
      ...["--disable-telemetry", "--disable-update-check", "--disable-getting-started-override", "--disable-proxy"],
      ...(trust ? [] : ["--disable-workspace-trust"]),
      ...(passesOptions(installation) ? ["--vscode-option", "force-disable-user-env"] : []),
      ...common,
      ...args,
    ],
    { env: serverEnv, stdio: ["ignore", "pipe", "pipe"] },
  );
  const log = createWriteStream(logFile);
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  let end;
  const ended = new Promise((resolve) => {
    child.once("error", (error) => resolve((end = error.message)));
    child.once("exit", (code, signal) => resolve((end = signal ? `ended by ${signal}` : `exit code ${code}`)));
  });
  for (const deadline = Date.now() + timeoutMs; !(await answers(socket));) {
    if (end !== undefined) {
      throw new Error(`The VS Code server ended before it was up (${end}):\n${tailOf(logFile)}`);
    }
    if (Date.now() > deadline) {
      await endChild(child);
      throw new Error(`The VS Code server was not up after ${timeoutMs / 1000} s:\n${tailOf(logFile)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const gate = await openServerGate({ socket, port: wantedPort });
  return {
    origin: gate.origin,
    port: gate.port,
    profileDir,
    userDataDir,
    extensionsDir,
    logFile,
    pid: child.pid,
    ended,
    url: (folder) => gate.url(`/?folder=${encodeURI(folder.replaceAll("\\", "/"))}`),
    installExtension: (vsix) => installExtension(installation, common, serverEnv, vsix),
    stop: async () => {
      gate.close();
      await endChild(child);
      log.end();
      removePrivateDir();
      process.off("exit", removePrivateDir);
    },
  };
}

async function installExtension({ node, entry }, common, env, vsix) {
  await runCommand(node, [entry, "--install-extension", vsix, "--force", ...common], { env, quiet: true });
}

/**
 * Whether the server passes options on to VS Code. One of them keeps a login shell's environment from replacing the one
 * given here; for older servers a variable does, as if VS Code had been started from such a shell.
 */
function passesOptions({ entry }) {
  return readFileSync(path.join(path.dirname(entry), "cli.js"), "utf8").includes('"vscode-option"');
}

function serverEnvironment(installation, profileDir, env) {
  const { node } = installation;
  const result = { ...process.env };
  for (const name of Object.keys(result)) {
    // Left by an editor's terminal or by npm, these would steer the server.
    if (/^(VSCODE_|CODE_SERVER_|ELECTRON_|PORT$|PASSWORD$|HASHED_PASSWORD$|NODE_OPTIONS$|npm_)/.test(name)) {
      delete result[name];
    }
  }
  const dataDir = path.join(profileDir, "xdg");
  return {
    ...result,
    XDG_CONFIG_HOME: dataDir,
    XDG_DATA_HOME: dataDir,
    // No gallery: nothing is looked up, suggested or updated.
    EXTENSIONS_GALLERY: '{"serviceUrl":""}',
    ...(passesOptions(installation) ? {} : { VSCODE_CLI: "1" }),
    PATH: `${path.dirname(node)}${path.delimiter}${process.env["PATH"] ?? ""}`,
    ...env,
  };
}

/** The profile may be gone when the message is read. */
function tailOf(logFile) {
  return existsSync(logFile) ? readFileSync(logFile, "utf8").trim().split("\n").slice(-15).join("\n") : "";
}

/** True once the server behind the socket is up. */
function answers(socketPath) {
  return new Promise((resolve) => {
    const asked = request({ socketPath, path: "/healthz", agent: false, timeout: 5_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => resolve(false));
    asked.end();
  });
}

/** The path of a socket has about a hundred characters at most: where the usual folder for such files is deep, /tmp is not. */
function makePrivateDir() {
  const base = os.tmpdir().length > 60 ? "/tmp" : os.tmpdir();
  // Its mode is 0700.
  return mkdtempSync(path.join(base, "agent-context-server-"));
}
