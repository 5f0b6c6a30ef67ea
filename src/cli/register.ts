/**
 * `agent-context/register`: `node --import agent-context/register SCRIPT` records the script as the command does, but in
 * the process that the user started. Wiring only.
 */

import { randomBytes, randomUUID } from "node:crypto";
import { writeSync } from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";
import { INSPECTOR } from "../core/inspector";
import { launchEnvironment, parseLaunchSpec, type LaunchSpec } from "../protocol/launch";
import { RECORDING_SUFFIX, type RecordingHeader } from "../recording/recording";
import type { RecordingClaim } from "../disk/recordingClaim";
import { maskHeader } from "../runner/masking/maskedRows";
import { Redaction } from "../runner/masking/redaction";
import { finishRecording } from "../runner/publisher/recordingEnd";
import { nodeOptionsWith } from "../runner/supervisor/nodeOptions";
import { handOnPreload, handOnToThreads } from "./handOnPreload";
import { makeRecording, subRunStart } from "./recordingFile";
import { readRegisterOptions, type RegisterOptions } from "./registerOptions";
import { makeTemporaryFolder } from "./temporaryFolder";
import { EXIT_USAGE, UsageError } from "./usage";
import { atVeryEnd } from "./veryEnd";

const preload = new URL("./preload.mjs", import.meta.url).href;
const bootstrap = fileURLToPath(new URL("./bootstrap.cjs", import.meta.url));
const runtime = fileURLToPath(new URL("../agent-context/index.cjs", import.meta.url));

const part = partInRun();
if (part !== "none") {
  if (part === "main") beginRun();
  handOnPreload(preload);
  // For those that inherit no options of Node.
  if (part === "main") Object.assign(process.env, nodeOptionsWith(bootstrap, process.env["NODE_OPTIONS"]));
  handOnToThreads(preload);
  await import(preload);
}

/**
 * @returns "main" when a run begins here; "inner" for threads and children, which join the run of their parent, or have
 * TypeScript loaded and no more; "none" when somebody else records this thread.
 */
function partInRun(): "main" | "inner" | "none" {
  // What a run's bootstrap has put there gives way to the preload: this process has asked for TypeScript.
  if (INSPECTOR in globalThis && !isLate()) return "none";
  if (createRequire(import.meta.url).cache[runtime] !== undefined) {
    say(
      'The script is not recorded: "agent-context" was loaded before "agent-context/register". ' +
        "Start it with: node --import agent-context/register SCRIPT",
    );
    return "none";
  }
  try {
    const spec = parseLaunchSpec(process.env)?.spec;
    if (spec === undefined) return isMainThread ? "main" : "inner";
    // What a supervisor starts has a preload of its own.
    return spec.mainPid === undefined ? "none" : "inner";
  } catch {
    // The preload says what is wrong with it.
    return "inner";
  }
}

function isLate(): boolean {
  return (globalThis as { [INSPECTOR]?: { isLate?: boolean } })[INSPECTOR]?.isLate === true;
}

function beginRun(): void {
  let spec: LaunchSpec;
  let options: RegisterOptions;
  // Where a signal ends the script the claim is left behind, and the next run takes it over.
  let claim: RecordingClaim;
  try {
    options = readRegisterOptions(process.env);
    spec = specOf(options);
    claim = makeRecording(spec.recording);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    say(error.message);
    process.exit(EXIT_USAGE);
  }
  Object.assign(process.env, launchEnvironment(spec, undefined));
  const header: RecordingHeader = {
    run: spec.runId,
    script: spec.script,
    cwd: process.cwd(),
    args: process.argv.slice(2),
    pid: process.pid,
    node: { version: process.version, execPath: process.execPath, source: spec.nodeSource },
  };
  atVeryEnd((code) => {
    try {
      finishRecording(spec.recording, maskHeader(header, Redaction.of(spec.redact)), { code, signal: null });
    } catch (error) {
      say(`The recording cannot be written: ${(error as Error).message}.`);
    }
    claim.release();
  });
  // Now, for a script that is interrupted says nothing later.
  if (!options.quiet) say(`recording to ${spec.recording}`);
}

function specOf({ record, redact }: RegisterOptions): LaunchSpec {
  const runDir = record === undefined ? makeTemporaryFolder(say) : path.dirname(record);
  return {
    runId: randomUUID(),
    script: process.argv[1] ?? path.join(process.cwd(), "[eval]"),
    runDir,
    ...(record !== undefined && { subRuns: subRunStart(record) }),
    recording: record ?? path.join(runDir, `run${RECORDING_SUFFIX}`),
    atEnd: "exit",
    nodeSource: "self",
    redact: { ...redact, salt: randomBytes(32).toString("base64url") },
  };
}

/** Synchronous: the script may end at once. */
function say(text: string): void {
  try {
    writeSync(2, `agent-context: ${text}\n`);
  } catch {
    // Nobody listens to standard error.
  }
}
