import assert from "node:assert/strict";
import { errorText, outcomeOf, type EndFacts } from "../../../src/host/runs/runOutcome";

const facts: EndFacts = {
  title: "race.ts",
  ended: { code: 0, signal: null, atMs: 0 },
  errors: [],
  stopped: false,
  launchError: undefined,
  nodeSource: "path",
};
const thrown = { name: "TypeError", message: "x is not a function\n    at y", phase: "run", seq: 3 } as const;

describe("outcomeOf", () => {
  const draw = (changes: Partial<EndFacts>): string => {
    const { kind, statusText, problem } = outcomeOf({ ...facts, ...changes });
    return `${kind} | ${statusText} | ${problem ?? "-"}`;
  };

  it("says how a run ended", () => {
    assert.equal(draw({}), "ended | exit code 0 | -");
    assert.equal(draw({ ended: { code: 7, signal: null, atMs: 0 } }), "ended | exit code 7 | -");
    assert.equal(
      draw({ ended: { code: 1, signal: null, atMs: 0 }, errors: [thrown] }),
      "ended | exit code 1 | race.ts had an uncaught error: TypeError: x is not a function",
    );
    assert.equal(draw({ ended: { code: null, signal: "SIGINT", atMs: 0 } }), "ended | ended by SIGINT | -");
    assert.equal(
      draw({ ended: { code: null, signal: "SIGKILL", atMs: 0 } }),
      "ended | ended by SIGKILL | race.ts was ended by SIGKILL.",
    );
    assert.equal(draw({ stopped: true, ended: { code: null, signal: "SIGKILL", atMs: 0 } }), "ended | stopped | -");
    assert.equal(draw({ stopped: true, ended: undefined }), "ended | stopped | -");
  });

  it("never takes an unreported end for a success", () => {
    assert.equal(
      draw({ ended: undefined }),
      "endedUnexpectedly | ended unexpectedly | race.ts ended unexpectedly: its process exited without a report.",
    );
  });

  it("says that nobody knows how a script ended whose recorder was killed", () => {
    assert.equal(
      draw({ ended: { code: null, signal: null, detached: true, atMs: 0 } }),
      "endedUnexpectedly | detached | The process that recorded race.ts was killed: what the script did afterwards is not recorded.",
    );
  });

  it("says in one sentence why a script could not be run", () => {
    const load = { name: "SyntaxError", message: "\n  x Expected ';'\n   ,-[1:1]", phase: "load", seq: 1 } as const;
    assert.equal(
      draw({ ended: { code: 1, signal: null, atMs: 0 }, errors: [load] }),
      "failed | could not be loaded | race.ts could not be loaded: SyntaxError: x Expected ';'",
    );
    assert.equal(
      draw({ ended: undefined, launchError: "no such file" }),
      "failed | could not be started | race.ts could not be started: no such file",
    );
  });

  it("names the cause when a native module does not load on the editor's own Node.js", () => {
    const message =
      "The module 'x.node' was compiled against a different Node.js version using\nNODE_MODULE_VERSION 115.";
    const error = { name: "Error", message, phase: "load", seq: 1 } as const;
    assert.match(
      errorText({ title: "a.ts", errors: [error], nodeSource: "editor" }) ?? "",
      /editor's own Node\.js.*nodePath/,
    );
    assert.doesNotMatch(errorText({ title: "a.ts", errors: [error], nodeSource: "path" }) ?? "", /editor's own/);
  });
});
