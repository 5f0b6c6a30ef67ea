/**
 * How a comparison of two runs reads: texts in pairs, one for each run, whose difference is what differs. Bounded,
 * without times and places in the log where both would always differ; knows no view.
 */

import type { JsonValue } from "../../core/jsonValue";
import { Op, type LogRow } from "../../core/logRow";
import { areSameMerges, type MergeNote, type MergeWindow } from "./comparedMerges";
import { isSameStore, keysOf, type ComparedStore } from "./comparedStores";
import { isCompared } from "./eventMeaning";
import { otherRunsText } from "../../recording/otherRuns";
import { counted, eventAlone, shortName } from "../text/eventSummary";
import type { RunMoment } from "./layerPairs";
import { neverDiverge, type Divergence } from "./divergence";
import type { AgentPair, ComparedAgent, RunComparison } from "./runComparison";
import { prettyJson, shortText } from "../text/valueText";

/** Events that are shown before the first that differs, and from it on. */
const EVENTS_BEFORE = 20;
const EVENTS_FROM_THERE = 200;
/** Agents that are shown. */
const MAX_AGENTS = 200;
/** Parent states with more keys (both runs together) are told by the keys that differ alone. */
const MAX_WHOLE_KEYS = 400;
/** Parent states that are shown. */
const MAX_STORES = 20;
/** Characters of a value in a parent state, of a parent state in both runs together, of a value in a merge, and of free text. */
const VALUE_LENGTH = 16 * 1024;
const STORE_LENGTH = 512 * 1024;
const MERGE_VALUE_LENGTH = 80;
const TEXT_LENGTH = 200;

/** Which run a text is of. */
export type Side = "left" | "right";

/** A text of each run. */
export type TextPair = { readonly [S in Side]: string };

/** One regard in which two runs are compared. */
export interface ComparisonSection extends TextPair {
  readonly name: string;
  /** How it is written; JSON has comments. */
  readonly language: "text" | "json";
}

/** The texts of a comparison: what the runs are and in what they differ, then each regard in which they do differ. */
export function comparisonSections(comparison: RunComparison, titles: TextPair): readonly ComparisonSection[] {
  const { agents, stores, merges, divergence } = comparison;
  const sections = [section("Runs", "text", (side) => runLines(comparison, side, titles[side]), !comparison.same)];
  if (!agents.every(({ same }) => same) || !neverDiverge(comparison.outside)) {
    sections.push(section("Agents", "text", (side) => agentLines(comparison, side)));
  }
  const differing = stores.filter((store) => !isSameStore(store));
  for (const store of differing.slice(0, MAX_STORES)) {
    const name = stores.length === 1 ? "Parent state" : `Parent state ${storeName(store)}`;
    const lines = storeLines(store, comparison);
    sections.push(section(name, "json", (side) => lines[side]));
  }
  if (!areSameMerges(merges)) sections.push(section("Merges", "text", (side) => mergeLines(merges[side], merges.same)));
  if (!neverDiverge(divergence)) sections.push(section("Events", "text", (side) => eventLines(comparison, side)));
  return sections;
}

/** What an event did and who did it, for example `ann: set budget = 5 (was 3)`. */
export function actionText(moment: RunMoment, row: LogRow): string {
  const isScope = row.op === Op.ScopeEntered || row.op === Op.ScopeExited;
  const text = eventAlone(moment.model, row);
  // Scopes are numbered over all agents: the order of others would show in every later one.
  const summary = isScope
    ? text.replace(/^(\w+) scope \d+/, "$1 a scope").replace(/^(enters a scope inside) scope \d+/, "$1 another")
    : text;
  const isSaid = row.op === Op.AgentStarted;
  return row.agent === undefined || isSaid ? summary : `${shortName(row.agent)}: ${summary}`;
}

/** @param differs false where both texts may be equal because nothing differs */
function section(
  name: string,
  language: ComparisonSection["language"],
  lines: (side: Side) => readonly string[],
  differs = true,
): ComparisonSection {
  const left = lines("left").join("\n") + "\n";
  const right = lines("right").join("\n") + "\n";
  const more = language === "json" ? "// They differ in what is not shown.\n" : "They differ in what is not shown.\n";
  return { name, language, left, right: differs && left === right ? right + more : right };
}

