/** What is kept of a failed test: screenshots, the hosts' logs, the page's console, the recordings of its runs. */

import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import type { Page } from "playwright-core";
import { resultsDir } from "../../harness/paths";

export interface EvidenceSource {
  readonly page: Page;
  readonly profileDir: string;
  readonly consoleLines: readonly string[];
}

/** Keeps the evidence under test/results/failures/, in a folder named after the test. Never throws: the failure counts. */
export async function keepEvidence(title: string, { page, profileDir, consoleLines }: EvidenceSource): Promise<string> {
  const dir = path.join(resultsDir, "failures", title.replace(/[^\w-]+/g, "-").slice(0, 100));
  mkdirSync(dir, { recursive: true });
  const keep = async (what: string, action: () => unknown): Promise<void> => {
    try {
      await action();
    } catch (error) {
      writeFileSync(path.join(dir, `${what}.missing.txt`), String(error));
    }
  };
  await keep("screenshot", () => page.screenshot({ path: path.join(dir, "screenshot.png"), timeout: 10_000 }));
  await keep("console", () => writeFileSync(path.join(dir, "console.log"), consoleLines.join("\n") + "\n"));
  await keep("server", () => cpSync(path.join(profileDir, "server.log"), path.join(dir, "server.log")));
  const userDataDir = path.join(profileDir, "user");
  await keep("logs", () => {
    const logs = path.join(userDataDir, "logs");
    if (existsSync(logs)) {
      cpSync(logs, path.join(dir, "logs"), { recursive: true });
    }
  });
  // A recording holds every event that went over the wire, in its order; transcripts lie beside it.
  await keep("recordings", () => {
    for (const file of readdirSync(userDataDir, { recursive: true, encoding: "utf8" })) {
      if (/\.(agentlog|transcript)\.jsonl$/.test(file)) {
        cpSync(path.join(userDataDir, file), path.join(dir, file.replaceAll(path.sep, "_")));
      }
    }
  });
  return dir;
}
