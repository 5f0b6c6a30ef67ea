/** Which Nodes the process tests run on. */

import { existsSync } from "node:fs";
import { isLong } from "../harness/long";

/** One binary. */
export interface NodeUnderTest {
  readonly name: string;
  readonly execPath: string;
}

const MAJORS = ["20", "22", "24", "26"];

/** The Node that runs the tests; for behaviour that no version of Node decides. */
export const thisNode: NodeUnderTest = { name: `Node ${process.versions.node}`, execPath: process.execPath };

/**
 * The oldest supported version; in the long tests, all of them. On linux-x64, where their binaries are npm packages;
 * elsewhere this one.
 * @throws when one is missing there, naming the remedy.
 */
export function nodesUnderTest(): readonly NodeUnderTest[] {
  return nodesOf(isLong ? MAJORS : MAJORS.slice(0, 1));
}

/**
 * The same for behaviour that Node's version decides: the oldest, which keeps loader hooks in a thread of their own, and
 * the newest, which does not; in the long tests, all.
 */
export function nodesWithBothLoaders(): readonly NodeUnderTest[] {
  return nodesOf(isLong ? MAJORS : [...MAJORS.slice(0, 1), ...MAJORS.slice(-1)]);
}

/** Versions that the runtime does not run on, as people have them in PATH; for the long tests. */
export function olderNodes(): readonly NodeUnderTest[] {
  return nodesOf(["16", "18"]).filter((node) => node !== thisNode);
}

function nodesOf(majors: readonly string[]): readonly NodeUnderTest[] {
  if (process.platform !== "linux" || process.arch !== "x64") return [thisNode];
  return majors.map((major) => {
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
