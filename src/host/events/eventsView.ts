/** Owns the panel view "Agent Events": the events of one agent or of all, given to its webview row by row as asked for. */

import * as vscode from "vscode";
import { EventList } from "../../model/eventFilter";
import type { EventFilter, EventsFromWebview, EventsToWebview } from "../../protocol/eventsMessages";
import { Coalescer } from "../coalescer";
import type { Run, Runs } from "../run";
import type { RunsWatcher } from "../runsWatcher";
import { step } from "../stepping";
import type { StepScope } from "../stepScope";
import { visibleText } from "../visibleText";
import { webviewHtml, webviewRoot } from "../webviewHtml";

export const EVENTS_VIEW = "agentContext.events";
const EVERYTHING: EventFilter = { agents: [], kinds: [], key: "", text: "" };

/** What the view needs of the rest. */
export interface EventsDeps {
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  readonly runs: Runs;
  readonly watcher: RunsWatcher;
  readonly scope: StepScope;
}
