/**
 * Owns the set-up as a person sees it: what will be done and how big it is, then each part as it is done. It must not
 * know what the parts are. Runs before anything is installed, so it uses nothing but Node.
 */

import { HumanError } from "./humanError.mjs";

const MINIMUM = [20, 19];

/**
 * @typedef {object} Part
 * @property {string} title
 * @property {string} size on disk, for people
 * @property {() => boolean} isReady looks at this machine alone, quickly
 * @property {() => Promise<void>} setUp resumes what was interrupted
 */

/** @throws naming the version that is needed */
export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < MINIMUM[0] || (major === MINIMUM[0] && minor < MINIMUM[1])) {
    throw new HumanError(
      `This needs Node ${MINIMUM.join(".")} or newer, and runs on ${process.version}. Install a newer Node and run it again.`,
    );
  }
  console.log(`Node ${process.version} on ${process.platform}-${process.arch}.`);
}

/**
 * Prints the plan and sets up what is missing, part by part; says nothing where nothing is.
 *
 * @param {readonly Part[]} parts
 * @param {string} then what follows the set-up
 */
export async function setUp(parts, then) {
  const missing = parts.filter((part) => !part.isReady());
  if (missing.length === 0) {
    return;
  }
  console.log("Set-up, done once:");
  for (const part of parts) {
    console.log(`  ${missing.includes(part) ? `to do  ${part.title}, ${part.size}` : `ready  ${part.title}`}`);
  }
  console.log(`Then: ${then}.`);
  for (const part of missing) {
    await setUpPart(part);
  }
}

async function setUpPart({ title, setUp }) {
  const startedAt = Date.now();
  const seconds = () => Math.round((Date.now() - startedAt) / 1000);
  console.log(`- ${title} …`);
  const reminder = setInterval(() => console.log(`  still at it, ${seconds()} s: ${title}`), 30_000);
  try {
    await setUp();
    console.log(`  done in ${seconds()} s`);
  } catch (error) {
    if (error instanceof HumanError) {
      throw error;
    }
    throw new HumanError(
      `Setting up failed: ${title}.\n${error.message}\nIs the network there? Run the same command again: it resumes.`,
    );
  } finally {
    clearInterval(reminder);
  }
}
