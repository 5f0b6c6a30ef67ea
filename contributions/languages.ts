/** The languages of agent scripts, and what the extension adds to the editor for them. */

/** They have breakpoints on lines; a file of theirs activates the extension, for its CodeLens. */
export const languages = ["typescript", "javascript", "typescriptreact", "javascriptreact"] as const;

/** Plugins of TypeScript's server, by package. */
export const typescriptServerPlugins = [
  { name: "agent-context-typescript-plugin", enableForWorkspaceTypeScriptVersions: true },
] as const;
