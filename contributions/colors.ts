/** The theme colors: added, modified, deleted and conflicting, each for every kind of theme. */

import { idOf, type Id } from "./ids";

interface Color {
  readonly description: string;
  readonly dark: string;
  readonly light: string;
  readonly highContrast: string;
  readonly highContrastLight: string;
}

/**
 * VS Code's own colors of added, modified and deleted files come with its Git extension, so they are not there in a
 * restricted workspace or where Git is off. Webviews read the same colors as `--vscode-agentContext-addedForeground`.
 */
export const colors = {
  added: {
    description: "Color of added keys in the Agents and State views, merge previews and events.",
    dark: "#81b88b",
    light: "#4b690a",
    highContrast: "#a1e3ad",
    highContrastLight: "#2f4405",
  },
  modified: {
    description: "Color of modified keys in the Agents and State views, merge previews and events.",
    dark: "#e2c08d",
    light: "#7a4c03",
    highContrast: "#ffd58a",
    highContrastLight: "#5c3900",
  },
  deleted: {
    description: "Color of deleted keys in the Agents and State views, merge previews and events.",
    dark: "#e08070",
    light: "#ad0707",
    highContrast: "#ff9d8f",
    highContrastLight: "#8a0000",
  },
  conflict: {
    description: "Color of keys and merges in conflict in the Agents and State views, merge previews and recordings.",
    dark: "#f27d98",
    light: "#a3005c",
    highContrast: "#ff9ecb",
    highContrastLight: "#7a0050",
  },
} as const satisfies Record<string, Color>;

/** The ids of the colors. */
export const ColorId = Object.fromEntries(Object.keys(colors).map((name) => [name, idOf(`${name}Foreground`)])) as {
  readonly [Name in keyof typeof colors]: Id<`${Name}Foreground`>;
};
