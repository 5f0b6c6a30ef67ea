/** The moment after which a process does nothing more: later than any of its own exit listeners. */

/** The parts of `process` that end it; public by custom, not by documentation. */
interface Ending {
  emit(event: string, ...args: unknown[]): boolean;
  reallyExit?: (code?: unknown) => never;
}

/**
 * Calls `finish` once, with the exit code, when every listener of "exit" has been called; never for a process that a
 * signal ends. A listener of ours would be the first of them, not the last.
 */
export function atVeryEnd(finish: (code: number) => void): void {
  const ending = process as unknown as Ending;
  const { emit, reallyExit } = ending;
  let isOver = false;
  let hasFailed = false;
  const end = (code: unknown): void => {
    if (isOver) return;
    isOver = true;
    finish(Number(code ?? 0));
  };
  process.on("uncaughtExceptionMonitor", () => {
    hasFailed = process.listenerCount("uncaughtException") === 0;
  });
  replace("emit", function (this: unknown, event: string, ...args: unknown[]): boolean {
    if (event !== "exit") return emit.call(this as Ending, event, ...args);
    try {
      const isHeard = emit.call(this as Ending, event, ...args);
      end(process.exitCode ?? args[0]);
      return isHeard;
    } catch (error) {
      // A listener threw: Node tells those who watch for it, unless it ends for another error already.
      if (hasFailed) end(process.exitCode || 1);
      else process.once("uncaughtExceptionMonitor", () => end(process.exitCode || 1));
      throw error;
    }
  });
  // A listener may call `process.exit`, which comes back to no one.
  if (reallyExit !== undefined) {
    replace("reallyExit", function (this: unknown, code?: unknown): never {
      end(code);
      return reallyExit.call(this, code);
    });
  }
}

/** Scripts that list what `process` has find nothing new. */
function replace(name: keyof Ending, value: unknown): void {
  Object.defineProperty(process, name, { value, configurable: true, enumerable: false, writable: true });
}
