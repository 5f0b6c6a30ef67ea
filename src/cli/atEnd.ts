/** What must be gone when the command is, whether it ends by itself or is interrupted. */

import { constants } from "node:os";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const removals = new Set<() => void>();

/**
 * Calls `remove` when the command ends, unless it is called before. Signals end the command as they would without this;
 * one that somebody else listens to is left to them.
 * @returns calls it now
 */
export function removeAtEnd(remove: () => void): () => void {
  if (removals.size === 0) {
    process.on("exit", removeAll);
    for (const signal of SIGNALS) process.on(signal, interrupted);
  }
  const once = (): void => {
    if (!removals.delete(once)) return;
    try {
      remove();
    } catch {
      // What cannot be removed is no failure of the command.
    }
    if (removals.size > 0) return;
    process.off("exit", removeAll);
    for (const signal of SIGNALS) process.off(signal, interrupted);
  };
  removals.add(once);
  return once;
}

function removeAll(): void {
  for (const remove of [...removals]) remove();
}

function interrupted(signal: (typeof SIGNALS)[number]): void {
  if (process.listenerCount(signal) > 1) return;
  removeAll();
  // A process that a signal ended is told from one that exited with a code.
  if (process.platform === "win32") process.exit(128 + constants.signals[signal]);
  process.kill(process.pid, signal);
}
