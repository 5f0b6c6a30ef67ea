/** The ids of our views and custom editors, as package.json contributes them. */

export const ViewId = {
  contexts: "agentContext.contexts",
  recentRuns: "agentContext.recentRuns",
  events: "agentContext.events",
} as const;

export const EditorId = {
  /** Of `*.agentlog.jsonl`. */
  recording: "agentContext.recording",
  /** The same for any `*.jsonl`, where the user chooses it. */
  jsonLines: "agentContext.jsonLines",
} as const;
