/** The settings that a script is run with, read for that script. */

import * as path from "node:path";
import * as vscode from "vscode";
import type { RedactPatterns } from "../../recording/redact";
import type { HoldMode } from "../../core/choices";
import { readRedactPatterns } from "./redactSettings";
import { Settings } from "./settings";

/** What the user set for one script. */
export interface RunSettings {
  readonly nodePath: string;
  readonly args: readonly string[];
  readonly runtimeArgs: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly atEnd: "exit" | "waitWhenUnmerged";
  readonly holdMerges: HoldMode;
  /** How long a script may take that is asked to end, milliseconds. */
  readonly stopGraceMs: number;
  /** How long what waits for the user survives an unexplained disconnect, milliseconds. */
  readonly graceMs: number;
  /** Events a second above which their lines are not taken; 0 = never. */
  readonly callSiteLimit: number;
  /** What is masked; undefined = nothing. */
  readonly redact: RedactPatterns | undefined;
  /** The workspace folder of the script, else the script's own folder. */
  readonly cwd: string;
}

/**
 * Reads the settings; values of a wrong type count as not set, but for those of masking.
 * @throws HumanError when what to mask cannot be told.
 */
export function readRunSettings(script: vscode.Uri): RunSettings {
  const settings = new Settings(script);
  return {
    nodePath: settings.string("nodePath"),
    args: settings.strings("args"),
    runtimeArgs: settings.strings("runtimeArgs"),
    env: settings.variables("env"),
    atEnd: settings.choice("atEnd"),
    holdMerges: settings.choice("holdMerges"),
    stopGraceMs: Math.round(settings.number("stopGraceSeconds") * 1_000),
    graceMs: Math.round(settings.number("holdGraceSeconds") * 1_000),
    callSiteLimit: settings.integer("callSiteLimit"),
    redact: readRedactPatterns(settings),
    cwd: vscode.workspace.getWorkspaceFolder(script)?.uri.fsPath ?? path.dirname(script.fsPath),
  };
}
