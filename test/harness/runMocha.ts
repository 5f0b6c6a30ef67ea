/**
 * How a suite runs under mocha and the result file that proves it ran to its end. It must not know where it runs:
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
  readonly failed: readonly Failure[];
  /** Tests that failed once and passed when they were tried again, with what was wrong the first time. */
  readonly secondTries: readonly Failure[];
  /** Of every test, the longest first. */
  readonly durations: readonly { readonly title: string; readonly durationMs: number }[];
}

export interface Failure {
  readonly title: string;
  readonly message: string;
}

export interface MochaRun {
  readonly suite: string;
  readonly files: readonly string[];
  readonly resultFile: string;
  readonly timeoutMs: number;
  /** How often a test that failed is tried again; never unless said. Every such try is in the result. */
  readonly retries?: number;
  /** Runs the tests whose full title matches only; for trials by hand. */
  readonly grep?: string | undefined;
  /** Where the report goes, as `console.log` takes it; the console unless said. */
  readonly print?: (...args: unknown[]) => void;
}

/** Runs the suite; resolves with the number of failures after the result file is written. */
export async function runMocha({
  suite,
  files,
  resultFile,
  timeoutMs,
  retries = 0,
  grep,
  print,
}: MochaRun): Promise<number> {
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
    retries,
    forbidOnly: true,
    forbidPending: true,
    ...(grep === undefined ? {} : { grep }),
  });
  for (const file of files) {
    mocha.addFile(file);
  }
  const failed: Failure[] = [];
  const retried = new Map<string, Failure>();
  const durations: { title: string; durationMs: number }[] = [];
  return new Promise((resolve) => {
    const runner = mocha.run((failures) => {
      const { tests = 0, passes = 0, pending = 0, duration = 0 } = runner.stats ?? {};
      const result: SuiteResult = {
        suite,
        tests,
        passes,
        failures,
        pending,
        durationMs: duration,
        failed,
        secondTries: [...retried.values()].filter(({ title }) => !failed.some((failure) => failure.title === title)),
        durations: durations.sort((a, b) => b.durationMs - a.durationMs),
      };
      mkdirSync(path.dirname(resultFile), { recursive: true });
      writeFileSync(resultFile, JSON.stringify(result, null, 2) + "\n");
      resolve(failures);
    });
    const failureOf = (test: Mocha.Runnable, error: unknown): Failure => ({
      title: test.fullTitle(),
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
    runner.on("fail", (test, error: unknown) => failed.push(failureOf(test, error)));
    runner.on("retry", (test, error: unknown) => {
      const failure = failureOf(test, error);
      retried.set(failure.title, failure);
      (print ?? console.log)(`    tried again: ${failure.title}\n${failure.message}`);
    });
    runner.on("test end", (test) => {
      durations.push({ title: test.fullTitle(), durationMs: test.duration ?? 0 });
    });
  });
}
