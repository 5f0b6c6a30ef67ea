import * as assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import * as path from "node:path";
import { isStopped } from "../../src/runner/supervisor/terminal";
import { distDir } from "../harness/paths";
import { waitFor } from "../harness/waitFor";
import { agentContext } from "./agentContextCommand";
import { endAtOnce } from "./endAtOnce";
import { isRunning } from "./isRunning";
import { cleanUp, linesOf, newFolder, ScriptRun } from "./scriptRun";
import { endLater, endTerminals, Terminal } from "./terminal";

const cli = path.join(distDir, "runner/cli.cjs");
/** The terminal sends these by itself, or they are sent by whoever names the command's process. */
const OF_TERMINAL = ["SIGINT", "SIGQUIT", "SIGTSTP", "SIGWINCH"] as const;
const OTHERS = (
  [
    ...["SIGHUP", "SIGCONT", "SIGUSR1", "SIGABRT", "SIGALRM", "SIGVTALRM"],
    ...["SIGIO", "SIGPWR", "SIGSTKFLT", "SIGURG", "SIGXCPU"],
  ] as NodeJS.Signals[]
).filter((signal) => signal in constants.signals);

/**
 * Says in a file which signals it got, so that its standard streams are free: those that are its arguments, and SIGUSR2.
 * SIGTERM ends it.
 */
const LISTENER = `
  import { appendFileSync } from "node:fs";
  import { StateStore, AgentContext } from "agent-context";
  const agent = new AgentContext("agent_a", new StateStore());
  const say = (text) => appendFileSync("said", text + "\\n");
  const signals = process.argv.slice(2);
  for (const signal of [...signals, "SIGUSR2"]) process.on(signal, () => (agent.set("last", signal), say(signal)));
  process.on("SIGTERM", () => process.exit(0));
  say("up " + process.pid + " " + process.ppid);
  setInterval(() => {}, 1000);
`;

/** What such a script did, in its folder. */
class Said {
  constructor(readonly folder: string) {}

  get lines(): readonly string[] {
    const file = path.join(this.folder, "said");
    return existsSync(file) ? readFileSync(file, "utf8").split("\n").slice(0, -1) : [];
  }

  /** Of the script and of the command, once the script listens. */
  async pids(): Promise<{ readonly script: number; readonly command: number }> {
    const up = await this.line(/^up /);
    const [script = 0, command = 0] = up.split(" ").slice(1).map(Number);
    return { script: endLater(script), command: endLater(command) };
  }

  line(pattern: RegExp): Promise<string> {
    return waitFor(`${pattern} from the script`, () => this.lines.find((line) => pattern.test(line)));
  }

  /** Everything sent to the command before has reached the script by then, and the script is asked to end. */
  async end(command: number): Promise<void> {
    process.kill(command, "SIGUSR2");
    await this.line(/^SIGUSR2$/);
    process.kill(command, "SIGTERM");
  }

  get signals(): readonly string[] {
    return this.lines.filter((line) => line.startsWith("SIG") && line !== "SIGUSR2");
  }

  get recording(): readonly Record<string, unknown>[] {
    return linesOf(path.join(this.folder, "run.agentlog.jsonl"));
  }

  get runEnd(): unknown {
    const last = this.recording.at(-1);
    return last?.["kind"] === "run_ended" ? last["data"] : undefined;
  }
}

/** A shell with job control, as a person has it: each command is a job of its own. `RUN` in its script is the command. */
function shell(script: string, { main = LISTENER, args = [] as readonly string[], options = "" } = {}) {
  const folder = newFolder({ "main.mjs": main });
  const run = `"$NODE" "$CLI" run main.mjs --record run.agentlog.jsonl ${options} -- ${args.join(" ")}`;
  const env = { NODE: process.execPath, CLI: cli };
  const terminal = new Terminal(folder, "/bin/sh", ["-m", "-c", script.replace("RUN", run)], env);
  return { terminal, said: new Said(folder) };
}

