/** Our link in the chain of loader hooks, free of their shape: each step asks `next`, and says what it makes of the answer. */

import { pathToFileURL } from "node:url";
import { RUNTIME_SPECIFIER } from "./agentContextModule";
import { jsonModule } from "./jsonModule";
import { createTypeScriptLoader, isTypeScript, TYPESCRIPT_FORMAT, type TypeScriptLoader } from "./loadTypeScript";
import { createResolver, filePath, queryOf, withoutQuery, type Resolver } from "./resolver";
import { createTsconfigs } from "./tsconfig";

/** What a hook is told, of what we use. */
export interface ResolveContext {
  readonly conditions: readonly string[];
  readonly parentURL?: string | undefined;
}
export interface LoadContext {
  readonly format?: string | null | undefined;
}
export interface Resolution {
  readonly url: string;
  readonly shortCircuit?: boolean | undefined;
}
export interface Loaded {
  readonly format: string | null | undefined;
  readonly source?: unknown;
  readonly shortCircuit?: boolean | undefined;
}

/**
 * A step that asks the next link of the chain and goes on with the answer: a generator, so that it can be driven by hooks
 * that wait for promises and by hooks that do not. It yields what to ask for and is given the answer, or its error.
 */
export type Step<Asked, Answer> = Generator<Asked, Answer, Answer>;

/** Our link. */
export interface ChainLink {
  readonly resolver: Resolver;
  readonly typeScript: TypeScriptLoader;
  /** Yields the specifier to resolve. */
  resolve(specifier: string, context: ResolveContext): Step<string, Resolution>;
  /** Yields the format to suggest. `keepsCommonJs`: CommonJS of a file is left to Node, with its cache. */
  load(url: string, context: LoadContext, keepsCommonJs: boolean): Step<string | null | undefined, Loaded>;
}

/** What the link depends on. */
export interface ChainOptions {
  readonly runtimeFolder: string;
  readonly notice: (message: string) => void;
}

/** Makes a link with caches of its own. */
export function createChainLink({ runtimeFolder, notice }: ChainOptions): ChainLink {
  const tsconfigs = createTsconfigs(notice);
  const resolver = createResolver({ runtimeFolder, tsconfigs, notice });
  const typeScript = createTypeScriptLoader(tsconfigs, notice);
  return {
    resolver,
    typeScript,
    *resolve(specifier, { conditions, parentURL }) {
      const parent = filePath(parentURL);
      const kind = conditions.includes("require") ? "require" : "import";
      const query = kind === "require" ? "" : queryOf(specifier);
      // Others are told of the file that is meant, so that all links speak of one module.
      const named = (file: string): string => (kind === "require" ? file : pathToFileURL(file).href + query);
      const target = resolver.redirect(specifier, parent, kind);
      if (target !== undefined) {
        // Nobody else knows our runtime, and there must be one of it.
        if (specifier === RUNTIME_SPECIFIER) return { url: pathToFileURL(target).href, shortCircuit: true };
        return yield named(target);
      }
      let found: Resolution;
      try {
        found = yield specifier;
      } catch (error) {
        const meant = resolver.recover(kind === "require" ? specifier : withoutQuery(specifier), parent, error);
        if (meant === undefined) throw error;
        return yield named(meant);
      }
      const source = resolver.source(filePath(found.url), parent);
      return source === undefined ? found : yield named(source);
    },
    *load(url, { format }, keepsCommonJs) {
      const file = filePath(url);
      if (file?.endsWith(".json")) {
        try {
          return yield format;
        } catch (error) {
          const module = jsonModule(url, error);
          if (module === undefined) throw error;
          return { ...module, shortCircuit: true };
        }
      }
      if (file === undefined || !isTypeScript(file)) return yield format;
      // Without a format Node refuses endings that it does not know, before anybody has seen the source.
      const handed = yield format ?? TYPESCRIPT_FORMAT;
      const made = typeScript.loadFrom(handed, file);
      if (made === undefined) return handed;
      const { isOfFile, ...loaded } = made;
      // Without a source Node asks the CommonJS loader, where `require.cache`, `require.main` and our extensions live.
      const leave = keepsCommonJs && loaded.format === "commonjs" && isOfFile();
      return { ...loaded, ...(leave && { source: null }), shortCircuit: true };
    },
  };
}

/** Drives a step whose answers come at once. */
export function drive<Asked, Answer>(step: Step<Asked, Answer>, next: (asked: Asked) => Answer): Answer {
  for (let at = step.next(); ;) {
    if (at.done) return at.value;
    let answer: Answer;
    try {
      answer = next(at.value);
    } catch (error) {
      at = step.throw(error);
      continue;
    }
    at = step.next(answer);
  }
}

/** Drives a step whose answers are waited for. */
export async function driveAsync<Asked, Answer>(
  step: Step<Asked, Answer>,
  next: (asked: Asked) => Answer | Promise<Answer>,
): Promise<Answer> {
  for (let at = step.next(); ;) {
    if (at.done) return at.value;
    let answer: Answer;
    try {
      answer = await next(at.value);
    } catch (error) {
      at = step.throw(error);
      continue;
    }
    at = step.next(answer);
  }
}
