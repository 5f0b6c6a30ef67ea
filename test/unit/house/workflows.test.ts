import * as assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import * as os from "node:os";
import * as path from "node:path";
import { buildSync } from "esbuild";
import { parse } from "yaml";
import { repositoryDir } from "../../harness/paths";

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly name?: string;
  readonly if?: string;
  readonly needs?: string | readonly string[];
  readonly "timeout-minutes"?: number;
  readonly "continue-on-error"?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
  readonly strategy?: { readonly matrix: Readonly<Record<string, unknown>> };
}
interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}
interface Line {
  readonly run: string;
  readonly file: string;
  readonly job: string;
}

const githubDir = path.join(repositoryDir, ".github");
const text = (file: string): string => readFileSync(path.join(githubDir, file), "utf8");
const workflowFiles = readdirSync(path.join(githubDir, "workflows")).map((name) => `workflows/${name}`);
const workflow = (file: string): Workflow => parse(text(file)) as Workflow;
const manifest = JSON.parse(readFileSync(path.join(repositoryDir, "package.json"), "utf8")) as {
  readonly version: string;
  readonly scripts: Readonly<Record<string, string>>;
};
/** Scripts that a package of ours adds; they are looked for once its folder is there. */
const SCRIPT_OF: Readonly<Record<string, string>> = { "pack:runtime": "packages/agent-context" };

type Parser = typeof import("@actions/workflow-parser");

/** GitHub's own parser, with the schema in it. It imports JSON in a way that Node refuses and bundlers take. */
function loadParser(folder: string): Parser {
  const outfile = path.join(folder, "parser.cjs");
  buildSync({
    stdin: { contents: 'export * from "@actions/workflow-parser";', resolveDir: repositoryDir },
    bundle: true,
    platform: "node",
    format: "cjs",
    outfile,
  });
  return createRequire(__filename)(outfile) as Parser;
}

