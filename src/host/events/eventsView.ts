/** The panel view "Agent Events": the events of one agent or of all, given to its webview row by row as asked for. */

import * as vscode from "vscode";
import { ViewId } from "../../../contributions/views";
import { NO_FILTER } from "../../model/text/eventList";
import { decodeEventsMessage, type EventFilter, type EventsToWebview } from "../../protocol/eventsMessages";
import { Coalescer } from "../../base/coalescer";
import { DisposableStore } from "../../base/disposableStore";
import type { Run } from "../runs/run";
import type { RunRegistry } from "../runs/runRegistry";
import type { RunsWatcher } from "../runs/runsWatcher";
import type { StepScope } from "../runs/stepScope";
import { webviewHtml, webviewRoot } from "../ui/webviewHtml";
import { ShownEvents } from "./shownEvents";

/** So long a search goes on at once: what else there is to do must not wait for it. */
const SEARCH_SLICE_MS = 8;

/** What the view needs of the rest. */
export interface EventsDeps {
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  readonly runs: RunRegistry;
  readonly watcher: RunsWatcher;
  readonly scope: StepScope;
}

/** Shows the events of the current run; selecting one moves the run's cursor. */
export class EventsView implements vscode.WebviewViewProvider, vscode.Disposable {
  private view: vscode.WebviewView | undefined;
  private ready = false;
  private shown: ShownEvents | undefined;
  /** The search that goes on by itself. */
  private searching: ShownEvents | undefined;
  /** What was sent last, so that nothing is sent twice. */
  private sent = "";
  private sentDetails = "";
  private readonly refreshes: Coalescer;
  private readonly disposables = new DisposableStore();

  constructor(private readonly deps: EventsDeps) {
    this.refreshes = this.disposables.add(
      new Coalescer(
        () => this.refresh(),
        () => this.view?.visible === true && this.ready,
      ),
    );
    this.disposables.add(
      deps.watcher.onDidChange((run) => {
        if (run === undefined || run === this.shown?.run) this.refreshes.request();
      }),
    );
  }

  dispose(): void {
    this.disposables.dispose();
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.view = view;
    this.ready = false;
    view.webview.options = { enableScripts: true, localResourceRoots: [webviewRoot(this.deps.extensionUri)] };
    view.webview.onDidReceiveMessage((message: unknown) => this.receive(message));
    view.onDidChangeVisibility(() => {
      // A hidden view loses its page: it says "ready" again when it is back.
      if (!view.visible) this.ready = false;
    });
    view.onDidDispose(() => {
      if (this.view === view) this.view = undefined;
    });
    view.webview.html = webviewHtml(view.webview, this.deps.extensionUri, "events", vscode.l10n.t("Agent Events"));
  }

  /** Opens the view on a run's events, of one agent or of all. */
  async show(run: Run, layer: number | undefined): Promise<void> {
    this.deps.runs.setCurrent(run.id);
    const shown = this.shownFor(run);
    shown.setFilter({ ...shown.filter, agents: layer === undefined ? [] : [layer] });
    this.deps.scope.choose(run.id, layer);
    this.refreshes.request();
    await vscode.commands.executeCommand(`${ViewId.events}.focus`);
  }

  private shownFor(run: Run): ShownEvents {
    if (this.shown?.run !== run) {
      const { key = "", text = "", kinds = [] } = this.shown?.filter ?? {};
      // What was looked for is looked for in the next run too; its agents are others.
      this.shown = new ShownEvents(run, { agents: [], kinds, key, text }, SEARCH_SLICE_MS);
    }
    return this.shown;
  }

  private receive(value: unknown): void {
    const decoded = decodeEventsMessage(value);
    if (!decoded.ok) {
      this.deps.log.warn(decoded.problem);
      return;
    }
    const { shown } = this;
    const { message } = decoded;
    switch (message.type) {
      case "ready":
        this.ready = true;
        this.sent = this.sentDetails = "";
        this.refreshes.request();
        return;
      case "wantRows":
        if (shown !== undefined) {
          this.post({
            type: "rows",
            request: message.request,
            from: message.from,
            rows: shown.rows(message.from, message.to),
          });
        }
        return;
      case "setFilter":
        if (shown !== undefined) this.setFilter(shown, message.filter);
        return;
      case "chooseRun":
        this.deps.runs.setCurrent(message.id);
        this.refreshes.request();
        return;
      case "moveTo":
        shown?.run.cursor.moveTo(message.seq);
        return;
      case "step":
        if (shown !== undefined) shown.run.cursor.step(message.to, shown.onlyAgent);
        return;
      case "copy":
        void vscode.env.clipboard.writeText(message.text);
        return;
    }
  }

  private setFilter(shown: ShownEvents, filter: EventFilter): void {
    shown.setFilter(filter);
    this.deps.scope.choose(shown.run.id, shown.onlyAgent);
    this.refreshes.request();
  }

  private refresh(): void {
    const { runs } = this.deps;
    const run = runs.current;
    const others = runs.all.map(({ id, title }) => ({ id, title }));
    if (run === undefined) {
      this.shown = undefined;
      this.send({
        type: "list",
        run: undefined,
        runs: others,
        agents: [],
        kinds: [],
        filter: NO_FILTER,
        startedMs: undefined,
        matching: 0,
        total: 0,
        searched: 0,
        cut: 0,
        onDisk: 0,
        cursor: { live: true, seq: 0 },
        cursorIndex: -1,
      });
      return;
    }
    const shown = this.shownFor(run);
    const summary = shown.summary();
    this.send({ type: "list", run: { id: run.id, title: run.title }, runs: others, ...summary });
    if (shown.isSearching) this.search(shown);
    // What was asked last may have come to the end after its progress was told.
    else if (summary.searched < summary.total) this.refreshes.request();
    const seq = shown.markedSeq;
    const details = `${run.id} ${seq}`;
    if (details === this.sentDetails) return;
    this.sentDetails = details;
    this.post({ type: "details", details: shown.details(seq) });
  }

  /** Looks through the events slice by slice, with room for all else in between, and tells the view of it now and then. */
  private search(shown: ShownEvents): void {
    if (this.searching === shown) return;
    this.searching = shown;
    const goOn = (): void => {
      // Another run or filter is looked for by now, or nobody looks.
      if (this.shown !== shown || !this.ready) {
        if (this.searching === shown) this.searching = undefined;
        return;
      }
      shown.goOn();
      this.refreshes.request();
      if (shown.isSearching) setImmediate(goOn);
      else this.searching = undefined;
    };
    setImmediate(goOn);
  }

  private send(message: Extract<EventsToWebview, { type: "list" }>): void {
    const text = JSON.stringify(message);
    if (text === this.sent) return;
    this.sent = text;
    this.post(message);
  }

  private post(message: EventsToWebview): void {
    if (this.ready) void this.view?.webview.postMessage(message);
  }
}
