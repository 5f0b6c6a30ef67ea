/** The virtual JSON documents that VS Code's own diff editor shows; they follow the run's cursor while open. */

import * as vscode from "vscode";
import { Coalescer } from "../../base/coalescer";
import { eventLineText } from "../../model/text/eventLine";
import type { RunRegistry } from "../runs/runRegistry";
import type { RunsWatcher } from "../runs/runsWatcher";
import type { MergeDrafts } from "./mergeDrafts";
import { heldAt } from "./previewPlan";
import { mergedText, overlayKeysText, parentText } from "./stateText";

/** Virtual documents of states. */
export const DOCUMENT_SCHEME = "agent-context";

/** Which state a document shows; `key` narrows it to one key's value. */
export interface StateDocument {
  readonly runId: string;
  readonly layer: number;
  /** The held merge that it is about, by id. */
  readonly hold?: number;
  /**
   * parent: what the agent merges into · merged: the same after the merge, as the preview would do it · parentKeys,
   * baseKeys, overlay: only the overlay's keys
   */
  readonly side: "parent" | "merged" | "parentKeys" | "baseKeys" | "overlay";
  readonly key?: string;
}

/** The line of an event in the recording. */
export interface EventDocument {
  readonly runId: string;
  readonly event: number;
}

/** The URI of a document. Its path is what the tab and the breadcrumbs show. */
export function documentUri(document: StateDocument | EventDocument, name: string): vscode.Uri {
  // A slash in a name would look like a folder.
  const file = name.replace(/[/\\?#]/g, "_");
  return vscode.Uri.from({ scheme: DOCUMENT_SCHEME, path: `/${file}.json`, query: JSON.stringify(document) });
}

/** Gives the documents their text and tells when it changed, for open ones only, at most ten times a second. */
export class StateDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changeEmitter = new vscode.EventEmitter<vscode.Uri>();
  private readonly disposables: vscode.Disposable[];
  /** The last text given for an open document, so that an unchanged one is left alone. */
  private readonly texts = new Map<string, string>();

  readonly onDidChange = this.changeEmitter.event;

  constructor(
    private readonly runs: RunRegistry,
    watcher: RunsWatcher,
    private readonly drafts: MergeDrafts,
  ) {
    const refreshes = new Coalescer(() => this.refresh());
    this.disposables = [
      new vscode.Disposable(
        drafts.onDidChange(() => {
          if (this.texts.size > 0) refreshes.request();
        }),
      ),
      vscode.workspace.registerTextDocumentContentProvider(DOCUMENT_SCHEME, this),
      this.changeEmitter,
      refreshes,
      watcher.onDidChange(() => {
        if (this.texts.size > 0) refreshes.request();
      }),
      vscode.workspace.onDidCloseTextDocument((document) => this.texts.delete(document.uri.toString())),
    ];
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    const text = this.textOf(uri) ?? "";
    this.texts.set(uri.toString(), text);
    return text;
  }

  private refresh(): void {
    for (const [uriText, before] of this.texts) {
      const uri = vscode.Uri.parse(uriText, true);
      const now = this.textOf(uri);
      if (now !== undefined && now !== before) this.changeEmitter.fire(uri);
    }
  }

  /** Undefined when the run is no longer shown: its documents then stay as they were. */
  private textOf(uri: vscode.Uri): string | undefined {
    const document = JSON.parse(uri.query) as StateDocument | EventDocument;
    const run = this.runs.get(document.runId);
    if (run === undefined) return this.texts.get(uri.toString());
    if ("event" in document) return eventLineText(run.model, document.event);
    const { seq } = run.cursor;
    // Before the agent had started there is nothing to compare.
    if (!run.model.agents(seq).some((agent) => agent.layer === document.layer)) return "";
    const subject = { layer: document.layer, hold: document.hold };
    // A held merge that was decided is over: what was compared stays.
    const isOver = subject.hold !== undefined && !heldAt(run, seq).some(({ id }) => id === subject.hold);
    if (isOver) return this.texts.get(uri.toString());
    const plan = this.drafts.plan(run, subject, seq);
    switch (document.side) {
      case "parent":
        return parentText(run.model, plan, seq, document.key);
      case "merged": {
        const draft = this.drafts.of(run, subject);
        return mergedText(run.model, plan, seq, (key) => draft.isTicked(key), document.key);
      }
      case "parentKeys":
        return overlayKeysText(plan, "parent", document.key);
      case "baseKeys":
        return overlayKeysText(plan, "base", document.key);
      case "overlay":
        return overlayKeysText(plan, "overlay", document.key);
    }
  }
}
