import * as assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { ALL_OPS, bringsWord, EVENT_KINDS, Op } from "../../../src/core/eventKinds";
import { KIND_LINES, KINDS_BY_WORD } from "../../../src/recording/kindLines";
import { KIND_TEXTS } from "../../../src/model/text/kindTexts";
import { repositoryDir } from "../../harness/paths";

/** What an event does to a state, and to findings, and the encoder of the frequent ones. */
const MAY_SWITCH = ["src/core/logState.ts", "src/model/findings/findingsFold.ts", "src/recording/rowEncoder.ts"];
/** Where the numbers of a row are known by their places: descriptors, folds, the encoder, and columns that copy whole rows. */
const MAY_NAME_PLACES = [
  ...MAY_SWITCH,
  "src/core/eventKinds.ts",
  "src/core/logRow.ts",
  "src/model/compare/eventMeaning.ts",
  "src/model/storage/eventColumns.ts",
  "src/recording/kindLines.ts",
  "src/recording/recordingBatch.ts",
  "src/runtime/eventLog.ts",
];

/** Kinds whose lines the encoder writes itself. */
const FREQUENT: readonly Op[] = [Op.Write, Op.Delete, Op.MergeWrite, Op.MergeDelete, Op.Read, Op.KeysRead];

const text = (file: string): string => readFileSync(path.join(repositoryDir, file), "utf8");

/** Without comments, which may speak of places. */
function code(file: string): string {
  return text(file)
    .replace(/\/\*[^]*?\*\//g, "")
    .replace(/\/\/.*$/gm, "");
}

describe("event kinds", () => {
  const sources = ["src", "webview"].flatMap((folder) =>
    readdirSync(path.join(repositoryDir, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => path.posix.join(folder, name.replaceAll(path.sep, "/"))),
  );
  const [, names = ""] = /export const enum Op \{([^]*?)^\}/m.exec(code("src/core/eventKinds.ts")) ?? [];
  const kinds = Array.from(names.matchAll(/\b[A-Z]\w+/g), ([name]) => name);
  const found = (what: RegExp): string[] => sources.filter((file) => what.test(code(file))).sort();

  it("have a descriptor for each part: what it is, its line, what it says", () => {
    assert.ok(kinds.length > 0);
    const ops = kinds.map((_, index) => (index + 1) as Op);
    assert.deepEqual(ALL_OPS, ops);
    for (const [index, op] of ops.entries()) {
      const name = kinds[index] ?? "";
      const { word } = EVENT_KINDS[op];
      const line = KIND_LINES[op];
      assert.equal(typeof KIND_TEXTS[op].summary, "function", `${name} has no summary`);
      assert.equal(typeof KIND_TEXTS[op].attributes, "function", `${name} has no attributes in traces`);
      assert.equal(typeof line.mask, "function", `nobody says what is masked of ${name}`);
      assert.equal(word === undefined, bringsWord(op), `${name} has no word, or one too many`);
      assert.equal(line.decode === undefined, bringsWord(op), `${name} cannot be read`);
      const isWritten = bringsWord(op) || FREQUENT.includes(op);
      assert.equal(line.encode === undefined, isWritten, `${name} is written nowhere, or twice`);
      if (word !== undefined) assert.ok(KINDS_BY_WORD.has(word), `${word} is not read`);
    }
  });

  it("are recorded by a function of their own", () => {
    const [, recording = ""] = code("src/core/eventKinds.ts").split("export interface EventAppender");
    const without = kinds.filter((name) => !new RegExp(`\\bOp\\.${name}\\b`).test(recording));
    assert.deepEqual(without, []);
    assert.deepEqual(found(/\.append\(\s*Op\./), ["src/core/eventKinds.ts"]);
  });

  it("have their lines in the description of the format", () => {
    const [format = ""] = text("src/recording/kindLines.ts").split("*/");
    for (const op of ALL_OPS) {
      const { word } = EVENT_KINDS[op];
      if (word !== undefined) assert.ok(format.includes(`\`${word}\``), `${word} is not described`);
    }
  });

  it("are told apart by a switch in the folds and the encoder alone", () => {
    assert.deepEqual(found(/\bswitch \([^)]*\bop\)/), [...MAY_SWITCH].sort());
  });

  it("have fields with names everywhere else", () => {
    assert.deepEqual(found(/\baux2?\b/), [...MAY_NAME_PLACES].sort());
  });
});
