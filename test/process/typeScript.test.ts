import * as assert from "node:assert/strict";
import { mkdirSync, symlinkSync } from "node:fs";
import * as path from "node:path";
import { isLong } from "../harness/long";
import { repositoryDir } from "../harness/paths";
import { nodesWithBothLoaders, thisNode } from "./nodes";
import { cleanUp, runToEnd } from "./scriptRun";
import { PROBES } from "./typeScriptProbes";

for (const node of isLong ? nodesWithBothLoaders() : [thisNode]) {
  describe(`TypeScript as tsx runs it, on ${node.name}`, () => {
    afterEach(cleanUp);

    it("has a table that is worth it", () => assert.ok(PROBES.length >= 40, String(PROBES.length)));

    for (const { name, files, prints, needs = [] } of PROBES) {
      it(name, async () => {
        const { code, stdout, stderr } = await runToEnd({
          ...{ files, node },
          prepare(folder) {
            for (const each of needs) {
              mkdirSync(path.join(folder, "node_modules"), { recursive: true });
              symlinkSync(
                path.join(repositoryDir, "node_modules", each),
                path.join(folder, "node_modules", each),
                "junction",
              );
            }
          },
        });
        assert.equal(stdout.trim(), prints, stderr);
        assert.equal(code, 0, stderr);
      });
      if (needs.length === 0) continue;
      it(`${name}: one sentence says what is needed`, async () => {
        const { code, stderr } = await runToEnd({ files, node });
        assert.equal(code, 1, stderr);
        assert.match(stderr, /(is|are) not supported without "tsx", "esbuild" or "typescript" in the project\./);
      });
    }
  });
}
