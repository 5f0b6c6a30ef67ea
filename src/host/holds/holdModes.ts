/** How the user says which merges wait for them: for a run, which the workspace remembers, or for one agent of it. */

import * as vscode from "vscode";
import type { HoldMode } from "../../core/choices";
import { controlOf, type Run } from "../runs/run";
import { visibleText } from "../../base/visibleText";
import { Settings } from "../settings/settings";

/**
 * Changes a run's mode, and with it the workspace's setting, so that the next run begins with it; or an agent's own,
 * which goes with the run.
 */
export async function setHold(run: Run, layer: number | undefined, mode: HoldMode | "inherit"): Promise<void> {
  const control = controlOf(run);
  if (layer !== undefined) return control.setHold(mode === "inherit" ? undefined : mode, layer);
  if (mode === "inherit") return;
  await control.setHold(mode);
  if (!vscode.workspace.workspaceFolders?.length) return;
  const settings = new Settings(run.script);
  if (settings.raw("holdMerges") === mode) return;
  // A folder's own value would hide the workspace's.
  const { WorkspaceFolder, Workspace } = vscode.ConfigurationTarget;
  const isOfFolder = settings.inspect("holdMerges")?.workspaceFolderValue !== undefined;
  await settings.update("holdMerges", mode, isOfFolder ? WorkspaceFolder : Workspace);
}

/** Asks for a mode. @returns undefined when the user picks none */
export async function pickHoldMode(run: Run, layer: number | undefined): Promise<HoldMode | "inherit" | undefined> {
  const current = layer === undefined ? run.holds.run : (run.holds.agents.get(layer) ?? "inherit");
  const modes: readonly { readonly mode: HoldMode | "inherit"; readonly label: string; readonly detail: string }[] = [
    {
      mode: "never",
      label: vscode.l10n.t("Never"),
      detail: vscode.l10n.t("Merges are applied as soon as the script asks for them."),
    },
    {
      mode: "onProblem",
      label: vscode.l10n.t("On a Problem"),
      detail: vscode.l10n.t(
        "A merge that loses somebody's work, or overwrites somebody's change, waits until you approve or reject it.",
      ),
    },
    {
      mode: "always",
      label: vscode.l10n.t("Always"),
      detail: vscode.l10n.t("Every merge waits until you approve or reject it."),
    },
    ...(layer === undefined
      ? []
      : [
          {
            mode: "inherit" as const,
            label: vscode.l10n.t("Same as the Run"),
            detail: vscode.l10n.t("This agent uses the mode of the whole run."),
          },
        ]),
  ];
  const of = visibleText(layer === undefined ? run.title : run.model.layerName(layer), 60);
  const picked = await vscode.window.showQuickPick(
    modes.map((each) => ({ ...each, ...(each.mode === current ? { description: vscode.l10n.t("now") } : {}) })),
    { title: vscode.l10n.t("Hold Merges of {0}", of), placeHolder: vscode.l10n.t("Which merges wait for you?") },
  );
  return picked?.mode;
}
