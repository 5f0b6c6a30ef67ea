/** The loader hooks of Nodes that keep them in a thread of their own (before `module.registerHooks`): a thin adapter. */

import type { InitializeHook, LoadFnOutput, LoadHook, ResolveHook } from "node:module";
import type { MessagePort } from "node:worker_threads";
import { createChainLink, driveAsync, type ChainLink, type Loaded, type Resolution } from "./chain";

/** What the script's thread hands over. */
export interface HooksData {
  readonly runtimeFolder: string;
  /** Gets each notice as a string. */
  readonly notices: MessagePort;
}

let link: ChainLink;

/** Called by Node first, in the hooks' thread. */
export const initialize: InitializeHook<HooksData> = ({ runtimeFolder, notices }) => {
  notices.unref();
  link = createChainLink({ runtimeFolder, notice: (message) => notices.postMessage(message) });
};

/** @throws whatever Node throws for what nobody finds. */
export const resolve: ResolveHook = async (specifier, context, nextResolve) =>
  await driveAsync<string, Resolution>(
    link.resolve(specifier, context),
    async (asked) => await nextResolve(asked, context),
  );

/** @throws SyntaxError for TypeScript that cannot be run. */
export const load: LoadHook = async (url, context, nextLoad) =>
  (await driveAsync<string | null | undefined, Loaded>(
    link.load(url, context, true),
    async (format) => await nextLoad(url, { ...context, format } as typeof context),
  )) as LoadFnOutput;
