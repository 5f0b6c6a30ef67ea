/** How a run's report reads on a terminal. */

import * as path from "node:path";
import type { JsonValue } from "../core/jsonValue";
import type { FindingKind } from "../model/findings/finding";
import type { Moment } from "../model/text/moment";
import type { AgentReport, FindingReport, ReportRow, RunReport, StateWrite } from "../model/text/runReport";
import { lineJson, shortText } from "../model/text/valueText";
import { otherRunsText } from "../recording/otherRuns";
import { count, cut, drawTable, harmless } from "./table";

const CELL_LENGTH = 40;
const KEY_LENGTH = 60;
const NAME_LENGTH = 120;
/** Keys of one agent, agents, and errors. */
const MAX_ROWS = 200;
const MAX_AGENTS = 100;
const MAX_ERRORS = 10;
/** Values of parent states, for which there is more room. */
const STATE_CELL_LENGTH = 60;
/** Keys of one parent state, and parent states. */
const MAX_KEYS = 200;
const MAX_STATES = 50;

/** Draws the parent states as they are; "" where there are none, else it ends in a newline. Bounded: it says what it leaves out. */
export function statesText({ stores, agents }: RunReport): string {
  const states: State[] = [
    ...stores.map(({ store, entries, written }) => ({
      title: `Parent state "${nameText(store)}"`,
      keys: written.map((write, index) => ({ ...write, value: entries[index]?.[1] ?? null })),
    })),
    ...agents.flatMap(({ agent, parent, state }) =>
      state === undefined
        ? []
        : [{ title: `Parent state "${nameText(agent)}" (over "${nameText(parent)}")`, keys: state }],
    ),
  ];
  const parts = states.slice(0, MAX_STATES).map((state) => "\n" + stateText(state));
  if (states.length > MAX_STATES) {
    parts.push(`\n… and ${count(states.length - MAX_STATES, "more parent state")}; --json prints all.\n`);
  }
  return parts.join("");
}

interface State {
  readonly title: string;
  readonly keys: readonly (StateWrite & { readonly value: JsonValue; readonly from?: string })[];
}

function stateText({ title, keys }: State): string {
  const headline = `${title}: ${keys.length === 0 ? "no keys" : count(keys.length, "key")}\n`;
  if (keys.length === 0) return headline;
  const shown = keys.slice(0, MAX_KEYS);
  const isNested = shown.some(({ from }) => from !== undefined);
  const rows = shown.map(({ key, value, revision, writer, event, from }) => [
    keyText(key),
    shortText(value, STATE_CELL_LENGTH),
    // Logs of other tools count no revisions, and nobody is named for what was there at the beginning.
    revision === 0 ? "" : String(revision),
    cut(writer ?? "", NAME_LENGTH),
    event === undefined ? "" : String(event),
    ...(isNested ? [cut(from ?? "", NAME_LENGTH)] : []),
  ]);
  const table = drawTable(["key", "value", "revision", "written by", "event", ...(isNested ? ["from"] : [])], rows);
  const left = [
    ...(keys.length > shown.length ? [count(keys.length - shown.length, "more key")] : []),
    ...(shown.some(({ value }) => isCut(value)) ? [`values from ${STATE_CELL_LENGTH} characters on`] : []),
  ];
  return headline + table + (left.length === 0 ? "" : `  Left out: ${left.join(", ")}; --json prints all.\n`);
}

function isCut(value: JsonValue): boolean {
  return lineJson(value, STATE_CELL_LENGTH).cut;
}

/** Draws what each agent's merge would change; ends in a newline. Bounded: it says what it leaves out. */
export function reportText(report: RunReport): string {
  const parts = [headline(report)];
  if (report.otherRuns !== undefined) parts.push(`${otherRunsText(report.otherRuns)}\n`);
  for (const { name, message } of report.errors.slice(0, MAX_ERRORS)) {
    parts.push(`${nameText(`${name}: ${firstLine(message)}`)}\n`);
  }
  if (report.errors.length > MAX_ERRORS) {
    parts.push(`… and ${count(report.errors.length - MAX_ERRORS, "more error")}; --json prints all.\n`);
  }
  if (report.agents.length === 0) parts.push("No agent context was made.\n");
  const agents = shownAgents(report.agents);
  for (const agent of agents) parts.push("\n" + agentText(agent));
  if (report.agents.length > agents.length) {
    parts.push(`\n… and ${count(report.agents.length - agents.length, "more agent")}; --json prints all.\n`);
  }
  if (report.findingCount > 0 || report.ignoredFindingCount > 0) parts.push("\n" + findingsText(report));
  for (const { line, message } of report.damage.slice(0, 10)) parts.push(`\nLine ${line}: ${harmless(message)}`);
  if (report.damage.length > 10) parts.push(`\n… and ${report.damage.length - 10} more damaged lines`);
  if (report.damage.length > 0) parts.push("\n");
  return parts.join("");
}

function headline({ script, ended, events, cut }: RunReport): string {
  const name = script === "" ? "Recording" : path.basename(script);
  const left = cut === 0 ? "" : `, ${cut} more not kept`;
  return `${harmless(name)}: ${endText(ended)}, ${count(events, "event")}${left}\n`;
}

