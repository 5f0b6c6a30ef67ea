/** What the extension is called, when it is activated, and what it does without trust or disk. */

import { DEBUG_TYPE } from "./debuggers";
import { languages } from "./languages";

export const displayName = "Agent Context Inspector";

export const description =
  "A debugger for what AI agents do to shared state: overlays, merge previews and an event log you can step through.";

/** Why less works in such a workspace. */
export const limits = {
  untrustedWorkspaces: "Agent scripts run only in a trusted workspace.",
  virtualWorkspaces: "Agent scripts run from disk, which a virtual workspace does not have.",
} as const;

/** Beside these, views and commands activate it. */
export const activationEvents = [
  ...languages.map((language) => `onLanguage:${language}`),
  "onStartupFinished",
  `onDebugResolve:${DEBUG_TYPE}`,
  `onDebugDynamicConfigurations:${DEBUG_TYPE}`,
];