describe("workflows", () => {
  let parser: Parser;
  before(() => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "agent-context-parser-"));
    try {
      parser = loadParser(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  function problemsOf(content: string): string[] {
    const parsed = parser.parseWorkflow({ name: "workflow.yml", content }, new parser.NoOperationTraceWriter());
    return parsed.context.errors.getErrors().map(({ message }) => message);
  }

  it("are what the schema of workflows allows", () => {
    assert.deepEqual(workflowFiles.sort(), ["workflows/ci.yml", "workflows/release.yml"]);
    for (const file of workflowFiles) assert.deepEqual(problemsOf(text(file)), [], file);
    // The check itself sees what is wrong.
    const sample = text("workflows/ci.yml");
    assert.match(problemsOf(sample.replace("runs-on: ubuntu-latest", "run-on: ubuntu-latest")).join(), /run-on/);
    assert.match(problemsOf(sample.replace("!matrix.required", "!matrix.(required")).join(), /matrix/);
  });

  it("pin each action by its major tag, limit each job's time, and may only read unless a job says why", () => {
    for (const file of workflowFiles) {
      const { permissions, jobs } = workflow(file);
      assert.deepEqual(permissions, { contents: "read" }, file);
      for (const [name, job] of Object.entries(jobs)) {
        assert.ok((job["timeout-minutes"] ?? 0) > 0, `${file}: ${name}`);
        for (const { uses } of job.steps) if (uses !== undefined) assert.match(uses, /^actions\/[a-z-]+@v\d+$/, uses);
      }
    }
  });

  it("run everything on Linux by .ci/run, and the parts on what is required and on what is untried", () => {
    const { everything, parts } = workflow("workflows/ci.yml").jobs;
    assert.ok(everything?.steps.some(({ run }) => run === ".ci/run"));
    assert.deepEqual(parts?.strategy?.matrix, {
      os: ["ubuntu-latest"],
      node: [20, 22],
      required: [true],
      include: [
        { os: "macos-latest", node: 22, required: false },
        { os: "windows-latest", node: 22, required: false },
      ],
    });
    assert.equal(parts?.["continue-on-error"], "${{ !matrix.required }}");
  });

  it("publish nothing without the secret of it, and name no registry", () => {
    const { jobs } = workflow("workflows/release.yml");
    for (const [name, { steps, if: condition = "", needs = [] }] of Object.entries(jobs)) {
      if (name === "secrets") continue;
      assert.ok([needs].flat().includes("secrets"), name);
      assert.match(
        condition,
        /^needs\.secrets\.outputs\.\w+ == 'true'( \|\| needs\.secrets\.outputs\.\w+ == 'true')*$/,
      );
      for (const { run = "", env = {} } of steps) {
        for (const secret of Object.values(env)) assert.match(secret, /^\$\{\{ secrets\.\w+ \}\}$/);
        if (/\bpublish\b/.test(run)) assert.equal(condition, `needs.secrets.outputs.${name} == 'true'`);
      }
    }
    assert.doesNotMatch(text("workflows/release.yml"), /https?:\/\/\w|registry-url/);
    assert.equal(jobs["npm"]?.permissions?.["id-token"], "write");
  });
});

// Their shell is bash.
(process.platform === "win32" ? describe.skip : describe)("lines that workflows run", () => {
  const lines: Line[] = workflowFiles.flatMap((file) =>
    Object.entries(workflow(file).jobs).flatMap(([job, { steps }]) =>
      steps.flatMap(({ run }) => (run === undefined ? [] : [{ run, file, job }])),
    ),
  );
  let folder: string;
  before(() => (folder = mkdtempSync(path.join(os.tmpdir(), "agent-context-workflows-"))));
  after(() => rmSync(folder, { recursive: true }));

  /**
   * Runs a line as a step's shell does, in a folder of its own with our manifest. npm and npx are stand-ins that write down
   * what they were asked, for they would install, publish or take minutes; all else is the machine's own.
   */
  function runLine(
    run: string,
    env: Readonly<Record<string, string>> = {},
  ): { status: number; asked: string[]; output: string } {
    const work = mkdtempSync(path.join(folder, "line-"));
    const [bin, asked, output] = ["bin", "asked.txt", "output.txt"].map((name) => path.join(work, name)) as [
      string,
      string,
      string,
    ];
    mkdirSync(bin);
    for (const file of [asked, output]) writeFileSync(file, "");
    for (const name of ["npm", "npx"]) standIn(path.join(bin, name), name, asked);
    mkdirSync(path.join(work, ".ci"));
    writeFileSync(path.join(work, ".ci/run"), readFileSync(path.join(repositoryDir, ".ci/run")));
    chmodSync(path.join(work, ".ci/run"), 0o755);
    writeFileSync(path.join(work, "package.json"), JSON.stringify({ version: manifest.version }));
    const script = path.join(work, "step.sh");
    writeFileSync(script, run);
    const { status, stderr } = spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", script], {
      cwd: work,
      encoding: "utf8",
      env: {
        PATH: [bin, path.dirname(process.execPath), "/usr/bin", "/bin"].join(path.delimiter),
        HOME: work,
        GITHUB_OUTPUT: output,
        ...env,
      },
    });
    assert.notEqual(status, null, stderr);
    return {
      status: status ?? -1,
      asked: readFileSync(asked, "utf8")
        .split("\n")
        .filter((line) => line !== ""),
      output: readFileSync(output, "utf8"),
    };
  }

  function standIn(file: string, name: string, asked: string): void {
    writeFileSync(
      file,
      `#!/bin/sh\nprintf '%s' ${name} >> '${asked}'\nfor each in "$@"; do printf ' %s' "$each" >> '${asked}'; done\necho >> '${asked}'\n` +
        // What npm answers is some registry; which one is the machine's affair.
        `if [ "$1 $2" = "config get" ]; then echo https://example.invalid/some/; fi\n`,
    );
    chmodSync(file, 0o755);
  }

  const ASKED: Readonly<Record<string, readonly string[]>> = {
    ".ci/run": ["npm test --silent"],
    "npm ci": ["npm ci"],
    "npm run typecheck": ["npm run typecheck"],
    "npm run lint": ["npm run lint"],
    "npx prettier --check .": ["npx prettier --check ."],
    "npm run test:unit": ["npm run test:unit"],
    "npm run test:process": ["npm run test:process"],
    "npm run package": ["npm run package"],
    "npm run pack:runtime": ["npm run pack:runtime"],
    "npx --no-install vsce publish --packagePath agent-context-inspector.vsix": [
      "npx --no-install vsce publish --packagePath agent-context-inspector.vsix",
    ],
    "npm publish ./agent-context.tgz --provenance --access public": [
      "npm publish ./agent-context.tgz --provenance --access public",
    ],
  };

  it("are all run here, and what they ask of npm is there", () => {
    const plain = [...new Set(lines.map(({ run }) => run))].filter((run) => ASKED[run] !== undefined);
    const special = lines.filter(({ run }) => ASKED[run] === undefined);
    assert.deepEqual(plain.sort(), Object.keys(ASKED).sort());
    assert.deepEqual(
      special.map(({ job, run }) => `${job}: ${run.split(/[ \n]/)[0]}`),
      ["secrets: echo", "pack: test", "npm: npm"],
      "each has a test below",
    );
    for (const run of plain) {
      const { status, asked } = runLine(run);
      assert.deepEqual([run, status, asked], [run, 0, ASKED[run]]);
      for (const [, name = ""] of asked.join("\n").matchAll(/^npm (?:run )?([\w:]+)/gm)) {
        const of = SCRIPT_OF[name];
        if (/^(?:ci|publish)$/.test(name) || (of !== undefined && !existsSync(path.join(repositoryDir, of)))) continue;
        assert.ok(manifest.scripts[name] !== undefined, `package.json has no script ${name}`);
      }
      for (const [, name = ""] of asked.join("\n").matchAll(/^npx (?:--no-install )?([\w-]+)/gm)) {
        assert.ok(
          existsSync(path.join(repositoryDir, "node_modules/.bin", name)),
          `no package has the command ${name}`,
        );
      }
    }
  });

  it("vsce takes the options that it is given", () => {
    const vsce = path.join(repositoryDir, "node_modules/@vscode/vsce/vsce");
    assert.match(execFileSync(process.execPath, [vsce, "publish", "--help"], { encoding: "utf8" }), /--packagePath/);
  });

  it("say which secrets there are", () => {
    const { run } = lines.find(({ job }) => job === "secrets")!;
    const none = runLine(run, { VSCE_PAT: "", NPM_TOKEN: "" });
    assert.deepEqual([none.status, none.output], [0, "vsix=false\nnpm=false\n"]);
    const one = runLine(run, { VSCE_PAT: "", NPM_TOKEN: "a b" });
    assert.deepEqual([one.status, one.output], [0, "vsix=false\nnpm=true\n"]);
    const both = runLine(run, { VSCE_PAT: "x", NPM_TOKEN: "y" });
    assert.deepEqual([both.status, both.output, both.asked], [0, "vsix=true\nnpm=true\n", []]);
  });

  it("stop a release whose tag is not the version", () => {
    const { run } = lines.find(({ job, run }) => job === "pack" && run.startsWith("test "))!;
    assert.equal(runLine(run, { GITHUB_REF_NAME: `v${manifest.version}` }).status, 0);
    assert.equal(runLine(run, { GITHUB_REF_NAME: "v99.0.0" }).status, 1);
  });

  it("give npm's token to the registry that npm uses, whichever it is", () => {
    const { run } = lines.find(({ job, run }) => job === "npm" && run.startsWith("npm config"))!;
    const { status, asked } = runLine(run, { NPM_TOKEN: "secret" });
    assert.equal(status, 0);
    assert.deepEqual(asked, ["npm config get registry", "npm config set //example.invalid/some/:_authToken secret"]);
  });
});

