/** The choice of how this Node is taught our resolver and TypeScript. */

import * as Module from "node:module";
import { fileURLToPath } from "node:url";
import { MessageChannel, receiveMessageOnPort } from "node:worker_threads";
import { createChainLink, drive, type Loaded, type LoadContext, type Resolution, type ResolveContext } from "./chain";
import { installCommonJsHooks } from "./commonJsHooks";
import type { HooksData } from "./hooks";

/** Node's synchronous hooks, newer than the oldest types that we build against. */
interface SyncHooks {
  resolve(
    specifier: string,
    context: ResolveContext,
    next: (specifier: string, context: unknown) => Resolution,
  ): Resolution;
  load(url: string, context: LoadContext, next: (url: string, context: unknown) => Loaded): Loaded;
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
  const link = createChainLink({ runtimeFolder, notice: once });
  const { registerHooks } = Module as unknown as { registerHooks?: (hooks: SyncHooks) => void };
  if (registerHooks) {
    registerHooks({
      resolve: (specifier, context, next) => drive(link.resolve(specifier, context), (asked) => next(asked, context)),
      load: (url, context, next) =>
        drive(link.load(url, context, false), (format) => next(url, { ...context, format })),
    });
    installCommonJsHooks(link.resolver, undefined);
    return () => {};
  }
  installCommonJsHooks(link.resolver, link.typeScript);
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