/** "exit code 3", "ended by SIGKILL". */
export function endText(ended: RunReport["ended"]): string {
  if (ended === undefined) return "its end is not recorded";
  if (ended.detached === true) return "detached, for its command was killed";
  return ended.signal === null ? `exit code ${ended.code ?? "unknown"}` : `ended by ${ended.signal}`;
}

/** All, or as many as there is room for, in their order: first those that one should look at. */
function shownAgents(agents: readonly AgentReport[]): readonly AgentReport[] {
  if (agents.length <= MAX_AGENTS) return agents;
  const isNotable = ({ pending, error }: AgentReport): boolean => pending || error !== undefined;
  const first = [...agents.filter(isNotable), ...agents.filter((agent) => !isNotable(agent))].slice(0, MAX_AGENTS);
  const shown = new Set(first);
  return agents.filter((agent) => shown.has(agent));
}

function agentText({ agent, parent, rows, counts, pending, error }: AgentReport): string {
  const title = `${nameText(agent)} → ${nameText(parent)}`;
  const failed = error === undefined ? "" : `  ended by an error: ${nameText(firstLine(error))}\n`;
  if (rows.length === 0) return `${title}: nothing local\n${failed}`;
  const kinds = (["added", "modified", "deleted", "unchanged"] as const).filter((kind) => counts[kind] > 0);
  const summary = kinds.map((kind) => `${counts[kind]} ${kind}`).join(", ");
  const conflicts = counts.conflicts === 0 ? "" : `, ${count(counts.conflicts, "conflict")}`;
  const shown = shownRows(rows);
  const table = drawTable(["key", "kind", "parent now", "overlay", "conflict", "pending"], shown.map(cells));
  const left =
    rows.length > shown.length ? `  … and ${count(rows.length - shown.length, "more key")}; --json prints all.\n` : "";
  return `${title}: ${summary}${conflicts}, ${pending ? "not merged" : "merged"}\n${failed}${table}${left}`;
}

/** As {@link shownAgents}. */
function shownRows(rows: readonly ReportRow[]): readonly ReportRow[] {
  if (rows.length <= MAX_ROWS) return rows;
  const rank = ({ conflict, kind }: ReportRow): number => (conflict ? 0 : kind === "unchanged" ? 2 : 1);
  const ranked = [0, 1, 2].flatMap((wanted) => rows.filter((row) => rank(row) === wanted).slice(0, MAX_ROWS));
  const shown = new Set(ranked.slice(0, MAX_ROWS));
  return rows.filter((row) => shown.has(row));
}

function cells(row: ReportRow): readonly string[] {
  return [
    keyText(row.key),
    row.kind,
    cell(row.parent, "(absent)"),
    cell(row.overlay, "(deleted)"),
    row.conflict ? "conflict" : "",
    row.pending ? "yes" : "no",
  ];
}

/** Rows of the table of findings. */
const MAX_FINDINGS = 50;

const FINDINGS: Readonly<Record<FindingKind, string>> = {
  lostUpdate: "lost update",
  revertedUpdate: "reverted update",
  droppedUpdate: "own update dropped",
  writeSkew: "write skew",
  unmergedWork: "unmerged work",
  staleRead: "stale read",
  nonRepeatableRead: "non-repeatable read",
  orderSensitive: "order-sensitive key",
};

function findingsText({ findings, findingCount, ignoredFindingCount: ignored }: RunReport): string {
  if (findingCount === 0) return `Findings: none, ${ignored} ignored\n`;
  const shown = findings.slice(0, MAX_FINDINGS);
  const table = drawTable(
    ["finding", "key", "agent", "read", "but then", "it wrote"],
    shown.map((finding) => [
      FINDINGS[finding.kind] + (finding.problem ? "" : " (advice)"),
      (finding.keySet === true ? "keys(): " : "") +
        keyText(finding.key) +
        (finding.more === undefined ? "" : ` and ${finding.more} more`),
      cut(finding.agent, NAME_LENGTH),
      momentText(finding, finding.read, "(absent)"),
      momentText(finding, finding.theirs, "(absent)"),
      momentText(finding, finding.ours, "(deleted)"),
    ]),
  );
  const problems = findings.filter(({ problem }) => problem).length;
  const most = findings.length < findingCount ? " at least" : "";
  const left = findingCount > shown.length ? `  … and ${findingCount - shown.length} more; --json names them.\n` : "";
  const silenced = ignored === 0 ? "" : `, ${ignored} more ignored`;
  return `Findings: ${count(findingCount, "finding")},${most} ${count(problems, "problem")}${silenced}\n${table}${left}`;
}

/** "5 by ann, race.ts:12": who is left out where it is the agent itself. */
function momentText({ agent }: FindingReport, moment: Moment | undefined, absent: string): string {
  if (moment === undefined) return "";
  const { value = absent, agent: by, site, event } = moment;
  const place =
    site === undefined ? (event === undefined ? "" : `, event ${event}`) : `, ${path.basename(site.file)}:${site.line}`;
  return cut(value, CELL_LENGTH) + (by === undefined || by === agent ? "" : ` by ${by}`) + place;
}

function keyText(key: string): string {
  return cut(key, KEY_LENGTH);
}

function nameText(name: string): string {
  return harmless(cut(name, NAME_LENGTH));
}

function cell(value: JsonValue | undefined, absent: string): string {
  return value === undefined ? absent : shortText(value, CELL_LENGTH);
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}
