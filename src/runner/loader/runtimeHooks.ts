/**
 * The loader hooks of a command's processes on Nodes that keep hooks in a thread of their own: they find the runtime, and leave
 * all else alone.
 */

import type { ResolveHook } from "node:module";
import { writeSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createRuntimeFinder, RUNTIME_SPECIFIER } from "./agentContextModule";

const runtimeFile = createRuntimeFinder(fileURLToPath(new URL("../agent-context/", import.meta.url)), (message) => {
  try {
    writeSync(2, `agent-context: ${message}\n`);
  } catch {
    // Nobody listens to standard error.
  }
});

/** Answers one specifier. */
export const resolve: ResolveHook = (specifier, context, nextResolve) => {
  if (specifier !== RUNTIME_SPECIFIER) return nextResolve(specifier, context);
  const { parentURL } = context;
  const file = runtimeFile(parentURL?.startsWith("file:") === true ? fileURLToPath(parentURL) : undefined, "import");
  return file === undefined
    ? nextResolve(specifier, context)
    : { url: pathToFileURL(file).href, format: "module", shortCircuit: true };
};
