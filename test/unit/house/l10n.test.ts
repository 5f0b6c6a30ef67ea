import { execFileSync } from "node:child_process";
import * as path from "node:path";
import { repositoryDir } from "../../harness/paths";

describe("l10n/bundle.l10n.json", () => {
  it("holds every string that the sources localise", () => {
    execFileSync(process.execPath, [path.join(repositoryDir, "scripts/l10n.mjs"), "--check"], { stdio: "pipe" });
  });
});
