import assert from "node:assert/strict";
import { importLine, isScriptName } from "../../../src/host/runs/importMatcher";

describe("importMatcher", () => {
  const line = (text: string): number | undefined => importLine(text);

  it("finds every way of importing, and where it begins", () => {
    assert.equal(line('import { AgentContext } from "agent-context";'), 0);
    assert.equal(line("\n\nimport * as runtime from 'agent-context'\n"), 2);
    assert.equal(line('// hello\nimport {\n  AgentContext,\n  StateStore,\n} from "agent-context";\n'), 1);
    assert.equal(line('import "agent-context";'), 0);
    assert.equal(line('import"agent-context";'), 0);
    assert.equal(line('import{StateStore}from"agent-context";'), 0);
    assert.equal(line('import type from "agent-context";'), 0);
    assert.equal(line('import x, { type Y } from "agent-context";'), 0);
    assert.equal(line('import { type Y, x } from "agent-context";'), 0);
    assert.equal(line('export * from "agent-context";'), 0);
    assert.equal(line('"use strict";\nconst { StateStore } = require("agent-context");'), 1);
    assert.equal(line('const runtime = await import( "agent-context" );'), 0);
    assert.equal(line('import x = require("agent-context");'), 0);
    assert.equal(line('import a from "a";\r\nimport b from "agent-context";\r\n'), 1);
  });

  it("finds the first of several", () => {
    assert.equal(line('const a = 1;\nrequire("agent-context");\nimport "agent-context";'), 1);
  });

  it("passes over what runs nothing", () => {
    for (const text of [
      "",
      "const name = 'agent-context';",
      '// import { a } from "agent-context";',
      ' * import { a } from "agent-context";',
      '// require("agent-context")',
      'import { a } from "agent-contexts";',
      'import { a } from "agent-context/other";',
      'import { a } from "./agent-context";',
      'import type { MergePlan } from "agent-context";',
      'import type{MergePlan} from "agent-context";',
      'export type { MergePlan } from "agent-context";',
      'import type MergePlan from "agent-context";',
      'import fs from "node:fs";\nconst text = `from "agent-context"`;',
      "import { a } from `agent-context`;",
    ]) {
      assert.equal(line(text), undefined, text);
    }
  });

  it("takes time in proportion to the text", () => {
    const hostile = "import {" + " a,\n import {".repeat(20_000) + ' } from "agent-contexts"; agent-context';
    assert.equal(line(hostile), undefined);
    assert.equal(line("x".repeat(1_000_000) + '\nimport "agent-context"'), 1);
  });

  it("knows scripts by their names", () => {
    for (const name of ["a.ts", "/x/a.mts", "a.cts", "C:\\x\\a.js", "a.mjs", "a.test.cjs", "a.tsx", "a.jsx"]) {
      assert.ok(isScriptName(name), name);
    }
    for (const name of ["a.d.ts", "a.d.mts", "a.d.cts", "a.tsv", "a.json", "ts", "a.ts.map"]) {
      assert.ok(!isScriptName(name), name);
    }
  });
});
