/** What the webview panels of a run share: the page and its readiness, the rhythm of refreshes, and their end. It knows no message but by its type. */

import * as vscode from "vscode";
import { Coalescer } from "../../base/coalescer";
import type { Run } from "../runs/run";
import type { RunsWatcher } from "../runs/runsWatcher";
import { webviewHtml, webviewRoot } from "../ui/webviewHtml";

/** What a {@link RunPanel} is made of. */
export interface RunPanelOptions {
  readonly extensionUri: vscode.Uri;
  readonly watcher: RunsWatcher;
  readonly run: Run;
  readonly viewType: string;
  /** The front end; see {@link webviewHtml}. */
  readonly page: "preview" | "orders";
  readonly title: string;
  readonly show: { readonly viewColumn: vscode.ViewColumn; readonly preserveFocus: boolean };
  /** A message of the page, not decoded. */
  readonly received: (message: unknown) => void;
  /** Brings the page up to date; called for bursts of changes once, and only while it can be seen. */
  readonly refresh: () => void;
}

/** A panel. What is posted while its page is not there is lost: a page that says "ready" wants everything anew. */
export class RunPanel<ToWebview> implements vscode.Disposable {
  private readonly panel: vscode.WebviewPanel;
  private readonly refreshes: Coalescer;
  private readonly disposeEmitter = new vscode.EventEmitter<void>();
  private ready = false;

  readonly onDidDispose = this.disposeEmitter.event;

  constructor({ extensionUri, watcher, run, viewType, page, title, show, received, refresh }: RunPanelOptions) {
    this.panel = vscode.window.createWebviewPanel(viewType, title, show, {
      enableScripts: true,
      enableCommandUris: false,
      localResourceRoots: [webviewRoot(extensionUri)],
    });
    const icon = (theme: string): vscode.Uri => vscode.Uri.joinPath(extensionUri, "media", `preview-${theme}.svg`);
    this.panel.iconPath = { light: icon("light"), dark: icon("dark") };
    this.refreshes = new Coalescer(refresh, () => this.panel.visible && this.ready);
    const disposables: vscode.Disposable[] = [
      this.refreshes,
      this.disposeEmitter,
      watcher.onDidChange((changed) => {
        if (changed === undefined || changed === run) this.request();
      }),
      this.panel.webview.onDidReceiveMessage(received),
      this.panel.onDidChangeViewState(() => {
        // A hidden panel loses its page: it says "ready" again when it is back.
        if (!this.panel.visible) this.ready = false;
      }),
      this.panel.onDidDispose(() => {
        this.disposeEmitter.fire();
        for (const disposable of disposables) disposable.dispose();
      }),
    ];
    this.panel.webview.html = webviewHtml(this.panel.webview, extensionUri, page, title);
  }

  /** Where it stands. */
  get viewColumn(): vscode.ViewColumn | undefined {
    return this.panel.viewColumn;
  }

  get active(): boolean {
    return this.panel.active;
  }

  get visible(): boolean {
    return this.panel.visible;
  }

  reveal(preserveFocus = false): void {
    this.panel.reveal(undefined, preserveFocus);
  }

  /** The page has said that it listens. */
  pageReady(): void {
    this.ready = true;
    this.request();
  }

  /** Asks for a refresh, soon. */
  request(): void {
    this.refreshes.request();
  }

  post(message: ToWebview): void {
    if (this.ready) void this.panel.webview.postMessage(message);
  }

  dispose(): void {
    this.panel.dispose();
  }
}
