/**
 * The commands: title, icon, condition, places in menus, key. A command about a run takes its id, or a RunTarget (the
 * tree's elements), or nothing (it then asks).
 */

import {
  and,
  equals,
  hasFolder,
  isDeclaration,
  isLocal,
  isOneRow,
  isScript,
  key,
  never,
  not,
  or,
  type Condition,
} from "./conditions";
import {
  commandWaiting,
  hasDecidableMerges,
  hasEndedRuns,
  hasHeldMerges,
  hasLiveRuns,
  hasRuns,
  hasWaitingRuns,
  pastShown,
  recentRunsOfAll,
} from "./contextKeys";
import { DEBUG_TYPE } from "./debuggers";
import { idsOf } from "./ids";
import { rowKey, stepKey, type Key } from "./keys";
import { onRecentRuns, onRows, onTitle, type Place } from "./menus";
import {
  areDecidableMerges,
  hasHeld,
  isCommandWaiting,
  isDecidableMerge,
  isEndedRecentRun,
  isEndedRun,
  isHolding,
  isInKey,
  isLiveRun,
  isMergeable,
  isOwnRun,
  isReachableAgent,
  isReachableRun,
  isRow,
  isWaitingRun,
} from "./rows";
import { isRecordingEditor } from "./views";

export interface Command {
  readonly title: string;
  /** A codicon. */
  readonly icon?: string;
  /** When it can be used; always unless said. */
  readonly enablement?: Condition;
  /** When the command palette lists it; whenever it can be used unless said. */
  readonly palette?: Condition;
  readonly places?: readonly (readonly Place[])[];
  readonly key?: Key;
}

const isOurDebugger = equals("debugType", DEBUG_TYPE);
const listsOthers = and(hasFolder, recentRunsOfAll);
const listsOwn = and(hasFolder, not(recentRunsOfAll));

