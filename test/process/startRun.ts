/** The start of a run of one module whose extension is a {@link TestListener}. */

import { TestListener, type ListenerOptions } from "./listener";
import { cleanUp, rendezvousOf, ScriptRun, type RunOptions } from "./scriptRun";

/** The secret of these runs. */
export const SECRET = "correct horse";
const listeners: TestListener[] = [];

/** A run with the listener that it dials. */
export interface ListenedRun {
  readonly run: ScriptRun;
  readonly listener: TestListener;
  /** Listens anew, as a reloaded window. */
  readonly relisten: () => Promise<TestListener>;
}

/** Starts `main` as main.mjs. @param options.listen false: nobody listens until `relisten` */
export async function startRun(
  main: string,
  { spec, listen = true, ...options }: Partial<ListenerOptions> & { spec?: RunOptions["spec"]; listen?: boolean } = {},
): Promise<ListenedRun> {
  let listener: TestListener | undefined;
  const open = async (folder: string): Promise<TestListener> => {
    const opened = await TestListener.open(rendezvousOf(folder), { secret: SECRET, ...options });
    listeners.push(opened);
    return opened;
  };
  const run = await ScriptRun.start({
    files: { "main.mjs": main },
    secret: SECRET,
    ...(spec && { spec }),
    prepare: async (folder) => {
      if (listen) listener = await open(folder);
    },
  });
  return { run, listener: listener!, relisten: () => open(run.folder) };
}

/** Ends what a test left behind; for `afterEach`. */
export async function endRuns(): Promise<void> {
  await cleanUp();
  for (const listener of listeners.splice(0)) await listener.close();
}
