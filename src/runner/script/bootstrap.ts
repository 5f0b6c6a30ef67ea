/**
 * What `NODE_OPTIONS` brings into every Node process that a run starts, whatever it is: of any age, npm, an Electron. So it is
 * small, written in the syntax of ES5, and does nothing until somebody asks for `agent-context`; children of a script, which may
 * be TypeScript, get the preload.
 */

/* eslint-disable no-var, @typescript-eslint/no-require-imports -- older Nodes parse it, too */

import type { ImportKind } from "../loader/agentContextModule";
import type * as LookAhead from "./lookAhead";
import type * as Preload from "./preload";
import type { LaunchSpec } from "../../protocol/launch";

/** What we use of Node's loaders, in the words of all versions. */
interface Loaders {
  _resolveFilename(this: unknown, request: string, parent?: { filename?: string | null } | null): string;
  registerHooks?(hooks: { resolve: SyncResolve }): void;
  register?(url: string): void;
}
type SyncResolve = (
  specifier: string,
  context: { parentURL?: string; conditions: readonly string[] },
  next: (specifier: string, context: unknown) => unknown,
) => unknown;
type RuntimeLoaded = (runtime: unknown) => void;

/** Package managers, as they are called and as they are installed: they start programs, and load none of the user's. */
var MANAGERS =
  /(?:^|[\\/])(?:npm|npx|corepack|pnpm|pnpx|yarn|yarnpkg)$|[\\/]node_modules[\\/](?:npm|corepack|pnpm|yarn)[\\/]|[\\/]\.yarn[\\/]releases[\\/]/;

/** As everywhere; the types of older Nodes do not know it. */
var INSPECTOR = typeof Symbol === "function" && Symbol.for && Symbol.for("agent-context.inspector.v1");

try {
  start();
} catch {
  // It is somebody else's process, which goes on as it would without a run.
}

function start(): void {
  var json = process.env["AGENT_CONTEXT_LAUNCH"];
  if (!json || !isSupported() || MANAGERS.test(process.argv[1] || "")) return;
  if (isLoaderThread()) return;
  // Another preload of ours was first, or somebody else's inspector.
  if (!INSPECTOR || INSPECTOR in global) return;
  try {
    var spec = JSON.parse(json) as LaunchSpec;
  } catch {
    // Nothing that we could do anything for.
    return;
  }
  if (spec.command) {
    if (!isGone(spec)) record();
    return;
  }
  // The script itself is given the preload by the supervisor.
  if (spec.mainPid === undefined && isMainThread()) return;
  // What is installed, a tool, knows itself how to run what it runs.
  if (/[\\/]node_modules[\\/]/.test(process.argv[1] || "")) record();
  else if (!isPreloadedLater()) preload().preload();
}

/** A child that inherits the options of Node is given the preload in its place among them, once for all but threads of code. */
function isPreloadedLater(): boolean {
  return isMainThread() && process.execArgv.indexOf(urls().pathToFileURL(__dirname + "/preload.mjs").href) >= 0;
}

/** Asked of what Node takes away from threads: loading its module of threads costs more than all that is done here. */
function isMainThread(): boolean {
  return !(process.chdir as { disabled?: boolean }).disabled;
}

/** The thread in which Node keeps the loader hooks of others; it preloads what all threads do, and has nobody to talk to. */
function isLoaderThread(): boolean {
  return !isMainThread() && (require("worker_threads") as typeof import("worker_threads")).parentPort === null;
}

/** Whether this Node is one that the runtime runs on, and no Electron. */
function isSupported(): boolean {
  var version = process.versions.node.split(".");
  var major = Number(version[0]);
  return !process.versions["electron"] && (major > 20 || (major === 20 && Number(version[1]) >= 19));
}

function isGone(spec: LaunchSpec): boolean {
  try {
    if (spec.supervisorPid !== undefined) process.kill(spec.supervisorPid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return true;
  }
  return spec.lock !== undefined && !(require("fs") as typeof import("fs")).existsSync(spec.lock);
}

/** Large, so it is loaded when there is something to do for it. */
function preload(): typeof Preload {
  return require("./preload.cjs") as typeof Preload;
}

/** `agent-context` is found, and who loads it is recorded. */
function record(): void {
  var late = {
    /** A preload that comes later takes this one's place. */
    isLate: true,
    runtimeLoaded: function (runtime: unknown): void {
      preload().join();
      var joined = (global as unknown as Record<symbol, { runtimeLoaded: RuntimeLoaded }>)[INSPECTOR as symbol];
      if (joined && joined !== late) joined.runtimeLoaded(runtime);
    },
  };
  Object.defineProperty(global, INSPECTOR as symbol, { value: late, configurable: true });
  findRuntime();
}

function findRuntime(): void {
  var loaders = require("module") as Loaders;
  var resolveFilename = loaders._resolveFilename;
  loaders._resolveFilename = function (request, parent) {
    var found =
      request === "agent-context"
        ? preload().runtimeFile((parent && parent.filename) || undefined, "require")
        : undefined;
    // eslint-disable-next-line prefer-rest-params -- with all that this version of Node gives it
    return found === undefined ? resolveFilename.apply(this, arguments as unknown as [string]) : found;
  };
  if (loaders.registerHooks) {
    loaders.registerHooks({
      resolve: function (specifier, context, next) {
        // A tool that compiles what is required would compile the module for imports, too.
        var kind: ImportKind = context.conditions.indexOf("require") >= 0 ? "require" : "import";
        var found = specifier === "agent-context" ? fileFor(context.parentURL, kind) : undefined;
        return found === undefined ? next(specifier, context) : { url: found, shortCircuit: true };
      },
    });
  } else if (
    loaders.register &&
    !isInstalled() &&
    (require("./lookAhead.cjs") as typeof LookAhead).mayImportRuntime()
  ) {
    // This takes a thread, and Node much time.
    loaders.register(urls().pathToFileURL(__dirname + "/runtimeHooks.mjs").href);
  }
}

function fileFor(parentURL: string | undefined, kind: ImportKind): string | undefined {
  var isFile = parentURL !== undefined && parentURL.indexOf("file:") === 0;
  var found = preload().runtimeFile(isFile ? urls().fileURLToPath(parentURL as string) : undefined, kind);
  return found === undefined ? undefined : urls().pathToFileURL(found).href;
}

function urls(): typeof import("url") {
  return require("url") as typeof import("url");
}

/** Whether the program and whoever called it both find a runtime of our protocol without us. */
function isInstalled(): boolean {
  var path = require("path") as typeof import("path");
  var entry = process.argv[1];
  return isInstalledFor(process.cwd()) && (entry === undefined || isInstalledFor(path.dirname(entry)));

  function isInstalledFor(folder: string): boolean {
    try {
      var text = (require("fs") as typeof import("fs")).readFileSync(
        path.join(folder, "node_modules", "agent-context", "package.json"),
        "utf8",
      );
      return /"agentContextProtocol":\s*1\b/.test(text) && text.indexOf('"agentContextTypes"') < 0;
    } catch {
      var parent = path.dirname(folder);
      return parent !== folder && isInstalledFor(parent);
    }
  }
}
