/**
 * Owns how a suite runs under mocha and the result file that proves it ran to its end. It must not know where it runs:
 * plain Node and the extension host use it alike.
 */

import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";

/** What a suite leaves behind; counts are summed from these, for an exit code alone proves nothing. */
export interface SuiteResult {
  readonly suite: string;
  readonly tests: number;
  readonly passes: number;
  readonly failures: number;
  readonly pending: number;
  readonly durationMs: number;
  readonly failed: readonly { readonly title: string; readonly message: string }[];
}

export interface MochaRun {
  readonly suite: string;
  readonly files: readonly string[];
  readonly resultFile: string;
  readonly timeoutMs: number;
  /** Runs the tests whose full title matches only; for trials by hand. */
  readonly grep?: string | undefined;
  /** Where the report goes, as `console.log` takes it; the console unless said. */
  readonly print?: (...args: unknown[]) => void;
}

/** Runs the suite; resolves with the number of failures after the result file is written. */
export async function runMocha({ suite, files, resultFile, timeoutMs, grep, print }: MochaRun): Promise<number> {
  const { default: Mocha } = await import("mocha");
  if (print !== undefined) {
    Mocha.reporters.Base.consoleLog = print;
  }
  const mocha = new Mocha({
    ui: "bdd",
    reporter: "spec",
    color: false,
    timeout: timeoutMs,
    slow: timeoutMs,
    retries: 0,
    forbidOnly: true,
    forbidPending: true,
    ...(grep === undefined ? {} : { grep }),
  });
  for (const file of files) {
    mocha.addFile(file);
  }
  const failed: { title: string; message: string }[] = [];
  return new Promise((resolve) => {
    const runner = mocha.run((failures) => {
      const { tests = 0, passes = 0, pending = 0, duration = 0 } = runner.stats ?? {};
      const result: SuiteResult = { suite, tests, passes, failures, pending, durationMs: duration, failed };
      mkdirSync(path.dirname(resultFile), { recursive: true });
      writeFileSync(resultFile, JSON.stringify(result, null, 2) + "\n");
      resolve(failures);
    });
    runner.on("fail", (test, error: unknown) => {
      failed.push({
        title: test.fullTitle(),
        message: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    });
  });
}
