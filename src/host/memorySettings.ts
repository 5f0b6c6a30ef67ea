/** Owns the setting of how much of a run is kept in memory. */

import * as vscode from "vscode";
import { MEGABYTE, nonNegative } from "./settingValue";

const DEFAULT_MEGABYTES = 128;

/**
 * Bytes of a run's newest recorded lines whose values are kept in memory; 1 when none shall be. Values of a wrong
 * type count as not set.
 */
export function readRecentBytes(): number {
  const megabytes: unknown = vscode.workspace.getConfiguration("agentContext.memory").get("megabytes");
  return Math.max(1, Math.floor(nonNegative(megabytes, DEFAULT_MEGABYTES) * MEGABYTE));
}
