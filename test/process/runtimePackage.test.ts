/** The npm package `agent-context`: what is in its tarball, and what a stranger does with it. */

import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";
import { isLong } from "../harness/long";
import { repositoryDir } from "../harness/paths";
import { InstalledPackage, tarballUnderTest, type Line } from "./installedPackage";
import { nodesUnderTest } from "./nodes";
import { cleanUp, linesOf, type RunEnd } from "./scriptRun";

/** What ships, and nothing else. */
const EXPECTED = `
LICENSE
README.md
dist/THIRD-PARTY-NOTICES.txt
dist/agent-context/index.cjs
dist/agent-context/index.d.mts
dist/agent-context/index.d.ts
dist/agent-context/index.mjs
dist/runner/bootstrap.cjs
dist/runner/cli.cjs
dist/runner/hooks.mjs
dist/runner/lookAhead.cjs
dist/runner/preload.cjs
dist/runner/preload.mjs
dist/runner/publisher.cjs
dist/runner/register.d.mts
dist/runner/register.mjs
dist/runner/runtimeHooks.mjs
dist/runner/typescript.cjs
dist/runner/typescript.wasm.br
package.json
`;
const LIMIT_BYTES = 1_000_000;

/** Files of a tarball by name, without the folder `package/` that all are in. */
function filesOf(tarball: string): ReadonlyMap<string, Buffer> {
  const tar = gunzipSync(readFileSync(tarball));
  const files = new Map<string, Buffer>();
  const text = (at: number, length: number): string => tar.toString("utf8", at, at + length).replace(/[\0 ]+$/, "");
  for (let at = 0; text(at, 100) !== "";) {
    const size = parseInt(text(at + 124, 12), 8);
    assert.equal(text(at + 156, 1), "0", "only plain files");
    files.set(text(at, 100).replace(/^package\//, ""), tar.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}

describe("the tarball of agent-context", () => {
  const files = filesOf(tarballUnderTest());
  const json = (text: string | Buffer | undefined): Line => JSON.parse(String(text)) as Line;
  const manifest = json(files.get("package.json"));
  const root = json(readFileSync(path.join(repositoryDir, "package.json")));
  const written = json(readFileSync(path.join(repositoryDir, "packages/agent-context/package.json")));
  const built = json(readFileSync(path.join(repositoryDir, "dist/agent-context/package.json")));

  it("holds exactly what is meant to ship, and is small", () => {
    assert.equal([...files.keys()].sort().join("\n"), EXPECTED.trim());
    const { size } = statSync(tarballUnderTest());
    assert.ok(size < LIMIT_BYTES, `${size} bytes`);
  });

  it("has the extension's version, which is written once, and needs nothing", () => {
    assert.equal(written["version"], undefined);
    assert.equal(manifest["version"], root["version"]);
    assert.deepEqual(manifest["engines"], { node: root["engines"].node });
    for (const name of ["dependencies", "peerDependencies", "optionalDependencies", "devDependencies", "scripts"]) {
      assert.equal(manifest[name], undefined, name);
    }
  });

  it("exports each subpath of the extension's module, as the same files", () => {
    const subpaths = Object.keys(manifest["exports"] as object).sort();
    assert.deepEqual(subpaths, [...Object.keys(built["exports"] as object), "./register"].sort());
    assert.equal(manifest["agentContextProtocol"], built["agentContextProtocol"]);
  });

  it("tells whose code is in it, and names neither the repository's tools nor this machine", () => {
    const notices = String(files.get("dist/THIRD-PARTY-NOTICES.txt"));
    assert.match(notices, /^This package contains code of these packages\./);
    for (const name of ["@swc/wasm-typescript", "get-tsconfig", "valibot", "ws"]) {
      assert.match(notices, new RegExp(`^${name} \\d`, "m"));
    }
    assert.doesNotMatch(notices, /codicons|virtual-core/);
    for (const [name, content] of files) assert.ok(!content.includes(repositoryDir), name);
  });
});

/** An error that is expected tells that the types are there: of `any`, nothing is an error. */
const NOT_ANY = "// @ts-expect-error: there is no such member\nvoid new StateStore().none;\n";
const TYPED = {
  "types/main.mts": `
    import "agent-context/register";
    import { AgentContext, StateStore, type MergePlan } from "agent-context";
    // @ts-expect-error: the module has no default export
    import none from "agent-context";
    import { store } from "./common.cjs";
    void none;
    export const agent = new AgentContext("a", store);
    export const plan: MergePlan = agent.previewMerge();
    ${NOT_ANY}`,
  "types/common.cts": `
    import runtime = require("agent-context");
    const { StateStore } = runtime;
    export const store = new StateStore();
    ${NOT_ANY}`,
  "types/plain.ts": `import { StateStore } from "agent-context";\n${NOT_ANY}`,
};

const CONFLICT = `
import { StateStore, AgentContext } from "agent-context";
const store = new StateStore();
store.set("n", 0 as number, "setup");
const [a, b] = ["a", "b"].map((name) => new AgentContext(name, store));
a!.set("n", 1); b!.set("n", 2);
await a!.mergeToParent(); await b!.mergeToParent();
console.log("n is", store.get("n"));
`;
const WRITES = `
import { StateStore } from "agent-context";
const store = new StateStore();
`;
const changes = (lines: readonly Line[]): readonly Line[] => lines.filter(({ kind }) => kind === "state_changed");
const keysOf = (lines: readonly Line[]): readonly string[] =>
  changes(lines).flatMap(({ data }) => Object.keys(data.changes as object));
/** What `conflict.ts` came to. */
const reportOf = ({ stdout }: RunEnd): { readonly agents: readonly unknown[] } =>
  JSON.parse(stdout.slice("n is 2\n".length)) as { readonly agents: readonly unknown[] };
const ended = (lines: readonly Line[]): unknown => {
  const { kind, data } = lines.at(-1) ?? {};
  return [kind, data];
};

for (const [index, node] of nodesUnderTest().entries()) {
  describe(`the installed package on ${node.name}`, () => {
    let installed: InstalledPackage;
    before(async () => {
      installed = await InstalledPackage.install(node);
    });
    after(cleanUp);

    // No version of Node decides these.
    if (index === 0) {
      for (const major of isLong ? ["5", "6", "7"] : ["6"]) {
        for (const [resolution, module] of [
          ["node16", "node16"],
          ["bundler", "preserve"],
        ] as const) {
          it(`has types that TypeScript ${major} finds by moduleResolution ${resolution}`, () => {
            const options = { module, moduleResolution: resolution, target: "es2022", lib: ["es2022"], strict: true };
            const config = { compilerOptions: { ...options, skipLibCheck: false, types: [] }, include: ["types"] };
            installed.write({ "tsconfig.json": JSON.stringify(config), ...TYPED });
            const tsc = process.env[`AGENT_CONTEXT_TSC_${major}`];
            assert.ok(
              tsc,
              `AGENT_CONTEXT_TSC_${major} does not name a compiler: run "npm run test:process", which does`,
            );
            const { folder } = installed;
            const { stdout } = spawnSync(process.execPath, [tsc, "--noEmit"], { cwd: folder, encoding: "utf8" });
            assert.equal(stdout, "");
          });
        }
      }
    }

    it("does what its README says of the runtime", async () => {
      const readme = readFileSync(path.join(installed.folder, "node_modules/agent-context/README.md"), "utf8");
      const sample = /```ts\n([^]*?)```/.exec(readme)?.[1] ?? "";
      const expected = /^console\.log\(.*\); \/\/ (\S+):/m.exec(sample)?.[1];
      installed.write({ "readme.mjs": sample });
      const { code, stdout, stderr } = await installed.node(["readme.mjs"]);
      assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: `${expected}\n`, stderr: "" });
    });

    it("gives ES modules and CommonJS one runtime", async () => {
      installed.write({
        "both.mjs": `
          import * as esm from "agent-context"; import { createRequire } from "node:module"; import common from "./common.cjs";
          const cjs = createRequire(import.meta.url)("agent-context"), { version } = createRequire(import.meta.url)("agent-context/package.json");
          const names = Object.keys(cjs).sort();
          console.log(names.length > 5 && names.every((name) => cjs[name] === esm[name]), common === cjs, /^\\d+\\.\\d+/.test(version));`,
        "common.cjs": `module.exports = require("agent-context");`,
      });
      const { code, stdout, stderr } = await installed.node(["both.mjs"]);
      assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: "true true true\n", stderr: "" });
    });

    it("has the command: TypeScript runs, --json reports, an assertion that fails and a wrong option have exit codes", async () => {
      installed.write({ "conflict.ts": CONFLICT });
      const [judged, wrong] = await Promise.all([
        installed.npx(["run", "conflict.ts", "--json", "--assert", "no-conflicts"]),
        installed.npx(["run", "conflict.ts", "--record", "log.txt"]),
      ]);
      assert.equal(judged.code, 3, judged.stderr);
      assert.equal(judged.stdout.split("\n", 1)[0], "n is 2");
      assert.equal(reportOf(judged).agents.length, 2);
      assert.deepEqual(
        [wrong.code, wrong.stdout, wrong.stderr],
        [2, "", 'agent-context: The name of a recording ends in .agentlog.jsonl; "log.txt" does not.\n'],
      );
    });

    it("register records scripts of each kind, and says where", async () => {
      const script = (start: string): string => `${start} const store = new StateStore(); store.set("a", [1]);`;
      const required = `const { StateStore } = require("agent-context");`;
      const files = {
        "m.ts": script(
          `import { StateStore, type MergePlan } from "agent-context"; enum E { A }; export let p: MergePlan;`,
        ),
        "c.cts": script(`${required} const one: number = 1;`),
      };
      installed.write(files);
      await Promise.all(
        Object.keys(files).map(async (name) => {
          const end = await installed.register(`${name} --an argument`);
          assert.deepEqual([end.code, end.stdout], [0, ""], end.stderr);
          assert.match(end.stderr, /^agent-context: recording to .*\.agentlog\.jsonl\n$/);
          const lines = installed.linesOf(end);
          const header = lines[0] as Line;
          assert.equal(header["kind"], "recording_header");
          assert.equal(header["data"].script, path.join(installed.folder, name));
          assert.deepEqual(header["data"].args, ["--an", "argument"]);
          assert.deepEqual(header["data"].masked, { keys: 0, values: 0, commonSecrets: true });
          assert.deepEqual(keysOf(lines), ["a"]);
          assert.deepEqual(ended(lines), ["run_ended", { code: 0, signal: null }]);
        }),
      );
    });

    it("register leaves the script's end its own, and records it last", async () => {
      installed.write({
        "end.mjs": `${WRITES}
          import { readFileSync } from "node:fs";
          const exit = (listener) => process.on("exit", listener);
          const ways = {
            late: () => exit(() => { store.set("late", 1); process.exitCode = 9; }),
            many: () => { for (let i = 0; i < 5_000; i++) store.set("key" + i, i); process.exit(7); },
            again: () => exit(() => process.exit(3)),
            thrown: () => { throw new Error("thrown"); },
            thrownLate: () => exit(() => { throw new Error("thrown late"); }),
            thrownTwice: () => { exit(() => { throw new Error("late"); }); throw new Error("early"); },
            never: () => new Promise(() => {}),
            killed: () => {
              const { recording } = JSON.parse(process.env.AGENT_CONTEXT_LAUNCH);
              store.set("last", 1);
              setInterval(() => { if (readFileSync(recording, "utf8").includes("last")) process.kill(process.pid, "SIGTERM"); }, 10);
            },
          };
          await ways[process.argv[2]]();`,
      });
      const codes = {
        ...{ late: 9, thrownTwice: 1, never: 13 },
        ...(isLong && { many: 7, again: 3, thrown: 1, thrownLate: 1 }),
      };
      const ends = Object.entries(codes).map(async ([way, code]) => {
        const end = await installed.register(`end.mjs ${way}`);
        assert.deepEqual([end.code, end.signal], [code, null], `${way}: ${end.stderr}`);
        const lines = installed.linesOf(end);
        assert.deepEqual(ended(lines), ["run_ended", { code, signal: null }], way);
        assert.equal(lines.filter(({ kind }) => kind === "run_ended").length, 1, way);
        assert.equal(changes(lines).length, { late: 1, many: 5_000 }[way] ?? 0, way);
        const hasError = lines.some(({ kind }) => kind === "uncaught_error");
        assert.equal(hasError, way.startsWith("thrown"), way);
      });
      await Promise.all(ends);
      if (process.platform === "win32") return;
      const killed = await installed.register("end.mjs killed");
      assert.deepEqual([killed.code, killed.signal], [null, "SIGTERM"]);
      assert.deepEqual(keysOf(installed.linesOf(killed)), ["last"]);
    });

    it("register takes the command's options from the environment, and leaves standard streams and IPC to the script", async () => {
      const token = "ghp_" + "a1B2c3D4e5".repeat(4).slice(0, 36);
      installed.write({
        "secrets.mjs": `${WRITES}
          store.set("token", "${token}"); store.set("apiKey", "hidden"); store.set("note", "order 4711 of today");
          process.send?.({ from: "script" });
          process.disconnect?.();
          console.log("out"); console.error("err");`,
      });
      const env = {
        AGENT_CONTEXT_RECORD: "kept.agentlog.jsonl",
        AGENT_CONTEXT_REDACT_KEY: "^api",
        AGENT_CONTEXT_REDACT_VALUE: "\\d{4}",
        AGENT_CONTEXT_QUIET: "1",
      };
      const args = ["--import", "agent-context/register", "secrets.mjs"];
      const end = await installed.node(args, env, ["pipe", "pipe", "pipe", "ipc"]);
      assert.equal(end.code, 0);
      assert.equal(end.stderr, "err\n");
      assert.deepEqual(end.stdout.trim().split("\n").sort(), ["out", '{"from":"script"}']);
      const kept = readFileSync(path.join(installed.folder, "kept.agentlog.jsonl"), "utf8");
      for (const secret of [token, "hidden", "4711"]) assert.ok(!kept.includes(secret), secret);
      assert.match(kept, /"note":"order .* of today"/);
      const open = await installed.register("secrets.mjs", { AGENT_CONTEXT_REDACT_COMMON: "0" });
      assert.ok(JSON.stringify(installed.linesOf(open)).includes(token));
    });

    it("register says what is wrong with its options, and runs nothing", async () => {
      const temporary = installed.names("temporary");
      installed.write({ "never.mjs": `console.log("ran");`, "other.agentlog.jsonl": "mine" });
      const wrong = async (env: NodeJS.ProcessEnv, message: RegExp): Promise<void> => {
        const { code, stdout, stderr } = await installed.register("never.mjs", env);
        assert.deepEqual([code, stdout], [2, ""], stderr);
        assert.match(stderr, message);
        assert.match(stderr, /^agent-context: .*\n$/);
      };
      await Promise.all([
        wrong(
          { AGENT_CONTEXT_REDACT_KEYS: "x" },
          /no variable AGENT_CONTEXT_REDACT_KEYS. Did you mean AGENT_CONTEXT_RED/,
        ),
        wrong({ AGENT_CONTEXT_RECORD: "other.agentlog.jsonl" }, /exists and is not a recording; it is not overwritten/),
        wrong({ AGENT_CONTEXT_RECORD: "none/x.agentlog.jsonl" }, /none.x\.agentlog\.jsonl cannot be written: ENOENT/),
      ]);
      assert.equal(readFileSync(path.join(installed.folder, "other.agentlog.jsonl"), "utf8"), "mine");
      assert.deepEqual(installed.names("temporary"), temporary);
    });

    it("register records forked children and threads beside it, wherever they run, and none of another environment", async () => {
      const temporary = installed.names("temporary");
      installed.write({
        "family.mjs": `${WRITES}
          import { fork } from "node:child_process"; import { tmpdir } from "node:os"; import { Worker } from "node:worker_threads";
          const over = (what) => new Promise((resolve) => what.on("exit", resolve));
          const child = new URL("./child.mjs", import.meta.url), cwd = tmpdir();
          store.set("main", 1);
          const codes = await Promise.all([fork(child, ["child"], { cwd }), new Worker(child, { argv: ["thread"] }),
            fork(new URL("./stranger.ts", import.meta.url), { cwd, env: {} }), fork(child, ["bare"], { cwd, execArgv: [] }),
            new Worker('new (require("agent-context").StateStore)().set("code", 1)', { eval: true })].map(over));
          process.chdir(cwd);
          codes.push(await over(new Worker(child, { argv: ["elsewhere"] })));
          console.log(codes.join());`,
        "child.mjs": `${WRITES} store.set(process.argv[2], 1);`,
        "stranger.ts": `${WRITES} const key: string = "stranger"; store.set(key, 1);`,
      });
      const end = await installed.register("family.mjs", { AGENT_CONTEXT_RECORD: "family.agentlog.jsonl" });
      assert.deepEqual([end.code, end.stdout], [0, "0,0,0,0,0,0\n"], end.stderr);
      assert.equal(end.stderr, `agent-context: recording to ${path.join(installed.folder, "family.agentlog.jsonl")}\n`);
      const names = installed.names().filter((name) => /^family\..*agentlog\.jsonl$/.test(name));
      const recorded = names.map((name) => linesOf(path.join(installed.folder, name)));
      assert.deepEqual(recorded.flatMap(keysOf).sort(), ["bare", "child", "code", "elsewhere", "main", "thread"]);
      assert.deepEqual(installed.names("temporary"), temporary);
      const checked = await installed.command(["check", "family.agentlog.jsonl", "--assert", "no-conflicts", "--json"]);
      assert.equal(checked.code, 0, checked.stdout);
      assert.equal((JSON.parse(checked.stdout) as { subRuns: unknown[] }).subRuns.length, 5);
    });

    it("register joins what is inherited, leaves a run to the command that began it, and says when it comes too late", async () => {
      const address = pathToFileURL(path.join(installed.folder, "node_modules/agent-context/dist/runner/register.mjs"));
      installed.write({
        "conflict.ts": CONFLICT,
        "late.mjs": `import "agent-context"; import "agent-context/register"; console.log("ran");`,
        "parent.cjs": `
          const { spawnSync } = require("node:child_process");
          new (require("agent-context").StateStore)().set("parent", 1);
          if (process.argv[2] === undefined) spawnSync(process.execPath, [__filename, "child"], { cwd: "..", stdio: "inherit" });`,
      });
      const [both, inherited, late] = await Promise.all([
        installed.command(["run", "conflict.ts", "--json"], { NODE_OPTIONS: `--import=${address.href}` }),
        installed.node(["parent.cjs"], { NODE_OPTIONS: "--import agent-context/register" }),
        installed.node(["late.mjs"]),
      ]);
      assert.equal(both.code, 0, both.stderr);
      assert.equal(reportOf(both).agents.length, 2);
      assert.equal(inherited.code, 0, inherited.stderr);
      assert.equal(inherited.stderr.match(/recording to/g)?.length, 1, inherited.stderr);
      assert.deepEqual(keysOf(installed.linesOf(inherited)), ["parent"]);
      const folder = path.dirname(installed.recordingOf(inherited));
      assert.equal(readdirSync(folder).filter((name) => name.startsWith("sub-")).length, 1);
      assert.deepEqual([late.code, late.stdout], [0, "ran\n"]);
      assert.match(
        late.stderr,
        /^agent-context: The script is not recorded: .* node --import agent-context\/register SCRIPT\n$/,
      );
    });
  });
}
