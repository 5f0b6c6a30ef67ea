import * as assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { tally } from "../../../scripts/tally.mjs";
import type { SuiteResult } from "../../harness/runMocha";
import { repositoryDir } from "../../harness/paths";

describe("the sum of the suites", () => {
  const good = { tests: 3, passes: 3, failures: 0, pending: 0, failed: [] };

  it("takes a good result as it is", () => {
    assert.deepEqual(tally({ result: good, problem: undefined, minimum: 3 }), {
      passed: 3,
      failed: 0,
      problems: [],
      notes: [],
    });
  });

  for (const [what, outcome, problem] of [
    [
      "a missing result",
      { result: undefined, problem: "ended by SIGKILL", minimum: 3 },
      /did not run to its end.*SIGKILL/,
    ],
    ["no tests", { result: { ...good, tests: 0, passes: 0 }, problem: undefined, minimum: 0 }, /0 tests ran/],
    ["fewer tests than the minimum", { result: good, problem: undefined, minimum: 4 }, /3 tests ran.*asks for 4/],
    ["a skipped test", { result: { ...good, pending: 1 }, problem: undefined, minimum: 3 }, /1 tests were skipped/],
    ["a bad end after good tests", { result: good, problem: "exit code 9", minimum: 3 }, /exit code 9/],
  ] as const) {
    it(`fails on ${what}`, () => {
      const { failed, problems } = tally(outcome);
      assert.equal(failed, 1);
      assert.match(problems.join("\n"), problem);
    });
  }

  it("counts failed tests once, by name, with what was wrong", () => {
    const message = "Error: no button\n+ 1\n\n- 2\n    at click (x.ts:1:1)";
    const result = { ...good, passes: 2, failures: 1, failed: [{ title: "a view opens", message }] };
    assert.deepEqual(tally({ result, problem: "exit code 1", minimum: 3 }), {
      passed: 2,
      failed: 1,
      problems: ["failed: a view opens\n    Error: no button\n    + 1\n    - 2"],
      notes: [],
    });
  });

  it("says which tests passed only when they were tried again", () => {
    const result = { ...good, secondTries: [{ title: "a view opens" }] };
    const { failed, notes } = tally({ result, problem: undefined, minimum: 3 });
    assert.equal(failed, 0);
    assert.deepEqual(notes, ["passed on a second try only: a view opens"]);
  });
});

describe("a suite", () => {
  /** Runs one test file, of this text, as a suite of its own. */
  async function runAsSuite(text: string, retries = "0"): Promise<{ code: number; result: SuiteResult | undefined }> {
    const dir = mkdtempSync(path.join(repositoryDir, "out/suite-"));
    const file = path.join(dir, "sample.test.cjs");
    const name = path.basename(dir);
    const resultFile = path.join(repositoryDir, "test/results", `${name}.json`);
    writeFileSync(file, text);
    try {
      const suite = path.join(repositoryDir, "out/test/harness/suite.cjs");
      const env = { ...process.env };
      delete env["AGENT_CONTEXT_TEST_GREP"];
      const code = await promisify(execFile)(process.execPath, [suite, name, "5000", retries, file], { env }).then(
        () => 0,
        (error: { code: number }) => error.code,
      );
      const result = existsSync(resultFile) ? (JSON.parse(readFileSync(resultFile, "utf8")) as SuiteResult) : undefined;
      return { code, result };
    } finally {
      rmSync(dir, { recursive: true });
      rmSync(resultFile, { force: true });
    }
  }

  it("leaves its counts behind", async () => {
    const { code, result } = await runAsSuite('it("a", () => {}); it("b", () => { throw new Error("no"); });');
    assert.equal(code, 1);
    assert.deepEqual([result?.tests, result?.passes, result?.failures], [2, 1, 1]);
    assert.equal(result?.failed[0]?.title, "b");
  });

  it("tries a test again where it may, and tells that it did", async () => {
    const { code, result } = await runAsSuite(
      'let tries = 0; it("a", () => { if (++tries === 1) throw new Error("lost"); }); it("b", () => { throw new Error("no"); });',
      "1",
    );
    assert.equal(code, 1);
    assert.deepEqual([result?.passes, result?.failures], [1, 1]);
    assert.deepEqual(
      result?.secondTries.map(({ title, message }) => [title, message.includes("lost")]),
      [["a", true]],
    );
  });

  it("fails where a test is marked as the only one", async () => {
    const { code, result } = await runAsSuite('it.only("a", () => {}); it("b", () => {});');
    assert.equal(code, 1);
    assert.ok(result === undefined || result.failures > 0);
  });

  it("fails where a test is skipped", async () => {
    const { code, result } = await runAsSuite('it.skip("a", () => {}); it("b", () => {});');
    assert.equal(code, 1);
    assert.equal(result?.failures, 1);
  });
});
