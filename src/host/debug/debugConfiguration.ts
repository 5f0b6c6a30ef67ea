/** What a debug configuration of type `agent-context` may say, and makes it whole and right, or says what is wrong. */

import * as path from "node:path";
import * as vscode from "vscode";
import { readHoldMode, type HoldMode } from "../../core/choices";
import { HumanError } from "../../base/humanError";
import { isAgentScript } from "../runs/importMatcher";
import { requireTrust } from "../ui/workspaceTrust";
import { DEBUG_TYPE } from "../../../contributions/debuggers";

/** A configuration, once it is resolved. */
export interface AgentDebugConfiguration extends vscode.DebugConfiguration {
  /** Absolute path of the script; absent for recordings. */
  readonly program?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Launch: default false. Replay: default true. */
  readonly stopOnEntry?: boolean;
  readonly holdMerges?: HoldMode;
  /** Also debug the script with VS Code's JavaScript debugger. */
  readonly debugScript?: boolean;
  /** Absolute path of a recording to replay. */
  readonly recording?: string;
  /** A run that is on show already, by id. */
  readonly runId?: string;
  readonly noDebug?: boolean;
  /** The run that is restarted, by id: what it was started with counts, whatever the settings say by now. */
  readonly restartOf?: string;
}

/** Completes configurations. VS Code knows the requests "launch" and "attach" alone; "replay" becomes a launch of a recording. */
export class DebugConfigurations implements vscode.DebugConfigurationProvider {
  /** @param failed shows why a configuration cannot be used */
  constructor(private readonly failed: (error: unknown) => void) {}

  resolveDebugConfiguration(
    _folder: vscode.WorkspaceFolder | undefined,
    asked: vscode.DebugConfiguration,
  ): vscode.DebugConfiguration | undefined {
    try {
      return completed(asked);
    } catch (error) {
      this.failed(error);
      return undefined;
    }
  }

  resolveDebugConfigurationWithSubstitutedVariables(
    folder: vscode.WorkspaceFolder | undefined,
    asked: vscode.DebugConfiguration,
  ): vscode.DebugConfiguration | undefined {
    try {
      return checked(folder, asked);
    } catch (error) {
      this.failed(error);
      return undefined;
    }
  }
}

/** F5 without a launch.json: the file that is edited. */
function completed(asked: vscode.DebugConfiguration): vscode.DebugConfiguration {
  const isReplay = asked.request === "replay" || asked["recording"] !== undefined || asked["runId"] !== undefined;
  if (isReplay) {
    if (typeof asked["recording"] !== "string" && typeof asked["runId"] !== "string") {
      throw new HumanError(
        vscode.l10n.t('To replay, a debug configuration needs "recording": the path of a recording.'),
      );
    }
    const name = asked.name || vscode.l10n.t("Replay {0}", path.basename(String(asked["recording"] ?? "")));
    return { ...asked, type: DEBUG_TYPE, name, request: "launch" };
  }
  requireTrust();
  const { activeTextEditor } = vscode.window;
  const isNew = asked.type === undefined || asked.type === "" || asked["program"] === undefined;
  if (isNew && (activeTextEditor === undefined || !isAgentScript(activeTextEditor.document))) {
    throw new HumanError(
      vscode.l10n.t('There is no script to debug. Open an agent script, or set "program" in the debug configuration.'),
    );
  }
  return {
    ...asked,
    type: DEBUG_TYPE,
    name: asked.name || vscode.l10n.t("Debug Agent Script"),
    request: asked.request || "launch",
    program: (asked["program"] as unknown) ?? "${file}",
  };
}

function checked(
  folder: vscode.WorkspaceFolder | undefined,
  asked: vscode.DebugConfiguration,
): AgentDebugConfiguration {
  if (asked.request !== "launch") {
    throw new HumanError(vscode.l10n.t('"request" must be "launch" or "replay", not "{0}".', String(asked.request)));
  }
  const { program, recording, args, env, cwd, stopOnEntry, holdMerges, debugScript } = asked as Record<string, unknown>;
  const wrong = (name: string, what: string): never => {
    throw new HumanError(vscode.l10n.t('"{0}" in the debug configuration must be {1}.', name, what));
  };
  const base = folder?.uri.fsPath ?? vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? "";
  const absolute = (name: string, value: unknown): string => {
    if (typeof value !== "string" || value === "") return wrong(name, vscode.l10n.t("a path"));
    return path.resolve(base, value);
  };
  if (args !== undefined && !(Array.isArray(args) && args.every((each) => typeof each === "string"))) {
    wrong("args", vscode.l10n.t("a list of strings"));
  }
  if (env !== undefined && (typeof env !== "object" || env === null || Array.isArray(env))) {
    wrong("env", vscode.l10n.t("an object of strings"));
  }
  for (const [name, value] of Object.entries({ stopOnEntry, debugScript })) {
    if (value !== undefined && typeof value !== "boolean") wrong(name, vscode.l10n.t("true or false"));
  }
  const holdMode = readHoldMode(holdMerges);
  if (holdMerges !== undefined && holdMode === undefined) wrong("holdMerges", '"never", "onProblem" or "always"');
  return {
    ...asked,
    ...(holdMode && { holdMerges: holdMode }),
    ...(recording === undefined ? {} : { recording: absolute("recording", recording) }),
    ...(program === undefined ? {} : { program: absolute("program", program) }),
    ...(cwd === undefined ? {} : { cwd: absolute("cwd", cwd) }),
    ...(env !== undefined && {
      env: Object.fromEntries(Object.entries(env as object).map(([name, value]) => [name, String(value)])),
    }),
  };
}
