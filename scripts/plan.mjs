/**
 * Shows the set-up to a person: what will be done, how much and how long that is, then each part as it is done, and what is
 * left. It must not know what the parts are. Runs before anything is installed, so it uses nothing but Node.
 */

import { HumanError } from "./humanError.mjs";

const MINIMUM = [20, 19];

/**
 * @typedef {object} Part
 * @property {string} title
 * @property {number} megabytes on disk
 * @property {number} minutes about how long it takes on a usual machine and connection
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

/** The parts of the newest plan that was printed. @type {Set<Part>} */
const told = new Set();

/**
 * Says what is missing, how much it is and how long it takes, unless that was said before; then sets it up, part by part.
 * Says nothing where nothing is missing.
 *
 * @param {readonly Part[]} parts
 * @param {string} then what follows the set-up
 * @param {readonly Part[]} [later] are told with them, and set up by a later call
 */
export async function setUp(parts, then, later = []) {
  const all = [...parts, ...later];
  const missing = all.filter((part) => !part.isReady());
  if (missing.some((part) => !told.has(part))) {
    console.log(`Set-up, done once: ${amountOf(missing)}.`);
    for (const part of all) {
      const { title } = part;
      console.log(`  ${missing.includes(part) ? `to do  ${title}, ${amountOf([part])}` : `ready  ${title}`}`);
    }
    console.log(
      `Then: ${then}. Times are those of a usual machine and connection; from the next time on, nothing of this is done.`,
    );
    told.clear();
    for (const part of missing) told.add(part);
  }
  for (const part of parts.filter((each) => missing.includes(each))) {
    await setUpPart(part);
  }
}

/**
 * @param {readonly Part[]} parts
 * @returns {string} "about 620 MB on disk, about 3 minutes"
 */
export function amountOf(parts) {
  const megabytes = parts.reduce((sum, part) => sum + part.megabytes, 0);
  const disk = megabytes < 1000 ? `${Math.round(megabytes / 10) * 10} MB` : `${(megabytes / 1000).toFixed(1)} GB`;
  return `about ${disk} on disk, ${timeOf(parts)}`;
}

function timeOf(parts) {
  const minutes = parts.reduce((sum, part) => sum + part.minutes, 0);
  if (minutes < 1) return "less than a minute";
  return minutes < 1.5 ? "about a minute" : `about ${Math.round(minutes)} minutes`;
}

/** What of the told parts is still to be done once this one is. */
function leftAfter(part) {
  const left = [...told].filter((each) => each !== part && !each.isReady());
  return left.length === 0 ? "" : `; left: ${left.map(({ title }) => title).join(", ")}, ${timeOf(left)}`;
}

async function setUpPart(part) {
  const { title } = part;
  const startedAt = Date.now();
  const seconds = () => Math.round((Date.now() - startedAt) / 1000);
  console.log(`- ${title} …`);
  const reminder = setInterval(() => console.log(`  still at it, ${seconds()} s: ${title}`), 30_000);
  try {
    await part.setUp();
    console.log(`  done in ${seconds()} s${leftAfter(part)}`);
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
