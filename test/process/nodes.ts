/** Which Nodes the process tests run on. */

import { existsSync } from "node:fs";

/** One binary. */
export interface NodeUnderTest {
  readonly name: string;
  readonly execPath: string;
}

const MAJORS = ["20", "22", "24"];

/** The Node that runs the tests; for behaviour that no version of Node decides. */
export const thisNode: NodeUnderTest = { name: `Node ${process.versions.node}`, execPath: process.execPath };

/**
 * All three supported versions on linux-x64, where their binaries are npm packages; elsewhere this one.
 * @throws when one is missing there, naming the remedy.
 */
export function nodesUnderTest(): readonly NodeUnderTest[] {
  if (process.platform !== "linux" || process.arch !== "x64") return [thisNode];
  return MAJORS.map((major) => {
    const variable = `AGENT_CONTEXT_NODE_${major}`;
    const execPath = process.env[variable];
    if (execPath === undefined || !existsSync(execPath)) {
      throw new Error(
        `${variable} does not name a Node binary; run "npm run test:process", which fetches and names them.`,
      );
    }
    return { name: `Node ${major}`, execPath };
  });
}
