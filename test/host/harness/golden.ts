/** The golden files: what a transcript must be, in the repository; AGENT_CONTEXT_UPDATE_GOLDEN=1 writes them anew. */

import * as assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { repositoryDir } from "../../harness/paths";

const directory = path.join(repositoryDir, "test/fixtures/debug");

/** @throws when `text` is not what the file of that name holds. */
export function assertGolden(name: string, text: string): void {
  const file = path.join(directory, `${name}.txt`);
  if (process.env["AGENT_CONTEXT_UPDATE_GOLDEN"] === "1") {
    mkdirSync(directory, { recursive: true });
    writeFileSync(file, text);
    return;
  }
  assert.equal(text, readFileSync(file, "utf8"), `differs from test/fixtures/debug/${name}.txt`);
}
