/** Which formats a run can be exported to, and the names of the files; knows nothing of how they are written. */

import { RECORDING_SUFFIX } from "../../recording/recording";
import { scriptName } from "./otlpSpans";
import type { RunInfo } from "../runInfo";

/** `jsonl`: a recording like the run's own. `otlp`: an OpenTelemetry trace. */
export type ExportFormat = "jsonl" | "otlp";

/** All of them. */
export const EXPORT_FORMATS: readonly ExportFormat[] = ["jsonl", "otlp"];

/** How files of a format end. OpenTelemetry's file format is JSON Lines, too. */
export const EXPORT_SUFFIX: Readonly<Record<ExportFormat, string>> = { jsonl: RECORDING_SUFFIX, otlp: ".otlp.jsonl" };

/**
 * What save dialogs are told of a format's files. The dialog of remote and browser windows knows only the last part of a
 * name's suffix, and would add the whole one to a name that has it: so the last part stands there, too. The first is what
 * it adds to a name without any.
 */
export function dialogExtensions(format: ExportFormat): string[] {
  const whole = EXPORT_SUFFIX[format].slice(1);
  return [whole, whole.slice(whole.lastIndexOf(".") + 1)];
}

/** Tells whether a word names a format. */
export function isExportFormat(word: string): word is ExportFormat {
  return (EXPORT_FORMATS as readonly string[]).includes(word);
}

/** A name for the file, of the script and its start in UTC: `race-2026-01-02T03-04-05.agentlog.jsonl`. */
export function exportName({ script, startedMs }: Pick<RunInfo, "script" | "startedMs">, format: ExportFormat): string {
  // Names come from recordings: no character may lead out of a folder or be refused by a file system.
  const name = scriptName(script)
    .replace(/\.[cm]?[jt]s$/, "")
    .replace(/[^\p{L}\p{N}._-]+/gu, "-")
    .slice(0, 100);
  const date = new Date(startedMs ?? NaN);
  const time = Number.isNaN(date.getTime()) ? "" : `-${date.toISOString().slice(0, 19).replaceAll(":", "-")}`;
  return `${name || "run"}${time}${EXPORT_SUFFIX[format]}`;
}
