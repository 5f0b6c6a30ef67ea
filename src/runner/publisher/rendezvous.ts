/** The reading of the file in which the extension says where it listens; a reloaded window rewrites it. */

import { readFileSync } from "node:fs";

/** @returns the port, or undefined while there is no such file or it does not (yet) hold one. */
export function readRendezvous(file: string): number | undefined {
  try {
    const { port } = JSON.parse(readFileSync(file, "utf8")) as { port?: unknown };
    return typeof port === "number" && Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
  } catch {
    return undefined;
  }
}
