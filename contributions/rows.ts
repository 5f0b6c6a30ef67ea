/** What rows of our trees say of themselves to menus, as `contextValue`; and the conditions on it that menus have. */

import { and, equals, matches, not, type Condition } from "./conditions";

/** Where a run stands, as its row says it. */
export type RunWord = "starting" | "running" | "waiting" | "stopping" | "ended" | "endedUnexpectedly" | "failed";

/** The words that a row of each kind may say. */
interface Words {
  run: "recording" | "reachable" | "held" | "holding" | "commandWaiting";
  agent: "pending" | "changed" | "held" | "reachable" | "holding";
  store: never;
  overlay: "reachable";
  effective: never;
  log: never;
  key: "storeKey" | "overlayKey" | "effectiveKey";
  value: never;
  heldMerges: "decidable";
  heldMerge: "decidable";
  range: never;
  note: never;
  findings: never;
  finding: never;
  moment: never;
  recentRun: "live" | "ended";
}

type Kind = keyof Words;
/** What a row is; runs say their state with it. */
type Start = Exclude<Kind, "run"> | `run.${RunWord}`;
type WordOf<Row extends Start> = Words[Row extends `run.${string}` ? "run" : Row & Kind];

/** A row's `contextValue`: what it is, then the words that hold. */
export function rowValue<Row extends Start>(
  start: Row,
  ...[words = {}]: [WordOf<Row>] extends [never] ? [] : [words?: { readonly [Word in WordOf<Row>]?: boolean }]
): string {
  const said = Object.entries(words).filter(([, holds]) => holds);
  return [start, ...said.map(([word]) => word)].join(" ");
}

/** Rows of these kinds; of keys, perhaps those of one kind alone. */
export function isRow(...kinds: readonly (Kind | `key ${Words["key"]}`)[]): Condition {
  return matches("viewItem", new RegExp(`^${oneOf(kinds)}\\b`));
}

/** Rows of runs in these states. */
function isRunIn(...states: readonly RunWord[]): Condition {
  return matches("viewItem", new RegExp(`^run\\.${oneOf(states)}\\b`));
}

function says(word: Words[Kind]): Condition {
  return matches("viewItem", new RegExp(`\\b${word}\\b`));
}

function oneOf(patterns: readonly string[]): string {
  return patterns.length === 1 ? (patterns[0] ?? "") : `(${patterns.join("|")})`;
}

export const isLiveRun = isRunIn("starting", "running", "waiting", "stopping");
export const isWaitingRun = isRunIn("waiting");
export const isEndedRun = isRunIn("ended", "endedUnexpectedly", "failed");
/** It ran here, so it has a terminal and can be started again; a recording has neither. */
export const isOwnRun = and(isRow("run"), not(says("recording")));

/** What changes a run is offered on these alone: a recording, or a run that has ended, is not reachable. */
const isReachable = says("reachable");
export const isReachableRun = and(isRow("run"), isReachable);
export const isReachableAgent = and(isRow("agent"), isReachable);
export const isMergeable = and(isRow("agent", "overlay"), isReachable);

/** It has a merge or discard that the script has not answered yet. */
export const isCommandWaiting = and(isRow("run"), says("commandWaiting"));
/** It waits, or will, with some of its merges for the user. */
export const isHolding = says("holding");
export const hasHeld = says("held");

/** A key, or something inside its value. */
export const isInKey = isRow("key", "value");
export const isDecidableMerge = equals("viewItem", rowValue("heldMerge", { decidable: true }));
export const areDecidableMerges = equals("viewItem", rowValue("heldMerges", { decidable: true }));
export const isEndedRecentRun = equals("viewItem", rowValue("recentRun", { ended: true }));
