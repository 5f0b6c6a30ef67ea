/** The view "Recent Runs": which runs it lists, keeps its rows fresh while it can be seen, and says what is kept. */

import * as vscode from "vscode";
import { ContextKeys } from "../ui/contextKeys";
import { otherWorkspacesHaveRuns, recentRunsOfAll } from "../../../contributions/contextKeys";
import { Coalescer } from "../../base/coalescer";
import { treeTooltip } from "../contexts/treeItem";
import { CommandId } from "../../../contributions/commands";
import { DisposableStore } from "../../base/disposableStore";
import { FocusedRow } from "../ui/focusedRow";
import type { LazyTree } from "../ui/lazyTree";
import type { RunsWatcher } from "../runs/runsWatcher";
import { isLive, problemsOf, type RecentRun } from "./recentRun";
import { recentRunDetails, recentRunNode, type RecentRunNode } from "./recentRunNode";
import type { RecentRuns } from "./recentRuns";
import { retentionText, type RetentionLimits } from "../records/retention";
import type { RunRecordStore } from "../records/runRecordStore";
import { concernsRetention } from "../settings/retentionSettings";

/** Each refresh looks at every run directory, so it is slower than those of the other views. */
const REFRESH_MS = 1_000;
/** Rows say how many minutes ago: so often they are looked at again while nothing else happens. */
const TICK_MS = 15_000;

/** Under which the workspace remembers whether the runs of all are listed. */
const MEMORY_KEY = "agentContext.recentRunsOfAll";

/** A row on display: the same object for as long as its run is listed. VS Code keeps the selection by it. */
export class RecentRow {
  constructor(
    public run: RecentRun,
    public node: RecentRunNode,
  ) {}

  get runId(): string {
    return this.run.record.id;
  }
}

/** What the view needs of the rest. */
export interface RecentRunsViewDeps {
  readonly rows: LazyTree<RecentRow>;
  readonly recent: RecentRuns;
  readonly records: RunRecordStore;
  readonly watcher: RunsWatcher;
  /** Remembers, for the workspace, whether the runs of all are listed. */
  readonly memory: vscode.Memento;
  /** This window's workspace, as records name it. */
  readonly workspace: () => string;
  readonly limits: () => RetentionLimits;
  readonly failed: (error: unknown) => void;
}

