/** Where the peers are that the runtime is measured beside, and how they are loaded. */

import { existsSync } from "node:fs";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { repositoryDir } from "../harness/paths";

/** A folder of their own: nothing of the product sees them. */
export const peersDir = path.join(repositoryDir, ".vscode-test/bench-peers");

/** Whether a package is installed there. */
export function hasPeer(name: string): boolean {
  return existsSync(path.join(peersDir, "node_modules", name, "package.json"));
}

/** @returns what it exports, by `import` as from a module in that folder. */
export async function loadPeer(name: string): Promise<Record<string, unknown>> {
  const loader = (await import(pathToFileURL(path.join(peersDir, "load.mjs")).href)) as {
    load(name: string): Promise<Record<string, unknown>>;
  };
  return loader.load(name);
}
