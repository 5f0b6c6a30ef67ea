/** `NODE_OPTIONS` for all that a run starts. */

/** @param options what the user has there. @returns nothing where nothing is to be added */
export function nodeOptionsWith(bootstrap: string, options = ""): { readonly NODE_OPTIONS?: string } {
  const option = `--require ${quoted(bootstrap)}`;
  // An Electron takes no such options, and says so where it is given some.
  if (process.versions["electron"] !== undefined || options.includes(option)) return {};
  // First: where a tool keeps only the last one of several, it keeps the user's.
  return { NODE_OPTIONS: `${option} ${options}`.trim() };
}

/** As Node reads it: in quotes only where it must be, for not all that read the variable know them. */
function quoted(file: string): string {
  return /[\s"\\]/.test(file) ? JSON.stringify(file) : file;
}
