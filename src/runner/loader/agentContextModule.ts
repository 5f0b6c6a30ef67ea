/** The choice between the bundled runtime and a package of the same name that the user's project has installed. */

import * as path from "node:path";
import { readJson } from "./packageScope";

/** The one specifier that is ours. */
export const RUNTIME_SPECIFIER = "agent-context";
/** A package with this in its package.json is our runtime; any other of that name is a stranger's. */
const PROTOCOL = 1;

/** What our packages say of themselves. */
interface Manifest {
  readonly agentContextProtocol?: unknown;
  readonly agentContextTypes?: unknown;
}

/** Which package answers `agent-context`. */
export type RuntimeChoice =
  | { readonly from: "bundled" }
  /** A package of our protocol stands in the project. */
  | { readonly from: "installed" }
  /** A package of that name, but not ours, stands in `folder`; the bundled one is used. */
  | { readonly from: "bundled"; readonly foreign: string };

/** @param folder where the importing file lies; absolute. */
export function chooseRuntime(folder: string): RuntimeChoice {
  for (let at = folder; ; at = path.dirname(at)) {
    const installed = path.join(at, "node_modules", RUNTIME_SPECIFIER);
    const manifest = readJson(path.join(installed, "package.json")) as Manifest | undefined;
    if (manifest !== undefined) {
      // Add Types for agent-context puts a package of types into a workspace: there is nothing in it to run.
      if (manifest.agentContextTypes === true) return { from: "bundled" };
      return manifest.agentContextProtocol === PROTOCOL
        ? { from: "installed" }
        : { from: "bundled", foreign: installed };
    }
    if (path.dirname(at) === at) return { from: "bundled" };
  }
}

/** What is said once when a stranger's package is passed over. */
function foreignNotice(foreign: string): string {
  return `${foreign} is not the runtime of this tool, so the bundled "${RUNTIME_SPECIFIER}" is used instead.`;
}

/** How the importing code asks. */
export type ImportKind = "import" | "require";

/** @returns the file to use instead of asking Node; undefined where the project has a runtime installed. */
export type RuntimeFinder = (parent: string | undefined, kind: ImportKind) => string | undefined;

/**
 * @param runtimeFolder that of the bundled runtime
 * @param notice told once for each stranger's package that is passed over
 */
export function createRuntimeFinder(runtimeFolder: string, notice: (message: string) => void): RuntimeFinder {
  const told = new Set<string>();
  return (parent, kind) => {
    const choice = chooseRuntime(parent === undefined ? process.cwd() : path.dirname(parent));
    if (choice.from === "installed") return undefined;
    if ("foreign" in choice && !told.has(choice.foreign)) {
      told.add(choice.foreign);
      notice(foreignNotice(choice.foreign));
    }
    return path.join(runtimeFolder, kind === "require" ? "index.cjs" : "index.mjs");
  };
}
