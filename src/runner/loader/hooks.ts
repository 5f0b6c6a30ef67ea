/** The loader hooks of Nodes that keep them in a thread of their own (before `module.registerHooks`): a thin adapter. */

import type { InitializeHook, LoadHook, ResolveHook } from "node:module";
import type { MessagePort } from "node:worker_threads";
import { pathToFileURL } from "node:url";
import { isTypeScript, loadTypeScript } from "./loadTypeScript";
import { createResolver, filePath, queryOf, withoutQuery, type Resolver } from "./resolver";

/** What the script's thread hands over. */
export interface HooksData {
  readonly runtimeFolder: string;
  /** Gets each notice as a string. */
  readonly notices: MessagePort;
}

let resolver: Resolver;

/** Called by Node first, in the hooks' thread. */
export const initialize: InitializeHook<HooksData> = ({ runtimeFolder, notices }) => {
  notices.unref();
  resolver = createResolver({ runtimeFolder, notice: (message) => notices.postMessage(message) });
};

/** @throws whatever Node throws for what nobody finds. */
export const resolve: ResolveHook = async (specifier, context, nextResolve) => {
  const parent = filePath(context.parentURL);
  const kind = context.conditions.includes("require") ? "require" : "import";
  const target = resolver.redirect(specifier, parent, kind);
  if (target !== undefined) return { url: pathToFileURL(target).href, shortCircuit: true };
  try {
    return await nextResolve(specifier, context);
  } catch (error) {
    const found = resolver.recover(withoutQuery(specifier), parent, error);
    if (found === undefined) throw error;
    return { url: pathToFileURL(found).href + queryOf(specifier), shortCircuit: true };
  }
};

/** @throws SyntaxError for TypeScript that cannot be run. */
export const load: LoadHook = async (url, context, nextLoad) => {
  const file = filePath(url);
  if (file === undefined || !isTypeScript(file)) return nextLoad(url, context);
  const { format, source } = loadTypeScript(file);
  // Without a source Node asks the CommonJS loader, where `require.cache`, `require.main` and our extensions live.
  return format === "module"
    ? { format, source, shortCircuit: true }
    : { format, source: null as unknown as string, shortCircuit: true };
};
