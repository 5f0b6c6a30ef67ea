/** Which run or recording Export Run… means, and what is known of it before it is read. */

import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import * as vscode from "vscode";
import type { RunInfo } from "../../model/runInfo";
import { createLineDecoder } from "../../recording/recording";
import { HumanError, messageOf } from "../../base/humanError";
import { pickRun } from "../runs/pickRun";
import type { RunRegistry } from "../runs/runRegistry";
import type { ExportSource } from "./writeExport";

/** What is to be exported. */
export interface ExportSubject {
  readonly source: ExportSource;
  /** What the user knows it by. */
  readonly title: string;
  readonly info: Pick<RunInfo, "script" | "startedMs">;
  /** Where the save dialog begins. */
  readonly folder: vscode.Uri;
}

/** A recording that no view need have opened, as commands of other views name it. */
export interface RecordingTarget {
  readonly recording: vscode.Uri;
}

/**
 * @param argument a run's id, a tree element, a recording ({@link RecordingTarget} or its Uri), or anything else (then the
 * user chooses among the runs).
 * @returns undefined when the user chose nothing.
 * @throws HumanError when there is nothing to export.
 */
export async function exportSubject(runs: RunRegistry, argument: unknown): Promise<ExportSubject | undefined> {
  const recording = argument instanceof vscode.Uri ? argument : recordingOf(argument);
  if (recording !== undefined) return subjectOfRecording(recording);
  const none = vscode.l10n.t("There is no run to export. Run a script first.");
  const run = await pickRun(runs, argument, () => true, none, vscode.l10n.t("Export which run?"));
  if (run === undefined) return undefined;
  const { title, model, script } = run;
  return {
    source: { recording: run.recording.fsPath, model },
    title,
    info: { script: script.fsPath, startedMs: model.info.startedMs },
    folder: vscode.workspace.getWorkspaceFolder(script)?.uri ?? vscode.Uri.joinPath(script, ".."),
  };
}

function recordingOf(argument: unknown): vscode.Uri | undefined {
  if (typeof argument !== "object" || argument === null) return undefined;
  const { recording } = argument as Partial<RecordingTarget>;
  return recording instanceof vscode.Uri ? recording : undefined;
}

async function subjectOfRecording(recording: vscode.Uri): Promise<ExportSubject> {
  if (recording.scheme !== "file") {
    throw new HumanError(vscode.l10n.t("'{0}' is not a file on disk. Save it to a folder first.", recording.path));
  }
  const name = recording.path.slice(recording.path.lastIndexOf("/") + 1);
  return {
    source: { recording: recording.fsPath },
    title: name,
    info: (await headerOf(recording.fsPath)) ?? {
      script: name.replace(/(?:\.agentlog)?\.jsonl$/, ""),
      startedMs: undefined,
    },
    folder: vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.joinPath(recording, ".."),
  };
}

/** The first line, where it is a header; it is short, whatever follows it. @throws HumanError for a file that cannot be read. */
async function headerOf(file: string): Promise<ExportSubject["info"] | undefined> {
  const input = createReadStream(file, { end: 64 * 1024 });
  try {
    for await (const line of createInterface({ input })) {
      const decoded = createLineDecoder()(line);
      if (decoded.type !== "header") return undefined;
      const { header, timestampMs } = decoded;
      return { script: header.script, startedMs: Number.isNaN(timestampMs) ? undefined : timestampMs };
    }
    return undefined;
  } catch (error) {
    throw new HumanError(vscode.l10n.t("The recording '{0}' cannot be read: {1}.", file, messageOf(error)));
  } finally {
    input.destroy();
  }
}
