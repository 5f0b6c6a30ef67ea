/** Owns the settings of how many recorded runs are kept. */

import * as vscode from "vscode";
import type { RetentionLimits } from "./retention";

const DEFAULT_COUNT = 50;
const DEFAULT_MEGABYTES = 1_024;
const MEGABYTE = 1_024 * 1_024;

/** Reads the settings; values of a wrong type count as not set: too little must never be kept by mistake. */
export function readRetention(): RetentionLimits {
  const configuration = vscode.workspace.getConfiguration("agentContext.recordings");
  const count = limit(configuration.get("keepCount"), DEFAULT_COUNT);
  const megabytes = limit(configuration.get("keepMegabytes"), DEFAULT_MEGABYTES);
  return { count: Math.ceil(count), bytes: Math.ceil(megabytes * MEGABYTE) };
}

function limit(value: unknown, otherwise: number): number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : otherwise;
}
