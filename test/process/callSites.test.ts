import assert from "node:assert/strict";
import * as path from "node:path";
import { waitFor } from "../harness/waitFor";
import { TestListener } from "./listener";
import { nodesWithBothLoaders } from "./nodes";
import { cleanUp, rendezvousOf, runToEnd, ScriptRun, type RunOptions } from "./scriptRun";

type Line = Readonly<Record<string, unknown>>;

const LIMIT = 20_000;

/** "main.ts:7 state_changed budget" for each event of a line, in order; "?" for a place that no note told before. */
function blame(lines: readonly Line[], folder: string): string[] {
  const places = new Map<unknown, string>();
  const found: string[] = [];
  for (const line of lines) {
    const data = line["data"] as Line | undefined;
    if (line["kind"] === "call_site") {
      assert.equal(line["seq"], undefined, "a note has no seq");
      const { site, file, line: at, column, command } = data as Record<string, unknown>;
      assert.ok(command === true || (column as number) >= 1);
      assert.ok(!places.has(site), "a place is told once");
      places.set(site, command === true ? "command" : `${path.relative(folder, file as string)}:${String(at)}`);
    } else if (line["site"] !== undefined) {
      const key =
        Object.keys((data?.["changes"] as object | undefined) ?? {})[0] ?? (data?.["key"] as string | undefined) ?? "";
      found.push(`${places.get(line["site"]) ?? "?"} ${String(line["kind"])} ${String(key)}`.trim());
    }
  }
  return found;
}

/** Types, an enum and an interface move lines and columns between source and what runs. */
const TYPESCRIPT_BODY = `
interface Order { readonly item: string; readonly count: number }
enum Size { Small = 1, Large }
const store = new StateStore({ initial: { budget: 1 } });
const agent = new AgentContext("agent_a", store);
store.set("size", Size.Large, "setup");
agent.get("budget");

async function work(order: Order): Promise<void> {
  await Promise.resolve();
  agent.set("budget", order.count);
}
void work({ item: "pens", count: 3 } satisfies Order).then(() => agent.mergeToParent());
`;
const EXPECTED = (file: string): string[] => [
  `${file}:4 state_restored`,
  `${file}:6 state_changed size`,
  `${file}:7 state_read budget`,
  `${file}:11 state_changed budget`,
  `${file}:13 merge_planned`,
];

describe("call sites", () => {
  afterEach(cleanUp);

  const run = (options: RunOptions) => runToEnd({ ...options, spec: { callSiteLimit: LIMIT, ...options.spec } });

  for (const node of nodesWithBothLoaders()) {
    it(`are the source's lines, whatever kind of script it is (${node.name})`, async () => {
      const scripts: Readonly<Record<string, string>> = {
        "module.ts": 'import { AgentContext, StateStore } from "agent-context";' + TYPESCRIPT_BODY,
        "module.mts": 'import { AgentContext, StateStore } from "agent-context";' + TYPESCRIPT_BODY,
        "common.cts":
          'import { AgentContext, StateStore } = require("agent-context");'.replace("import", "const") +
          TYPESCRIPT_BODY,
        "plain.mjs": 'import { AgentContext, StateStore } from "agent-context";' + withoutTypes(TYPESCRIPT_BODY),
        "plain.cjs": 'const { AgentContext, StateStore } = require("agent-context");' + withoutTypes(TYPESCRIPT_BODY),
      };
      for (const [name, text] of Object.entries(scripts)) {
        const { code, stderr, run: ended } = await run({ files: { [name]: text }, node });
        assert.equal(code, 0, stderr);
        assert.deepEqual(blame(ended.lines, ended.folder), EXPECTED(name));
      }
    });
  }

  it("name the helper's file where a helper writes, and follow the map of a script that was compiled before", async () => {
    const map = { version: 3, sources: ["agent.ts"], names: [], mappings: ";;AAUI" };
    const { run: ended, stderr } = await run({
      files: {
        "main.mjs": 'import { write } from "./helper.ts"; import "./compiled.mjs";\nwrite("k");',
        "helper.ts":
          'import { StateStore } from "agent-context";\nconst store: StateStore = new StateStore();\n' +
          "export function write(key: string) {\n  store.set(key, 1);\n}",
        "compiled.mjs":
          'import { StateStore } from "agent-context";\nconst store = new StateStore();\nstore.set("compiled", 1);\n' +
          `//# sourceMappingURL=compiled.mjs.map`,
        "compiled.mjs.map": JSON.stringify(map),
      },
    });
    assert.deepEqual(
      blame(ended.lines, ended.folder),
      ["agent.ts:11 state_changed compiled", "helper.ts:4 state_changed k"],
      stderr,
    );
  });

  it("are taken only when the launch says so", async () => {
    const files = { "main.ts": 'import { AgentContext, StateStore } from "agent-context";' + TYPESCRIPT_BODY };
    for (const spec of [{}, { callSiteLimit: 0 }]) {
      const { run: ended } = await runToEnd({ files, spec });
      assert.doesNotMatch(ended.recordingText, /"site"|call_site|callSites/);
    }
    const { run: ended } = await run({ files });
    const started = ended.lines.find(({ kind }) => kind === "run_started");
    assert.deepEqual(started?.["data"], { atEnd: "exit", callSites: LIMIT });
  });

  it("pause above the limit, say so, and come back when it is calm", async () => {
    const { run: ended, stderr } = await run({
      files: {
        "main.mjs": `import { StateStore } from "agent-context";
          const store = new StateStore();
          for (let i = 0; i < 1000; i++) store.set("fast", i);
          await new Promise((resolve) => setTimeout(resolve, 2100));
          store.set("calm", 1);`,
      },
      spec: { callSiteLimit: 100 },
    });
    const told = ended.lines.filter(({ kind }) => kind === "call_sites").map(({ data }) => data as Line);
    assert.deepEqual(
      told.map(({ on, limit }) => ({ on, limit })),
      [
        { on: false, limit: 100 },
        { on: true, limit: 100 },
      ],
      stderr,
    );
    assert.ok((told[0]?.["perSecond"] as number) > 100);
    const found = blame(ended.lines, ended.folder);
    assert.equal(found.filter((text) => text === "main.mjs:3 state_changed fast").length, 100);
    assert.equal(found.at(-1), "main.mjs:5 state_changed calm");
    assert.equal(found.length, 101);
  });

  it("of a view's command are told as the command's, not as a line of the script", async () => {
    const secret = "correct horse";
    let listener: TestListener | undefined;
    const script = await ScriptRun.start({
      files: {
        "main.mjs": `import { AgentContext, StateStore } from "agent-context";
          const agent = new AgentContext("agent_a", new StateStore());
          agent.set("k", 1);`,
      },
      secret,
      spec: { callSiteLimit: LIMIT, atEnd: "waitWhenUnmerged" },
      prepare: async (folder) => {
        listener = await TestListener.open(rendezvousOf(folder), { secret });
      },
    });
    try {
      await waitFor("the wait for the merge", () => script.lines.some(({ kind }) => kind === "run_waiting"));
      listener?.command({ name: "merge", layer: 2 });
      await script.ended;
      assert.deepEqual(blame(script.lines, script.folder), ["main.mjs:3 state_changed k", "command merge_planned"]);
    } finally {
      await listener?.close();
    }
  });
});

/** The same program in JavaScript, line by line. */
function withoutTypes(text: string): string {
  return text
    .replace(/^interface .*$/m, "")
    .replace(/^enum .*$/m, "const Size = { Large: 2 };")
    .replace("order: Order): Promise<void>", "order)")
    .replace(" satisfies Order", "");
}
