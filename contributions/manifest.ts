/** Makes of the tables beside it what package.json contributes, and package.nls.json. */

import { ColorId, colors } from "./colors";
import { CommandId, commands, type Command } from "./commands";
import { agentDebugger, DEBUG_TYPE, type Attribute } from "./debuggers";
import { EditorId, editors } from "./editors";
import { activationEvents, description, displayName, limits } from "./extension";
import { idOf } from "./ids";
import { languages, typescriptServerPlugins } from "./languages";
import { settings, type Setting } from "./settings";
import { schemas, type Value } from "./values";
import { containers, ViewId, views } from "./views";
import { welcomes } from "./welcome";

/** The parts of package.json that are made here, and the texts that they name. */
export interface Manifest {
  readonly parts: Readonly<Record<string, unknown>>;
  readonly texts: Readonly<Record<string, string>>;
}

/** Makes the manifest; a text's name is its place in it. */
export function makeManifest(): Manifest {
  const texts: Record<string, string> = {};
  const text: Text = (name, content) => {
    if ((texts[name] ??= content) !== content) throw new Error(`Two texts have the name ${name}.`);
    return `%${name}%`;
  };
  const parts = {
    displayName: text("extension.displayName", displayName),
    description: text("extension.description", description),
    activationEvents,
    capabilities: {
      untrustedWorkspaces: {
        supported: "limited",
        description: text("capabilities.untrustedWorkspaces", limits.untrustedWorkspaces),
        restrictedConfigurations: entries<string, Setting>(settings)
          .filter(([, { restricted }]) => restricted)
          .map(([name]) => idOf(name)),
      },
      virtualWorkspaces: {
        supported: false,
        description: text("capabilities.virtualWorkspaces", limits.virtualWorkspaces),
      },
    },
    contributes: {
      ...viewParts(text),
      ...commandParts(text),
      configuration: configurationPart(text),
      colors: entries(colors).map(([name, { description, ...defaults }]) => ({
        id: ColorId[name],
        description: text(`color.${name}`, description),
        defaults,
      })),
      customEditors: entries(editors).map(([name, { displayName, filenamePattern, priority }]) => ({
        viewType: EditorId[name],
        displayName: text(`editor.${name}`, displayName),
        selector: [{ filenamePattern }],
        priority,
      })),
      debuggers: [debuggerPart(text)],
      typescriptServerPlugins,
      breakpoints: languages.map((language) => ({ language })),
    },
  };
  return { parts, texts };
}

/** Takes a text, and gives what stands for it in package.json. */
type Text = (name: string, content: string) => string;

function viewParts(text: Text): object {
  const titleOf = (id: keyof typeof containers): string => text(`viewContainer.${id}`, containers[id].title);
  const containersIn = (wanted: string): unknown[] =>
    entries(containers)
      .filter(([, { place }]) => place === wanted)
      .map(([id, { icon }]) => ({ id, title: titleOf(id), icon }));
  const viewsIn = (id: keyof typeof containers): unknown[] =>
    entries(views)
      .filter(([, { container }]) => container === id)
      .map(([name, { container, name: shown, ...rest }]) => ({
        id: ViewId[name],
        name: text(`view.${name}`, shown),
        ...rest,
        contextualTitle: titleOf(container),
        icon: containers[container].icon,
      }));
  return {
    viewsContainers: { activitybar: containersIn("activitybar"), panel: containersIn("panel") },
    views: Object.fromEntries(entries(containers).map(([id]) => [id, viewsIn(id)])),
    viewsWelcome: entries(welcomes).map(([name, { view, lines, when }]) => ({
      view: ViewId[view],
      contents: text(`welcome.${name}`, lines.join("\n")),
      when: when.when,
    })),
  };
}

function commandParts(text: Text): object {
  const all = entries<keyof typeof commands, Command>(commands).map(([name, each]) => ({
    command: CommandId[name],
    name,
    ...each,
  }));
  const inMenus = all.flatMap(({ command, places = [], palette }) => [
    ...places.flat().map(({ menu, when, group }) => ({ menu, item: { command, when: when.when, group } })),
    ...(palette === undefined ? [] : [{ menu: "commandPalette", item: { command, when: palette.when } }]),
  ]);
  return {
    commands: all.map(({ command, name, title, icon, enablement }) => ({
      command,
      title: text(`command.${name}`, title),
      category: "Agent Context",
      ...(icon !== undefined && { icon: `$(${icon})` }),
      ...(enablement !== undefined && { enablement: enablement.when }),
    })),
    menus: Object.fromEntries(
      [...new Set(inMenus.map(({ menu }) => menu))].map((wanted) => [
        wanted,
        inMenus.filter(({ menu }) => menu === wanted).map(({ item }) => item),
      ]),
    ),
    keybindings: all.flatMap(({ command, key }) =>
      key === undefined ? [] : [{ command, ...key, when: key.when.when }],
    ),
  };
}

function configurationPart(text: Text): object {
  const properties = entries<string, Setting>(settings).map(([name, each], index) => {
    const property = {
      ...schemaOf(each),
      scope: each.scope,
      order: index + 1,
      ...(each.type === "choice" && {
        enumDescriptions: wordsOf(each).map(([value, meaning]) => text(`configuration.${name}.${value}`, meaning)),
      }),
      markdownDescription: text(`configuration.${name}`, each.description),
    };
    return [idOf(name), property];
  });
  return { title: text("configuration.title", "Agent Context"), properties: Object.fromEntries(properties) as unknown };
}

function debuggerPart(text: Text): object {
  const { label, when, attributes, initial, snippets } = agentDebugger;
  const requests = entries<string, Record<string, Attribute>>(attributes).map(([request, all]) => {
    const required = entries(all).flatMap(([name, each]) => (each.required ? [name] : []));
    const properties = entries(all).map(([name, each]) => [
      name,
      { ...schemaOf(each), description: text(`debug.${request}.${name}`, each.description) },
    ]);
    return [
      request,
      { ...(required.length > 0 && { required }), properties: Object.fromEntries(properties) as unknown },
    ];
  });
  return {
    type: DEBUG_TYPE,
    label: text("debugger.label", label),
    languages,
    when: when.when,
    configurationAttributes: Object.fromEntries(requests) as unknown,
    initialConfigurations: [{ type: DEBUG_TYPE, ...initial }],
    configurationSnippets: entries(snippets).map(([name, { label, description, request, body }]) => ({
      label: text(`snippet.${name}.label`, label),
      description: text(`snippet.${name}.description`, description),
      body: { type: DEBUG_TYPE, request, ...body },
    })),
  };
}

function schemaOf(value: Value): object {
  return {
    ...schemas[value.type],
    ...(value.type === "choice" && { enum: wordsOf(value).map(([word]) => word) }),
    default: value.default,
    ...("minimum" in value && { minimum: value.minimum }),
    ...("maximum" in value && { maximum: value.maximum }),
  };
}

/** The words of a choice with what each means, older ones last. */
function wordsOf({
  values,
  older = {},
}: Extract<Value, { readonly type: "choice" }>): [word: string, meaning: string][] {
  const names = entries(older).map(([word, now]): [string, string] => [word, `The older name of \`${now}\`.`]);
  return [...entries(values), ...names];
}

function entries<Name extends string, Each>(table: Readonly<Record<Name, Each>>): [Name, Each][] {
  return Object.entries(table) as [Name, Each][];
}
