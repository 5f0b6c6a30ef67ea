/** The running of the built command `agent-context` in a folder of the test's own. */

import * as path from "node:path";
import { distDir } from "../harness/paths";
import { runToEnd, type RunEnd } from "./scriptRun";

const cli = path.join(distDir, "runner/cli.cjs");

/** Runs it to its end. @param files of the folder that it runs in, path → text */
export async function agentContext(
  files: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<RunEnd & { readonly folder: string }> {
  const { run, ...end } = await runToEnd({ files, command: () => [process.execPath, cli, ...args] });
  return { ...end, folder: run.folder };
}
