/**
 * What happens in a script's process before the script: hooks, recording, ends. Wiring only; nothing that fails here stops the
 * script. CommonJS, so that one process has one of it, whoever asks for it: `preload.mjs` before the script, or the bootstrap
 * when there is something to do.
 */

import * as inspectorModule from "node:inspector";
import { createRequire } from "node:module";
import * as path from "node:path";
import { closeSync, openSync, writeSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isMainThread, threadId } from "node:worker_threads";
import { LAUNCH_VARIABLE, parseLaunchSpec, SECRET_VARIABLE, type Launch, type LaunchSpec } from "../../protocol/launch";
import { RECORDING_SUFFIX } from "../../recording/recording";
import { INSPECTOR, type InspectableRuntime, type Inspector } from "../../core/inspector";
import { chooseRuntime, createRuntimeFinder } from "../loader/agentContextModule";
import { serveCommands } from "./commands";
import { installEndWait } from "./endWait";
import { Holds } from "./holds";
import { KeepAlive } from "./keepAlive";
import { bundledRuntimeFolder, installHooks } from "../loader/installHooks";
import { Recorder } from "./recorder";
import { Redaction } from "../masking/redaction";
import { describeError } from "./uncaughtErrors";

/** What waits for the user waits so long without anybody there, unless told otherwise. */
const DEFAULT_GRACE_MS = 60_000;

/** One line, once a text; synchronous, because the script may end at once. */
const said = new Set<string>();
function say(message: string): void {
  if (said.has(message)) return;
  said.add(message);
  try {
    writeSync(2, `agent-context: ${message}\n`);
  } catch {
    // Nobody listens to standard error.
  }
}

/** Notices that came before there was a log. */
let notices: string[] | undefined = [];
let recordNotice = (message: string): void => void notices?.push(message);
const runtimeFolder = bundledRuntimeFolder();
const notice = (message: string): void => {
  say(message);
  recordNotice(message);
};
let settleNotices = (): void => {};
let hasHooks = false;
let hasJoined = false;

/** For a script and its children: they are recorded, and `agent-context` and TypeScript are found in them. */
export function preload(): void {
  if (hasHooks) return;
  hasHooks = true;
  process.setSourceMapsEnabled(true);
  join();
  delete process.env[SECRET_VARIABLE];
  delete process.env["ELECTRON_RUN_AS_NODE"];
  // In processes of no run too: a script's children may be TypeScript.
  settleNotices = installHooks({ runtimeFolder, notice });
}

/** Records what uses the runtime in this thread, if it is one of a run. */
export function join(): void {
  if (hasJoined) return;
  hasJoined = true;
  try {
    const launch = parseLaunchSpec(process.env);
    if (launch !== undefined) joinRun(launch);
  } catch (error) {
    say(`The run is not recorded: ${(error as Error).message}`);
  }
}

/** The file that `agent-context` means; undefined where one is installed. @param from the importing file, if any */
export const runtimeFile = createRuntimeFinder(runtimeFolder, notice);

function joinRun({ spec, secret }: Launch): void {
  const isMain = isMainThread && spec.mainPid === undefined;
  const subRuns = spec.subRuns ?? path.join(spec.runDir, "sub-");
  const redaction = Redaction.of(spec.redact);
  let recorder: Recorder | undefined;
  let runtime: InspectableRuntime | undefined;
  const begin = (): Recorder => {
    const created = new Recorder({
      recording: isMain ? spec.recording : freeFile(`${subRuns}${process.pid}-${threadId}`),
      header: {
        run: spec.runId,
        script: isMain ? spec.script : (process.argv[1] ?? (spec.command === true ? "[eval]" : spec.script)),
        cwd: process.cwd(),
        args: process.argv.slice(2),
        pid: process.pid,
        node: { version: process.version, execPath: process.execPath, source: spec.nodeSource },
      },
      redaction,
      supervisorPid: isMain ? spec.supervisorPid : undefined,
      debug: isMain && spec.debug === true && spec.rendezvous !== undefined,
      inspectorUrl: isMain && spec.inspect === true ? openInspector() : undefined,
      ...(isMain &&
        spec.rendezvous !== undefined &&
        secret !== undefined && {
          peer: { rendezvous: spec.rendezvous, secret, graceMs: spec.graceMs ?? DEFAULT_GRACE_MS },
        }),
      problem: say,
    });
    process.on("exit", () => {
      settleNotices();
      created.end();
    });
    return created;
  };
  const inspector: Inspector = {
    runtimeLoaded(loaded) {
      if (runtime !== undefined) {
        const message = 'A second copy of "agent-context" was loaded; what its agents do is not shown.';
        say(message);
        recordNotice(message);
        return;
      }
      runtime = loaded;
      try {
        recorder ??= begin();
        open(loaded, recorder, { spec, isMain, redaction });
      } catch (error) {
        say(`The run is not recorded: ${(error as Error).message}`);
      }
    },
  };
  Object.defineProperty(globalThis, INSPECTOR, { value: inspector, configurable: true });
  if (!isMain) return;
  // What the script starts must know that it is not the run's main process.
  process.env[LAUNCH_VARIABLE] = JSON.stringify({ ...spec, mainPid: process.pid } satisfies LaunchSpec);
  recorder = begin();
  loadRuntime(spec.script);
}