/** Lists the runs of this workspace, or of all. Looks at the disk only while it can be seen. */
export class RecentRunsView implements vscode.TreeDataProvider<RecentRow>, vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly changeEmitter = this.store.add(new vscode.EventEmitter<RecentRow[] | undefined>());
  readonly onDidChangeTreeData = this.changeEmitter.event;
  private readonly view: vscode.TreeView<RecentRow>;
  private readonly focusedRow: FocusedRow<RecentRow>;
  private readonly refreshes: Coalescer;
  private readonly keys = new ContextKeys();
  private rows: readonly RecentRow[] = [];
  private first: Promise<void> | undefined;
  private refreshing: Promise<void> | undefined;
  private watching: vscode.Disposable | undefined;

  constructor(private readonly deps: RecentRunsViewDeps) {
    this.view = deps.rows.view;
    deps.rows.attach(this);
    this.focusedRow = new FocusedRow(this.view);
    this.refreshes = this.store.add(
      new Coalescer(
        () => void this.refresh(),
        () => this.view.visible,
        REFRESH_MS,
      ),
    );
    this.store.add(deps.watcher.onDidChange(() => this.refreshes.request()));
    this.store.add(this.view.onDidChangeVisibility(() => this.visibilityChanged()));
    this.store.add(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (concernsRetention(change)) this.refreshes.request();
      }),
    );
    this.store.add({ dispose: () => void this.watching?.dispose() });
    this.keys.set(recentRunsOfAll, this.listsAll);
    this.visibilityChanged();
  }

  dispose(): void {
    this.store.dispose();
  }

  /** What a key in the list acts on: the row that has the focus, and with it what is selected if it is, too. */
  async focused(): Promise<readonly RecentRow[]> {
    const found = await this.focusedRow.find();
    if (found === undefined) return this.view.selection;
    const others = found.selected.includes(found.focused) ? found.selected : [];
    return [found.focused, ...others.filter((row) => row !== found.focused)];
  }

  /**
   * Whether the runs of other workspaces are listed too. They are not unless asked for: a list is read for what one
   * is working on, and scripts of different workspaces are often called the same.
   */
  get listsAll(): boolean {
    return this.deps.memory.get<boolean>(MEMORY_KEY) === true;
  }

  async setListsAll(all: boolean): Promise<void> {
    await this.deps.memory.update(MEMORY_KEY, all);
    this.keys.set(recentRunsOfAll, all);
    await this.refresh();
  }

  /** Those of the runs that the view lists: without a workspace there is nothing to tell others from. */
  listed(runs: readonly RecentRun[]): RecentRun[] {
    const workspace = this.deps.workspace();
    return runs.filter(({ record }) => this.listsAll || workspace === "" || record.workspace === workspace);
  }

  getTreeItem({ run, node }: RecentRow): vscode.TreeItem {
    const item = new vscode.TreeItem(node.label);
    item.id = run.record.id;
    item.description = node.description;
    item.contextValue = node.contextValue;
    item.accessibilityInformation = { label: node.accessibleLabel };
    item.iconPath = new vscode.ThemeIcon(
      node.icon,
      node.iconColor === undefined ? undefined : new vscode.ThemeColor(node.iconColor),
    );
    const open = vscode.l10n.t("Open Recent Run");
    item.command = { command: CommandId.openRecentRun, title: open, arguments: [run.record.id] };
    return item;
  }

  async getChildren(row?: RecentRow): Promise<RecentRow[]> {
    if (row !== undefined) return [];
    // An empty list would show the welcome text for a moment.
    await (this.first ??= this.refresh());
    return [...this.rows];
  }

  resolveTreeItem(item: vscode.TreeItem, { run }: RecentRow): vscode.TreeItem {
    item.tooltip = treeTooltip(recentRunDetails(run, vscode.env.language));
    return item;
  }

  private visibilityChanged(): void {
    this.watching?.dispose();
    this.watching = undefined;
    if (!this.view.visible) return;
    const watch = this.deps.records.watch(() => this.refreshes.request());
    const tick = setInterval(() => this.refreshes.request(), TICK_MS);
    this.watching = vscode.Disposable.from(watch, { dispose: () => clearInterval(tick) });
    this.refreshes.request();
  }

  /** What is asked for while one is under way is done after it. */
  private refresh(): Promise<void> {
    const next = (this.refreshing ?? Promise.resolve()).then(() => this.refreshNow()).catch(this.deps.failed);
    this.refreshing = next;
    return next;
  }

  private async refreshNow(): Promise<void> {
    const all = await this.deps.recent.list();
    const runs = this.listed(all).sort((one, other) => rankOf(one) - rankOf(other));
    const told = { nowMs: Date.now(), locale: vscode.env.language, workspace: this.deps.workspace() };
    const byId = new Map(this.rows.map((row) => [row.runId, row]));
    const changed: RecentRow[] = [];
    const rows = runs.map((run) => {
      const node = recentRunNode(run, told);
      const row = byId.get(run.record.id);
      if (row === undefined) return new RecentRow(run, node);
      if (!looksSame(row, run, node)) changed.push(row);
      row.run = run;
      row.node = node;
      return row;
    });
    const moved = rows.length !== this.rows.length || rows.some((row, index) => row !== this.rows[index]);
    this.rows = rows;
    // Not a message: it would take a row, and VS Code lets the list scroll over one that comes late.
    const kept = retentionText(this.deps.limits());
    if (this.view.description !== kept) this.view.description = kept;
    this.keys.set(otherWorkspacesHaveRuns, all.length > runs.length);
    if (moved) this.changeEmitter.fire(undefined);
    else if (changed.length > 0) this.changeEmitter.fire(changed);
    if (all.some(({ status }) => status.type === "unread" && status.problem === undefined)) {
      void this.deps.recent.catchUp().then(() => this.refreshes.request(), this.deps.failed);
    }
  }
}

/** What lives stands first, then what lost something; within each, the newest. */
function rankOf(run: RecentRun): number {
  if (isLive(run)) return 0;
  return problemsOf(run) === undefined ? 2 : 1;
}

/** Tooltips are made when hovered, but kept by VS Code until the row is drawn again. */
function looksSame(row: RecentRow, run: RecentRun, node: RecentRunNode): boolean {
  return (
    JSON.stringify(row.node) === JSON.stringify(node) &&
    JSON.stringify(row.run.status) === JSON.stringify(run.status) &&
    row.run.bytes === run.bytes
  );
}
