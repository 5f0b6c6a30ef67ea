/** The places of commands in menus: which menu, where in it, and when. */

import { and, or, type Condition } from "./conditions";
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

/** On rows of runs, agents and states, once in each group. */
export function onRows(row: Condition, ...groups: readonly string[]): readonly Place[] {
  return onRowsOf(or(inView("contexts"), inView("state")), row, groups);
}

/** On rows of Recent Runs, once in each group. */
export function onRecentRuns(row: Condition, ...groups: readonly string[]): readonly Place[] {
  return onRowsOf(inView("recentRuns"), row, groups);
}

function onRowsOf(view: Condition, row: Condition, groups: readonly string[]): readonly Place[] {
  return groups.map((group) => ({ menu: "view/item/context", when: and(view, row), group }));
}
