/** The HTML shell of our webviews: content security policy, styles, script. What is shown comes by messages alone. */

import { randomBytes } from "node:crypto";
import * as vscode from "vscode";

/** The folder that webviews may load from. */
export function webviewRoot(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, "dist", "webview");
}

/**
 * The page of a webview.
 * @param name of the front end: `dist/webview/<name>.js` and `.css`
 * @param title for assistive technology; text of ours, escaped all the same
 */
export function webviewHtml(
  webview: vscode.Webview,
  extensionUri: vscode.Uri,
  name: "preview" | "events" | "orders" | "recording",
  title: string,
): string {
  const nonce = randomBytes(16).toString("base64");
  const uri = (file: string): string =>
    escapeHtml(webview.asWebviewUri(vscode.Uri.joinPath(webviewRoot(extensionUri), file)).toString());
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource} 'nonce-${nonce}'`,
    `font-src ${webview.cspSource}`,
  ].join("; ");
  const { bundle } = vscode.l10n;
  return `<!DOCTYPE html>
<html lang="${escapeHtml(vscode.env.language)}">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta property="csp-nonce" content="${nonce}">
${bundle === undefined ? "" : `<meta name="l10n" content="${escapeHtml(JSON.stringify(bundle))}">\n`}<title>${escapeHtml(title)}</title>
<link rel="stylesheet" href="${uri("codicon.css")}">
<link rel="stylesheet" href="${uri(`${name}.css`)}">
</head>
<body>
<div id="app"></div>
<script nonce="${nonce}" src="${uri(`${name}.js`)}"></script>
</body>
</html>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
