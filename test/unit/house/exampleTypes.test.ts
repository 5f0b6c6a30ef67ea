import { execFileSync } from "node:child_process";
import * as path from "node:path";
import { repositoryDir } from "../../harness/paths";

const run = (...args: string[]): Buffer => execFileSync(process.execPath, args, { cwd: repositoryDir, stdio: "pipe" });

describe("examples/", () => {
  it("hold the runtime's own types", () => {
    run(path.join("scripts", "exampleTypes.mjs"), "--check");
  });

  it("type-check with tsc", () => {
    run(path.join("node_modules", "typescript", "bin", "tsc"), "-p", "examples");
  });
});
