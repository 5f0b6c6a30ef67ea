/** How a node becomes a TreeItem of VS Code: icon, colours, tooltip. Text of scripts stays text: nothing here is markup. */

import * as vscode from "vscode";
import { CommandId } from "../../../contributions/commands";
import type { Branch } from "./liveTree";
import { stateUri } from "./stateDecorations";
import type { NodeDetails, TreeNode } from "../ui/treeNode";

/** The item of a branch, without its tooltip (see {@link treeTooltip}): tooltips are made when hovered. */
export function treeItem(branch: Branch): vscode.TreeItem {
  const { node } = branch;
  const item = new vscode.TreeItem(node.label, collapsibleState(node));
  item.id = node.id;
  item.description = node.description;
  item.contextValue = node.contextValue;
  item.accessibilityInformation = { label: node.accessibleLabel };
  if (node.icon !== "") {
    item.iconPath = new vscode.ThemeIcon(
      node.icon,
      node.iconColor === undefined ? undefined : new vscode.ThemeColor(node.iconColor),
    );
  }
  if (node.status !== undefined) item.resourceUri = stateUri(node.id, node.status);
  if (node.kind === "log") {
    item.command = { command: CommandId.showEvents, title: vscode.l10n.t("Show Events"), arguments: [branch] };
  }
  if (node.kind === "finding" || node.kind === "moment") {
    item.command = { command: CommandId.showFinding, title: vscode.l10n.t("Show Evidence"), arguments: [branch] };
  }
  if (node.kind === "held" && node.place.hold !== undefined) {
    item.command = {
      command: CommandId.previewHeldMerge,
      title: vscode.l10n.t("Show the Held Merge"),
      arguments: [branch],
    };
  }
  return item;
}

/** A tooltip of plain text and code blocks; no links, no commands, no HTML. */
export function treeTooltip(details: NodeDetails): vscode.MarkdownString {
  const text = new vscode.MarkdownString(undefined, false);
  text.isTrusted = false;
  text.supportHtml = false;
  if (details.heading !== "") {
    text.appendMarkdown("**");
    text.appendText(details.heading);
    text.appendMarkdown("**\n\n");
  }
  for (const fact of details.facts) {
    text.appendText(`${fact.label}: ${fact.text}`);
    text.appendMarkdown("  \n");
  }
  if (details.code !== undefined) {
    text.appendCodeblock(details.code.text, details.code.language === "json" ? "json" : "");
  }
  return text;
}

function collapsibleState(node: TreeNode): vscode.TreeItemCollapsibleState {
  switch (node.expansion) {
    case "none":
      return vscode.TreeItemCollapsibleState.None;
    case "collapsed":
      return vscode.TreeItemCollapsibleState.Collapsed;
    case "expanded":
      return vscode.TreeItemCollapsibleState.Expanded;
  }
}
