/** The settings of what is masked in a run: read strictly, for a run that was to be masked must not run unmasked. */

import * as vscode from "vscode";
import { idOf } from "../../../contributions/ids";
import { settings as declared, type SettingsOf } from "../../../contributions/settings";
import { masksAnything, patternProblem, type RedactPatterns } from "../../recording/redact";
import { HumanError } from "../../base/humanError";
import { visibleText } from "../../base/visibleText";
import type { Settings } from "./settings";

/** The patterns that a script's run is masked by; undefined = nothing is masked. @throws HumanError naming the setting that cannot be followed. */
export function readRedactPatterns(settings: Settings): RedactPatterns | undefined {
  const patterns = {
    keys: readPatterns(settings, "redact.keys"),
    values: readPatterns(settings, "redact.values"),
    commonSecrets: readCommonSecrets(settings),
  };
  return masksAnything(patterns) ? patterns : undefined;
}

/** Those of the user, the workspace and the folder add up: a workspace can have more masked, never less. */
function readPatterns(settings: Settings, name: SettingsOf<"patterns">): readonly string[] {
  const { globalValue, workspaceValue, workspaceFolderValue } = settings.inspect(name) ?? {};
  const patterns = new Set<string>();
  for (const value of [globalValue, workspaceValue, workspaceFolderValue, settings.raw(name)]) {
    if (value === undefined) continue;
    if (!Array.isArray(value)) {
      throw new HumanError(
        vscode.l10n.t(
          "Nothing was run: the setting '{0}' is not a list of regular expressions, so what to mask is unknown. Correct or remove it.",
          idOf(name),
        ),
      );
    }
    for (const pattern of value as readonly unknown[]) patterns.add(checked(pattern, name));
  }
  return [...patterns];
}

function checked(pattern: unknown, name: SettingsOf<"patterns">): string {
  const problem = typeof pattern === "string" ? patternProblem(pattern) : vscode.l10n.t("it is not a string");
  if (typeof pattern === "string" && problem === undefined) return pattern;
  throw new HumanError(
    vscode.l10n.t(
      "Nothing was run: '{1}' in the setting '{0}' is not a regular expression ({2}), so what to mask is unknown. Correct or remove it.",
      idOf(name),
      visibleText(typeof pattern === "string" ? pattern : JSON.stringify(pattern), 100),
      problem ?? "",
    ),
  );
}

function readCommonSecrets(settings: Settings): boolean {
  const name = "redact.commonSecrets";
  const value = settings.raw(name);
  if (value === undefined || typeof value === "boolean") return value ?? declared[name].default;
  throw new HumanError(
    vscode.l10n.t(
      "Nothing was run: the setting '{0}' is neither true nor false, so what to mask is unknown. Correct or remove it.",
      idOf(name),
    ),
  );
}
