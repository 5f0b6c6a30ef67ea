/**
 * Owns the ids of all commands, once; package.json contributes each of them (a unit test holds the two together).
 * A command about a run takes its id, or a RunTarget (the tree's elements), or nothing (it then asks).
 */
export const CommandId = {
  runScript: "agentContext.runScript",
  runActiveFile: "agentContext.runActiveFile",
  createSample: "agentContext.createSample",
  stopRun: "agentContext.stopRun",
  stopAllRuns: "agentContext.stopAllRuns",
  restartRun: "agentContext.restartRun",
  endRun: "agentContext.endRun",
  removeRun: "agentContext.removeRun",
  showTerminal: "agentContext.showTerminal",
  showLog: "agentContext.showLog",
  previewMerge: "agentContext.previewMerge",
  mergeOverlay: "agentContext.mergeOverlay",
  discardOverlay: "agentContext.discardOverlay",
  cancelCommand: "agentContext.cancelCommand",
  openDiffEditor: "agentContext.openDiffEditor",
  compareOverlay: "agentContext.compareOverlay",
  compareBase: "agentContext.compareBase",
  holdMerges: "agentContext.holdMerges",
  startHolding: "agentContext.startHolding",
  stopHolding: "agentContext.stopHolding",
  previewHeldMerge: "agentContext.previewHeldMerge",
  approveMerge: "agentContext.approveMerge",
  rejectMerge: "agentContext.rejectMerge",
  releaseMerges: "agentContext.releaseMerges",
  detachRun: "agentContext.detachRun",
  compareOrders: "agentContext.compareOrders",
  showKeyHistory: "agentContext.showKeyHistory",
  goToWriter: "agentContext.goToWriter",
  copyValue: "agentContext.copyValue",
  copyKeyPath: "agentContext.copyKeyPath",
  showEvents: "agentContext.showEvents",
  stepBack: "agentContext.stepBack",
  stepForward: "agentContext.stepForward",
  stepFirst: "agentContext.stepFirst",
  stepLast: "agentContext.stepLast",
  goLive: "agentContext.goLive",
} as const;

/** One of {@link CommandId}. */
export type CommandId = (typeof CommandId)[keyof typeof CommandId];
