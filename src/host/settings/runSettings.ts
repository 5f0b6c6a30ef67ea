/** The settings that a script is run with, read for that script. */

import * as path from "node:path";
import * as vscode from "vscode";
import type { RedactPatterns } from "../../recording/redact";
import { HOLD_MODES, type HoldMode } from "../../core/choices";
import { readRedactPatterns } from "./redactSettings";

/** What the user set for one script. */
export interface RunSettings {
  readonly nodePath: string;
  readonly args: readonly string[];
  readonly runtimeArgs: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly atEnd: "exit" | "waitWhenUnmerged";
  readonly holdMerges: HoldMode;
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
 * Reads the settings; values of a wrong type count as not set (the settings editor marks them), but for those of masking.
 * @throws HumanError when what to mask cannot be told.
 */
export function readRunSettings(script: vscode.Uri): RunSettings {
  const configuration = vscode.workspace.getConfiguration("agentContext", script);
  const strings = (name: string): string[] => {
    const value: unknown = configuration.get(name);
    return Array.isArray(value) ? value.map(String) : [];
  };
  const env: unknown = configuration.get("env");
  return {
    nodePath: String(configuration.get("nodePath") ?? ""),
    args: strings("args"),
    runtimeArgs: strings("runtimeArgs"),
    env: Object.fromEntries(
      Object.entries(typeof env === "object" && env !== null ? env : {}).map(([name, value]) => [name, String(value)]),
    ),
    atEnd: configuration.get("atEnd") === "exit" ? "exit" : "waitWhenUnmerged",
    holdMerges: readHoldMode(configuration),
    graceMs: Math.round(readSeconds(configuration.get("holdGraceSeconds"), DEFAULT_GRACE_SECONDS) * 1_000),
    callSiteLimit: readLimit(configuration.get("callSiteLimit")),
    redact: readRedactPatterns(configuration),
    cwd: vscode.workspace.getWorkspaceFolder(script)?.uri.fsPath ?? path.dirname(script.fsPath),
  };
}

const DEFAULT_CALL_SITE_LIMIT = 20_000;
/** Outlasts the reload of a window with many extensions, or of a remote one. */
const DEFAULT_GRACE_SECONDS = 60;
const MAX_GRACE_SECONDS = 24 * 60 * 60;

function readHoldMode(configuration: vscode.WorkspaceConfiguration): HoldMode {
  const mode: unknown = configuration.get("holdMerges");
  return HOLD_MODES.find((known) => known === mode) ?? "never";
}

function readSeconds(value: unknown, otherwise: number): number {
  return typeof value === "number" && value >= 0 ? Math.min(value, MAX_GRACE_SECONDS) : otherwise;
}

function readLimit(value: unknown): number {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : DEFAULT_CALL_SITE_LIMIT;
}
