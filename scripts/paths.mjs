/** Where the scripts find the repository and where they keep what outlives a run. */

import * as path from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's folder. */
export const rootDir = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
/** Editors, Node binaries, packages: everything that is set up once. Safe to delete. */
export const stateDir = path.join(rootDir, ".vscode-test");
export const examplesDir = path.join(rootDir, "examples");
export const resultsDir = path.join(rootDir, "test/results");
