import * as assert from "node:assert/strict";
import * as path from "node:path";
import { handOnPreload } from "../../../src/cli/handOnPreload";
import { readRegisterOptions } from "../../../src/cli/registerOptions";

describe("what agent-context/register is told by the environment", () => {
  it("is the command's defaults when there is nothing of it, and nobody else's variables matter", () => {
    assert.deepEqual(readRegisterOptions({ PATH: "x", AGENT_CONTEXT_LAUNCH: "", AGENT_CONTEXT_MINE: "1" }), {
      record: undefined,
      redact: { keys: [], values: [], commonSecrets: true },
      quiet: false,
    });
  });

  it("is the command's options", () => {
    const env = {
      AGENT_CONTEXT_RECORD: "a.agentlog.jsonl",
      AGENT_CONTEXT_REDACT_KEY: "^api|token",
      AGENT_CONTEXT_REDACT_VALUE: "\\d{4}",
      AGENT_CONTEXT_REDACT_COMMON: "0",
      AGENT_CONTEXT_QUIET: "1",
    };
    assert.deepEqual(readRegisterOptions(env), {
      record: path.resolve("a.agentlog.jsonl"),
      redact: { keys: ["^api|token"], values: ["\\d{4}"], commonSecrets: false },
      quiet: true,
    });
  });

  for (const [name, value, message] of [
    [
      "AGENT_CONTEXT_RECORD",
      "log.txt",
      'AGENT_CONTEXT_RECORD: the name of a recording ends in .agentlog.jsonl; "log.txt" does not.',
    ],
    ["AGENT_CONTEXT_REDACT_KEY", "(", 'AGENT_CONTEXT_REDACT_KEY: "(" is no regular expression: Unterminated group.'],
    ["AGENT_CONTEXT_REDACT_VALUE", "", 'AGENT_CONTEXT_REDACT_VALUE: "" is no regular expression: it is empty.'],
    ["AGENT_CONTEXT_REDACT_COMMON", "false", 'AGENT_CONTEXT_REDACT_COMMON is 0 or 1; "false" is neither.'],
    [
      "AGENT_CONTEXT_REDACT_KEYS",
      "x",
      "There is no variable AGENT_CONTEXT_REDACT_KEYS. Did you mean AGENT_CONTEXT_REDACT_KEY?",
    ],
    [
      "AGENT_CONTEXT_RECORD_INTO_FOLDER",
      "x",
      "There is no variable AGENT_CONTEXT_RECORD_INTO_FOLDER. There are AGENT_CONTEXT_RECORD, AGENT_CONTEXT_REDACT_KEY, " +
        "AGENT_CONTEXT_REDACT_VALUE, AGENT_CONTEXT_REDACT_COMMON, AGENT_CONTEXT_QUIET.",
    ],
  ] as const) {
    it(`names the variable that is wrong: ${name}=${value}`, () => {
      assert.throws(() => readRegisterOptions({ [name]: value }), { message });
    });
  }
});

describe("handing on the preload", () => {
  const { execArgv } = process;
  const before = process.env["NODE_OPTIONS"];
  afterEach(() => {
    process.execArgv = execArgv;
    if (before === undefined) delete process.env["NODE_OPTIONS"];
    else process.env["NODE_OPTIONS"] = before;
  });

  it("replaces the specifier wherever Node's options name it, and nothing else", () => {
    const preload = "file:///a%20b/$1/preload.mjs";
    process.execArgv = ["--import", "agent-context/register", "--import=agent-context/register", "--import", "other"];
    process.env["NODE_OPTIONS"] =
      '--no-warnings --import  "agent-context/register" --import=agent-context/register-too';
    handOnPreload(preload);
    assert.deepEqual(process.execArgv, ["--import", preload, `--import=${preload}`, "--import", "other"]);
    const options = `--no-warnings --import  ${preload} --import=agent-context/register-too`;
    assert.equal(process.env["NODE_OPTIONS"], options);
  });
});
