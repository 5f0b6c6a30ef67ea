/**
 * What `npm run soak` runs: one real run, watched as the extension watches it, for half an hour (`--minutes=30`). Agents come
 * and go, write, read and merge; every ten seconds a line says what script and watcher hold in memory. It fails when
 * any of it grows after its warm-up.
 */

import { once } from "node:events";
import * as path from "node:path";
import { ByteFeed } from "../../src/host/runs/byteFeed";
import { RecordingFile } from "../../src/disk/recordingFile";
import { PageFile } from "../../src/disk/pageFile";
import { RunListener } from "../../src/host/runs/runListener";
import type { RunnerConnection, RunnerReceiver } from "../../src/host/runs/runnerConnection";
import { Pages } from "../../src/model/storage/pages";
import { RunModel } from "../../src/model/runModel";
import { cleanUp, rendezvousOf, ScriptRun } from "../process/scriptRun";
import { waitFor } from "../harness/waitFor";
import { collect, median } from "./measure";

const SECRET = "soak";
const MEGABYTE = 1_024 * 1_024;
const RECENT_BYTES = 8 * MEGABYTE;
const INDEX_BYTES = 8 * MEGABYTE;
const LINE_MS = 10_000;
/** Growth between the second and the last tenth of the time that is taken for noise, MB. */
const NOISE = 24;

const SCRIPT = `
import { AgentContext, StateStore, TaskScope } from "agent-context";
const parent = new StateStore();
const lasting = Array.from({ length: 10 }, (_, number) => new AgentContext("lasting_" + number, parent));
let round = 0;
setInterval(() => {
  for (const agent of lasting) {
    for (let n = 0; n < 20; n++) agent.set("key_" + (n % 15), { round, n, note: "so far so good" });
    agent.get("shared_" + (round % 50));
    if (round % 3 === 0) void agent.mergeToParent();
  }
  // Every agent that ever was stays to be looked at, so that the watcher grows by their number.
  if (round % 60 === 0) {
    const passing = new AgentContext("passing", parent);
    void TaskScope.run(passing, async (context) => {
      for (let n = 0; n < 20; n++) context.set("shared_" + n, round);
      await context.mergeToParent();
    });
  }
  round++;
}, 50);
process.on("SIGUSR2", () => {
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  console.log(JSON.stringify({ rss, heapUsed, round }));
});
`;

/** Takes in what the run sends, as a session of the extension does. */
class Watcher implements RunnerReceiver {
  readonly model: RunModel;
  private readonly feed: ByteFeed;
  private readonly pageFile = new PageFile((message) => console.warn(message));
  private file: RecordingFile | undefined;

  constructor(recording: string) {
    const lineAt = (offset: number): string | undefined => (this.file ??= new RecordingFile(recording)).lineAt(offset);
    this.model = new RunModel({ lineAt }, RECENT_BYTES, new Pages(this.pageFile, INDEX_BYTES));
    this.feed = new ByteFeed({
      append: (bytes) => this.model.append(bytes),
      failed: (error) => {
        throw error;
      },
    });
  }

  runnerConnected(_connection: RunnerConnection): number {
    return this.model.bytes + this.feed.pendingBytes;
  }
  runnerRefused(): void {
    // Of no interest here.
  }
  bytesReceived(bytes: Uint8Array): void {
    this.feed.push(bytes);
  }
  messageReceived(): void {
    // Nothing is asked of the script.
  }
  runnerDisconnected(): void {
    // It dials again by itself.
  }

  /** What a user would look at now and then. */
  look(): void {
    const { model } = this;
    for (const seq of [model.firstSeq + 1, Math.ceil(model.lastSeq / 2), model.lastSeq]) {
      model.row(seq);
      for (const { layer } of model.agents(seq).slice(0, 10)) model.plan(layer, seq);
    }
  }
}

void main().then(
  (isFlat) => process.exit(isFlat ? 0 : 1),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);

async function main(): Promise<boolean> {
  const given = process.argv.find((argument) => argument.startsWith("--minutes="))?.slice("--minutes=".length);
  const minutes = given === undefined ? 30 : Number(given);
  if (!(minutes >= 1)) throw new Error(`--minutes=${given} is no number of minutes, 1 or more.`);
  const listener = new RunListener({ warn: (text) => console.warn(text), trace() {} });
  let watcher: Watcher | undefined;
  const run = await ScriptRun.start({
    files: { "main.mjs": SCRIPT },
    secret: SECRET,
    runtimeArgs: ["--expose-gc"],
    prepare: async (folder) => {
      watcher = new Watcher(path.join(folder, ".run/main.agentlog.jsonl"));
      const runId = `run-${path.basename(folder)}`;
      await listener.expect({ runId, secret: SECRET, rendezvous: rendezvousOf(folder), receiver: watcher });
    },
  });
  try {
    return await watch(run, watcher as Watcher, minutes);
  } finally {
    await cleanUp();
    listener.dispose();
  }
}

async function watch(run: ScriptRun, watcher: Watcher, minutes: number): Promise<boolean> {
  const { model } = watcher;
  const script: number[] = [];
  const host: number[] = [];
  const index: number[] = [];
  const end = Date.now() + minutes * 60_000;
  console.log(
    `${minutes} minutes. Heaps after a collection, in MB; the index of events, as far as it is in memory, apart.`,
  );
  // Told by the first lines of a recording that will be too long to look for it again.
  const scriptPid = await waitFor("the script", () => run.scriptPid);
  while (Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(LINE_MS, minutes * 6_000)));
    watcher.look();
    const told = once(run.child.stdout as NodeJS.ReadableStream, "data") as Promise<[string]>;
    process.kill(scriptPid, "SIGUSR2");
    const { rss, heapUsed, round } = JSON.parse((await told)[0]) as { rss: number; heapUsed: number; round: number };
    run.stdout = "";
    collect();
    const own = process.memoryUsage();
    script.push(heapUsed / MEGABYTE);
    host.push(own.heapUsed / MEGABYTE);
    index.push(own.arrayBuffers / MEGABYTE);
    const fields = [
      `round ${round}`,
      `${model.eventCount} events`,
      `script heap ${(heapUsed / MEGABYTE).toFixed(1)} (process ${(rss / MEGABYTE).toFixed(0)})`,
      `watcher heap ${(own.heapUsed / MEGABYTE).toFixed(1)}`,
      `index ${(own.arrayBuffers / MEGABYTE).toFixed(1)} (${(model.indexOnDisk / MEGABYTE).toFixed(0)} on disk)`,
      `${model.droppedValues} values on disk`,
      `recording ${(model.bytes / MEGABYTE).toFixed(0)}`,
    ];
    console.log(fields.join(", "));
  }
  return [isFlat("script", script), isFlat("watcher", host), isFlat("index", index)].every(Boolean);
}

/** Whether the last tenth is not above the second one. */
function isFlat(name: string, heaps: readonly number[]): boolean {
  const tenth = Math.max(1, Math.floor(heaps.length / 10));
  const early = median(heaps.slice(tenth, 2 * tenth));
  const late = median(heaps.slice(-tenth));
  const isSo = late - early < NOISE;
  console.log(`${name}: ${early.toFixed(1)} MB early, ${late.toFixed(1)} MB late: ${isSo ? "flat" : "it grows"}`);
  return isSo;
}
