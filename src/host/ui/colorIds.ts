/** The ids of the theme colours that the extension contributes, in one place; a test holds them against package.json. */

/**
 * VS Code's own colours of added, modified and deleted files come with its Git extension, so they are not there in a
 * restricted workspace or where Git is off. Webviews read the same colours as `--vscode-agentContext-addedForeground`.
 */
export const ColorId = {
  added: "agentContext.addedForeground",
  modified: "agentContext.modifiedForeground",
  deleted: "agentContext.deletedForeground",
  conflict: "agentContext.conflictForeground",
} as const;
