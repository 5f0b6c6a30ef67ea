import * as assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import * as ts from "typescript";
import { repositoryDir } from "../../harness/paths";

/** Every file that each file of a folder imports, those of which it takes types alone included; by relative path. */
function importsIn(folder: string): Map<string, string[]> {
  const files = readdirSync(path.join(repositoryDir, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => path.posix.join(folder, name.replaceAll(path.sep, "/")));
  return new Map(
    files.map((file) => {
      const { importedFiles } = ts.preProcessFile(readFileSync(path.join(repositoryDir, file), "utf8"));
      const targets = importedFiles
        .filter(({ fileName }) => fileName.startsWith("."))
        .map(({ fileName }) => `${path.posix.join(path.posix.dirname(file), fileName)}.ts`)
        .filter((target) => existsSync(path.join(repositoryDir, target)));
      return [file, targets];
    }),
  );
}

/** @returns the files of the first circle that is met, in order, or none. */
function circleIn(imports: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const done = new Set<string>();
  const visit = (file: string, way: readonly string[]): readonly string[] => {
    const at = way.indexOf(file);
    if (at !== -1) return way.slice(at);
    if (done.has(file)) return [];
    for (const target of imports.get(file) ?? []) {
      const circle = visit(target, [...way, file]);
      if (circle.length > 0) return circle;
    }
    done.add(file);
    return [];
  };
  for (const file of imports.keys()) {
    const circle = visit(file, []);
    if (circle.length > 0) return circle;
  }
  return [];
}

describe("circles of files", () => {
  it("are found", () => {
    const imports = new Map([
      ["a", ["b"]],
      ["b", ["c"]],
      ["c", ["d", "b"]],
    ]);
    assert.deepEqual(circleIn(imports), ["b", "c"]);
  });

  for (const [folder, least] of [
    ["src", 50],
    ["webview", 50],
    ["contributions", 10],
  ] as const) {
    it(`are nowhere in ${folder}, not by types either`, () => {
      const imports = importsIn(folder);
      assert.ok(imports.size > least, `${imports.size} files`);
      assert.ok([...imports.values()].some((targets) => targets.length > 0));
      assert.deepEqual(circleIn(imports), []);
    });
  }
});
