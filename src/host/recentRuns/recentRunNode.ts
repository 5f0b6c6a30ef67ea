/** How a recorded run is told in a list: label, words, icon, tooltip; knows nothing of VS Code. */

import * as l10n from "@vscode/l10n";
import { rowValue } from "../../../contributions/rows";
import { runIcon } from "../runs/runIcon";
import { runWord, statusText } from "../runs/runState";
import type { NodeDetails } from "../ui/treeNode";
import { visibleText } from "../../base/visibleText";
import { ageText, momentText, accessibleAge } from "../ui/ageText";
import { bytesText, accessibleBytes } from "../ui/bytesText";
import {
  countsOf,
  isLive,
  problemsOf,
  runName,
  type RecentCounts,
  type RecentRun,
  type RecentStatus,
} from "./recentRun";

/** One row, as plain facts. */
export interface RecentRunNode {
  readonly label: string;
  readonly description: string;
  /** What a screen reader says. */
  readonly accessibleLabel: string;
  /** Name of a codicon, and a theme colour for it. */
  readonly icon: string;
  readonly iconColor: string | undefined;
  /** Words for `when` clauses of menus, separated by blanks. */
  readonly contextValue: string;
}

/** What words depend on besides the run. */
export interface TellingContext {
  readonly nowMs: number;
  /** A BCP 47 tag for dates. */
  readonly locale?: string;
  /** The workspace of this window; runs of others say theirs. */
  readonly workspace: string;
}

/** The row of a run. */
export function recentRunNode(run: RecentRun, { nowMs, locale, workspace }: TellingContext): RecentRunNode {
  const { record, bytes, status } = run;
  const label = visibleText(runName(record));
  const age = ageText(record.startedMs, nowMs, locale);
  const problems = problemsOf(run);
  const counts = countWords(countsOf(status), problems);
  const elsewhere = record.workspace === workspace ? [] : [visibleText(workspaceLabel(record.workspace), 60)];
  const [icon, iconColor] = iconOf(status, problems !== undefined);
  return {
    label,
    description: [age, statusWords(status), ...counts, bytesText(bytes), ...elsewhere].join(" · "),
    accessibleLabel: [
      l10n.t("Run {0}", label),
      statusWords(status),
      l10n.t("started {0}", accessibleAge(record.startedMs, nowMs, locale)),
      ...counts,
      accessibleBytes(bytes),
      ...elsewhere.map((name) => l10n.t("workspace {0}", name)),
    ].join(", "),
    icon,
    iconColor,
    contextValue: rowValue("recentRun", { live: isLive(run), ended: !isLive(run) }),
  };
}

/** What hovering a row tells. */
export function recentRunDetails({ record, recording, bytes, status }: RecentRun, locale?: string): NodeDetails {
  const facts = [{ label: l10n.t("Status"), text: visibleText(statusWords(status)) }];
  const add = (label: string, text: string | undefined): void => {
    if (text !== undefined) facts.push({ label, text: visibleText(text, 1_000) });
  };
  const summary = status.type === "ended" ? status.summary : undefined;
  add(l10n.t("Problem"), summary?.problem ?? (status.type === "unread" ? status.problem : undefined));
  add(l10n.t("Script"), record.script);
  if (record.workspace !== "") add(l10n.t("Workspace"), workspaceLabel(record.workspace));
  add(l10n.t("Started"), momentText(record.startedMs, locale));
  if (summary?.endedMs !== undefined) add(l10n.t("Ended"), momentText(summary.endedMs, locale));
  const counts = countsOf(status);
  add(l10n.t("Findings"), problemsOf({ status }));
  if (counts !== undefined) {
    add(l10n.t("Agents"), String(counts.agents));
    add(l10n.t("Conflicts"), String(counts.conflicts));
    add(l10n.t("Events"), String(counts.events));
    if (counts.damaged > 0) add(l10n.t("Damaged lines"), String(counts.damaged));
  }
  add(l10n.t("Size"), bytesText(bytes));
  add(l10n.t("On disk"), recording);
  return { heading: visibleText(runName(record)), facts };
}

/** One short phrase: what a run is doing, or how it ended. */
export function statusWords(status: RecentStatus): string {
  switch (status.type) {
    case "here":
      return statusText(status.state);
    case "elsewhere":
      return status.followed ? l10n.t("running in another window") : l10n.t("running, not connected");
    case "ended":
      return status.summary.statusText;
    case "unread":
      return status.problem === undefined ? l10n.t("reading its recording") : l10n.t("outcome not known");
  }
}

/** The folder or workspace file that a run was started in, by its own name. */
export function workspaceLabel(workspace: string): string {
  if (workspace === "") return l10n.t("no workspace");
  const name = workspace.replace(/\/+$/, "").split("/").pop() ?? "";
  try {
    return decodeURIComponent(name).replace(/\.code-workspace$/, "");
  } catch {
    return name;
  }
}

/** "1 lost update", "3 agents", "2 conflicts": as words, none for what there is none of. */
function countWords(counts: RecentCounts | undefined, problems: string | undefined): string[] {
  const words = problems === undefined ? [] : [problems];
  if (counts === undefined) return words;
  const { agents, conflicts, damaged } = counts;
  if (agents > 0) words.push(agents === 1 ? l10n.t("1 agent") : l10n.t("{0} agents", agents));
  // What was lost says more than what was in conflict.
  if (conflicts > 0 && problems === undefined) {
    words.push(conflicts === 1 ? l10n.t("1 conflict") : l10n.t("{0} conflicts", conflicts));
  }
  if (damaged > 0) words.push(damaged === 1 ? l10n.t("1 damaged line") : l10n.t("{0} damaged lines", damaged));
  return words;
}

function iconOf(status: RecentStatus, lost: boolean): readonly [icon: string, color?: string] {
  switch (status.type) {
    case "here":
      return runIcon({ word: runWord(status.state), problem: false });
    case "elsewhere":
      return runIcon({ word: "running", problem: false });
    case "ended": {
      const { state, problem, code, signal } = status.summary;
      return runIcon({ word: state, problem: problem !== undefined, lost, code, signal });
    }
    case "unread":
      return status.problem === undefined ? ["loading~spin"] : runIcon({ word: "endedUnexpectedly", problem: true });
  }
}
