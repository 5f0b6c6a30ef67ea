/** Reads settings by name, each as the type that contributions/settings.ts gives it. */

import * as vscode from "vscode";
import { idOf, PREFIX } from "../../../contributions/ids";
import type { Value } from "../../../contributions/values";
import { settings, type SettingName, type SettingsOf } from "../../../contributions/settings";

/**
 * The settings for a file, or for the window. A value of a wrong type counts as not set: the settings editor marks it,
 * and nothing may be made of it by mistake.
 */
export class Settings {
  private readonly configuration: vscode.WorkspaceConfiguration;

  constructor(file?: vscode.Uri) {
    this.configuration = vscode.workspace.getConfiguration(PREFIX, file);
  }

  string(name: SettingsOf<"string">): string {
    return String((this.raw(name) as string | null | undefined) ?? settings[name].default);
  }

  strings(name: SettingsOf<"strings">): string[] {
    const value = this.raw(name);
    return Array.isArray(value) ? value.map(String) : [...settings[name].default];
  }

  variables(name: SettingsOf<"variablesOrNull">): Record<string, string> {
    const value = this.raw(name);
    const variables = typeof value === "object" && value !== null ? value : settings[name].default;
    return Object.fromEntries(Object.entries(variables).map(([variable, content]) => [variable, String(content)]));
  }

  choice<Name extends SettingsOf<"choice">>(name: Name): keyof (typeof settings)[Name]["values"] {
    const value = this.raw(name);
    const { values, older = {}, default: otherwise }: Choice = settings[name];
    if (typeof value !== "string") return otherwise as keyof (typeof settings)[Name]["values"];
    const word = Object.hasOwn(older, value) ? older[value] : value;
    return (Object.hasOwn(values, word ?? "") ? word : otherwise) as keyof (typeof settings)[Name]["values"];
  }

  /** A finite number within its bounds; fractions pass, even where the settings editor marks them. */
  number(name: SettingsOf<"number" | "integer">): number {
    const value = this.raw(name);
    const { default: otherwise, minimum, maximum = Infinity }: Bounds = settings[name];
    const bounded = typeof value === "number" ? Math.min(value, maximum) : otherwise;
    return Number.isFinite(bounded) && bounded >= minimum ? bounded : otherwise;
  }

  /** A whole number; anything else counts as not set. */
  integer(name: SettingsOf<"integer">): number {
    return Number.isSafeInteger(this.raw(name)) ? this.number(name) : settings[name].default;
  }

  /** As it is set, whatever that is; for those that read strictly. */
  raw(name: SettingName): unknown {
    return this.configuration.get(name);
  }

  /** As the user, the workspace and the folder set it, each on its own. */
  inspect(name: SettingName): ReturnType<typeof this.configuration.inspect<unknown>> {
    return this.configuration.inspect<unknown>(name);
  }

  async update<Name extends SettingsOf<"choice">>(
    name: Name,
    value: keyof (typeof settings)[Name]["values"],
    target: vscode.ConfigurationTarget,
  ): Promise<void> {
    await this.configuration.update(name, value, target);
  }
}

type Choice = Extract<Value, { readonly type: "choice" }>;

interface Bounds {
  readonly default: number;
  readonly minimum: number;
  readonly maximum?: number;
}

/** Whether one of these settings was changed. */
export function concerns(change: vscode.ConfigurationChangeEvent, ...names: readonly SettingName[]): boolean {
  return names.some((name) => change.affectsConfiguration(idOf(name)));
}
