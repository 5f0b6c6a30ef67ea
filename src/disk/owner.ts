/** Which process a file of ours belongs to, and whether that process is still there. */

import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { isAlive } from "../base/processTree";

/** A process number means something in one system, in one namespace of it, and until it is given to another process. */
export interface Owner {
  readonly pid: number;
  readonly host: string;
  /** "" where there are none. */
  readonly namespace: string;
  /** When it was started, in a form that only equality makes sense of; "" where it is not known. */
  readonly started: string;
}

/** This process. */
export function ownerHere(): Owner {
  return { pid: process.pid, host: hostname(), namespace: namespaceHere(), started: startOf(process.pid) };
}

/** Whether the process is there; undefined when nobody can know that from here: it is of another system. */
export function isHere({ pid, host, namespace, started }: Owner): boolean | undefined {
  if (host !== hostname() || namespace !== namespaceHere()) return undefined;
  return isAlive(pid) && (!started || startOf(pid) === started);
}

function namespaceHere(): string {
  if (process.platform !== "linux") return "";
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}

function startOf(pid: number): string {
  if (process.platform !== "linux") return "";
  try {
    // The command's name, in parentheses, may hold anything; the 20th field behind it is the time since the system's start.
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}
