/** Keybindings of commands. */

import { and, listHasKeys, type Condition } from "./conditions";
import { isFocused, showsCursor, type ViewName } from "./views";

/** A keybinding. */
export interface Key {
  readonly key: string;
  readonly mac?: string;
  readonly when: Condition;
  /** What the command is called with. */
  readonly args?: string;
}

/** The argument that stands for the row with the focus: VS Code does not say which it is. */
export const FOCUSED_ROW = "focused";

/** Where a run is shown at its cursor. */
export function stepKey(key: string): Key {
  return { key, when: showsCursor };
}

/** In the list of a view, for the row that has the focus. */
export function rowKey(view: ViewName, key: string, mac?: string): Key {
  return { key, ...(mac !== undefined && { mac }), when: and(isFocused(view), listHasKeys), args: FOCUSED_ROW };
}