function runLines(comparison: RunComparison, side: Side, title: string): readonly string[] {
  const { model, seq, count } = comparison[side];
  const { info } = model;
  const lines = [`${title}, at event ${seq}`];
  if (info.script !== "") lines.push(`script: ${info.script}`);
  if (info.args.length > 0) lines.push(`arguments: ${shorten(info.args.join(" "))}`);
  if (info.node !== undefined) lines.push(`node: ${info.node.version}`);
  lines.push(`end: ${endText(comparison[side])}`);
  for (const { name, message } of info.errors.slice(0, 5)) lines.push(`error: ${name}: ${shorten(message)}`);
  lines.push(`events: ${count}${info.cut === 0 ? "" : `, ${info.cut} more not kept`}`);
  if (info.otherRuns !== undefined) lines.push(otherRunsText(info.otherRuns));
  if (model.damageCount > 0) lines.push(`damaged places in the recording: ${model.damageCount}`);
  return [...lines, "", ...verdictLines(comparison, side)];
}

function endText({ model, seq }: RunMoment): string {
  const { ended } = model.info;
  // A run may have gone on and ended since.
  if (ended === undefined || seq !== model.lastSeq) return "not recorded";
  if (ended.detached === true) return "not recorded, its command was killed";
  return ended.signal === null ? `exit code ${ended.code ?? "unknown"}` : `by ${ended.signal}`;
}

function verdictLines(comparison: RunComparison, side: Side): readonly string[] {
  const { agents, stores, merges, outside, divergence, sameStart, onlyOrder } = comparison;
  const lines: string[] = [];
  if (!sameStart) lines.push("Start: the logs begin with different states");
  const otherAgents = agents.filter(({ same }) => !same).length;
  lines.push(`Agents: ${verdict(otherAgents, agents.length, "agent")}`);
  if (!neverDiverge(outside)) lines.push("Outside of agents: different events");
  const otherKeys = stores.reduce((sum, store) => sum + differences(store), 0);
  const keys = stores.reduce((sum, store) => sum + store.same, otherKeys);
  lines.push(`Parent state: ${verdict(otherKeys, keys, "key")}`);
  const otherStores = stores.filter((store) => store.left === undefined || store.right === undefined).length;
  if (otherStores > 0) lines.push(`Parent states that only one run has: ${otherStores}`);
  lines.push(
    areSameMerges(merges)
      ? `Merges: ${verdict(0, merges.same, "merge")}`
      : `Merges: ${firstSame(merges.same, "differ")} (${counted(merges[side].count, "merge")} in this run)`,
  );
  if (neverDiverge(divergence)) return [...lines, `Events: ${verdict(0, divergence.same, "event")}`];
  lines.push(`Events: ${firstSame(divergence.same, "part")}`);
  lines.push(`  ${divergenceText(divergence, comparison, side)}`);
  if (onlyOrder) lines.push("Only the order differs: each agent does and sees the same in both runs.");
  return lines;
}

function verdict(differing: number, all: number, noun: string): string {
  if (differing === 0) return `the same (${counted(all, noun)})`;
  return `${differing} of ${counted(all, noun)} ${differing === 1 ? "differs" : "differ"}`;
}

/** How many are the same, and what comes then. */
function firstSame(count: number, then: string): string {
  if (count === 0) return `they ${then} from the first on`;
  return `the first ${count === 1 ? "is" : `${count} are`} the same, then they ${then}`;
}

function differences({ added, removed, changed }: ComparedStore): number {
  return added + removed + changed;
}

function divergenceText(divergence: Divergence, comparison: RunComparison, side: Side): string {
  const row = divergence[side];
  return row === undefined ? "the log ends" : `event ${row.seq}: ${actionText(comparison[side], row)}`;
}

