/** The settings: type, default, scope and description of each, in the order in which the settings editor shows them. */

import type { HoldMode } from "../src/core/choices";
import type { Value } from "./values";

/** A setting; its `type` says what the code reads, its `default` what that is while nothing is set. */
export type Setting = Value & {
  /** `machine`: this machine's own; `window`: of the workspace; `resource`: each folder may have one of its own. */
  readonly scope: "machine" | "window" | "resource";
  /** A workspace that is not trusted cannot set it: it decides what runs, or what is masked. */
  readonly restricted?: true;
  readonly description: string;
};

/** Which merges wait for the user. */
export const holdModes = {
  never: "Merges are applied as soon as the script asks for them.",
  onProblem: "Merges that lose somebody's work, or overwrite somebody's change, wait.",
  always: "Every merge waits.",
} as const satisfies Record<HoldMode, string>;

/** What was called otherwise until 0.1.0. */
export const olderHoldModes = { onConflict: "onProblem" } as const satisfies Record<string, HoldMode>;

export const settings = {
  nodePath: {
    type: "string",
    default: "",
    scope: "machine",
    restricted: true,
    description:
      "Absolute path of the Node.js executable, version 20 or newer, that runs agent scripts. If empty, scripts run on the `node` on the `PATH` if it is 20 or newer, otherwise on the editor's own Node.js.",
  },
  args: {
    type: "strings",
    default: [],
    scope: "resource",
    restricted: true,
    description: "Arguments passed to agent scripts.",
  },
  env: {
    type: "variablesOrNull",
    default: {},
    scope: "resource",
    restricted: true,
    description: "Environment variables for agent scripts, added to the editor's own. Use `null` to remove a variable.",
  },
  runtimeArgs: {
    type: "strings",
    default: [],
    scope: "resource",
    restricted: true,
    description: "Options for Node.js, for example `--max-old-space-size=4096`.",
  },
  atEnd: {
    type: "choice",
    default: "waitWhenUnmerged",
    values: {
      waitWhenUnmerged: 'The run stays active as "finished, unmerged" until you merge, discard or end it.',
      exit: "The run ends.",
    },
    scope: "resource",
    description:
      "Controls what happens when a script has nothing left to do while an agent has unmerged changes. `process.exit` is never delayed.",
  },
  stopGraceSeconds: {
    type: "number",
    default: 10,
    minimum: 0,
    maximum: 24 * 60 * 60,
    scope: "resource",
    description:
      "Grace period, in seconds, before a script that *Stop* has asked to end (`SIGTERM`) is killed with all its processes (`SIGKILL`). *Stop* again kills them at once. On Windows they are always killed at once. Takes effect at the next run.",
  },
  holdMerges: {
    type: "choice",
    default: "never",
    values: holdModes,
    older: olderHoldModes,
    scope: "resource",
    description:
      "Controls which merges wait until you approve or reject them. Changing the mode for a run changes this setting for the workspace.",
  },
  holdGraceSeconds: {
    type: "number",
    // Outlasts the reload of a window with many extensions, or of a remote one.
    default: 60,
    minimum: 0,
    maximum: 24 * 60 * 60,
    scope: "resource",
    description:
      "Grace period, in seconds, for held merges and runs that wait for you when the connection to the editor is lost, for example while the window reloads. After that, held merges are applied as they are.",
  },
  callSiteLimit: {
    type: "integer",
    default: 20_000,
    minimum: 0,
    scope: "resource",
    description:
      "Maximum number of events per second for which the line of the script that caused them is recorded, for *Go to Writer* and *Show Key History*. Above this rate, lines are left out and the views say so. Each line costs the script about 6 microseconds. `0` records none. Takes effect at the next run.",
  },
  "findings.ignore": {
    type: "strings",
    default: [],
    scope: "resource",
    description:
      'Keys whose findings are not shown, for example `done` or `status/*`; `*` stands for any characters. They are still counted. Scripts can say the same of a store: `new StateStore({ findings: { ignore: ["done"] } })`.',
  },
  "redact.keys": {
    type: "patterns",
    default: [],
    scope: "resource",
    description:
      "Regular expressions that match keys and property names, ignoring case, for example `password|token`. Their values are masked before they leave the script's process. Views and recordings show masks in their place; within a run, equal values have equal masks, and merges use the real values. Patterns of user, workspace and folder settings are combined. Takes effect at the next run.",
  },
  "redact.values": {
    type: "patterns",
    default: [],
    scope: "resource",
    description:
      "Regular expressions that match text to mask inside strings, names and messages, for example `\\b\\d{16}\\b`. Patterns of user, workspace and folder settings are combined. Takes effect at the next run.",
  },
  "redact.commonSecrets": {
    type: "boolean",
    default: true,
    scope: "resource",
    restricted: true,
    description:
      "Masks tokens of well-known shapes: keys and tokens of AWS, GitHub, GitLab, Slack, OpenAI, Anthropic, Google, Stripe, npm, Hugging Face and others, JSON web tokens, private keys, passwords in URLs, and bearer tokens. Takes effect at the next run.",
  },
  "recordings.keepCount": {
    type: "integer",
    default: 50,
    minimum: 0,
    scope: "machine",
    description:
      "Maximum number of recorded runs. When a run ends, the oldest runs beyond this number are deleted. Runs that are active or open in a window are always kept. `0` keeps any number.",
  },
  "recordings.keepMegabytes": {
    type: "number",
    default: 1_024,
    minimum: 0,
    scope: "machine",
    description:
      "Maximum size, in megabytes, of all recorded runs. When a run ends, the oldest runs beyond this size are deleted. Runs that are active or open in a window, and the newest run, are always kept. `0` keeps any size.",
  },
  "memory.megabytes": {
    type: "number",
    default: 128,
    minimum: 0,
    scope: "window",
    description:
      "Maximum size, in megabytes, of the recorded values that each run keeps in memory. Older values stay in the recording and are read from there when you look at them; *Agent Events* shows how many. In memory, values take two to four times their recorded size. The index of events is limited to the same size, but to no less than 8 MB; the rest of it is on disk. Takes effect at the next run.",
  },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof settings;

/** The settings of a type, by name. */
export type SettingsOf<Type extends Value["type"]> = {
  [Name in SettingName]: (typeof settings)[Name]["type"] extends Type ? Name : never;
}[SettingName];
