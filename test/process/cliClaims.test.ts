import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { ownerHere } from "../../src/disk/owner";
import { distDir, repositoryDir } from "../harness/paths";
import { cleanUp, linesOf, newFolder, ScriptRun } from "./scriptRun";

const cli = path.join(distDir, "runner/cli.cjs");
const register = pathToFileURL(path.join(repositoryDir, "packages/agent-context/dist/runner/register.mjs")).href;
/** Records until there is a file "go" in its folder. */
const SCRIPT = `
import { existsSync } from "node:fs";
import { AgentContext, StateStore } from "agent-context";
const agent = new AgentContext(process.argv[2], new StateStore());
agent.set("begun", process.pid);
while (!existsSync("go")) await new Promise((resolve) => setTimeout(resolve, 20));
await agent.mergeToParent();
`;
const FILE = "same.agentlog.jsonl";
const REFUSED =
  /^agent-context: \S*same\.agentlog\.jsonl is being recorded by another run \(process \d+\): wait for its end, or name another file\.\n$/;

async function until<T>(look: () => T | undefined): Promise<T> {
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe("a recording that two runs are told to make", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = newFolder({ "main.mjs": SCRIPT });
    file = path.join(folder, FILE);
  });
  afterEach(cleanUp);

  const start = (command: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<ScriptRun> =>
    ScriptRun.start({
      files: {},
      command: () => ["sh", "-c", `cd "${folder}" && exec "$0" "$@"`, process.execPath, ...command],
      env,
    });
  const run = (name: string, record = FILE) =>
    start([cli, "run", "main.mjs", "--record", record, "--json", "--", name]);
  const go = () => writeFileSync(path.join(folder, "go"), "");
  const agentsOf = (stdout: string) =>
    (JSON.parse(stdout) as { agents: { agent: string }[] }).agents.map(({ agent }) => agent);
  const begun = () =>
    until(() => {
      const line = linesOf(file).find(({ kind }) => kind === "state_changed") as
        { data: { changes: { begun: number } } } | undefined;
      return line?.data.changes.begun;
    });

  it("is the first one's: the second is refused, by whatever name, and so is an export to it", async function () {
    if (process.platform === "win32") this.skip();
    const first = await run("first");
    await begun();
    symlinkSync(FILE, path.join(folder, "link.agentlog.jsonl"));
    writeFileSync(path.join(folder, "other.jsonl"), '{"kind":"x","data":{}}\n');
    const refused = await (await run("second")).ended;
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, REFUSED);
    const linked = await (await run("second", "link.agentlog.jsonl")).ended;
    assert.equal(linked.code, 2);
    assert.match(linked.stderr, /link\.agentlog\.jsonl is being recorded by another run/);
    const registered = await start(["--import", register, "main.mjs", "third"], { AGENT_CONTEXT_RECORD: FILE });
    const third = await registered.ended;
    assert.deepEqual([third.code, third.stdout], [2, ""]);
    assert.match(third.stderr, REFUSED);
    const exported = await (await start([cli, "export", "other.jsonl", "-o", FILE])).ended;
    assert.equal(exported.code, 2);
    assert.match(exported.stderr, /is being recorded by a run; name another file\.\n$/);

    go();
    const { code, stdout, stderr } = await first.ended;
    assert.equal(code, 0, stderr);
    assert.deepEqual(agentsOf(stdout), ["first"]);
    assert.equal(linesOf(file).at(-1)?.["kind"], "run_ended");
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.includes(".lock")),
      [],
    );
    const again = await (await run("again")).ended;
    assert.deepEqual([again.code, agentsOf(again.stdout)], [0, ["again"]]);
  });

  it("is the one's that came first when they are started at once", async function () {
    if (process.platform === "win32") this.skip();
    const names = ["a", "b", "c", "d"];
    // A claim of a process that is gone, which all of them find.
    const { pid } = spawnSync(process.execPath, ["--version"]);
    writeFileSync(`${file}.lock`, JSON.stringify({ ...ownerHere(), pid, started: "" }));
    const runs = await Promise.all(names.map((name) => run(name)));
    const ended = (): number => runs.filter(({ child }) => child.exitCode !== null).length;
    await until(() => (ended() === names.length - 1 ? true : undefined));
    await begun();
    assert.equal(ended(), names.length - 1);
    go();
    const ends = await Promise.all(runs.map((each) => each.ended));
    assert.deepEqual(ends.map(({ code }) => code).sort(), [0, 2, 2, 2]);
    const at = ends.findIndex(({ code }) => code === 0);
    assert.deepEqual(agentsOf(ends[at]?.stdout ?? ""), [names[at]]);
    for (const { code, stderr } of ends) if (code !== 0) assert.match(stderr, REFUSED);
  });

  it("can be made once a command that was killed, and its script, are gone", async function () {
    if (process.platform === "win32") this.skip();
    const killed = await run("killed");
    const script = await begun();
    killed.child.kill("SIGKILL");
    await until(() => (killed.child.signalCode === null ? undefined : true));
    const refused = await (await run("second")).ended;
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, new RegExp(`another run \\(process ${script}\\)`));
    assert.ok(existsSync(`${file}.lock`));

    process.kill(script, "SIGKILL");
    await killed.ended;
    go();
    const racing = await Promise.all(["x", "y", "z"].map(async (name) => (await run(name)).ended));
    const winners = racing.filter(({ code }) => code === 0);
    for (const { code, stderr } of racing) {
      if (code !== 0) assert.deepEqual([code, REFUSED.test(stderr)], [2, true], stderr);
    }
    assert.ok(winners.length >= 1);
    const agents = linesOf(file).flatMap(({ kind, agent }) => (kind === "agent_started" ? [agent] : []));
    assert.equal(agents.length, 1);
    assert.ok(winners.some(({ stdout }) => agentsOf(stdout)[0] === agents[0]));
    for (const { stdout } of winners) assert.equal(agentsOf(stdout).length, 1);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.includes(".lock")),
      [],
    );
    assert.match(readFileSync(file, "utf8"), /"run_ended"/);
  });
});
