/** Owns how a run's report reads on a terminal. */

import * as path from "node:path";
import type { JsonValue } from "../runtime/jsonValue";
import type { AgentReport, ReportRow, RunReport } from "../model/runReport";
import { shortText } from "../model/valueText";
import { drawTable, harmless } from "./table";

const CELL_LENGTH = 40;
const KEY_LENGTH = 60;

/** Draws what each agent's merge would change; ends in a newline. */
export function reportText(report: RunReport): string {
  const parts = [headline(report)];
  for (const { name, message } of report.errors) parts.push(`${harmless(`${name}: ${firstLine(message)}`)}\n`);
  if (report.agents.length === 0) parts.push("No agent context was made.\n");
  for (const agent of report.agents) parts.push("\n" + agentText(agent));
  for (const { line, message } of report.damage.slice(0, 10)) parts.push(`\nLine ${line}: ${harmless(message)}`);
  if (report.damage.length > 10) parts.push(`\n… and ${report.damage.length - 10} more damaged lines`);
  if (report.damage.length > 0) parts.push("\n");
  return parts.join("");
}

function headline({ script, ended, events, cut }: RunReport): string {
  const name = script === "" ? "Recording" : path.basename(script);
  const end =
    ended === undefined
      ? "its end is not recorded"
      : ended.signal === null
        ? `exit code ${ended.code ?? "unknown"}`
        : `ended by ${ended.signal}`;
  return `${harmless(name)}: ${end}, ${count(events, "event")}${cut === 0 ? "" : `, ${cut} more not kept`}\n`;
}

function agentText({ agent, parent, rows, counts, pending, error }: AgentReport): string {
  const title = `${harmless(agent)} → ${harmless(parent)}`;
  const failed = error === undefined ? "" : `  ended by an error: ${harmless(firstLine(error))}\n`;
  if (rows.length === 0) return `${title}: nothing local\n${failed}`;
  const kinds = (["added", "modified", "deleted", "unchanged"] as const).filter((kind) => counts[kind] > 0);
  const summary = kinds.map((kind) => `${counts[kind]} ${kind}`).join(", ");
  const conflicts = counts.conflicts === 0 ? "" : `, ${count(counts.conflicts, "conflict")}`;
  const table = drawTable(["key", "kind", "parent now", "overlay", "conflict", "pending"], rows.map(cells));
  return `${title}: ${summary}${conflicts}, ${pending ? "not merged" : "merged"}\n${failed}${table}`;
}

function cells(row: ReportRow): readonly string[] {
  return [
    row.key.length > KEY_LENGTH ? row.key.slice(0, KEY_LENGTH - 1) + "…" : row.key,
    row.kind,
    cell(row.parent, "(absent)"),
    cell(row.overlay, "(deleted)"),
    row.conflict ? "conflict" : "",
    row.pending ? "yes" : "no",
  ];
}

function cell(value: JsonValue | undefined, absent: string): string {
  return value === undefined ? absent : shortText(value, CELL_LENGTH);
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
