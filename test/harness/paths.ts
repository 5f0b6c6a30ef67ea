/** Where a bundled test finds the repository: it looks upwards from its own folder, wherever it was bundled to. */

import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";

/** The repository's folder. */
export const repositoryDir = findRepository(__dirname);
/** The workspace of agent scripts that ships as an example. */
export const examplesDir = path.join(repositoryDir, "examples");
/** What the build wrote: `extension/`, `runner/`, `agent-context/`, `webview/`. */
export const distDir = path.join(repositoryDir, "dist");
/** Result files of the suites; `failures/` below it holds what is kept of failed tests. */
export const resultsDir = path.join(repositoryDir, "test/results");
/** Set-ups that outlive a test run: editors, Node binaries. */
export const downloadsDir = path.join(repositoryDir, ".vscode-test");

function findRepository(from: string): string {
  for (let dir = from; ; dir = path.dirname(dir)) {
    const manifest = path.join(dir, "package.json");
    if (existsSync(manifest) && readFileSync(manifest, "utf8").includes('"name": "agent-context-inspector"')) {
      return dir;
    }
    if (path.dirname(dir) === dir) {
      throw new Error(`No repository found above ${from}; tests run from out/ inside the repository.`);
    }
  }
}
