import * as assert from "node:assert/strict";
import { mkdirSync, symlinkSync } from "node:fs";
import * as path from "node:path";
import { isLong, itWhenLong } from "../harness/long";
import { repositoryDir } from "../harness/paths";
import { nodesWithBothLoaders, thisNode } from "./nodes";
import { cleanUp, runToEnd } from "./scriptRun";
import { PROBES, type Probe } from "./typeScriptProbes";

/** Links the packages that a probe needs, as an install would have put them into its folder. */
function install({ needs = [] }: Probe, folder: string): void {
  for (const each of needs) {
    mkdirSync(path.join(folder, "node_modules"), { recursive: true });
    symlinkSync(path.join(repositoryDir, "node_modules", each), path.join(folder, "node_modules", each), "junction");
  }
}

/** Those that need not be the script itself. */
const IMPORTED = PROBES.filter(({ asScript }) => asScript !== true);
/** Imports one after another, each as if it were alone, and says where the output of each begins. */
const IMPORT_ALL = `
for (const [number, file] of ${JSON.stringify(IMPORTED.map(({ files }) => Object.keys(files)[0]))}.entries()) {
  delete globalThis.loaded;
  console.log("=== " + number);
  await import("./" + number + "/" + file).catch((error) => console.log(error.message));
  await new Promise(setImmediate);
}`;

for (const node of isLong ? nodesWithBothLoaders() : [thisNode]) {
  describe(`TypeScript as tsx runs it, on ${node.name}`, () => {
    afterEach(cleanUp);

    it("has a table that is worth it", () => assert.ok(PROBES.length >= 40, String(PROBES.length)));

    it("imports all that need not be the script itself, in one process", async () => {
      const files = IMPORTED.flatMap((probe, number) =>
        Object.entries(probe.files).map(([name, text]) => [`${number}/${name}`, text] as const),
      );
      const { stdout, stderr } = await runToEnd({
        files: { "all.mjs": IMPORT_ALL, ...Object.fromEntries(files) },
        node,
        prepare: (folder) => IMPORTED.forEach((probe, number) => install(probe, path.join(folder, String(number)))),
      });
      const [, ...outputs] = stdout.split(/^=== \d+$/m);
      const printed = IMPORTED.map(({ name }, number) => [name, outputs[number]?.trim()]);
      assert.deepEqual(
        printed,
        IMPORTED.map(({ name, prints }) => [name, prints]),
        stderr,
      );
    });

    for (const probe of PROBES) {
      const { name, files, prints, needs = [], asScript } = probe;
      (asScript === true ? it : itWhenLong)(name, async () => {
        const prepare = (folder: string): void => install(probe, folder);
        const { code, stdout, stderr } = await runToEnd({ files, node, prepare });
        assert.equal(stdout.trim(), prints, stderr);
        assert.equal(code, 0, stderr);
      });
      if (needs.length === 0) continue;
      itWhenLong(`${name}: one sentence says what is needed`, async () => {
        const { code, stderr } = await runToEnd({ files, node });
        assert.equal(code, 1, stderr);
        assert.match(stderr, /(is|are) not supported without "tsx", "esbuild" or "typescript" in the project\./);
      });
    }
  });
}