function agentLines(comparison: RunComparison, side: Side): readonly string[] {
  const all = comparison.agents;
  const same = all.filter((pair) => pair.same);
  const shown = all.length <= MAX_AGENTS ? all : all.filter((pair) => !pair.same).slice(0, MAX_AGENTS);
  const lines = shown.flatMap((pair) => agentText(comparison, pair, side));
  const left = all.length - shown.length;
  if (left > 0) lines.push(`… and ${counted(left, "more agent")}, ${same.length} of them the same in both runs`);
  if (!neverDiverge(comparison.outside)) {
    const { outside } = comparison;
    lines.push("outside of agents", `  the same for ${counted(outside.same, "event")}, then`);
    lines.push(`    ${divergenceText(outside, comparison, side)}`);
  }
  return lines;
}

function agentText(comparison: RunComparison, pair: AgentPair, side: Side): readonly string[] {
  const agent = pair[side];
  const name = shortName((pair.left ?? pair.right)?.info.name ?? "");
  if (pair.same) return [`${name}: the same in both runs`];
  if (agent === undefined) return [`${name}: not in this run`];
  const { info } = agent;
  const lines = [`${name} on ${shortName(comparison[side].model.layerName(info.parent))}`, `  ${countsText(agent)}`];
  if (info.endedSeq !== undefined) {
    lines.push(info.error === undefined ? "  ended" : `  ended with ${shorten(info.error)}`);
  }
  if (pair.divergence === undefined) return [...lines, "  only in this run"];
  if (neverDiverge(pair.divergence)) return [...lines, "  does and sees the same in both runs"];
  lines.push(`  does and sees the same for ${counted(pair.divergence.same, "event")}, then`);
  return [...lines, `    ${divergenceText(pair.divergence, comparison, side)}`];
}

function countsText({ events, merges, refused, conflicts, staleReads }: ComparedAgent): string {
  const parts = [counted(events, "event"), counted(merges, "merge")];
  if (refused > 0) parts.push(`${refused} refused`);
  if (conflicts > 0) parts.push(counted(conflicts, "conflict"));
  if (staleReads > 0) parts.push(counted(staleReads, "stale read"));
  return parts.join(", ");
}

function storeName({ left, right }: ComparedStore): string {
  return shortName((left ?? right)?.name ?? "");
}

/** Keys in the same order on both sides, so that a diff shows what differs and no more. Written by hand: a key may be `__proto__`. */
function storeLines(store: ComparedStore, { left, right }: RunComparison): { readonly [S in Side]: readonly string[] } {
  const ones = new Map(keysOf(store.left, left).map((each) => [each.key, each]));
  const others = new Map(keysOf(store.right, right).map((each) => [each.key, each]));
  const isWhole = ones.size + others.size <= MAX_WHOLE_KEYS;
  const keys = isWhole ? [...new Set([...ones.keys(), ...others.keys()])] : store.differences.map(({ key }) => key);
  const notes: string[] = [];
  if (!isWhole) {
    notes.push(
      `// Only keys that differ are shown; ${counted(store.same, "key")} more ${store.same === 1 ? "is" : "are"} the same.`,
    );
  }
  const parts: { readonly [S in Side]: string[][] } = { left: [], right: [] };
  let length = 0;
  let shown = 0;
  for (; shown < keys.length && length < STORE_LENGTH; shown++) {
    const key = keys[shown] ?? "";
    for (const [side, values] of [
      ["left", ones],
      ["right", others],
    ] as const) {
      const value = values.get(key)?.value;
      if (value === undefined) continue;
      const lines = memberLines(key, value);
      length += lines.reduce((sum, line) => sum + line.length, 0);
      parts[side].push(lines);
    }
  }
  const more = (isWhole ? keys.length : differences(store)) - shown;
  if (more > 0) {
    notes.push(`// ${counted(more, "more key")} ${more === 1 ? "is" : "are"} not shown: the state is too large.`);
  }
  const text = (side: Side): readonly string[] =>
    store[side] === undefined
      ? ["// There is no such parent state in this run."]
      : [...notes, ...objectLines(parts[side])];
  return { left: text("left"), right: text("right") };
}

function memberLines(key: string, value: JsonValue): string[] {
  const { json, cut } = prettyJson(value, VALUE_LENGTH);
  if (!cut) return `${JSON.stringify(key)}: ${json}`.split("\n");
  const lines = [`// The value of ${JSON.stringify(key)} is too long to be shown whole; it begins so:`];
  return [...lines, ...json.split("\n").map((line) => `// ${line}`), `${JSON.stringify(key)}: "…"`];
}

