/** How a judgement reads on a terminal. */

import * as path from "node:path";
import type { CallSite } from "../core/inspector";
import type {
  ConflictViolation,
  FindingViolation,
  MergeNote,
  OrderViolation,
  Settlement,
  Violation,
} from "../model/assertions/violations";
import type { Moment } from "../model/text/moment";
import { count, cut, drawTable, harmless } from "./table";
import type { JudgedRun } from "./verdict";

/** Rows of one table; `--json` has more. */
const MAX_ROWS = 50;
const VALUE_LENGTH = 40;
const KEY_LENGTH = 60;

const SETTLED: Readonly<Record<Settlement, string>> = {
  refused: "refused",
  overwritten: "overwritten",
  merged: "merged",
  parentKept: "parent kept",
  decided: "value decided",
  unknown: "not recorded",
};

/** Judged recordings that are told of; `--json` has all. */
const MAX_JUDGED = 20;

/** As {@link verdictText}, of a run and its children and threads: of many, first those that are not all well. */
export function verdictTexts(judged: readonly JudgedRun[], folder: string): readonly string[] {
  if (judged.length <= MAX_JUDGED) return judged.map((each) => verdictText(each, folder));
  const [run, ...others] = judged;
  const isBad = ({ verdict }: JudgedRun): boolean => verdict !== "passed";
  const ranked = [...others.filter(isBad), ...others.filter((each) => !isBad(each))].slice(0, MAX_JUDGED - 1);
  const shown = run === undefined ? ranked : [run, ...ranked];
  const bad = others.filter(isBad).length;
  const left = count(judged.length - shown.length, "more child or thread", "more children and threads");
  return [
    ...shown.map((each) => verdictText(each, folder)),
    `… and ${left}; ${bad} of all ${others.length} did not pass. --json tells of each.\n`,
  ];
}

/** Draws what broke, assertion by assertion; ends in a newline. @param folder what paths are told relative to. */
export function verdictText(
  { script, run, verdict, incomplete, merges, ignoredCount, assertions }: JudgedRun,
  folder: string,
): string {
  const name = script === "" ? run || "Recording" : path.basename(script);
  const ignored = ignoredCount === 0 ? "" : `, ${count(ignoredCount, "finding")} ignored`;
  const parts = [`${harmless(name)}: ${VERDICTS[verdict]}, ${count(merges, "merge")} judged${ignored}\n`];
  for (const reason of incomplete.slice(0, MAX_ROWS)) parts.push(`  NOT WHOLE: ${harmless(reason)}\n`);
  for (const { assertion, count: times, violations } of assertions) {
    if (times === 0) {
      parts.push(`\n${assertion}: ${incomplete.length === 0 ? "holds" : "holds in what is recorded"}\n`);
      continue;
    }
    parts.push(`\n${assertion}: broken ${times === 1 ? "once" : `${times} times`}\n`);
    const shown = violations.slice(0, MAX_ROWS);
    const table = TABLES[assertion];
    parts.push(
      drawTable(
        table.headings,
        shown.map((violation) => table.row(violation, folder)),
      ),
    );
    if (times > shown.length) parts.push(`  … and ${times - shown.length} more\n`);
  }
  const broken = assertions.flatMap(({ violations }) => violations);
  if (broken.length > 0 && broken.every((violation) => siteOf(violation) === undefined)) {
    parts.push("\nThe recording does not hold the script's lines; one that `run --assert … --record` makes does.\n");
  }
  return parts.join("");
}

function siteOf(violation: Violation): CallSite | undefined {
  if ("later" in violation) return violation.later.site;
  return violation.merge?.site ?? ("ours" in violation ? violation.ours?.site : undefined);
}

const VERDICTS = {
  passed: "all assertions hold",
  broken: "assertions BROKEN",
  incomplete: "COULD NOT BE JUDGED as a whole",
} as const;

interface Table {
  readonly headings: readonly string[];
  row(violation: Violation, folder: string): readonly string[];
}