export const commands = {
  // Running scripts.
  runScript: { title: "Run Agent Script…", icon: "play", places: [onTitle("contexts", "navigation@1")] },
  runActiveFile: {
    title: "Run Active File as Agent Script",
    icon: "play",
    enablement: and(isScript, not(isDeclaration)),
  },
  createSample: { title: "Create Sample Agent Script", enablement: hasFolder },
  addTypes: { title: "Add Types for agent-context", enablement: or(hasFolder, isScript) },

  // Debugging.
  debugScript: { title: "Debug Agent Script…", icon: "debug-alt", places: [onTitle("contexts", "1_open@2")] },
  debugScriptAndContexts: { title: "Debug Script and Contexts…", icon: "debug-alt" },
  replayRun: {
    title: "Step Through Run in Debugger",
    icon: "debug-alt",
    palette: hasEndedRuns,
    places: [onRows(isEndedRun, "1_run@7"), [{ menu: "editor/title", when: isRecordingEditor, group: "navigation@1" }]],
  },
  addBreakpoint: {
    title: "Add Breakpoint on Events…",
    icon: "debug-breakpoint-function",
    places: [onTitle("contexts", "1_open@3")],
  },
  breakOnWrite: {
    title: "Break on Write",
    icon: "debug-breakpoint-data",
    enablement: hasRuns,
    palette: never,
    places: [onRows(isInKey, "5_break@1")],
  },
  breakOnRead: {
    title: "Break on Read",
    icon: "debug-breakpoint-data",
    enablement: hasRuns,
    palette: never,
    places: [onRows(isInKey, "5_break@2")],
  },
  breakOnMerge: {
    title: "Break on Merge",
    icon: "debug-breakpoint-function",
    enablement: hasRuns,
    palette: never,
    places: [onRows(isRow("agent", "overlay"), "5_break@1")],
  },
  reverseToWrite: {
    title: "Go Back to Last Write",
    icon: "debug-reverse-continue",
    enablement: and(key("inDebugMode"), isOurDebugger),
    palette: never,
    places: [[{ menu: "debug/variables/context", when: isOurDebugger, group: "3_agentContext@1" }]],
  },

  // Runs.
  stopRun: {
    title: "Stop",
    icon: "debug-stop",
    enablement: hasLiveRuns,
    places: [onRows(isLiveRun, "inline@3", "1_run@3")],
  },
  stopAllRuns: { title: "Stop All", enablement: hasLiveRuns, places: [onTitle("contexts", "2_runs@1")] },
  restartRun: {
    title: "Restart",
    icon: "debug-restart",
    enablement: hasRuns,
    places: [onRows(isOwnRun, "inline@2", "1_run@2")],
  },
  endRun: {
    title: "End Waiting Run",
    icon: "sign-out",
    enablement: hasWaitingRuns,
    places: [onRows(isWaitingRun, "inline@1", "1_run@1")],
  },
  detachRun: {
    title: "Detach from Run",
    icon: "debug-disconnect",
    enablement: hasLiveRuns,
    places: [onRows(isReachableRun, "1_run@6")],
  },
  removeRun: {
    title: "Remove Run",
    icon: "close",
    enablement: hasEndedRuns,
    places: [onRows(isEndedRun, "inline@3", "3_remove@1")],
  },
  showTerminal: {
    title: "Show Terminal",
    icon: "terminal",
    enablement: hasRuns,
    places: [onRows(isOwnRun, "2_show@1")],
  },
  showLog: { title: "Show Log", icon: "output", places: [onTitle("contexts", "9_log@1")] },
  openRecording: {
    title: "Open Recording…",
    icon: "folder-opened",
    places: [onTitle("recentRuns", "navigation@2"), onTitle("contexts", "1_open@1")],
  },
  exportRun: {
    title: "Export Run…",
    icon: "export",
    palette: hasRuns,
    places: [onRows(isRow("run"), "2_show@2")],
  },
  showEvents: {
    title: "Show Events",
    icon: "list-ordered",
    enablement: hasRuns,
    places: [onRows(isRow("run", "agent", "log"), "3_events@1")],
  },

  // Findings.
  showFinding: { title: "Show Evidence", icon: "eye", palette: never },

  // Merges.
  previewMerge: {
    title: "Preview Merge",
    icon: "git-merge",
    enablement: hasRuns,
    places: [onRows(isRow("agent", "overlay"), "inline@1", "1_merge@1")],
    key: rowKey("contexts", "alt+m"),
  },
  mergeOverlay: {
    title: "Merge Overlay",
    icon: "merge",
    enablement: hasLiveRuns,
    places: [onRows(isMergeable, "1_merge@2")],
  },
  discardOverlay: {
    title: "Discard Overlay…",
    icon: "discard",
    enablement: hasLiveRuns,
    places: [onRows(isMergeable, "1_merge@3")],
  },
  cancelCommand: {
    title: "Cancel Waiting Merge or Discard",
    icon: "close",
    enablement: commandWaiting,
    places: [onRows(isCommandWaiting, "inline@0", "1_run@0")],
  },

  // Held merges.
  holdMerges: {
    title: "Hold Merges…",
    icon: "debug-pause",
    enablement: hasLiveRuns,
    places: [onRows(isReachableRun, "1_run@4"), onRows(isReachableAgent, "1_merge@4")],
  },
  startHolding: {
    title: "Hold Merges",
    icon: "debug-pause",
    enablement: hasLiveRuns,
    palette: never,
    places: [
      onRows(and(isReachableRun, not(isHolding)), "inline@1"),
      onRows(and(isReachableAgent, not(isHolding)), "inline@2"),
    ],
  },
  stopHolding: {
    title: "Stop Holding Merges",
    icon: "debug-start",
    enablement: hasLiveRuns,
    palette: never,
    places: [onRows(and(isReachableRun, isHolding), "inline@1"), onRows(and(isReachableAgent, isHolding), "inline@2")],
  },
  previewHeldMerge: {
    title: "Show Held Merge",
    icon: "git-merge",
    palette: hasHeldMerges,
    places: [onRows(isRow("heldMerge"), "1_merge@1")],
  },
  approveMerge: {
    title: "Approve Held Merge",
    icon: "merge",
    palette: hasDecidableMerges,
    places: [onRows(isDecidableMerge, "inline@1", "1_merge@2")],
  },
  rejectMerge: {
    title: "Reject Held Merge",
    icon: "close",
    palette: hasDecidableMerges,
    places: [onRows(isDecidableMerge, "inline@2", "1_merge@3")],
  },
  releaseMerges: {
    title: "Release All Held Merges",
    icon: "debug-continue",
    palette: hasHeldMerges,
    places: [onRows(and(isReachableRun, hasHeld), "1_run@5"), onRows(areDecidableMerges, "inline@1", "1_merge@1")],
  },

  // Comparing.
  compareOverlay: {
    title: "Compare Overlay with Parent",
    icon: "compare-changes",
    enablement: hasRuns,
    places: [onRows(isRow("overlay"), "inline@2"), onRows(isRow("agent", "overlay"), "2_compare@1")],
  },
  openDiffEditor: {
    title: "Open Merge in Diff Editor",
    icon: "diff",
    enablement: hasRuns,
    places: [
      onRows(isRow("agent", "overlay", "key overlayKey"), "2_compare@2"),
      onRows(isRow("heldMerge"), "2_compare@1"),
    ],
  },
  compareBase: {
    title: "Compare Base with Overlay",
    icon: "diff",
    enablement: hasRuns,
    places: [
      onRows(isRow("agent", "overlay", "key overlayKey"), "2_compare@3"),
      onRows(isRow("heldMerge"), "2_compare@2"),
    ],
  },
  compareOrders: {
    title: "Compare Merge Orders",
    icon: "list-ordered",
    enablement: hasRuns,
    places: [onRows(isRow("run", "agent", "overlay", "store"), "2_compare@3")],
  },
  compareRuns: { title: "Compare Runs…", icon: "compare-changes", enablement: hasRuns },
  compareWithRun: {
    title: "Compare with Run…",
    icon: "compare-changes",
    enablement: hasRuns,
    palette: never,
    places: [onRows(isRow("run"), "2_compare@4")],
  },

  // Keys and values.
  goToWriter: {
    title: "Go to Writer",
    icon: "go-to-file",
    enablement: hasRuns,
    places: [onRows(isRow("key"), "inline@1"), onRows(isInKey, "1_blame@1")],
  },
  showKeyHistory: {
    title: "Show Key History",
    icon: "history",
    enablement: hasRuns,
    places: [onRows(isRow("key"), "inline@2"), onRows(isInKey, "1_blame@2")],
  },
  copyValue: { title: "Copy Value", palette: never, places: [onRows(isInKey, "9_copy@1")] },
  copyKeyPath: { title: "Copy Key Path", palette: never, places: [onRows(isInKey, "9_copy@2")] },

  // Stepping through a run.
  stepFirst: {
    title: "Step to First Event",
    icon: "chevron-left",
    enablement: hasRuns,
    places: [onTitle("contexts", "navigation@2", hasRuns)],
    key: stepKey("alt+;"),
  },
  stepBack: {
    title: "Step Back",
    icon: "debug-step-back",
    enablement: hasRuns,
    places: [onTitle("contexts", "navigation@3", hasRuns)],
    key: stepKey("alt+,"),
  },
  stepForward: {
    title: "Step Forward",
    icon: "debug-step-over",
    enablement: hasRuns,
    places: [onTitle("contexts", "navigation@4", hasRuns)],
    key: stepKey("alt+."),
  },
  stepLast: {
    title: "Step to Last Event",
    icon: "chevron-right",
    enablement: hasRuns,
    places: [onTitle("contexts", "navigation@5", hasRuns)],
    key: stepKey("alt+'"),
  },
  goLive: {
    title: "Go Live",
    icon: "debug-continue",
    enablement: pastShown,
    places: [onTitle("contexts", "navigation@6", pastShown)],
    key: stepKey("alt+/"),
  },

  // Recent runs.
  openRecentRun: {
    title: "Open Recent Run",
    icon: "folder-opened",
    places: [onRecentRuns(isRow("recentRun"), "1_open@1")],
  },
  compareRecentRuns: {
    title: "Compare with…",
    icon: "diff-multiple",
    palette: never,
    places: [onRecentRuns(isRow("recentRun"), "2_use@1")],
  },
  exportRecentRun: {
    title: "Export…",
    icon: "export",
    palette: never,
    places: [onRecentRuns(and(isRow("recentRun"), isOneRow), "2_use@2")],
  },
  revealRecentRun: {
    title: "Reveal Recording in File Manager",
    palette: isLocal,
    places: [onRecentRuns(and(isRow("recentRun"), isOneRow, isLocal), "3_file@1")],
  },
  copyRecentRunPath: {
    title: "Copy Path of Recording",
    palette: never,
    places: [onRecentRuns(isRow("recentRun"), "3_file@2")],
  },
  renameRecentRun: {
    title: "Rename Recent Run…",
    places: [onRecentRuns(and(isRow("recentRun"), isOneRow), "4_edit@1")],
    key: rowKey("recentRuns", "f2"),
  },
  deleteRecentRuns: {
    title: "Delete Recent Runs…",
    icon: "trash",
    places: [onRecentRuns(isEndedRecentRun, "inline@1", "4_edit@2")],
    key: rowKey("recentRuns", "delete", "cmd+backspace"),
  },
  deleteAllRecentRuns: { title: "Delete All Recent Runs…", places: [onTitle("recentRuns", "2_delete@1")] },
  showAllWorkspaceRuns: {
    title: "Show Runs of All Workspaces",
    icon: "globe",
    palette: listsOwn,
    places: [onTitle("recentRuns", "navigation@1", listsOwn)],
  },
  showThisWorkspaceRuns: {
    title: "Show Runs of This Workspace Only",
    icon: "root-folder",
    palette: listsOthers,
    places: [onTitle("recentRuns", "navigation@1", listsOthers)],
  },
} as const satisfies Record<string, Command>;

/** The ids of the commands. */
export const CommandId = idsOf(commands);
/** One of {@link CommandId}. */
export type CommandId = (typeof CommandId)[keyof typeof CommandId];

/** A link of a welcome text, which reads like the command. */
export function linkTo(name: keyof typeof commands): string {
  return `[${commands[name].title}](command:${CommandId[name]})`;
}
