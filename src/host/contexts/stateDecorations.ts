/** Colours and badges of added, modified, deleted and conflicting keys, by URIs of our own scheme. */

import * as vscode from "vscode";
import { ColorId } from "../../../contributions/colors";
import type { NodeStatus } from "../ui/treeNode";

/** Names a key of a state; never opened. The query says the status, so a changed status is a changed URI. */
export const STATE_SCHEME = "agent-context-state";

/** The URI that gives a tree item its decoration. */
export function stateUri(nodeId: string, status: NodeStatus): vscode.Uri {
  return vscode.Uri.from({ scheme: STATE_SCHEME, path: `/${nodeId}`, query: `status=${status}` });
}

/** Registers the provider of decorations. They follow from the URI alone, so they never change. */
export function registerStateDecorations(): vscode.Disposable {
  return vscode.window.registerFileDecorationProvider({
    provideFileDecoration: (uri) => (uri.scheme === STATE_SCHEME ? decoration(uri.query) : undefined),
  });
}

function decoration(query: string): vscode.FileDecoration | undefined {
  switch (query.replace("status=", "") as NodeStatus) {
    case "added":
      return decorated("A", vscode.l10n.t("Added"), ColorId.added);
    case "modified":
      return decorated("M", vscode.l10n.t("Modified"), ColorId.modified);
    case "deleted":
      return decorated("D", vscode.l10n.t("Deleted"), ColorId.deleted);
    case "conflict":
      return decorated("C", vscode.l10n.t("Conflict"), ColorId.conflict);
    default:
      return undefined;
  }
}

function decorated(badge: string, tooltip: string, color: string): vscode.FileDecoration {
  return new vscode.FileDecoration(badge, tooltip, new vscode.ThemeColor(color));
}
