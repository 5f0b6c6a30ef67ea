/** Which recorded runs a command means: those it was called on, those selected, or those the user chooses. */

import * as vscode from "vscode";
import { FOCUSED_ROW } from "../../../contributions/keys";
import { HumanError } from "../../base/humanError";
import { workspaceName } from "../runs/workspaceName";
import { isRunTarget } from "../ui/runTarget";
import type { RecentRun } from "./recentRun";
import { recentRunNode } from "./recentRunNode";
import type { RecentRuns } from "./recentRuns";
import type { RecentRunsView } from "./recentRunsView";

interface RunItem extends vscode.QuickPickItem {
  readonly run: RecentRun;
}

/**
 * A command's arguments are a row and the rows selected with it (menus), "focused" (keys), a run's id, or nothing: then
 * the user chooses among the runs that the view lists.
 */
export class RecentRunPicker {
  constructor(
    private readonly recent: RecentRuns,
    private readonly view: RecentRunsView,
  ) {}

  /** @returns undefined when the user chose none. @throws HumanError when there is none */
  async one(argument: unknown, question: string): Promise<RecentRun | undefined> {
    return (await this.several(argument, undefined, question, "one"))[0];
  }

  /** @param choose how many the user may choose where nothing names them. @throws HumanError when there is none */
  async several(argument: unknown, rows: unknown, question: string, choose: "one" | "many"): Promise<RecentRun[]> {
    const ids = argument === FOCUSED_ROW ? await this.focusedIds() : this.idsOf(argument, rows);
    if (ids.length > 0) return this.byId(ids);
    return argument === FOCUSED_ROW ? [] : this.ask(question, choose);
  }

  /** Two runs, the older one first; empty when the user chose none. @throws HumanError when there are not two */
  async pair(argument: unknown, rows: unknown): Promise<readonly RecentRun[]> {
    const chosen = await this.several(argument, rows, vscode.l10n.t("Compare which run?"), "one");
    const [first] = chosen;
    if (chosen.length > 2) throw new HumanError(vscode.l10n.t("Two runs can be compared at a time. Select two."));
    if (chosen.length === 1 && first !== undefined) {
      const question = vscode.l10n.t("Compare {0} with which run?", recentRunNode(first, told()).label);
      for (const other of await this.ask(question, "one", first.record.id)) chosen.push(other);
    }
    return chosen.length < 2 ? [] : chosen.sort((a, b) => a.record.startedMs - b.record.startedMs);
  }

  private async focusedIds(): Promise<string[]> {
    return (await this.view.focused()).map(({ runId }) => runId);
  }

  private idsOf(argument: unknown, rows: unknown): string[] {
    if (typeof argument === "string") return [argument];
    if (!isRunTarget(argument)) return [];
    const selected: unknown[] = Array.isArray(rows) ? rows : [];
    const targets = selected.includes(argument) ? selected.filter(isRunTarget) : [argument];
    return targets.map(({ runId }) => runId);
  }

  private async byId(ids: readonly string[]): Promise<RecentRun[]> {
    const found = await Promise.all(ids.map((id) => this.recent.get(id)));
    const there = found.filter((run) => run !== undefined);
    if (there.length === 0) {
      throw new HumanError(vscode.l10n.t("The recording is gone. It was deleted, perhaps by another window."));
    }
    return there;
  }

  private async ask(question: string, choose: "one" | "many", except?: string): Promise<RecentRun[]> {
    const all = (await this.recent.list()).filter(({ record }) => record.id !== except);
    const listed = this.view.listed(all);
    const items = (listed.length > 0 ? listed : all).map(itemOf);
    if (items.length === 0) {
      throw new HumanError(
        except === undefined
          ? vscode.l10n.t("No run is recorded yet. Run an agent script first.")
          : vscode.l10n.t("There is no other recorded run. Run the script again first."),
      );
    }
    const options = { placeHolder: question, matchOnDescription: true };
    if (choose === "many") return (await pickMany(items, options)).map(({ run }) => run);
    const item = await vscode.window.showQuickPick(items, options);
    return item === undefined ? [] : [item.run];
  }
}

async function pickMany(items: readonly RunItem[], options: vscode.QuickPickOptions): Promise<readonly RunItem[]> {
  return (await vscode.window.showQuickPick(items, { ...options, canPickMany: true })) ?? [];
}

function itemOf(run: RecentRun): RunItem {
  const { label, description, icon } = recentRunNode(run, told());
  return { label, description, iconPath: new vscode.ThemeIcon(icon), run };
}

function told(): { nowMs: number; locale: string; workspace: string } {
  return { nowMs: Date.now(), locale: vscode.env.language, workspace: workspaceName() };
}
