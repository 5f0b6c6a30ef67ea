/**
 * What the supervisor does with signals, so that the script gets each one as it would without a supervisor: once. Also
 * stops with the script and goes on with it, as a shell's job.
 */

import { constants } from "node:os";
import { isStopped, terminalPlace } from "./terminal";

/** What the terminal sends by itself, to every process of the group in its foreground: the script has it already. */
const OF_TERMINAL = ["SIGINT", "SIGQUIT", "SIGTSTP", "SIGWINCH", "SIGBREAK"] as const;
/**
 * Those that are handed on wherever they come from. Not here are what no handler can have (SIGKILL, SIGSTOP), what a fault
 * of this process raises (SIGSEGV and its like), what Node needs for itself (SIGCHLD, SIGPIPE, SIGPROF), and SIGTTIN and
 * SIGTTOU, which stop a whole job.
 */
const OTHERS = [
  ...["SIGTERM", "SIGHUP", "SIGCONT", "SIGUSR1", "SIGUSR2", "SIGABRT", "SIGALRM", "SIGVTALRM"],
  ...["SIGIO", "SIGPWR", "SIGSTKFLT", "SIGURG", "SIGXCPU"],
] as readonly NodeJS.Signals[];

/** What a {@link SignalRelay} depends on. */
export interface SignalRelayOptions {
  /** The script's process; undefined before it is there and once it is gone. */
  readonly script: () => number | undefined;
  readonly handOn: (signal: NodeJS.Signals) => void;
}

/** Listens from its making until it is disposed of. */
export class SignalRelay {
  private readonly handlers = new Map<NodeJS.Signals, () => void>();
  /** This process was stopped because the script was. */
  private isJobStopped = false;

  constructor(private readonly options: SignalRelayOptions) {
    for (const signal of OF_TERMINAL) {
      this.listen(signal, () => {
        if (!terminalPlace().isForeground) options.handOn(signal);
      });
    }
    for (const signal of OTHERS) this.listen(signal, () => options.handOn(signal));
    if (process.platform === "win32") return;
    this.listen("SIGCONT", () => this.continued());
    this.listen("SIGCHLD", () => this.scriptChanged());
  }

  dispose(): void {
    for (const [signal, handler] of this.handlers) process.off(signal, handler);
  }

  /** Takes the place of an earlier handler. */
  private listen(signal: NodeJS.Signals, handler: () => void): void {
    if (!(signal in constants.signals)) return;
    const earlier = this.handlers.get(signal);
    this.handlers.set(signal, handler);
    process.on(signal, handler);
    if (earlier) process.off(signal, earlier);
  }

  /** Whoever continues a job continues all of it; only who means this process alone means the script by it. */
  private continued(): void {
    const script = this.options.script();
    const hasContinued = this.isJobStopped && script !== undefined && !isStopped(script);
    this.isJobStopped = false;
    if (!hasContinued) this.options.handOn("SIGCONT");
  }

  /** The shell waits for this process: it learns that the script has stopped when this one stops, too. */
  private scriptChanged(): void {
    const script = this.options.script();
    if (script === undefined || !isStopped(script) || !terminalPlace().hasTerminal) return;
    const handler = this.handlers.get("SIGTSTP")!;
    process.off("SIGTSTP", handler);
    this.isJobStopped = true;
    // Not SIGSTOP: where no shell could continue it, the system ignores this one.
    process.kill(process.pid, "SIGTSTP");
    process.on("SIGTSTP", handler);
  }
}