/** The command in a session of its own: without a terminal. */
async function alone({ main = LISTENER, args = [] as readonly string[], options = [] as readonly string[] } = {}) {
  const run = await ScriptRun.start({
    files: { "main.mjs": main },
    withoutTerminal: true,
    command: (_, script) => {
      const ours = ["run", script, "--record", "run.agentlog.jsonl", ...options];
      return [process.execPath, cli, ...ours, "--", ...args];
    },
  });
  return { run, said: new Said(run.folder) };
}

/** Windows has no signals to speak of. */
(process.platform === "win32" ? describe.skip : describe)("signals", () => {
  afterEach(async () => {
    await endTerminals();
    await cleanUp();
  });

  describe("on a terminal", () => {
    for (const [key, signal] of [
      ["Ctrl+C", "SIGINT"],
      ["Ctrl+\\", "SIGQUIT"],
    ] as const) {
      it(`${key} reaches the script once`, async () => {
        const { terminal, said } = shell('RUN; echo "status $?"', { args: [signal] });
        const { command } = await said.pids();
        terminal.press(key);
        await said.line(new RegExp(signal));
        await said.end(command);
        await terminal.saw(/status 0\b/);
        assert.deepEqual(said.signals, [signal]);
        assert.deepEqual(said.runEnd, { code: 0, signal: null });
      });

      it(`${key} ends a script that does not handle it, and the command reports that`, async () => {
        const { terminal, said } = shell('RUN; echo "status $?"');
        await said.pids();
        terminal.press(key);
        await terminal.saw(new RegExp(`status ${128 + constants.signals[signal]}\\b`));
        assert.match(terminal.output, new RegExp(`main\\.mjs: ended by ${signal}`));
        assert.deepEqual(said.runEnd, { code: null, signal });
      });
    }

    it("the keys are the terminal's also where every stream is redirected", async () => {
      const { terminal, said } = shell('RUN </dev/null >out 2>err; echo "status $?"', { args: ["SIGINT"] });
      const { command } = await said.pids();
      terminal.press("Ctrl+C");
      await said.line(/SIGINT/);
      await said.end(command);
      await terminal.saw(/status 0\b/);
      assert.deepEqual(said.signals, ["SIGINT"]);
    });

    it("Ctrl+Z stops script and command, and fg continues both", async () => {
      const { terminal, said } = shell('RUN; echo "status $?"; read go; fg; echo "then $?"', { args: ["SIGCONT"] });
      const { script, command } = await said.pids();
      terminal.press("Ctrl+Z");
      await terminal.saw(new RegExp(`status ${128 + constants.signals.SIGTSTP}\\b`));
      assert.deepEqual([isStopped(script), isStopped(command)], [true, true]);
      terminal.type("\n");
      await said.line(/SIGCONT/);
      await said.end(command);
      await terminal.saw(/then 0\b/);
      assert.deepEqual(said.signals, ["SIGCONT"]);
    });

    it("a script that stops itself, as its own prompt does on Ctrl+Z, stops the command", async () => {
      const main = `${LISTENER} process.on("SIGUSR1", () => process.kill(process.pid, "SIGTSTP"));`;
      const { terminal, said } = shell('RUN; echo "status $?"; read go; fg; echo "then $?"', { main });
      const { script, command } = await said.pids();
      process.kill(script, "SIGUSR1");
      await terminal.saw(new RegExp(`status ${128 + constants.signals.SIGTSTP}\\b`));
      terminal.type("\n");
      await said.end(command);
      await terminal.saw(/then 0\b/);
    });

    it("a script that does not stop on Ctrl+Z keeps the command from stopping", async () => {
      const { terminal, said } = shell('RUN; echo "status $?"', { args: ["SIGTSTP"] });
      const { command } = await said.pids();
      terminal.press("Ctrl+Z");
      await said.line(/SIGTSTP/);
      await said.end(command);
      await terminal.saw(/status 0\b/);
      assert.deepEqual(said.signals, ["SIGTSTP"]);
    });

    it("every other signal to the command reaches the script once", async () => {
      const { terminal, said } = shell('RUN; echo "status $?"', { args: OTHERS });
      const { command } = await said.pids();
      for (const signal of OTHERS) {
        process.kill(command, signal);
        await said.line(new RegExp(`^${signal}$`));
      }
      await said.end(command);
      await terminal.saw(/status 0\b/);
      assert.deepEqual(said.signals, OTHERS);
    });

    it("a job in the background, which no key reaches, is handed every signal on", async () => {
      const { terminal, said } = shell('RUN & wait $!; echo "status $?"', { args: ["SIGINT", "SIGQUIT"] });
      const { command } = await said.pids();
      for (const signal of ["SIGINT", "SIGQUIT"] as const) {
        process.kill(command, signal);
        await said.line(new RegExp(`^${signal}$`));
      }
      await said.end(command);
      await terminal.saw(/status 0\b/);
      assert.deepEqual(said.signals, ["SIGINT", "SIGQUIT"]);
    });

    it("a script outlives a command that is killed, and its recording ends as detached", async () => {
      const { terminal, said } = shell('RUN; echo "status $?"; read go', { args: ["SIGUSR1"] });
      const { script, command } = await said.pids();
      process.kill(command, "SIGKILL");
      await terminal.saw(/status 137\b/);
      await waitFor("the recording's end", () => said.runEnd !== undefined);
      assert.deepEqual(said.runEnd, { code: null, signal: null, detached: true });
      await terminal.saw(/The command that records this run was killed/);
      const lines = said.recording.length;
      process.kill(script, "SIGUSR1");
      await said.line(/SIGUSR1/);
      process.kill(script, "SIGTERM");
      await waitFor("the script's end", () => !isRunning(script));
      assert.equal(said.recording.length, lines);
      const recording = path.join(said.folder, "run.agentlog.jsonl");
      const { stderr, stdout } = await agentContext({}, "show", recording);
      assert.match(stdout + stderr, /main\.mjs: detached/);
      const checked = await agentContext({}, "check", recording, "--assert", "no-conflicts");
      assert.equal(checked.code, 4, checked.stdout);
    });
  });

  describe("without a terminal", () => {
    it("every signal to the command reaches the script once", async () => {
      const all = [...OF_TERMINAL, ...OTHERS];
      const { run, said } = await alone({ args: all });
      const { command } = await said.pids();
      for (const signal of all) {
        process.kill(command, signal);
        await said.line(new RegExp(`^${signal}$`));
      }
      await said.end(command);
      assert.equal((await run.ended).code, 0);
      assert.deepEqual(said.signals, all);
      assert.deepEqual(said.runEnd, { code: 0, signal: null });
    });

    for (const signal of ["SIGQUIT", "SIGUSR2", "SIGHUP"] as const) {
      it(`${signal} ends a script that does not handle it, and the command reports that`, async () => {
        const main = LISTENER.replace(', "SIGUSR2"]', "]");
        const { run, said } = await alone({ main });
        const { command } = await said.pids();
        process.kill(command, signal);
        const end = await run.ended;
        assert.equal(end.code, 128 + constants.signals[signal]);
        assert.match(end.stderr, new RegExp(`main\\.mjs: ended by ${signal}`));
        assert.deepEqual(said.runEnd, { code: null, signal });
      });
    }

    it("SIGCONT to the command continues a script that SIGTSTP to it has stopped", async () => {
      const { run, said } = await alone({ args: ["SIGCONT"] });
      const { script, command } = await said.pids();
      // In a session without a terminal, SIGTSTP stops nobody.
      process.kill(script, "SIGSTOP");
      await waitFor("the script to stop", () => isStopped(script));
      process.kill(command, "SIGCONT");
      await said.line(/SIGCONT/);
      await said.end(command);
      assert.equal((await run.ended).code, 0);
      assert.deepEqual(said.signals, ["SIGCONT"]);
    });
  });

  describe("Stop", () => {
    /** Takes longer than a wrapper is used to wait. */
    const SLOW = `${LISTENER} process.removeAllListeners("SIGTERM");
      process.on("SIGTERM", () => { say("asked"); setTimeout(() => process.exit(0), 2_500); });`;
    const STUBBORN = `${LISTENER} process.removeAllListeners("SIGTERM"); process.on("SIGTERM", () => say("asked"));`;
    /** With two processes of its own: one is a child without its environment, the other was left by its parent. */
    const WITH_TREE = `
      import { spawn } from "node:child_process";
      const idle = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)";
      const own = { detached: true, stdio: "ignore" };
      const child = spawn(process.execPath, ["-e", idle], { ...own, env: {} });
      const left = spawn(process.execPath, ["-e",
        "const c = require('child_process').spawn(process.execPath, ['-e', process.argv[1]], { detached: true, stdio: 'ignore' });" +
        "console.log(c.pid); c.unref()", idle], { stdio: ["ignore", "pipe", "ignore"] });
      let text = "";
      left.stdout.on("data", (data) => text += data);
      left.on("close", () => say("tree " + child.pid + " " + Number(text)));
      child.unref();
    `;
    const treeOf = async (said: Said): Promise<readonly number[]> =>
      (await said.line(/^tree /)).split(" ").slice(1).map(Number).map(endLater);

    it("gives a script its time to clean up", async () => {
      const { terminal, said } = shell('RUN; echo "status $?"', { main: SLOW });
      const { command } = await said.pids();
      process.kill(command, "SIGTERM");
      await terminal.saw(/status 0\b/);
      assert.deepEqual(said.runEnd, { code: 0, signal: null });
    });

    it("kills a script that is not done after the grace period, with all that it started", async () => {
      const main = STUBBORN + WITH_TREE;
      const { terminal, said } = shell('RUN; echo "status $?"', { main, options: "--stop-grace 0.3" });
      const { command } = await said.pids();
      const tree = await treeOf(said);
      process.kill(command, "SIGTERM");
      await terminal.saw(/status 137\b/);
      assert.deepEqual(said.runEnd, { code: null, signal: "SIGKILL" });
      // Who was left by its parent is known by its environment, which only Linux shows.
      for (const pid of process.platform === "linux" ? tree : tree.slice(0, 1)) assert.ok(!isRunning(pid), `${pid}`);
    });

    it("kills it at once when it is asked for a second time", async () => {
      const { run, said } = await alone({ main: STUBBORN, options: ["--stop-grace", "600"] });
      const { script, command } = await said.pids();
      process.kill(command, "SIGTERM");
      await said.line(/asked/);
      await endAtOnce(command, script);
      assert.equal((await run.ended).code, 137);
    });

    it("counts a signal that is sent to the command and to its whole group as one", async () => {
      const { run, said } = await alone({ main: SLOW });
      const { command } = await said.pids();
      process.kill(command, "SIGTERM");
      process.kill(command, "SIGTERM");
      assert.equal((await run.ended).code, 0);
      assert.deepEqual(said.runEnd, { code: 0, signal: null });
    });

    it("ends what a script leaves that ends as it is asked to", async () => {
      const { run, said } = await alone({ main: LISTENER + WITH_TREE });
      const { command } = await said.pids();
      const tree = await treeOf(said);
      process.kill(command, "SIGTERM");
      assert.equal((await run.ended).code, 0);
      for (const pid of process.platform === "linux" ? tree : tree.slice(0, 1)) assert.ok(!isRunning(pid), `${pid}`);
    });

    it("is not what happens when a script ends by itself: what it left on purpose stays", async () => {
      const main = `${LISTENER} ${WITH_TREE} left.on("close", () => process.exit(0));`;
      const { run, said } = await alone({ main });
      const tree = await treeOf(said);
      assert.equal((await run.ended).code, 0);
      for (const pid of tree) assert.ok(isRunning(pid), `${pid}`);
    });

    it("is what the editor means when it closes a terminal by SIGHUP", async () => {
      const main = `${LISTENER} process.on("SIGHUP", () => say("hung up"));`;
      const run = await ScriptRun.start({ files: { "main.mjs": main }, spec: { stopGraceMs: 300 } });
      const said = new Said(run.folder);
      const { command } = await said.pids();
      process.kill(command, "SIGHUP");
      assert.equal((await run.ended).code, 137);
      assert.deepEqual(said.lines.slice(1), ["hung up"]);
    });
  });
});
