/** The debugger: what its configurations may say, and those that VS Code offers. */

import { canDebug } from "./contextKeys";
import { holdModes, olderHoldModes } from "./settings";
import type { Value } from "./values";

/** The debug type. */
export const DEBUG_TYPE = "agent-context";

/** An attribute of a debug configuration. */
export type Attribute = Value & { readonly required?: true; readonly description: string };

/** A debug configuration that the editor of launch.json offers. */
interface Snippet {
  readonly label: string;
  readonly description: string;
  readonly request: string;
  /** What it says beside type and request. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** By request, its attributes. */
const attributes = {
  launch: {
    program: { type: "string", default: "${file}", description: "The agent script to debug." },
    args: {
      type: "strings",
      default: [],
      description: "Arguments passed to the script. Overrides the setting agentContext.args.",
    },
    env: {
      type: "variables",
      default: {},
      description: "Environment variables for the script, added to those of the setting agentContext.env.",
    },
    cwd: {
      type: "string",
      default: "${workspaceFolder}",
      description: "Working directory of the script. The default is the workspace folder.",
    },
    stopOnEntry: { type: "boolean", default: false, description: "Stop before the first line of the script." },
    holdMerges: {
      type: "choice",
      default: "never",
      values: holdModes,
      older: olderHoldModes,
      description: "Controls which merges wait for you. Overrides the setting agentContext.holdMerges.",
    },
    debugScript: {
      type: "boolean",
      default: false,
      description:
        "Debug the script with the JavaScript debugger, too. Breakpoints on lines then belong to the JavaScript debugger.",
    },
  },
  replay: {
    recording: { type: "string", default: "${file}", required: true, description: "The recording to step through." },
    stopOnEntry: {
      type: "boolean",
      default: true,
      description: "Stop at the first event instead of at the first breakpoint.",
    },
  },
} as const satisfies Record<string, Record<string, Attribute>>;

const snippets = {
  launch: {
    label: "Agent Context: Debug Agent Script",
    description: "Run an agent script and step through what its agents do.",
    request: "launch",
    body: {
      name: "${1:Debug Agent Script}",
      program: '^"\\${workspaceFolder}/${2:agent.ts}"',
      stopOnEntry: false,
    },
  },
  both: {
    label: "Agent Context: Debug Script and Contexts",
    description: "Run an agent script and debug both its agents and its JavaScript.",
    request: "launch",
    body: {
      name: "${1:Debug Script and Contexts}",
      program: '^"\\${workspaceFolder}/${2:agent.ts}"',
      debugScript: true,
    },
  },
  replay: {
    label: "Agent Context: Replay Recording",
    description: "Step through a recorded run, forward and backward. Nothing is run again.",
    request: "replay",
    body: {
      name: "${1:Replay Recording}",
      recording: '^"\\${workspaceFolder}/${2:run.agentlog.jsonl}"',
    },
  },
} as const satisfies Record<string, Snippet>;

export const agentDebugger = {
  label: "Agent Context",
  when: canDebug,
  attributes,
  /** What a new launch.json holds. */
  initial: { request: "launch", name: "Debug Agent Script", program: "${file}" },
  snippets,
} as const;
