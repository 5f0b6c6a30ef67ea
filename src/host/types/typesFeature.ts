/** The command Add Types for agent-context, its quick fix, and the offer of it where a sample was made. */

import * as path from "node:path";
import * as vscode from "vscode";
import { CommandId } from "../../../contributions/commands";
import { registerCommand } from "../ui/commands";
import { DisposableStore } from "../../base/disposableStore";
import { HumanError } from "../../base/humanError";
import { isScriptName } from "../runs/importMatcher";
import type { AddedTypes } from "./addTypes";
import type { StaleLock } from "./devDependency";
import { missingTypes, TYPESCRIPT, UnresolvedImports } from "./unresolvedImports";

/** What it depends on. */
export interface TypesDeps {
  readonly log: vscode.LogOutputChannel;
  readonly extensionUri: vscode.Uri;
}

/** What others show of it. */
export interface Types extends vscode.Disposable {
  readonly unresolved: UnresolvedImports;
  /** Offers the types once, as soon as it turns out that a script lacks them; until it is closed. */
  offerFor(document: vscode.TextDocument): void;
}

const LANGUAGES = ["typescript", "javascript", "typescriptreact", "javascriptreact"];

/** Registers the command and the quick fix. */
export function registerTypes({ log, extensionUri }: TypesDeps): Types {
  const store = new DisposableStore();
  const unresolved = store.add(new UnresolvedImports());
  const moduleFolder = vscode.Uri.joinPath(extensionUri, "dist/agent-context").fsPath;
  store.add(
    registerCommand<[unknown]>(log, CommandId.addTypes, async (argument) => {
      const place = await placeOf(argument);
      if (!place) return;
      const { addTypes } = await import("./addTypes");
      const added = addTypes({ ...place, moduleFolder, before: refuseUnsaved });
      tell(added);
      await refreshTypeScript(added);
    }),
  );
  store.add(
    vscode.languages.registerCodeActionsProvider(
      LANGUAGES.map((language) => ({ language, scheme: "file" })),
      {
        provideCodeActions(document, _range, { diagnostics }) {
          const missing = missingTypes(document, diagnostics);
          return missing.length === 0 ? [] : [quickFix(document.uri, missing)];
        },
      },
      { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
    ),
  );
  const offers = new Set<vscode.TextDocument>();
  const offerAll = (): void => {
    for (const document of offers) {
      if (!unresolved.has(document)) continue;
      offers.delete(document);
      offer(document.uri);
    }
  };
  store.add(vscode.workspace.onDidCloseTextDocument((document) => offers.delete(document)));
  store.add(unresolved.onDidChange(offerAll));
  return {
    unresolved,
    offerFor: (document) => {
      offers.add(document);
      offerAll();
    },
    dispose: () => store.dispose(),
  };
}

function quickFix(script: vscode.Uri, diagnostics: vscode.Diagnostic[]): vscode.CodeAction {
  const title = vscode.l10n.t("Add Types for agent-context");
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  action.diagnostics = diagnostics;
  action.command = { command: CommandId.addTypes, title, arguments: [script] };
  return action;
}

function offer(script: vscode.Uri): void {
  const add = vscode.l10n.t("Add Types");
  const text = vscode.l10n.t(
    "TypeScript does not find the types of agent-context here. The script runs without them, too.",
  );
  void vscode.window.showInformationMessage(text, add).then((choice) => {
    if (choice === add) void vscode.commands.executeCommand(CommandId.addTypes, script);
  });
}

/** Where the types are wanted: by the script that was named, the one in front, or a folder of the workspace. */
async function placeOf(argument: unknown): Promise<{ folder: string; root: string } | undefined> {
  const front = vscode.window.activeTextEditor?.document.uri;
  const script = argument instanceof vscode.Uri ? argument : front && isScriptName(front.path) ? front : undefined;
  if (script?.scheme === "file") {
    const folder = path.dirname(script.fsPath);
    return { folder, root: vscode.workspace.getWorkspaceFolder(script)?.uri.fsPath ?? folder };
  }
  const folders = vscode.workspace.workspaceFolders ?? [];
  const chosen = folders.length > 1 ? await vscode.window.showWorkspaceFolderPick() : folders[0];
  if (folders.length === 0) {
    throw new HumanError(vscode.l10n.t("Open a folder or a script first: the types are files beside it."));
  }
  return chosen && { folder: chosen.uri.fsPath, root: chosen.uri.fsPath };
}

/** What is changed on disk must not be changed in an editor, too. */
function refuseUnsaved(files: readonly string[]): void {
  const unsaved = vscode.workspace.textDocuments.find(({ isDirty, uri }) => isDirty && files.includes(uri.fsPath));
  if (unsaved) {
    const file = vscode.workspace.asRelativePath(unsaved.uri);
    throw new HumanError(vscode.l10n.t("{0} has unsaved changes. Save it, and add the types again.", file));
  }
}

/** A tsconfig.json that is new may go unseen: TypeScript remembers that there was none, and watches few folders for one. */
async function refreshTypeScript({ isNew }: AddedTypes): Promise<void> {
  if (!vscode.extensions.getExtension(TYPESCRIPT)?.isActive) return;
  await vscode.commands.executeCommand(isNew ? "typescript.restartTsServer" : "typescript.reloadProjects");
}

function tell({ file, staleLock }: AddedTypes): void {
  const where = vscode.workspace.asRelativePath(file);
  if (!staleLock || !vscode.workspace.isTrusted) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t("The types of agent-context are now in .agent-context/types; {0} points to them.", where),
    );
    return;
  }
  const install = vscode.l10n.t("Run {0} install", staleLock.manager);
  const lock = path.basename(staleLock.file);
  const text = vscode.l10n.t(
    "The types of agent-context are now in .agent-context/types; {0} points to them. {1} is not updated yet.",
    where,
    lock,
  );
  void vscode.window.showInformationMessage(text, install).then((choice) => {
    if (choice === install) void runInstall(staleLock);
  });
}

/** In a terminal, where one sees what it does. */
async function runInstall({ file, manager }: StaleLock): Promise<void> {
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file)) ?? vscode.TaskScope.Workspace;
  const execution = new vscode.ShellExecution(manager, ["install"], { cwd: path.dirname(file) });
  const name = `${manager} install`;
  await vscode.tasks.executeTask(
    new vscode.Task({ type: "shell", task: name }, folder, name, "Agent Context", execution),
  );
}
