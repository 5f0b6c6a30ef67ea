/** The session of VS Code's own JavaScript debugger that stands beside a session of ours, and how it comes to the script. */

import * as path from "node:path";
import * as vscode from "vscode";
import { HumanError, messageOf } from "../../base/humanError";
import type { Run } from "../runs/run";
import { InspectorRelay } from "./inspectorRelay";

/** The JavaScript debugger has so long to attach; the script waits before its first line meanwhile. */
const ATTACH_MS = 30_000;

/** Lets VS Code's JavaScript debugger into a run that was started with its inspector open. Disposed of, it lets go. */
export class ScriptDebugger implements vscode.Disposable {
  private constructor(private readonly relay: InspectorRelay) {}

  /**
   * Resolves once the JavaScript debugger has set its breakpoints.
   * @param parent our session; the other one is shown beneath it, and ends with it
   * @param extension the extension's own folder, whose code nobody steps into
   * @throws HumanError when it does not come to that; nothing is attached then
   */
  static async start(run: Run, parent: vscode.DebugSession, extension: vscode.Uri): Promise<ScriptDebugger> {
    const { inspectorUrl, thread, script } = run;
    if (inspectorUrl === undefined) {
      throw new HumanError(
        vscode.l10n.t(
          "The script did not accept the JavaScript debugger; its terminal shows why. Debug the script without it.",
        ),
      );
    }
    let settle: (problem?: string) => void = () => undefined;
    const ready = new Promise<string | undefined>((resolve) => (settle = resolve));
    const relay = await InspectorRelay.open(inspectorUrl, {
      ready: () => settle(),
      paused: (isPaused) => thread?.scriptDebuggerPaused(isPaused),
      closed: () => settle(vscode.l10n.t("its connection was closed")),
    });
    const timer = setTimeout(() => settle(vscode.l10n.t("it took longer than {0} s", ATTACH_MS / 1000)), ATTACH_MS);
    try {
      const folder = vscode.workspace.getWorkspaceFolder(script);
      const hasStarted = await vscode.debug.startDebugging(folder, configuration(run, relay, extension), {
        parentSession: parent,
        lifecycleManagedByParent: true,
        suppressSaveBeforeStart: true,
      });
      const problem = hasStarted ? await ready : vscode.l10n.t("VS Code could not start it");
      if (problem === undefined) return new ScriptDebugger(relay);
      throw new HumanError(
        vscode.l10n.t(
          'The JavaScript debugger did not attach to {0}: {1}. Debug the agents alone, without "debugScript".',
          run.title,
          problem,
        ),
      );
    } catch (error) {
      relay.close();
      throw error instanceof HumanError ? error : new HumanError(messageOf(error));
    } finally {
      clearTimeout(timer);
    }
  }

  dispose(): void {
    this.relay.close();
  }
}

function configuration(
  { script, title }: Run,
  relay: InspectorRelay,
  extension: vscode.Uri,
): vscode.DebugConfiguration {
  const own = vscode.Uri.joinPath(extension, "dist").fsPath.replaceAll("\\", "/");
  return {
    type: "node",
    request: "attach",
    name: vscode.l10n.t("{0}: JavaScript", title),
    websocketAddress: relay.address,
    cwd: path.dirname(script.fsPath),
    restart: false,
    // What the script starts is not held with it.
    autoAttachChildProcesses: false,
    skipFiles: ["<node_internals>/**", `${own}/**`, "**/node_modules/agent-context/**"],
    resolveSourceMapLocations: ["**", "!**/node_modules/**"],
  };
}
