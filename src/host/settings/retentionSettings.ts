/** The settings of how many recorded runs are kept. */

import type * as vscode from "vscode";
import { MEGABYTE } from "../ui/bytesText";
import { concerns, Settings } from "./settings";
import type { RetentionLimits } from "../records/retention";

/** Fractions count: too little must never be kept by mistake. */
export function readRetention(): RetentionLimits {
  const settings = new Settings();
  const megabytes = settings.number("recordings.keepMegabytes");
  return { count: Math.ceil(settings.number("recordings.keepCount")), bytes: Math.ceil(megabytes * MEGABYTE) };
}

/** Whether how many are kept has changed. */
export function concernsRetention(change: vscode.ConfigurationChangeEvent): boolean {
  return concerns(change, "recordings.keepCount", "recordings.keepMegabytes");
}
