/** The places of commands in menus: which menu, where in it, and when. */

import { and, type Condition } from "./conditions";
import { inView, type ViewName } from "./views";

/** A place of a command in a menu. */
export interface Place {
  readonly menu: "view/title" | "view/item/context" | "debug/variables/context" | "editor/title";
  readonly when: Condition;
  /** The group and the place in it; "navigation" and "inline" are buttons. */
  readonly group: string;
}

/** On the title bar of a view, or behind its "…". */
export function onTitle(view: ViewName, group: string, ...conditions: readonly Condition[]): readonly Place[] {
  return [{ menu: "view/title", when: and(inView(view), ...conditions), group }];
}

/** On rows of the Contexts tree, once in each group. */
export function onRows(row: Condition, ...groups: readonly string[]): readonly Place[] {
  return onRowsOf("contexts", row, groups);
}

/** On rows of Recent Runs, once in each group. */
export function onRecentRuns(row: Condition, ...groups: readonly string[]): readonly Place[] {
  return onRowsOf("recentRuns", row, groups);
}

function onRowsOf(view: ViewName, row: Condition, groups: readonly string[]): readonly Place[] {
  return groups.map((group) => ({ menu: "view/item/context", when: and(inView(view), row), group }));
}
