/** How a merge is named: by its agent, and held ones apart from the agent's overlay. */

import * as l10n from "@vscode/l10n";
import { visibleString } from "../ui/visibleText";

/** What has an agent's name. */
export interface Named {
  readonly name: string;
  readonly hold: number | undefined;
}

/** @returns the name as plain text, safe to read; a held merge says so. */
export function mergeName({ name, hold }: Named): string {
  const agent = visibleString(name, 120);
  return hold === undefined ? agent : l10n.t("{0} (held)", agent);
}

/** @returns names as a list in one text, the first few of them. */
export function nameList(names: readonly string[], most = 3): string {
  const shown = names.slice(0, most).join(", ");
  return names.length > most ? l10n.t("{0} and {1} more", shown, names.length - most) : shown;
}
