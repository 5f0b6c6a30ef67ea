/** The custom editors. */

import { idsOf } from "./ids";

interface CustomEditor {
  readonly displayName: string;
  readonly filenamePattern: string;
  /** `option`: only where the user chooses it. */
  readonly priority: "default" | "option";
}

export const editors = {
  recording: { displayName: "Agent Recording", filenamePattern: "*.agentlog.jsonl", priority: "default" },
  jsonLines: { displayName: "Agent Recording", filenamePattern: "*.jsonl", priority: "option" },
} as const satisfies Record<string, CustomEditor>;

/** View types of the custom editors. */
export const EditorId = idsOf(editors);
