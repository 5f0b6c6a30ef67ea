/**
 * What the editor's TypeScript knows of `agent-context`, in a folder in which there is nothing: with the extension's
 * plugin, and without any, as the language server of TypeScript 7 has none.
 */

import * as assert from "node:assert/strict";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { waitFor } from "../harness/waitFor";
import { openWorkbench, type Workbench } from "./harness/workbench";

const PATIENCE_MS = 120_000;
const COMMAND = "Add Types for agent-context";
const SCRIPTS = {
  "modules.js":
    'import { StateStore } from "agent-context";\nconst store = new StateStore();\nstore.set("key", 1, "setup");\n',
  "common.cjs":
    'const { StateStore } = require("agent-context");\nconst store = new StateStore();\nstore.set("key", 1, "setup");\n',
};

/** What follows where nothing is known of the module. */
const ANY = [/implicitly has an 'any' type/];
/** A plugin that changes nothing. */
const NO_PLUGIN = "module.exports = () => ({ create: ({ languageService }) => languageService });\n";

/** Rests the pointer on a name in the editor until what TypeScript says of it is this. */
async function hoverSays({ page }: Workbench, name: string, text: RegExp): Promise<void> {
  const word = page.locator(".editor-instance .view-line span", { hasText: new RegExp(`^\\s*${name}\\s*$`) }).first();
  await waitFor(
    `the hover of ${name} to say ${String(text)}`,
    async () => {
      await page.mouse.move(0, 0);
      await word.hover({ timeout: 5_000 });
      const hover = page.locator(".monaco-hover:visible", { hasText: text });
      return hover.waitFor({ timeout: 5_000 }).then(() => true);
    },
    PATIENCE_MS,
  );
}

/** Types at the end of the file in front, which is not saved. */
async function typeAtEnd({ page }: Workbench, text: string): Promise<void> {
  await page.locator(".editor-instance .view-lines").first().click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type(text);
}

/** Types a name with a dot, and waits until its members are offered. */
async function completes(workbench: Workbench, before: string, member: string): Promise<void> {
  await typeAtEnd(workbench, before);
  const row = workbench.page.locator(".suggest-widget .monaco-list-row", { hasText: new RegExp(`^\\W*${member}\\b`) });
  await waitFor(
    `the completion ${member}`,
    async () => {
      if (!(await row.first().isVisible())) await workbench.page.keyboard.press("Control+Space");
      return row
        .first()
        .waitFor({ timeout: 5_000 })
        .then(() => true);
    },
    PATIENCE_MS,
  );
}

/** Asks for quick fixes of a text in the editor until this one is offered: a server that starts again offers none yet. */
async function quickFixOffers({ page }: Workbench, text: string, fix: string): Promise<void> {
  const word = page.locator(".editor-instance .view-line span", { hasText: new RegExp(`^${text}$`) }).first();
  await waitFor(
    `the quick fix ${fix}`,
    async () => {
      await page.keyboard.press("Escape");
      await word.click({ timeout: 5_000 });
      await page.keyboard.press("Control+.");
      const row = page.locator(".action-widget .monaco-list-row", { hasText: fix });
      return row.waitFor({ timeout: 10_000 }).then(() => true);
    },
    PATIENCE_MS,
  );
}

/** Waits until these are all the problems of all files. */
async function problemsAre({ page }: Workbench, expected: readonly RegExp[]): Promise<void> {
  const rows = page.locator(".markers-panel .monaco-list-row .marker-message-details-container");
  await waitFor(
    `the problems ${expected.join(", ")}`,
    async () => {
      const texts = await rows.allTextContents();
      assert.equal(texts.length, expected.length, texts.join("\n"));
      expected.forEach((each, index) => assert.match(texts[index] ?? "", each));
      return true;
    },
    PATIENCE_MS,
  );
}

