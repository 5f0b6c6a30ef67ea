/** What views say while they are empty. */

import { linkTo } from "./commands";
import { and, hasFolder, hasNoFolder, isTrusted, not, type Condition } from "./conditions";
import { hasRuns, otherWorkspacesHaveRuns } from "./contextKeys";
import type { ViewName } from "./views";

interface Welcome {
  readonly view: ViewName;
  /** One line a paragraph; a link that is alone on its line is a button. */
  readonly lines: readonly string[];
  readonly when: Condition;
}

const EVERY_RUN = "Every run of an agent script is recorded and listed here.";

export const welcomes = {
  findings: {
    view: "findings",
    lines: [
      "Lost updates, work that was never merged, and decisions on outdated values: what was found in a run is listed here.",
    ],
    when: not(hasRuns),
  },
  state: { view: "state", lines: ["The parent states of a run are shown here."], when: not(hasRuns) },
  trusted: {
    view: "contexts",
    lines: [
      "Run a script that imports agent-context to see its agents, their overlays and what a merge would change.",
      linkTo("runScript"),
      "No script yet? Start with a sample: two agents that lose an update.",
      linkTo("createSample"),
    ],
    when: and(hasFolder, isTrusted),
  },
  untrusted: {
    view: "contexts",
    lines: [
      "Agent scripts run only in a trusted workspace.",
      "[Manage Workspace Trust](command:workbench.trust.manage)",
    ],
    when: not(isTrusted),
  },
  noFolder: {
    view: "contexts",
    lines: [
      "Open a folder with scripts that import agent-context.",
      "[Open Folder](command:vscode.openFolder)",
      linkTo("runScript"),
    ],
    when: and(hasNoFolder, isTrusted),
  },
  recentRuns: {
    view: "recentRuns",
    lines: [EVERY_RUN, linkTo("runScript"), linkTo("openRecording")],
    when: and(not(otherWorkspacesHaveRuns), isTrusted),
  },
  recentRunsUntrusted: {
    view: "recentRuns",
    lines: [EVERY_RUN, linkTo("openRecording")],
    when: and(not(otherWorkspacesHaveRuns), not(isTrusted)),
  },
  recentRunsOfOthers: {
    view: "recentRuns",
    lines: ["No run of this workspace is recorded yet.", linkTo("showAllWorkspaceRuns")],
    when: otherWorkspacesHaveRuns,
  },
} as const satisfies Record<string, Welcome>;
