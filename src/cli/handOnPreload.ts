/** How children and threads of a registered script come to be recorded with it: by the options of Node that they inherit. */

import Module from "node:module";
import workerThreads, { type WorkerOptions } from "node:worker_threads";

type Worker = InstanceType<typeof workerThreads.Worker>;

/** As it stands on command lines. Node looks it up from the working directory, and a child's may be another one. */
const SPECIFIER = "agent-context/register";
const IN_NODE_OPTIONS = /(--import(?:=| +))(["']?)agent-context\/register\2(?= |$)/g;

/**
 * Puts the preload, by its address, in the place of the specifier: a child joins the run of its parent, or has TypeScript
 * loaded and no more, as under the command; it never begins a run of its own.
 */
export function handOnPreload(preload: string): void {
  process.execArgv.forEach((option, index) => {
    if (option === SPECIFIER) process.execArgv[index] = preload;
    if (option === `--import=${SPECIFIER}`) process.execArgv[index] = `--import=${preload}`;
  });
  const options = process.env["NODE_OPTIONS"];
  if (options === undefined) return;
  process.env["NODE_OPTIONS"] = options.replace(IN_NODE_OPTIONS, (_, option: string) => option + preload);
}

/**
 * Threads inherit the command line as it was, specifier included. So those that are started in another working directory
 * get the options that {@link handOnPreload} has changed.
 */
export function handOnToThreads(preload: string): void {
  const folder = process.cwd();
  const { Worker } = workerThreads;
  workerThreads.Worker = new Proxy(Worker, {
    construct(target, [file, options, ...rest]: [unknown, WorkerOptions | undefined, ...unknown[]], newTarget) {
      const start = (more: WorkerOptions | undefined): Worker =>
        Reflect.construct(target, [file, more, ...rest], newTarget) as Worker;
      // A thread of code begins before its imports are done; told of options, Node reads `NODE_OPTIONS` anew.
      const isCode = options?.eval === true;
      if (options?.execArgv !== undefined || (process.cwd() === folder && !isCode)) return start(options);
      try {
        return start({ ...options, execArgv: process.execArgv });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ERR_WORKER_INVALID_EXEC_ARGV") throw error;
        // Options of a whole process were among them.
        return start({ ...options, execArgv: ["--import", preload] });
      }
    },
  });
  Module.syncBuiltinESMExports();
}
