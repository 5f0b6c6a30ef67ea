import * as assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { repositoryDir } from "../../harness/paths";

/** Where a sign stands for what it means; everywhere else it would mean a second thing. */
const MEANINGS = {
  // A box is ticked.
  check: ["webview/preview/ticks.ts", "webview/orders/agentList.ts"],
  // A run ended well.
  pass: ["src/host/runs/runIcon.ts", "webview/recording/header.ts"],
};

describe("signs with one meaning", () => {
  const sources = ["src", "webview"].flatMap((folder) =>
    readdirSync(path.join(repositoryDir, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.startsWith("cli"))
      .map((name) => path.posix.join(folder, name.replaceAll(path.sep, "/"))),
  );
  const text = (file: string): string => readFileSync(path.join(repositoryDir, file), "utf8");

  for (const [sign, places] of Object.entries(MEANINGS)) {
    it(`${sign}, and its variants`, () => {
      const drawn = new RegExp(`["$(-]${sign}(?:-[a-z]+)?(?:["')]| codicon)`);
      const found = sources.filter((file) => drawn.test(text(file))).sort();
      assert.deepEqual(found, [...places].sort());
      assert.doesNotMatch(text("package.json"), new RegExp(`"\\$\\(${sign}(-[a-z]+)?\\)"`));
      assert.ok(places.every((file) => sources.includes(file)));
    });
  }
});
