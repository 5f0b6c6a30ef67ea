/** The choice of how this Node is taught our resolver and TypeScript. */

import * as Module from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { MessageChannel, receiveMessageOnPort } from "node:worker_threads";
import { installCommonJsHooks } from "./commonJsHooks";
import type { HooksData } from "./hooks";
import { isTypeScript, loadTypeScript } from "./loadTypeScript";
import { createResolver, filePath, queryOf, withoutQuery } from "./resolver";

/** Node's synchronous hooks, newer than the oldest types that we build against. */
interface SyncHooks {
  resolve(
    specifier: string,
    context: { conditions: readonly string[]; parentURL?: string },
    next: (specifier: string, context: unknown) => SyncResolution,
  ): SyncResolution;
  load(
    url: string,
    context: unknown,
    next: (url: string, context: unknown) => { format: string; source?: unknown },
  ): { format: string; source?: unknown; shortCircuit?: boolean };
}
interface SyncResolution {
  readonly url: string;
  readonly shortCircuit?: boolean;
}

/** What the hooks need to know. */
export interface HooksOptions {
  readonly runtimeFolder: string;
  /** Told of each thing that the user should know; one sentence, maybe after a turn of the event loop. */
  readonly notice: (message: string) => void;
}

/** Installs the hooks in this thread. @returns a function that tells at once of notices still under way. */
export function installHooks({ runtimeFolder, notice }: HooksOptions): () => void {
  const told = new Set<string>();
  const once = (message: string): void => {
    if (told.has(message)) return;
    told.add(message);
    notice(message);
  };
  const resolver = createResolver({ runtimeFolder, notice: once });
  const { registerHooks } = Module as unknown as { registerHooks?: (hooks: SyncHooks) => void };
  if (registerHooks) {
    registerHooks({
      resolve(specifier, context, next) {
        const parent = filePath(context.parentURL);
        const kind = context.conditions.includes("require") ? "require" : "import";
        const target = resolver.redirect(specifier, parent, kind);
        if (target !== undefined) return { url: pathToFileURL(target).href, shortCircuit: true };
        try {
          return next(specifier, context);
        } catch (error) {
          const asked = kind === "require" ? specifier : withoutQuery(specifier);
          const found = resolver.recover(asked, parent, error);
          if (found === undefined) throw error;
          return {
            url: pathToFileURL(found).href + (kind === "require" ? "" : queryOf(specifier)),
            shortCircuit: true,
          };
        }
      },
      load(url, context, next) {
        const file = filePath(url);
        if (file === undefined || !isTypeScript(file)) return next(url, context);
        return { ...loadTypeScript(file), shortCircuit: true };
      },
    });
    installCommonJsHooks(resolver, false);
    return () => {};
  }
  installCommonJsHooks(resolver, true);
  const { port1, port2 } = new MessageChannel();
  port1.on("message", once);
  port1.unref();
  const data: HooksData = { runtimeFolder, notices: port2 };
  Module.register(new URL("./hooks.mjs", import.meta.url), { data, transferList: [port2] });
  return () => {
    for (let next = receiveMessageOnPort(port1); next; next = receiveMessageOnPort(port1)) once(next.message as string);
  };
}

/** The folder of the runtime that ships with this runner. */
export function bundledRuntimeFolder(): string {
  return fileURLToPath(new URL("../agent-context/", import.meta.url));
}