function objectLines(members: readonly (readonly string[])[]): readonly string[] {
  if (members.length === 0) return ["{}"];
  const lines = members.flatMap((member, index) => {
    const isLast = index === members.length - 1;
    return member.map((line, at) => `  ${line}${at === member.length - 1 && !isLast ? "," : ""}`);
  });
  return ["{", ...lines, "}"];
}

function mergeLines({ count, from, merges }: MergeWindow, same: number): readonly string[] {
  const lines: string[] = from === 0 ? [] : [`… ${counted(from, "merge")} before, the same in both runs`];
  for (const [index, merge] of merges.entries()) {
    if (from + index === same && same > 0) lines.push("──── from here on they differ");
    for (const line of mergeText(merge)) lines.push(line);
  }
  const more = count - from - merges.length;
  if (more > 0) lines.push(`… ${counted(more, "more merge")}`);
  return lines.length === 0 ? ["(no merges)"] : lines;
}

function mergeText(merge: MergeNote): readonly string[] {
  const { agent, intoName, outcome, policy, keys, keyCount, conflicts, error, decision } = merge;
  const words = [OUTCOMES[outcome]];
  if (decision !== undefined) words.push(`${decision} by the user`);
  if (policy !== "" && policy !== "overwrite") words.push(`policy ${shortName(policy)}`);
  if (outcome !== "refused") words.push(counted(keyCount, "key"));
  if (merge.conflictCount > 0) words.push(counted(merge.conflictCount, "conflict"));
  if (merge.staleReadCount > 0) words.push(counted(merge.staleReadCount, "stale read"));
  const lines = [`${shortName(agent)} → ${shortName(intoName)}: ${words.join(", ")}`];
  if (error !== undefined) lines.push(`  ${shortName(error.name)}: ${shorten(error.message)}`);
  const inConflict = new Set(conflicts);
  for (const entry of keys) {
    lines.push(`  ${keyText(entry, outcome)}${inConflict.delete(entry.key) ? ", in conflict" : ""}`);
  }
  if (keyCount > keys.length) lines.push(`  … ${counted(keyCount - keys.length, "more key")}`);
  for (const key of inConflict) lines.push(`  ${shortName(key)} in conflict`);
  for (const key of merge.staleReads) lines.push(`  stale read of ${shortName(key)}`);
  return lines;
}

const OUTCOMES: Readonly<Record<MergeNote["outcome"], string>> = {
  applied: "applied",
  refused: "refused",
  waiting: "waits for the user",
  unknown: "its end is not recorded",
};

function keyText({ key, value }: MergeNote["keys"][number], outcome: MergeNote["outcome"]): string {
  if (outcome === "waiting") return shortName(key);
  return value === undefined
    ? `deleted ${shortName(key)}`
    : `${shortName(key)} = ${shortText(value, MERGE_VALUE_LENGTH)}`;
}

function eventLines({ divergence, ...comparison }: RunComparison, side: Side): readonly string[] {
  const { model, count } = comparison[side];
  const row = divergence[side];
  const place = row === undefined ? count : model.indexUpTo(row.seq);
  const before: string[] = [];
  const line = (index: number): string | undefined => {
    const event = model.rowAt(index);
    return event === undefined || !isCompared(event) ? undefined : actionText(comparison[side], event);
  };
  for (let index = place - 1; index >= 0 && before.length < EVENTS_BEFORE; index--) {
    const text = line(index);
    if (text !== undefined) before.unshift(text);
  }
  const after: string[] = [];
  let index = place;
  for (; index < count && after.length < EVENTS_FROM_THERE; index++) {
    const text = line(index);
    if (text !== undefined) after.push(text);
  }
  const earlier = divergence.same - before.length;
  const later = count - index;
  return [
    ...(earlier > 0 ? [`… ${counted(earlier, "event")} before, the same in both runs`] : []),
    ...before,
    "──── here they part",
    ...after,
    later > 0 ? `… ${counted(later, "more event")}` : "(the log ends here)",
  ];
}

function shorten(text: string): string {
  const [first = ""] = text.split("\n", 1);
  return first.length > TEXT_LENGTH ? `${first.slice(0, TEXT_LENGTH)}…` : first;
}
