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
  const [state, ...others] = statFieldsOf(pid);
  return isEnded(state) ? "" : (others[18] ?? "");
}

/** What Linux tells of a process behind its name: its state, its parent and so on; none where there is no such process. */
function statFieldsOf(pid: number): readonly string[] {
  try {
    // The command's name, in parentheses, may hold anything.
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return [];
  }
}

/** One that has ended keeps its number until its parent asks how: nobody may ever do that. */
function isEnded(state: string | undefined): boolean {
  return state === undefined || state === "Z" || state === "X";
}

/** Whether a process is there that was started with a text in its environment; where nobody can know, that it is. */
export function isThereWith(pid: number, text: string): boolean {
  if (!isAlive(pid)) return false;
  if (process.platform !== "linux") return true;
  if (isEnded(statFieldsOf(pid)[0])) return false;
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1").includes(text);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code !== "ESRCH" && code !== "ENOENT";
  }
}