describe("forms and updates", () => {
  it("ask what is needed, each field once", () => {
    for (const name of ["bug", "idea"]) {
      const form = parse(text(`ISSUE_TEMPLATE/${name}.yml`)) as {
        readonly name: string;
        readonly description: string;
        readonly body: readonly {
          readonly type: string;
          readonly id: string;
          readonly attributes: { readonly label: string };
        }[];
      };
      assert.ok(form.name && form.description);
      const ids = form.body.map(({ id }) => id);
      assert.deepEqual(ids, [...new Set(ids)]);
      for (const { type, id, attributes } of form.body) {
        assert.match(type, /^(?:textarea|input|dropdown|checkboxes|markdown)$/);
        assert.match(id, /^[\w-]+$/);
        assert.ok(attributes.label, id);
      }
    }
  });

  it("update npm packages and actions", () => {
    const { version, updates } = parse(text("dependabot.yml")) as {
      readonly version: number;
      readonly updates: readonly Readonly<Record<string, unknown>>[];
    };
    assert.equal(version, 2);
    assert.deepEqual(
      updates.map((each) => [each["package-ecosystem"], each["directory"], each["schedule"]]),
      [
        ["npm", "/", { interval: "weekly" }],
        ["github-actions", "/", { interval: "weekly" }],
      ],
    );
  });
});
