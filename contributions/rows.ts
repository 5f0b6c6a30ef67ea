/** What rows of our trees say of themselves to menus, as `contextValue`; and the conditions on it that menus have. */

import { and, equals, matches, not, type Condition } from "./conditions";

/** Where a run stands, as its row says it. */
type RunState = "starting" | "running" | "waiting" | "stopping" | "ended" | "endedUnexpectedly" | "failed";

/** The words that a row of each kind may say. */
interface Words {
  run: "recording" | "connected" | "held" | "holding";
  agent: "pending" | "changed" | "held" | "connected" | "holding";
  store: never;
  overlay: never;
  effective: never;
  log: never;
  key: "storeKey" | "overlayKey" | "effectiveKey";
  value: never;
  heldMerges: "decidable";
  heldMerge: "decidable";
  range: never;
  note: never;
  recentRun: "live" | "ended";
}

type Kind = keyof Words;
/** What a row is; runs say their state with it. */
type Start = Exclude<Kind, "run"> | `run.${RunState}`;
type WordOf<Row extends Start> = Words[Row extends `run.${string}` ? "run" : Row & Kind];

/** A row's `contextValue`: what it is, then the words that hold. */
export function rowValue<Row extends Start>(
  start: Row,
  ...[words = {}]: [WordOf<Row>] extends [never] ? [] : [words?: { readonly [Word in WordOf<Row>]?: boolean }]
): string {
  const said = Object.entries(words).filter(([, holds]) => holds);
  return [start, ...said.map(([word]) => word)].join(" ");
}

/** How the values of each kind that menus name begin. */
const BEGINS = {
  run: "run\\.",
  agent: "agent\\b",
  store: "store$",
  overlay: "overlay$",
  log: "log$",
  key: "key\\b",
  overlayKey: "key overlayKey$",
  value: "value$",
  heldMerge: "heldMerge\\b",
  recentRun: "recentRun\\b",
} as const;

/** Rows of these kinds. */
export function isRow(...kinds: readonly (keyof typeof BEGINS)[]): Condition {
  return matches("viewItem", new RegExp(`^${oneOf(kinds.map((kind) => BEGINS[kind]))}`));
}

/** Rows of runs in these states. */
function isRunIn(...states: readonly RunState[]): Condition {
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

/** Runs and agents that commands can reach. */
export const isReachableRun = matches("viewItem", /^run\.(running|waiting) connected\b/);
export const isReachableAgent = matches("viewItem", /^agent\b.* connected\b/);
export const isMergeable = matches("viewItem", /^(agent\b.* connected\b|overlay$)/);

/** It waits, or will, with some of its merges for the user. */
export const isHolding = says("holding");
export const hasHeld = says("held");

export const isOverlay = equals("viewItem", "overlay");
/** A key, or something inside its value. */
export const isInKey = isRow("key", "value");
export const isDecidableMerge = equals("viewItem", rowValue("heldMerge", { decidable: true }));
export const areDecidableMerges = equals("viewItem", rowValue("heldMerges", { decidable: true }));
export const isEndedRecentRun = equals("viewItem", rowValue("recentRun", { ended: true }));
