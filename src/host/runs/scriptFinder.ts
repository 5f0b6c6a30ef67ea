/** Finding and choosing the workspace's agent scripts; knows nothing of running them. */

import { open, stat } from "node:fs/promises";
import * as path from "node:path";
import * as vscode from "vscode";
import { importLine, isScriptName, SCRIPT_EXTENSIONS } from "./importMatcher";

/** A file that imports `agent-context`. */
interface Found {
  readonly uri: vscode.Uri;
  readonly changedMs: number;
}

const READERS = 16;
/** Larger files are bundles, not scripts that somebody edits. */
const MAX_SCRIPT_BYTES = 1024 * 1024;
const REDRAW_MS = 150;

/**
 * Lets the user choose one of the workspace's scripts, newest edited first, or browse for one. The list fills while the
 * workspace is searched; closing it ends the search.
 * @returns undefined when the user chose nothing.
 */
export async function pickScript(
  log: vscode.LogOutputChannel,
  title = vscode.l10n.t("Run Agent Script"),
): Promise<vscode.Uri | undefined> {
  const browse: vscode.QuickPickItem = { label: vscode.l10n.t("$(folder-opened) Browse…"), alwaysShow: true };
  const picker = vscode.window.createQuickPick<vscode.QuickPickItem & { readonly script?: vscode.Uri }>();
  const cancellation = new vscode.CancellationTokenSource();
  const found: Found[] = [];
  let redrawTimer: NodeJS.Timeout | undefined;
  const redraw = (): void => {
    redrawTimer = undefined;
    const active = picker.activeItems[0]?.script?.toString();
    found.sort((a, b) => b.changedMs - a.changedMs);
    const items = found.map(({ uri }) => itemOf(uri));
    picker.items = [...items, { label: "", kind: vscode.QuickPickItemKind.Separator }, browse];
    const stay = items.find((item) => item.script.toString() === active);
    if (stay) picker.activeItems = [stay];
  };

  picker.title = title;
  picker.placeholder = vscode.l10n.t("Searching for scripts that import agent-context…");
  picker.matchOnDescription = true;
  picker.busy = true;
  picker.items = [browse];
  const choice = new Promise<(vscode.QuickPickItem & { readonly script?: vscode.Uri }) | undefined>((resolve) => {
    picker.onDidAccept(() => resolve(picker.selectedItems[0] ?? picker.activeItems[0]));
    picker.onDidHide(() => resolve(undefined));
  });
  picker.show();
  void findScripts((script) => {
    found.push(script);
    redrawTimer ??= setTimeout(redraw, REDRAW_MS);
  }, cancellation.token).then(
    () => {
      if (cancellation.token.isCancellationRequested) return;
      clearTimeout(redrawTimer);
      redraw();
      picker.busy = false;
      picker.placeholder =
        found.length > 0
          ? vscode.l10n.t("Choose a script, newest edited first")
          : vscode.l10n.t("No script of the workspace imports agent-context");
    },
    (error: unknown) => {
      log.error(`The search for scripts failed: ${String(error)}`);
      picker.busy = false;
      picker.placeholder = vscode.l10n.t("The search for scripts failed; use Browse…");
    },
  );

  try {
    const item = await choice;
    if (item === browse) {
      picker.hide();
      return await browseForScript();
    }
    return item?.script;
  } finally {
    cancellation.cancel();
    cancellation.dispose();
    clearTimeout(redrawTimer);
    picker.dispose();
  }
}

/** Calls `report` for each script of the workspace that imports `agent-context`, in no order, until cancelled. */
export async function findScripts(report: (script: Found) => void, token: vscode.CancellationToken): Promise<void> {
  const pattern = `**/*.{${SCRIPT_EXTENSIONS.join(",")}}`;
  const files = await vscode.workspace.findFiles(pattern, "**/node_modules/**", undefined, token);
  const queue = files.filter((uri) => uri.scheme === "file" && isScriptName(uri.path));
  const reader = async (): Promise<void> => {
    for (let uri = queue.pop(); uri && !token.isCancellationRequested; uri = queue.pop()) {
      const changedMs = await importsSince(uri.fsPath);
      if (changedMs !== undefined) report({ uri, changedMs });
    }
  };
  await Promise.all(Array.from({ length: READERS }, reader));
}

/** @returns when the file was last changed, if it imports `agent-context` and can be read. */
async function importsSince(file: string): Promise<number | undefined> {
  const facts = await stat(file).catch(() => undefined);
  if (!facts?.isFile() || facts.size > MAX_SCRIPT_BYTES) return undefined;
  const handle = await open(file).catch(() => undefined);
  if (!handle) return undefined;
  try {
    return importLine(await handle.readFile("utf8")) === undefined ? undefined : facts.mtimeMs;
  } catch {
    return undefined; // gone or unreadable meanwhile: not a script to offer
  } finally {
    await handle.close();
  }
}

function itemOf(uri: vscode.Uri): vscode.QuickPickItem & { readonly script: vscode.Uri } {
  const folder = path.posix.dirname(vscode.workspace.asRelativePath(uri));
  return { label: path.posix.basename(uri.path), description: folder === "." ? "" : folder, script: uri };
}

async function browseForScript(): Promise<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t("Run Agent Script"),
    openLabel: vscode.l10n.t("Run"),
    filters: { [vscode.l10n.t("Agent scripts")]: [...SCRIPT_EXTENSIONS] },
    ...(folder ? { defaultUri: folder } : {}),
  });
  return chosen?.[0];
}
