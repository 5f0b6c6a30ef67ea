/** The settings of how many recorded runs are kept. */

import * as vscode from "vscode";
import { MEGABYTE, nonNegative } from "./settingValue";
import type { RetentionLimits } from "../records/retention";

const DEFAULT_COUNT = 50;
const DEFAULT_MEGABYTES = 1_024;

/** Reads the settings; values of a wrong type count as not set: too little must never be kept by mistake. */
export function readRetention(): RetentionLimits {
  const configuration = vscode.workspace.getConfiguration("agentContext.recordings");
  const count = nonNegative(configuration.get("keepCount"), DEFAULT_COUNT);
  const megabytes = nonNegative(configuration.get("keepMegabytes"), DEFAULT_MEGABYTES);
  return { count: Math.ceil(count), bytes: Math.ceil(megabytes * MEGABYTE) };
}
