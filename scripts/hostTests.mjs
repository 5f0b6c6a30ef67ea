/**
 * A run of the host suite inside a real extension host: `node hostTests.mjs desktop EXECUTABLE`, or
 * `node hostTests.mjs server NODE ENTRY BROWSER`. What counts is the result file that the suite leaves.
 */

import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { format } from "node:util";
import { runMain } from "./humanError.mjs";
import { examplesDir, resultsDir, rootDir } from "./paths.mjs";
import { launchBrowser, openDevelopmentHost } from "./workbenchPage.mjs";
import { QUIET_SETTINGS, startWorkbenchServer } from "./workbenchServer.mjs";

const testsPath = path.join(rootDir, "out/test/host/index.cjs");
const resultFile = path.join(resultsDir, "host.json");
const evidenceDir = path.join(resultsDir, "failures/host");
const MARK = "[suite] ";

const env = Object.fromEntries(
  ["AGENT_CONTEXT_TEST_GREP", "AGENT_CONTEXT_TEST_FILE", "AGENT_CONTEXT_UPDATE_GOLDEN", "AGENT_CONTEXT_LONG"].flatMap(
    (name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]),
  ),
);

await runMain(async () => {
  const [kind, ...rest] = process.argv.slice(2);
  const dir = mkdtempSync(path.join(os.tmpdir(), "agent-context-host-"));
  const workspace = path.join(dir, "workspace");
  cpSync(examplesDir, workspace, { recursive: true, filter: (file) => path.basename(file) !== "node_modules" });
  try {
    await (kind === "desktop" ? runInDesktop(dir, workspace, rest) : runInServer(dir, workspace, rest));
  } finally {
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  }
});

async function runInDesktop(dir, workspace, [executable]) {
  const { runTests } = await import("@vscode/test-electron");
  const userDataDir = path.join(dir, "user");
  mkdirSync(path.join(userDataDir, "User"), { recursive: true });
  writeFileSync(path.join(userDataDir, "User/settings.json"), JSON.stringify(QUIET_SETTINGS));
  await runTests({
    vscodeExecutablePath: executable,
    extensionDevelopmentPath: rootDir,
    extensionTestsPath: testsPath,
    extensionTestsEnv: env,
    launchArgs: [
      workspace,
      `--user-data-dir=${userDataDir}`,
      `--extensions-dir=${path.join(dir, "extensions")}`,
      "--disable-workspace-trust",
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    ],
  });
}

async function runInServer(dir, workspace, [node, entry, executable]) {
  const server = await startWorkbenchServer({
    installation: { node, entry },
    profileDir: path.join(dir, "profile"),
    env,
  });
  const browser = await launchBrowser(executable);
  try {
    const consoleLines = [];
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    page.on("dialog", (dialog) => void dialog.accept().catch(() => undefined));
    // The workbench tells its driver of each line that the host prints, and of the end, through these two.
    const ended = new Promise((resolve) => {
      void page.exposeFunction("codeAutomationExit", (code) => resolve(code));
    });
    await page.exposeFunction("codeAutomationLog", (type, args) => {
      const line = format(...args);
      consoleLines.push(`${type}: ${line}`);
      // The suite marks its own lines; what the workbench has to say is kept as evidence.
      if (line.startsWith(MARK)) {
        console.log(line.slice(MARK.length));
      }
    });
    await openDevelopmentHost(page, server, { folder: workspace, extensions: [rootDir], testsPath });
    const code = await Promise.race([ended, server.ended.then((how) => `the server: ${how}`)]);
    if (code !== 0 || !existsSync(resultFile)) {
      await keepEvidence(page, server, consoleLines);
      throw new Error(`The extension host's suite ended with ${code}; evidence: ${evidenceDir}`);
    }
  } finally {
    await browser.close();
    await server.stop();
  }
}

async function keepEvidence(page, server, consoleLines) {
  mkdirSync(evidenceDir, { recursive: true });
  await page.screenshot({ path: path.join(evidenceDir, "screenshot.png") }).catch(() => undefined);
  writeFileSync(path.join(evidenceDir, "console.log"), consoleLines.join("\n") + "\n");
  cpSync(server.logFile, path.join(evidenceDir, "server.log"));
  cpSync(path.join(server.userDataDir, "logs"), path.join(evidenceDir, "logs"), { recursive: true });
}
