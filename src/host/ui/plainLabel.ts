/** How text of scripts stands in lists of VS Code, where `$(name)` would become an icon; knows nothing of VS Code. */

/** @returns the text so that it is shown as it is. */
export function plainLabel(text: string): string {
  return text.replace(/\$\([A-Za-z0-9-]+(?:~[A-Za-z]+)?\)/g, "\\$&");
}
