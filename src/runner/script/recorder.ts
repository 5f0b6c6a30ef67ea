/** The script's side of recording: every event becomes a line in the ring at once. It starts the publisher, and waits for it at the end. */

import { MessageChannel, Worker, type MessagePort } from "node:worker_threads";
import { createRowEncoder, encodeHeader, encodeSnapshot, type RecordingHeader } from "../../recording/recording";
import type { InspectableRuntime } from "../../core/inspector";
import { CallSiteNotes } from "./callSiteNotes";
import { createMaskingEncoder, maskHeader, maskRow, maskState } from "../masking/maskedRows";
import type { PublisherData } from "../publisher/publisherMessages";
import type { Redaction } from "../masking/redaction";
import { createRingMemory, RingWriter } from "../publisher/ring";
import { ThreadGate } from "./threadGate";

/** A held thread whose inspector is open looks so often whether it is asked for something. */
const INSPECTED_LOOK_MS = 5;
/** What the socket may cost a script that ends. */
const SOCKET_GRACE_MS = 200;

/** What a {@link Recorder} depends on. */
export interface RecorderOptions {
  readonly recording: string;
  readonly header: RecordingHeader;
  /** What is masked before it leaves this thread; undefined = nothing. */
  readonly redaction?: Redaction | undefined;
  readonly peer?: PublisherData["peer"];
  /** The supervisor's process: without it the recording ends. */
  readonly supervisorPid?: number | undefined;
  /** A debugger may hold the thread. */
  readonly debug?: boolean | undefined;
  /** Where the thread's JavaScript inspector listens, if it does. It must be heard while the thread is held. */
  readonly inspectorUrl?: string | undefined;
  /** Something of ours broke; the script goes on unrecorded. One sentence. */
  readonly problem: (message: string) => void;
}

/** One stream of events: a process's, or a thread's. */
export class Recorder {
  /** To and from the publisher; keeps the process alive only while somebody refs it. */
  readonly port: MessagePort;
  /** How many were recorded. */
  events = 0;
  private readonly ring: RingWriter;
  private readonly debug: NonNullable<PublisherData["debug"]> | undefined;
  private ending = false;
  private socketKeepsUp = true;

  /** Starts the publisher and writes the header. */
  constructor(private readonly options: RecorderOptions) {
    const { recording, peer, inspectorUrl, supervisorPid } = options;
    const header = maskHeader(options.header, options.redaction);
    const memory = createRingMemory();
    const lost = (): void =>
      options.problem("The thread that records this run is gone; the script goes on unrecorded.");
    this.ring = new RingWriter(memory, lost);
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    const forDebug = options.debug === true ? new MessageChannel() : undefined;
    const mail = new SharedArrayBuffer(4);
    this.debug = forDebug && { port: forDebug.port1, mail };
    const { run: runId, script, cwd, args, pid, node } = header;
    const data: PublisherData = {
      ring: memory,
      port: port2,
      recording,
      init: { runId, script, cwd, args, pid, node, ...(inspectorUrl !== undefined && { inspectorUrl }) },
      ...(forDebug && { debug: { port: forDebug.port2, mail } }),
      ...(supervisorPid !== undefined && { supervisorPid }),
      ...(peer && { peer }),
    };
    // Without options and environment of the script: its preloads must not run there, its secrets have no business there.
    const worker = new Worker(new URL("./publisher.cjs", import.meta.url), {
      workerData: data,
      transferList: [port2, ...(forDebug ? [forDebug.port2] : [])],
      execArgv: [],
      env: {},
      name: "agent-context publisher",
    });
    worker.on("exit", () => this.ring.abandon());
    worker.on("error", (error) => options.problem(`The thread that records this run failed: ${error.message}.`));
    worker.unref();
    this.ring.write(encodeHeader(header, Date.now()));
  }

  /**
   * Takes over the runtime's events from now on, starting with its state.
   * @param serve applies the commands that wait, while a debugger holds the thread
   * @returns the gate, when a debugger may hold the thread
   */
  attach(runtime: InspectableRuntime, serve: () => void): ThreadGate | undefined {
    const { redaction, inspectorUrl } = this.options;
    const encode = redaction ? createMaskingEncoder(redaction) : createRowEncoder();
    // Commands run in this bundle, too.
    const notes = new CallSiteNotes(runtime, __filename, (file) => redaction?.text(file) ?? file);
    let losses = 0;
    const state = runtime.attach({
      append: (row) => {
        try {
          this.events++;
          if (this.ring.losses !== losses) {
            losses = this.ring.losses;
            encode.forget();
          }
          const line = encode(row);
          this.ring.write(row.site > 0 ? notes.noteOf(row.site, row.timestampMs) + line : line);
          if (this.ending) this.flush();
          // What views show is what breakpoints speak of, masks included.
          gate?.note(redaction ? maskRow(row, redaction) : row);
        } catch (error) {
          encode.forget();
          this.options.problem(`An event could not be recorded: ${(error as Error).message}.`);
        }
      },
    });
    const shown = redaction ? maskState(state, redaction) : state;
    this.ring.write(encodeSnapshot(shown, state.seq, Date.now()));
    const gate =
      this.debug &&
      new ThreadGate({
        runtime,
        port: this.port,
        debug: this.debug,
        state: shown,
        siteOf: (site) => notes.placeOf(site),
        serve,
        isPublisherExited: () => this.ring.isGone,
        ...(inspectorUrl !== undefined && { lookMs: INSPECTED_LOOK_MS }),
      });
    return gate;
  }

  /** Waits until everything is on disk, and for a moment until the socket has sent it; from then on each event is flushed at once. */
  end(): void {
    this.ending = true;
    this.flush();
  }

  private flush(): void {
    // A socket that once was too slow is not waited for again.
    if (this.ring.drain() && this.socketKeepsUp) this.socketKeepsUp = this.ring.drainSocket(SOCKET_GRACE_MS);
  }
}