/** Of what a run's findings name. */
const FINDING: Table = {
  headings: ["key", "merge", "read", "but then", "it wrote"],
  row: (violation, folder) => {
    const { key, more, keySet, agent, merge, read, theirs, ours } = violation as FindingViolation;
    const side = (shown: Moment | undefined, absent: string): string =>
      shown === undefined
        ? ""
        : moment({ ...shown, agent: shown.agent === agent ? undefined : shown.agent }, absent, folder);
    return [
      (keySet === true ? "keys(): " : "") + keyText(key) + (more === undefined ? "" : ` and ${more} more`),
      merge === undefined ? agent : mergeText(merge, folder),
      side(read, "(absent)"),
      side(theirs, "(absent)"),
      side(ours, "(deleted)"),
    ];
  },
};

const TABLES: Readonly<Record<Violation["assertion"], Table>> = {
  "no-lost-updates": FINDING,
  "no-reverted-updates": FINDING,
  "no-dropped-updates": FINDING,
  "no-write-skew": FINDING,
  "no-unmerged-work": FINDING,
  "no-conflicts": {
    headings: ["key", "merge", "seen", "parent then", "overlay", "came of it"],
    row: (violation, folder) => {
      const { key, merge, base, parent, overlay } = violation as ConflictViolation;
      return [
        keyText(key),
        mergeText(merge, folder),
        value(base, "(absent)"),
        moment(parent, "(absent)", folder),
        moment({ ...overlay, agent: overlay.agent === merge.agent ? undefined : overlay.agent }, "(deleted)", folder),
        settlementText(violation as ConflictViolation),
      ];
    },
  },
  "no-stale-reads": FINDING,
  "no-order-sensitive-keys": {
    headings: ["key", "in", "merged first", "merged later, not having seen it"],
    row: (violation, folder) => {
      const { key, first, later } = violation as OrderViolation;
      return [keyText(key), first.into, moment(first.left, "(absent)", folder), moment(later.left, "(absent)", folder)];
    },
  },
};

/** "overwritten: 2", "merged (policy or choice): [1, 2]", `refused by "auto"`. */
function settlementText({ merge, settled, by, result }: ConflictViolation): string {
  if (settled === "unknown") return SETTLED.unknown;
  if (settled === "refused") return `${SETTLED.refused} by "${merge.policy}"`;
  const isPlain = by === undefined || (by === "policy" && settled === "overwritten");
  return `${SETTLED[settled]}${isPlain ? "" : ` (${by})`}: ${value(result, "(absent)")}`;
}

function mergeText({ agent, into, site, planned, hold }: MergeNote, folder: string): string {
  return [`${agent} → ${into}`, ...place(site, planned, folder), ...(hold === undefined ? [] : ["held"])].join(", ");
}

/** "5 by ann, race.ts:12, event 9". */
function moment(
  { agent, site, event, ...shown }: Omit<Moment, "agent"> & { readonly agent?: string | undefined },
  absent: string,
  folder: string,
): string {
  const by = agent === undefined ? "" : ` by ${agent}`;
  return [value(shown, absent) + by, ...place(site, event, folder)].join(", ");
}

function place(site: CallSite | undefined, event: number | undefined, folder: string): readonly string[] {
  return [
    ...(site === undefined ? [] : [`${fileText(site.file, folder)}:${site.line}`]),
    ...(event === undefined ? [] : [`event ${event}`]),
  ];
}

/** As one would type it in this folder; the whole path of what lies elsewhere. */
function fileText(file: string, folder: string): string {
  if (!path.isAbsolute(file)) return file;
  const relative = path.relative(folder, file);
  return relative === "" || relative.startsWith("..") || path.isAbsolute(relative) ? file : relative;
}

function value({ value: json }: Pick<Moment, "value">, absent: string): string {
  return json === undefined ? absent : cut(json, VALUE_LENGTH);
}

function keyText(key: string): string {
  return cut(key, KEY_LENGTH);
}
