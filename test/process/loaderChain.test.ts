import * as assert from "node:assert/strict";
import { nodesWithBothLoaders } from "./nodes";
import { cleanUp, runToEnd } from "./scriptRun";

/** What a tracing tool does: each imported file gets a wrapper at the same URL with a mark, and the wrapper imports the file. */
const TRACING = `
  const MARK = "traced=true";
  const isFile = (url, parentURL) => parentURL && !parentURL.includes(MARK) && url.startsWith("file:") && !url.includes("/agent-context/");
  // As such tools do, it leaves what is required alone.
  const marked = (found, { parentURL = "", conditions }) => isFile(found.url, parentURL) && !conditions.includes("require")
    ? { ...found, url: found.url + (found.url.includes("?") ? "&" : "?") + MARK, shortCircuit: true } : found;
  const wrapper = (url) => ({ format: "module", source: "export * from " + JSON.stringify(url.replace(/[?&]traced=true/, "")) + ";", shortCircuit: true });
  export const async = {
    resolve: async (specifier, context, next) => marked(await next(specifier, context), context),
    load: async (url, context, next) => url.includes(MARK) ? wrapper(url) : next(url, context),
  };
  export const sync = {
    resolve: (specifier, context, next) => marked(next(specifier, context), context),
    load: (url, context, next) => url.includes(MARK) ? wrapper(url) : next(url, context),
  };`;
/** A loader that makes JavaScript of TypeScript, or changes it, or hands over what it likes, as the file's name says. */
const OTHER = `
  const answer = (url, found) => {
    if (!url.endsWith(".ts")) return found;
    const text = found.source == null ? found.source : new TextDecoder().decode(found.source);
    if (url.endsWith("made.ts")) return { format: "module", source: "export const value = 'made elsewhere';", shortCircuit: true };
    if (url.endsWith("bytes.ts")) return { ...found, source: new TextEncoder().encode(text.replace("before", "after")) };
    if (url.endsWith("none.ts")) return { format: "commonjs", source: undefined };
    if (url.endsWith("passed.ts")) return { format: "module", source: text };
    return found;
  };
  const own = (url) => url.endsWith("own.ts?raw") ? { format: "json", source: '{ "raw": 1 }', shortCircuit: true } : undefined;
  export const async = { load: async (url, context, next) => own(url) ?? answer(url, await next(url, context)) };
  export const sync = { load: (url, context, next) => own(url) ?? answer(url, next(url, context)) };`;

for (const node of nodesWithBothLoaders()) {
  const hasSyncHooks = !node.name.startsWith("Node 20");
  for (const kind of hasSyncHooks ? (["async", "sync"] as const) : (["async"] as const)) {
    describe(`the loader as a link of a chain with ${kind} hooks, on ${node.name}`, () => {
      afterEach(cleanUp);

      const outputOf = async (hook: string, files: Readonly<Record<string, string>>): Promise<string> => {
        const { code, stdout, stderr } = await runToEnd({
          node,
          files: {
            ...files,
            "hook.mjs": `${hook}\nexport const { resolve, load } = async;`,
            "register.mjs":
              kind === "async"
                ? `import { register } from "node:module"; register("./hook.mjs", import.meta.url);`
                : `import { registerHooks } from "node:module"; import { sync } from "./hook.mjs"; registerHooks(sync);`,
            "package.json": `{ "type": "module" }`,
          },
          runtimeArgs: ["--import", "./register.mjs"],
        });
        assert.equal(code, 0, stderr);
        return stdout.trim();
      };

      it("evaluates each module once under a tracing hook, whatever is found for it", async () => {
        const output = await outputOf(TRACING, {
          "main.ts": `
            import { store } from "./state.ts"; import { work } from "./agent.js"; import { n } from "@app/paths"; import "./stale.js";
            work(); console.log(store.get("x"), n);`,
          "agent.ts": `import { store } from "./state"; import "./stale"; import "@app/paths"; export const work = (): void => store.set("x", 1, "work");`,
          "state.ts": `import { StateStore } from "agent-context"; console.log("state"); export const store: StateStore = new StateStore();`,
          "stale.ts": `console.log("source" as string);`,
          "stale.js": `console.log("stale");`,
          "src/paths.ts": `console.log("paths"); export const n: number = 2;`,
          "tsconfig.json": `{ "compilerOptions": { "paths": { "@app/*": ["./src/*"] } } }`,
        });
        assert.deepEqual(output.split("\n").sort(), ["1 2", "paths", "source", "state"]);
      });

      it("uses what another loader has made of a file, and makes JavaScript of what it has not", async () => {
        const output = await outputOf(OTHER, {
          "main.ts": `
            import { value } from "./made.ts"; import { bytes } from "./bytes.ts"; import { none } from "./none.ts"; import { passed } from "./passed.ts";
            console.log(value, bytes, none, passed);`,
          "made.ts": `export const value: string = "made here"; enum A {}`,
          "bytes.ts": `enum When { Now = "before" } export const bytes: string = When.Now;`,
          "none.ts": `enum Where { Disk = "from disk" } export const none: string = Where.Disk;`,
          "passed.ts": `enum How { On = "passed on" } export const passed: string = How.On;`,
        });
        assert.equal(output, "made elsewhere after from disk passed on");
      });

      it("passes on queries and formats that it does not know", async () => {
        const output = await outputOf(OTHER, {
          "main.ts": `
            const raw = await import("./own.ts?raw", { with: { type: "json" } }); const a = await import("./a.ts?v=1"), b = await import("./a.js?v=2#x");
            console.log(raw.default.raw, a.url, b.url);`,
          "own.ts": `this is no TypeScript`,
          "a.ts": `export const url: string = import.meta.url.replace(/^.*\\//, "");`,
        });
        assert.equal(output, "1 a.ts?v=1 a.ts?v=2#x");
      });
    });
  }
}
