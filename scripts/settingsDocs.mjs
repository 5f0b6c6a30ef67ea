/**
 * Writes docs/settings.md from the manifest and its texts: settings, debug configurations, commands, keys and colors.
 * `node settingsDocs.mjs [--check]`.
 */

import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { HumanError, runMain } from "./humanError.mjs";
import { rootDir } from "./paths.mjs";

const page = path.join(rootDir, "docs/settings.md");
const readJson = (name) => JSON.parse(readFileSync(path.join(rootDir, name), "utf8"));

const SCOPES = { machine: "machine", window: "window", resource: "folder" };
const KEY_NAMES = { alt: "Alt", ctrl: "Ctrl", shift: "Shift", f2: "F2", delete: "Del" };
/** Panels whose keys a `when` clause names by the id of their webview. */
const PANELS = { preview: "Merge Preview", orders: "Merge Orders" };

await runMain(async () => {
  const prettier = await import("prettier");
  const options = await prettier.resolveConfig(page);
  const text = await prettier.format(settingsPage(readJson("package.json"), readJson("package.nls.json")), {
    ...options,
    parser: "markdown",
  });
  if (!process.argv.includes("--check")) {
    writeFileSync(page, text);
  } else if (readFileSync(page, "utf8").replaceAll("\r\n", "\n") !== text) {
    throw new HumanError("docs/settings.md is not what package.json and package.nls.json say. Run: npm run docs");
  }
});

function settingsPage({ contributes }, texts) {
  const textOf = (value) => (/^%.+%$/.test(value) ? texts[value.slice(1, -1)] : value);
  const titles = new Map(contributes.commands.map(({ command, title }) => [command, textOf(title)]));
  const views = new Map(
    Object.values(contributes.views).flatMap((all) => all.map(({ id, name }) => [id, textOf(name)])),
  );
  const [debug] = contributes.debuggers;
  return `# Settings, commands and keys

<!-- Made by scripts/settingsDocs.mjs from package.json and package.nls.json. Do not edit it: run "npm run docs". -->

## Settings

${table(["setting", "default", "scope", "description"], settings(contributes.configuration.properties, textOf))}

## Debug configurations

${Object.entries(debug.configurationAttributes)
  .map(([request, { required = [], properties }]) => attributes(debug.type, request, required, properties, textOf))
  .join("\n\n")}

## Keys

Keys work while the named view has the focus; the commands are on the view's title buttons, too. Stepping follows the agent
that is selected in the tree, or the one that Agent Events is filtered to, otherwise the whole run.

${table(
  ["key", "command", "in"],
  [
    ...contributes.keybindings.map(({ key, command, when }) => [keys(key), titles.get(command), places(when, views)]),
    ["<kbd>/</kbd>", "Go to the filter", "Merge Preview, Agent Events"],
    ["<kbd>Esc</kbd>", "Clear the filter", "Merge Preview, Agent Events"],
  ],
)}

## Commands

The command palette lists those that can be used at the moment, under **Agent Context**. Use the id to bind a key of your own.

${table(
  ["command", "id"],
  [...titles].filter(([id]) => !isHidden(id, contributes.menus.commandPalette)).map(([id, title]) => [title, code(id)]),
)}

## Colors

Set them in \`workbench.colorCustomizations\`.

${table(
  ["color", "description"],
  contributes.colors.map(({ id, description }) => [code(id), textOf(description)]),
)}
`;
}

function settings(properties, textOf) {
  return Object.entries(properties)
    .sort(([, a], [, b]) => a.order - b.order)
    .map(([name, each]) => {
      const values = (each.enum ?? []).map((value, index) => `${code(value)}: ${textOf(each.enumDescriptions[index])}`);
      const description = [textOf(each.markdownDescription ?? each.description), ...values].join("<br>");
      return [code(name), code(JSON.stringify(each.default)), SCOPES[each.scope], description];
    });
}

function attributes(type, request, required, properties, textOf) {
  const rows = Object.entries(properties).map(([name, each]) => {
    const values = each.enum === undefined ? "" : ` One of ${each.enum.map(code).join(", ")}.`;
    return [code(name), required.includes(name) ? "required" : "", textOf(each.description) + values];
  });
  return `With \`"type": "${type}"\` and \`"request": "${request}"\`:\n\n${table(["attribute", "", "description"], rows)}`;
}

function keys(key) {
  return key
    .split("+")
    .map((part) => `<kbd>${KEY_NAMES[part] ?? part.toUpperCase()}</kbd>`)
    .join("+");
}

/** The views and panels that a `when` clause names, in its order. */
function places(when, views) {
  const named = [...when.matchAll(/focusedView == ([\w.]+)|agentContext\\*\.\(([\w|]+)\)/g)];
  const found = named.flatMap(([, view, panels]) =>
    view === undefined ? panels.split("|").map((panel) => PANELS[panel]) : [views.get(view)],
  );
  if (found.length === 0 || found.includes(undefined)) {
    throw new HumanError(`No view has the name that "${when}" says.`);
  }
  return found.join(", ");
}

function isHidden(command, palette) {
  return palette.some((each) => each.command === command && each.when === "false");
}

function table(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function code(text) {
  return `\`${text}\``;
}
