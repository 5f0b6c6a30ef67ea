/** The views and where they stand; and the webview panels, which conditions name although nothing contributes them. */

import { and, equals, key, matches, not, or, type Condition } from "./conditions";
import { idOf, idsOf, PREFIX } from "./ids";

interface Container {
  readonly place: "activitybar" | "panel";
  readonly title: string;
  readonly icon: string;
}

/** Containers of views, by id. */
export const containers = {
  agentContexts: { place: "activitybar", title: "Agent Contexts", icon: "media/icon.svg" },
  agentEvents: { place: "panel", title: "Agent Events", icon: "$(list-tree)" },
} as const satisfies Record<string, Container>;

interface View {
  readonly container: keyof typeof containers;
  readonly name: string;
  readonly type?: "webview";
  readonly visibility?: "collapsed";
  /** Its weight among the views of the side bar at first; VS Code takes 20 where none is given. */
  readonly initialSize?: number;
}

export const views = {
  findings: { container: "agentContexts", name: "Findings", initialSize: 25 },
  contexts: { container: "agentContexts", name: "Agents", initialSize: 45 },
  state: { container: "agentContexts", name: "State", initialSize: 35 },
  recentRuns: { container: "agentContexts", name: "Recent Runs", visibility: "collapsed" },
  events: { container: "agentEvents", name: "Agent Events", type: "webview" },
} as const satisfies Record<string, View>;

export const ViewId = idsOf(views);
export type ViewName = keyof typeof views;

/** View types of the webview panels. */
export const PanelId = { preview: idOf("preview"), orders: idOf("orders") } as const;

/** Of menus: they belong to this view. */
export function inView(view: ViewName): Condition {
  return equals("view", ViewId[view]);
}

export function isFocused(view: ViewName): Condition {
  return equals("focusedView", ViewId[view]);
}

/** A panel of ours is active and nothing but it has the keyboard: a panel stays active while one types elsewhere. */
const panelHasKeys = and(
  matches("activeWebviewPanelId", new RegExp(`^${PREFIX}\\.(${Object.keys(PanelId).join("|")})$`)),
  ...["focusedView", "inputFocus", "listFocus", "terminalFocus"].map((name) => not(key(name))),
);

/** What shows a run at its cursor has the keyboard. */
export const showsCursor = or(
  ...(["findings", "contexts", "state", "events"] as const).map((view) => isFocused(view)),
  panelHasKeys,
);

/** A recording stands in the active editor tab. */
export const isRecordingEditor = matches("activeCustomEditorId", new RegExp(`^${PREFIX}\\.`));
