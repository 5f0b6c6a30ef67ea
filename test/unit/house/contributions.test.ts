import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import * as path from "node:path";
import { ColorId } from "../../../contributions/colors";
import { CommandId } from "../../../contributions/commands";
import { and, equals, exceeds, key, matches, not, or } from "../../../contributions/conditions";
import { repositoryDir } from "../../harness/paths";

interface Contributed {
  readonly command: string;
  readonly title: string;
  readonly category?: string;
  readonly enablement?: string;
}

const manifestText = readFileSync(path.join(repositoryDir, "package.json"), "utf8");
const manifest = JSON.parse(manifestText);
const commands: Contributed[] = manifest.contributes.commands;
const palette: { command: string; when?: string }[] = manifest.contributes.menus.commandPalette ?? [];
const texts: Record<string, string> = JSON.parse(readFileSync(path.join(repositoryDir, "package.nls.json"), "utf8"));

/** The sources of the extension, by path. */
const sources = new Map(
  readdirSync(path.join(repositoryDir, "src/host"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => [name.replaceAll(path.sep, "/"), readFileSync(path.join(repositoryDir, "src/host", name), "utf8")]),
);

describe("contributions/", () => {
  it("is what package.json and package.nls.json hold", () => {
    execFileSync(process.execPath, [path.join(repositoryDir, "scripts/contributions.mjs"), "--check"], {
      stdio: "pipe",
    });
  });

  it("composes conditions with the brackets that they need", () => {
    const [a, b] = [key("a"), key("b")];
    assert.equal(and(or(a, b), not(equals("c", "d e"))).when, "(a || b) && !(c == 'd e')");
    assert.equal(or(and(a, not(b)), not(or(a, b)), not(not(a))).when, "a && !b || !(a || b) || !(!a)");
    assert.equal(
      and(equals("view", "x.y"), exceeds("n", 0), matches("p", /^a\/\./)).when,
      "view == x.y && n > 0 && p =~ /^a\\/\\./",
    );
  });

  it("names every command that the extension registers, and no other", () => {
    assert.deepEqual(commands.map(({ command }) => command).sort(), Object.values(CommandId).sort());
    // Whatever is registered goes through registerCommand, which takes a CommandId.
    const direct = [...sources].filter(([, text]) => /\bcommands\s*\.\s*register\w*Command\(/.test(text));
    assert.deepEqual(
      direct.map(([name]) => name),
      ["ui/commands.ts"],
    );
    // By itself, by a helper of its file, or as one of a list.
    const registration =
      /(?:\b(?:on|onKey|register)\(|registerCommand<[^>]*>\((?:deps\.)?log,|\[)((?:\s*CommandId\.\w+,?)+)/g;
    const registered = new Set(
      [...sources.values()]
        .flatMap((text) => [...text.matchAll(registration)])
        .flatMap(([, ids = ""]) => [...ids.matchAll(/CommandId\.(\w+)/g)])
        .map(([, name]) => name),
    );
    assert.deepEqual([...registered].sort(), Object.keys(CommandId).sort());
  });
});

describe("commands and package.json", () => {
  it("give each command a category, a localised title, and a condition unless it always applies", () => {
    const always = new Set<string>([
      CommandId.runScript,
      CommandId.debugScript,
      CommandId.debugScriptAndContexts,
      CommandId.addBreakpoint,
      CommandId.showLog,
      CommandId.openRecording,
      // What is recorded is known only once it is looked for.
      CommandId.openRecentRun,
      CommandId.renameRecentRun,
      CommandId.deleteRecentRuns,
      CommandId.deleteAllRecentRuns,
    ]);
    for (const { command, category, title, enablement } of commands) {
      assert.equal(category, "Agent Context", command);
      assert.match(title, /^%[\w.]+%$/, command);
      const conditional = enablement !== undefined || palette.some((item) => item.command === command && item.when);
      assert.ok(conditional || always.has(command), `${command} has no enablement`);
    }
  });

  it("name only commands of ours, or VS Code's, in menus and keys", () => {
    const ours = new Set<string>(Object.values(CommandId));
    const named = [...Object.values(manifest.contributes.menus).flat(), ...(manifest.contributes.keybindings ?? [])];
    for (const { command } of named as { command?: string }[]) assert.ok(!command || ours.has(command), command);
  });

  it("have every text in package.nls.json, and no text without a use", () => {
    const used = new Set([...manifestText.matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key));
    assert.deepEqual([...used].filter((key) => texts[key as string] === undefined).sort(), []);
    assert.deepEqual(
      Object.keys(texts).filter((key) => !used.has(key)),
      [],
    );
    for (const [key, text] of Object.entries(texts)) assert.notEqual(text.trim(), "", key);
  });

  it("link to commands that exist from the welcome texts", () => {
    for (const [, command] of Object.values(texts)
      .join("\n")
      .matchAll(/\(command:(agentContext\.[\w]+)/g)) {
      assert.ok((Object.values(CommandId) as string[]).includes(command as string), command);
    }
  });

  it("restrict every setting that could run something, and start lazily", () => {
    const { supported, restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    assert.equal(supported, "limited");
    for (const name of ["nodePath", "runtimeArgs", "args", "env"]) {
      assert.ok(restrictedConfigurations.includes(`agentContext.${name}`), name);
    }
    assert.equal(manifest.contributes.configuration.properties["agentContext.nodePath"].scope, "machine");
    assert.deepEqual(manifest.extensionKind, ["workspace"]);
    for (const event of manifest.activationEvents) assert.notEqual(event, "*");
  });

  it("name the same colours, each with a value for every kind of theme", () => {
    const colors: { id: string; defaults: Record<string, string> }[] = manifest.contributes.colors;
    assert.deepEqual(colors.map(({ id }) => id).sort(), Object.values(ColorId).sort());
    for (const { id, defaults } of colors) {
      // A reference to a colour of another extension would be none where that one is off.
      for (const theme of ["dark", "light", "highContrast", "highContrastLight"]) {
        assert.match(defaults[theme] ?? "", /^#[0-9a-f]{6}$/, `${id} in ${theme}`);
      }
    }
  });

  it("take no colour from Git's extension, which is not there in Restricted Mode", () => {
    for (const dir of ["src/host", "webview"]) {
      for (const name of readdirSync(path.join(repositoryDir, dir), { recursive: true, encoding: "utf8" })) {
        const file = path.join(repositoryDir, dir, name);
        if (/\.(ts|css)$/.test(name)) assert.doesNotMatch(readFileSync(file, "utf8"), /gitDecoration/, name);
      }
    }
  });

  it("describe every setting", () => {
    for (const [name, setting] of Object.entries<Record<string, string>>(
      manifest.contributes.configuration.properties,
    )) {
      assert.ok(setting["markdownDescription"] ?? setting["description"], name);
    }
  });

  it("pin the types to the oldest editor that is supported", () => {
    const [major, minor] = manifest.engines.vscode.replace("^", "").split(".");
    assert.match(manifest.devDependencies["@types/vscode"], new RegExp(`^${major}\\.${minor}\\.`));
    const read = (file: string): string => readFileSync(path.join(repositoryDir, file), "utf8");
    assert.ok(
      read("README.md").split(`VS Code ${major}.${minor} or newer`).length > 2,
      "in a clone, and where installed",
    );
    const { dependencies } = JSON.parse(read("scripts/code-server-oldest/package.json"));
    const [, carried] = dependencies["code-server"].split(".");
    assert.ok(Number(carried) >= Number(minor), "code-server 4.N has VS Code 1.N");
  });

  it("use icons that are there", () => {
    for (const [, file] of manifestText.matchAll(/"(media\/[^"]+)"/g)) {
      assert.ok(existsSync(path.join(repositoryDir, file as string)), file);
    }
    assert.ok(readdirSync(path.join(repositoryDir, "media")).length > 0);
  });
});
