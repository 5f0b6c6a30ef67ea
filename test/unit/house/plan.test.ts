import * as assert from "node:assert/strict";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { amountOf, setUp, type Part } from "../../../scripts/plan.mjs";
import { repositoryDir } from "../../harness/paths";

describe("the set-up as a person sees it", () => {
  const lines: string[] = [];
  const { log } = console;
  beforeEach(() => {
    lines.length = 0;
    console.log = (line: string) => lines.push(line);
  });
  afterEach(() => (console.log = log));

  function part(title: string, megabytes: number, minutes: number, ready = false) {
    return {
      ...{ title, megabytes, minutes },
      isReady: () => ready,
      setUp: async () => {
        ready = true;
      },
    };
  }

  it("says how much and how long the first time takes, all of it before anything is done, and what is left", async () => {
    const [one, two, three] = [part("one", 370, 1), part("two", 800, 3), part("three", 5, 0.2, true)];
    await setUp([one], "build", [two, three]);
    await setUp([two, three], "build");
    const text = lines.map((line) => line.replace(/\d+ s/, "N s")).join("\n");
    assert.equal(
      text,
      [
        "Set-up, done once: about 1.2 GB on disk, about 4 minutes.",
        "  to do  one, about 370 MB on disk, about a minute",
        "  to do  two, about 800 MB on disk, about 3 minutes",
        "  ready  three",
        "Then: build. Times are those of a usual machine and connection; from the next time on, nothing of this is done.",
        "- one …",
        "  done in N s; left: two, about 3 minutes",
        "- two …",
        "  done in N s",
      ].join("\n"),
    );
  });

  it("says nothing where nothing is missing", async () => {
    await setUp([part("there", 1, 1, true)], "build", [part("there, too", 1, 1, true)]);
    assert.deepEqual(lines, []);
  });

  it("tells small times as such", () => {
    assert.equal(amountOf([part("x", 180, 0.5)]), "about 180 MB on disk, less than a minute");
  });

  it("is told of every part how much and how long it is", async () => {
    // Not bundled: these scripts find the repository by where they lie.
    const script = (name: string): Promise<unknown> =>
      import(pathToFileURL(path.join(repositoryDir, "scripts", name)).href);
    const { compilerOf } = (await script("compilers.mjs")) as { compilerOf: (major: number) => Part };
    const { nodeOf, MAJORS } = (await script("nodes.mjs")) as { nodeOf: (major: number) => Part; MAJORS: number[] };
    assert.ok(MAJORS.length >= 4, MAJORS.join());
    for (const part of [compilerOf(5), compilerOf(7), ...MAJORS.map(nodeOf)]) {
      assert.match(amountOf([part]), /^about \d+ MB on disk, (less than|about) a minute$/, part.title);
    }
  });
});
