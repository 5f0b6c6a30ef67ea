/** The table of docs/runtime.md: loaders and tracing tools of others beside ours, as people start them. */

import * as assert from "node:assert/strict";
import { readdirSync, readFileSync, symlinkSync } from "node:fs";
import * as path from "node:path";
import { isLong } from "../harness/long";
import { distDir } from "../harness/paths";
import { nodesWithBothLoaders } from "./nodes";
import { cleanUp, ScriptRun } from "./scriptRun";

const cli = path.join(distDir, "runner/cli.cjs");

/** A tool, and how Node is told of it. */
interface Tool {
  readonly name: string;
  readonly type: "module" | "commonjs";
  readonly args: readonly string[];
  /** It makes JavaScript of TypeScript, so that a command may name a file of that. */
  readonly compiles?: true;
  readonly env?: NodeJS.ProcessEnv;
  /** The docs name it as not supported. */
  readonly notIn?: "a script";
}

const SENTRY = ["--import=./sentry.mjs"];
const TELEMETRY = ["--import=./telemetry.mjs"];
/** It looks for types, which a program that is only run has not. */
const UNCHECKED = { TS_NODE_TRANSPILE_ONLY: "1" };
const TOOLS: readonly Tool[] = [
  { name: "tsx", type: "module", args: ["--import=tsx"], compiles: true },
  { name: "tsx", type: "commonjs", args: ["--import=tsx"], compiles: true },
  { name: "tsx by --require", type: "commonjs", args: ["--require=tsx/cjs"], compiles: true },
  { name: "@swc-node", type: "module", args: ["--import=@swc-node/register/esm-register"], compiles: true },
  { name: "@swc-node by --require", type: "commonjs", args: ["--require=@swc-node/register"], compiles: true },
  { name: "ts-node", type: "module", args: ["--loader=ts-node/esm"], compiles: true, env: UNCHECKED },
  {
    name: "ts-node by --require",
    type: "commonjs",
    args: ["--require=ts-node/register"],
    compiles: true,
    env: UNCHECKED,
  },
  { name: "import-in-the-middle", type: "module", args: ["--import=./middle.mjs"] },
  { name: "OpenTelemetry", type: "module", args: TELEMETRY },
  { name: "OpenTelemetry", type: "commonjs", args: TELEMETRY, notIn: "a script" },
  { name: "Sentry", type: "module", args: SENTRY },
  { name: "Sentry", type: "commonjs", args: SENTRY },
  { name: "tsx before OpenTelemetry", type: "module", args: ["--import=tsx", ...TELEMETRY], compiles: true },
  { name: "OpenTelemetry before tsx", type: "module", args: [...TELEMETRY, "--import=tsx"], compiles: true },
];

const registering = (hook: string): string =>
  `import { register } from "node:module"; register("${hook}", import.meta.url);`;
const HOOKS = {
  "middle.mjs": registering("import-in-the-middle/hook.mjs"),
  "telemetry.mjs": `${registering("@opentelemetry/instrumentation/hook.mjs")}
    import { NodeSDK } from "@opentelemetry/sdk-node"; new NodeSDK({ traceExporter: undefined }).start();`,
  "sentry.mjs": `import * as Sentry from "@sentry/node";
    Sentry.init({ dsn: "https://key@127.0.0.1/1", enabled: false, tracesSampleRate: 1 });`,
};

const TYPED = {
  main: `import { AgentContext, StateStore } from "agent-context";
    import { store } from "./state.EXT"; import { work } from "./agent.EXT";
    enum Kind { A = "a" }
    new AgentContext("main", store).set("kind", Kind.A as string);
    work(); console.log("main", store.get("x"));`,
  agent: `import { store } from "./state.EXT"; export const work = (): void => store.set("x", 1, "work");`,
  state: `import { StateStore } from "agent-context"; console.log("state"); export const store: StateStore = new StateStore();`,
};
const IMPORTING = {
  main: `import { AgentContext } from "agent-context"; import { store } from "./state.EXT"; import { work } from "./agent.EXT";
    new AgentContext("main", store).set("kind", "a"); work(); console.log("main", store.get("x"));`,
  agent: `import { store } from "./state.EXT"; export const work = () => store.set("x", 1, "work");`,
  state: `import { StateStore } from "agent-context"; console.log("state"); export const store = new StateStore();`,
};
const REQUIRING = {
  main: `const { AgentContext } = require("agent-context"), { store } = require("./state"), { work } = require("./agent");
    new AgentContext("main", store).set("kind", "a"); work(); console.log("main", store.get("x"));`,
  agent: `const { store } = require("./state"); exports.work = () => store.set("x", 1, "work");`,
  state: `const { StateStore } = require("agent-context"); console.log("state"); exports.store = new StateStore();`,
};

function filesOf({ type, compiles }: Tool, isCommand: boolean): Readonly<Record<string, string>> {
  const isTyped = compiles === true || !isCommand;
  const sources = isTyped ? TYPED : type === "module" ? IMPORTING : REQUIRING;
  const ending = isTyped ? "ts" : "js";
  const files = Object.entries(sources).map(([name, text]) => [
    `${name}.${ending}`,
    // Tools that compile to CommonJS look for the file without its ending.
    text.replaceAll(".EXT", type === "module" ? `.${ending}` : ""),
  ]);
  return {
    ...(Object.fromEntries(files) as Record<string, string>),
    ...HOOKS,
    "package.json": JSON.stringify({ type }),
    "tsconfig.json": JSON.stringify({
      compilerOptions: { module: type === "module" ? "esnext" : "commonjs", target: "es2022", esModuleInterop: true },
    }),
  };
}

for (const node of isLong ? nodesWithBothLoaders() : []) {
  describe(`tools beside the loader, on ${node.name}`, () => {
    afterEach(cleanUp);

    for (const tool of TOOLS) {
      const { name, type, args, env = {} } = tool;
      for (const form of ["a script", "a command"] as const) {
        if (form === tool.notIn) continue;
        it(`${name}, in ${form} of a package of type ${type}: each module runs once, and is recorded`, async () => {
          const isCommand = form === "a command";
          const files = filesOf(tool, isCommand);
          const [main = ""] = Object.keys(files);
          const words = isCommand
            ? ["--", node.execPath, ...args, main]
            : [main, ...args.flatMap((each) => ["--node-arg", each])];
          const run = await ScriptRun.start({
            files,
            env,
            withoutTerminal: true,
            prepare: (folder) =>
              symlinkSync(process.env["AGENT_CONTEXT_LOADERS"] ?? "", path.join(folder, "node_modules"), "junction"),
            command: () => [node.execPath, cli, "run", "--record", "run.agentlog.jsonl", ...words],
          });
          const { code, stdout, stderr } = await run.ended;
          const said = stdout.split("\n").filter((line) => /^(?:state|main)\b/.test(line));
          assert.deepEqual(said, ["state", "main 1"], stderr);
          assert.equal(code, 0, stderr);
          const recorded = readdirSync(run.folder)
            .filter((file) => file.endsWith(".agentlog.jsonl"))
            .map((file) => readFileSync(path.join(run.folder, file), "utf8"));
          assert.equal(recorded.join("").split('"kind":"state_changed"').length - 1, 2);
        });
      }
    }
  });
}