describe("types of agent-context in an empty folder", () => {
  it("are there with the extension alone, and without its plugin after the command", async function () {
    this.timeout(5 * PATIENCE_MS);
    const workbench = await openWorkbench({ vsix: true, empty: true, settings: { "files.autoSave": "off" } });
    const { page, workspaceDir, server } = workbench;
    const lens = page.locator(".codelens-decoration a", { hasText: COMMAND });
    await workbench.command("Problems: Focus on Problems View");
    await workbench.command("Agent Context: Create Sample Agent Script");
    await page.locator('.tab.active[data-resource-name="race.ts"]').waitFor();
    await hoverSays(workbench, "tryWith", /Calls fn with the context of the innermost scope/);
    await completes(workbench, "void a.", "mergeToParent");
    // The one problem shows that all were looked for.
    await page.keyboard.press("Escape");
    await page.keyboard.type("none;");
    await problemsAre(workbench, [/Property 'none' does not exist on type 'AgentContext'/]);
    await workbench.shot("types-sample");
    await workbench.command("File: Revert File");
    await problemsAre(workbench, []);
    assert.equal(await lens.count(), 0);
    assert.deepEqual(readdirSync(workspaceDir), ["race.ts"]);

    for (const [name, text] of Object.entries(SCRIPTS)) writeFileSync(path.join(workspaceDir, name), text);
    mkdirSync(path.join(workspaceDir, "package"));
    writeFileSync(path.join(workspaceDir, "package/package.json"), "{}");
    writeFileSync(path.join(workspaceDir, "package/inner.mts"), SCRIPTS["modules.js"]);
    for (const name of Object.keys(SCRIPTS)) {
      await workbench.openFile(name);
      await hoverSays(workbench, "set", /Sets a key, at once/);
      await completes(workbench, "store.", "transitions");
      await page.keyboard.press("Escape");
      await workbench.command("File: Revert File");
    }

    // Another plugin in its place: that one finds nothing, and shows that it was the extension's own before.
    const [installed] = readdirSync(server.extensionsDir).filter((name) => name.startsWith("agent-context."));
    const plugin = "node_modules/agent-context-typescript-plugin/index.js";
    writeFileSync(path.join(server.extensionsDir, installed as string, plugin), NO_PLUGIN);
    await workbench.command("TypeScript: Restart TS Server");
    for (const name of [...Object.keys(SCRIPTS), "race.ts"]) {
      await workbench.openFile(name);
      await page.keyboard.press("Control+Home");
      await lens.first().waitFor();
    }
    await problemsAre(workbench, [/Cannot find module 'agent-context'/, ...ANY, ...ANY]);

    // A package of its own in the folder: what is added there is not for the others.
    await workbench.openFile("inner.mts");
    await lens.first().click();
    await workbench.notification("package/package.json points to them");
    await lens.first().waitFor({ state: "detached" });
    await hoverSays(workbench, "set", /Sets a key, at once/);
    await problemsAre(workbench, [/Cannot find module 'agent-context'/, ...ANY, ...ANY]);

    await workbench.openFile("race.ts");
    await quickFixOffers(workbench, '"agent-context"', COMMAND);
    await workbench.shot("types-quick-fix");
    await page.keyboard.press("Escape");
    await workbench.command("Agent Context: Create Sample Agent Script");
    await (await workbench.notification("does not find the types of agent-context")).click("Add Types");
    await workbench.notification("are now in .agent-context/types; tsconfig.json points to them");
    await problemsAre(workbench, []);
    await lens.first().waitFor({ state: "detached" });
    await hoverSays(workbench, "tryWith", /Calls fn with the context of the innermost scope/);
    await workbench.shot("types-added");
    for (const name of Object.keys(SCRIPTS)) {
      await workbench.openFile(name);
      await hoverSays(workbench, "set", /Sets a key, at once/);
      await lens.first().waitFor({ state: "detached" });
    }
    // The script runs as before: what is there for TypeScript alone answers no import.
    await workbench.command("Agent Context: Run Agent Script…");
    await workbench.pick("race.ts");
    const tree = await workbench.openTree("Agent Contexts", "Agents");
    await tree.waitForText("finished, unmerged", "race.ts");
    assert.deepEqual(workbench.outsideRequests, []);
  });
});