/** A process may have the number of one that has ended: its recording stays. @returns a file that is nobody else's */
function freeFile(start: string): string {
  for (let n = 1; ; n++) {
    const file = `${start}${n === 1 ? "" : `-${n}`}${RECORDING_SUFFIX}`;
    try {
      closeSync(openSync(file, "wx", 0o600));
      return file;
    } catch (error) {
      // Whatever else is wrong, the publisher says so, and goes on without.
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") return file;
    }
  }
}

/** Node tells on standard error where it listens. An inspector that the user has opened is taken as it is. */
function openInspector(): string | undefined {
  try {
    if (inspectorModule.url() === undefined) inspectorModule.open(0, "127.0.0.1");
  } catch (error) {
    say(`The JavaScript debugger cannot connect: ${(error as Error).message}`);
  }
  return inspectorModule.url();
}

/** Loads the very instance that the script will get, so that the log is there from the first event on. */
function loadRuntime(script: string): void {
  const require = createRequire(script);
  if (chooseRuntime(path.dirname(script)).from === "installed") {
    try {
      require("agent-context");
      return;
    } catch (error) {
      say(`The installed "agent-context" does not load: ${(error as Error).message}`);
    }
  }
  require(path.join(runtimeFolder, "index.cjs"));
}

interface Joined {
  readonly spec: LaunchSpec;
  readonly isMain: boolean;
  readonly redaction: Redaction | undefined;
}

function open(runtime: InspectableRuntime, recorder: Recorder, { spec, isMain, redaction }: Joined): void {
  let serveWaiting: () => void = () => {};
  const gate = recorder.attach(runtime, () => serveWaiting());
  const callSites = spec.callSiteLimit ?? 0;
  runtime.record("run_started", {
    ...(isMain ? { atEnd: spec.atEnd } : { parentPid: process.ppid, threadId }),
    ...(callSites > 0 && { callSites }),
  });
  if (callSites > 0) runtime.takeCallSites(callSites);
  recordNotice = (message) => runtime.record("notice", { message });
  notices?.forEach(recordNotice);
  notices = undefined;
  const eventsOfOurs = recorder.events;
  process.on("uncaughtExceptionMonitor", (error) => {
    try {
      const ownFolder = fileURLToPath(new URL(".", import.meta.url));
      const hasEvents = recorder.events > eventsOfOurs;
      const described = describeError(error, { nodeSource: spec.nodeSource, hasEvents, ownFolder, redaction });
      runtime.record("uncaught_error", described);
      if (described.hint !== undefined) say(described.hint);
      gate?.pass("call");
    } catch {
      // An error that cannot even be looked at is Node's to report.
    }
  });
  if (!isMain) return;
  const waits = spec.atEnd === "waitWhenUnmerged" && spec.rendezvous !== undefined;
  const keepAlive = new KeepAlive(recorder.port);
  const wait = waits ? installEndWait(recorder.port, keepAlive, runtime) : undefined;
  const holds = new Holds(runtime, recorder.port, keepAlive);
  // Without anybody to ask, nothing is held.
  if (spec.rendezvous !== undefined) holds.setModes({ run: spec.holdMerges ?? "never", agents: new Map() });
  serveWaiting = serveCommands({
    port: recorder.port,
    runtime,
    holds,
    redaction,
    end: () => wait?.end() ?? false,
    applied: () => wait?.recheck(),
    abandoned: () => void wait?.end(),
    during: (act) => (gate === undefined ? act() : gate.during(act)),
  });
  gate?.holdAtEntry();
}
