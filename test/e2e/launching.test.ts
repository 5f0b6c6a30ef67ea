/**
 * The ways in which an extension can start a process that has a terminal, and what becomes of each when the window is
 * reloaded, when the extension host is killed, and when the process ends. `src/host/runs/runTask.ts` takes the background
 * task: the terminal of a plain task does not come back, and one without a task takes its output with it when it ends.
 */

import * as assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { waitFor } from "../harness/waitFor";
import { openWorkbench, type Workbench } from "./harness/workbench";

const WAYS = ["task", "backgroundTask", "terminal"] as const;
const PATIENCE_MS = 150_000;

/** Tells its pid, counts until it is told to end, and then ends well. By its 25th number VS Code has noted its terminal. */
const COUNTS = [
  'const { existsSync, writeFileSync } = require("node:fs");',
  "const name = process.argv[2];",
  "writeFileSync(`${name}.pid`, String(process.pid));",
  "let count = 0;",
  "setInterval(() => {",
  "  console.log(`${name} ${++count}`);",
  '  if (count === 25) writeFileSync(`${name}.settled`, "");',
  '  if (existsSync("end")) process.exit(0);',
  "}, 200);",
].join("\n");

/** Starts one process each way when there is a file `start`, and reports all terminals again and again. */
const EXTENSION = [
  'const vscode = require("vscode");',
  'const { existsSync, renameSync, writeFileSync } = require("node:fs");',
  'const path = require("node:path");',
  "exports.activate = () => {",
  "  const folder = vscode.workspace.workspaceFolders[0].uri.fsPath;",
  '  const started = vscode.workspace.workspaceFolders[0] && path.join(folder, "started");',
  "  const run = (name, isBackground) => {",
  '    const execution = new vscode.ProcessExecution(process.env.NODE, ["counts.cjs", name], { cwd: folder });',
  '    const task = new vscode.Task({ type: "launching", name }, vscode.TaskScope.Workspace, name, "Launching", execution, []);',
  "    task.isBackground = isBackground;",
  "    task.presentationOptions = { panel: vscode.TaskPanelKind.Dedicated, showReuseMessage: false };",
  "    return vscode.tasks.executeTask(task);",
  "  };",
  "  setInterval(async () => {",
  '    if (existsSync(path.join(folder, "start")) && !existsSync(started)) {',
  '      writeFileSync(started, "");',
  '      await run("task", false);',
  '      await run("backgroundTask", true);',
  '      vscode.window.createTerminal({ name: "terminal", shellPath: process.env.NODE, shellArgs: ["counts.cjs", "terminal"], cwd: folder });',
  "    }",
  "    const pids = await Promise.all(vscode.window.terminals.map(({ processId }) => processId));",
  '    writeFileSync(path.join(folder, "report.new"), JSON.stringify({ hostPid: process.pid, pids }));',
  '    renameSync(path.join(folder, "report.new"), path.join(folder, "report.json"));',
  "  }, 300);",
  "};",
].join("\n");

const MANIFEST = JSON.stringify({
  name: "launching",
  publisher: "agent-context",
  version: "0.0.1",
  engines: { vscode: "^1.101.0" },
  main: "./extension.cjs",
  extensionKind: ["workspace"],
  activationEvents: ["onStartupFinished"],
});

interface Report {
  readonly hostPid: number;
  /** Of the processes in all terminals. */
  readonly pids: readonly number[];
}

function reportOf({ workspaceDir }: Workbench): Report {
  return JSON.parse(readFileSync(path.join(workspaceDir, "report.json"), "utf8")) as Report;
}

/** One process each way, in a window of its own; all of them have run for a while. */
async function launched(): Promise<{ workbench: Workbench; withTerminal: () => string[]; end: () => void }> {
  const workbench = await openWorkbench({
    files: { "counts.cjs": COUNTS, "launching/package.json": MANIFEST, "launching/extension.cjs": EXTENSION },
    extensions: ["launching"],
    env: { NODE: process.execPath },
  });
  const fileOf = (name: string): string => path.join(workbench.workspaceDir, name);
  writeFileSync(fileOf("start"), "");
  const pidOf = (way: string): number => Number(readFileSync(fileOf(`${way}.pid`), "utf8"));
  const withTerminal = (): string[] => WAYS.filter((way) => reportOf(workbench).pids.includes(pidOf(way)));
  await waitFor("a terminal for each", () => withTerminal().length === WAYS.length, PATIENCE_MS);
  await waitFor(
    "all of them to have run for a while",
    () => WAYS.every((way) => existsSync(fileOf(`${way}.settled`))),
    PATIENCE_MS,
  );
  return { workbench, withTerminal, end: () => writeFileSync(fileOf("end"), "") };
}

describe("ways of launching", () => {
  it("tasks keep their output in the terminal after the end, a terminal without a task is closed", async function () {
    this.timeout(3 * PATIENCE_MS);
    const { withTerminal, end } = await launched();
    end();
    await waitFor("the terminal without a task to be closed", () => !withTerminal().includes("terminal"), PATIENCE_MS);
    assert.deepEqual(withTerminal(), ["task", "backgroundTask"]);
  });

  it("a plain task loses its terminal with a reload; a background task keeps it, also after the extension host's death", async function () {
    this.timeout(3 * PATIENCE_MS);
    const { workbench, withTerminal } = await launched();
    const first = reportOf(workbench).hostPid;
    await workbench.page.reload();
    await workbench.ready();
    const isBack = (before: number): boolean =>
      reportOf(workbench).hostPid !== before && withTerminal().includes("backgroundTask");
    await waitFor("the terminals of the new window", () => isBack(first), PATIENCE_MS);
    // A desktop window ends the plain task's process, too.
    assert.ok(!withTerminal().includes("task"));
    await workbench.shot("launching-reloaded");

    // An extension host in development is not started again by itself.
    const { hostPid } = reportOf(workbench);
    process.kill(hostPid, "SIGKILL");
    await workbench.page.reload();
    await workbench.ready();
    await waitFor("the terminals after the extension host's death", () => isBack(hostPid), PATIENCE_MS);
  });
});
