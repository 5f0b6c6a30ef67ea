/** How the publisher notices that the supervisor is gone. */

import { isAlive } from "../../base/processTree";

/** It is to be noticed within a second. */
const LOOK_MS = 250;

/** Calls `act` when the process that started this one, `parent`, is gone, until it says that it has acted. */
export function whenOrphaned(parent: number, act: () => boolean): void {
  // A process whose parent is gone is handed to another; but Windows leaves the number as it was.
  const isHandedOver = process.platform !== "win32" && process.ppid === parent;
  const timer = setInterval(() => {
    if (isHandedOver ? process.ppid === parent : isAlive(parent)) return;
    if (act()) clearInterval(timer);
  }, LOOK_MS);
}
