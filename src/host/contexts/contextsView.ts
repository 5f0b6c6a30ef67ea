/** The view "Contexts": feeds the tree to VS Code, redraws what changed and says when the past is shown. */

import * as vscode from "vscode";
import { ViewId } from "../../../contributions/views";
import { Coalescer } from "../../base/coalescer";
import { FocusedRow } from "../ui/focusedRow";
import type { Run } from "../runs/run";
import type { RunRegistry } from "../runs/runRegistry";
import type { RunsWatcher } from "../runs/runsWatcher";
import type { StepScope } from "../runs/stepScope";
import { heldText } from "./heldNodes";
import { LiveTree, type Branch } from "./liveTree";
import { pastMessage } from "./pastMessage";
import { runNodeId, runNodes } from "./runNodes";
import { registerStateDecorations } from "./stateDecorations";
import { treeItem, treeTooltip } from "./treeItem";

/**
 * Milliseconds between two refreshes. VS Code collects what changes in a tree until nothing has changed for 200 ms: told
 * of changes faster than that, it would never redraw while data streams in.
 */
const TREE_INTERVAL_MS = 250;
/** A run that connects has its first events a few milliseconds later: both are one change, and neither waits for an interval. */
const TREE_SETTLE_MS = 40;

/** What the view needs of the rest. */
export interface ContextsDeps {
  readonly runs: RunRegistry;
  readonly watcher: RunsWatcher;
  readonly scope: StepScope;
}

/** Shows runs, parent states, agents and keys; follows each run's cursor. */
export class ContextsView implements vscode.TreeDataProvider<Branch>, vscode.Disposable {
  private readonly tree: LiveTree;
  private readonly view: vscode.TreeView<Branch>;
  private readonly focusedRow: FocusedRow<Branch>;
  private readonly changeEmitter = new vscode.EventEmitter<Branch[] | undefined>();
  private readonly refreshes: Coalescer;
  private readonly disposables: vscode.Disposable[] = [];
  /** Runs that were shown to the user once already, so that they are never forced upon them again. */
  private readonly revealed = new WeakSet<Run>();

  readonly onDidChangeTreeData = this.changeEmitter.event;

  constructor(private readonly deps: ContextsDeps) {
    this.tree = new LiveTree(() => runNodes(deps.runs.all));
    this.view = vscode.window.createTreeView<Branch>(ViewId.contexts, {
      treeDataProvider: this,
      showCollapseAll: true,
    });
    this.focusedRow = new FocusedRow(this.view);
    this.refreshes = new Coalescer(
      () => this.refresh(),
      () => this.view.visible,
      TREE_INTERVAL_MS,
      TREE_SETTLE_MS,
    );
    for (const run of deps.runs.all) this.revealed.add(run);
    this.disposables.push(
      this.view,
      this.changeEmitter,
      this.refreshes,
      registerStateDecorations(),
      deps.watcher.onDidChange(() => {
        this.refreshes.request();
        this.revealNewRun();
        this.showBadge();
      }),
      deps.scope.onDidChange(() => this.refreshes.request()),
      this.view.onDidChangeVisibility(() => this.refreshes.opened()),
      this.view.onDidCollapseElement(({ element }) => {
        element.collapsed = true;
      }),
      this.view.onDidExpandElement(({ element }) => {
        element.collapsed = false;
        this.refreshes.request();
      }),
      this.view.onDidChangeSelection(({ selection }) => this.follow(selection[0])),
    );
    this.refreshes.request();
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }

  /** What is selected in the tree. */
  get selected(): Branch | undefined {
    return this.view.selection[0];
  }

  /** What the keyboard is on in the tree, for commands that a key calls there; else what is selected. */
  async focused(): Promise<Branch | undefined> {
    return (await this.focusedRow.find())?.focused ?? this.selected;
  }

  /** Shows the view with a run selected. @param focus takes the keyboard there, too */
  async showRun(runId: string, focus: boolean): Promise<void> {
    await this.bringIntoSight(runId, true, focus);
  }

  getTreeItem(branch: Branch): vscode.TreeItem {
    return treeItem(branch);
  }

  getChildren(branch?: Branch): Branch[] {
    return [...(branch === undefined ? this.tree.roots() : this.tree.childrenOf(branch))];
  }

  getParent(branch: Branch): Branch | undefined {
    return branch.parent;
  }

  resolveTreeItem(item: vscode.TreeItem, branch: Branch): vscode.TreeItem {
    item.tooltip = treeTooltip(branch.node.details());
    return item;
  }

  private refresh(): void {
    const message = pastMessage(this.deps.runs.all, (run) => this.deps.scope.layerFor(run)) ?? "";
    if ((this.view.message ?? "") !== message) this.view.message = message;
    const change = this.tree.refresh();
    if (change === "all") this.changeEmitter.fire(undefined);
    else if (change.length > 0) this.changeEmitter.fire([...change]);
  }

  /** The icon of the view counts what waits for the user, whether the view can be seen or not. */
  private showBadge(): void {
    const held = this.deps.runs.all.reduce((sum, run) => sum + run.held.length, 0);
    if (held === (this.view.badge?.value ?? 0)) return;
    this.view.badge = held === 0 ? undefined : { value: held, tooltip: heldText(held) };
  }

  /** A run that has just come is brought into sight, once, and the keyboard stays where it is. */
  private revealNewRun(): void {
    const run = this.deps.runs.all[0];
    if (run === undefined || this.revealed.has(run)) return;
    for (const each of this.deps.runs.all) this.revealed.add(each);
    // Opening a file must not take away what the side bar shows.
    if (run.origin === "opened" && !this.view.visible) return;
    // One that was found again is where it was: the view is not forced upon whoever looked at something else.
    if (run.restored !== undefined) return;
    // A view that cannot be shown now is no failure: the run is there when it is opened.
    this.bringIntoSight(run.id, false, false).catch(() => undefined);
  }

  private async bringIntoSight(runId: string, select: boolean, focus: boolean): Promise<void> {
    this.tree.roots();
    const branch = this.tree.find(runNodeId(runId));
    if (branch === undefined) return;
    this.changeEmitter.fire(undefined);
    await this.view.reveal(branch, { select, focus, expand: true });
  }

  private follow(branch: Branch | undefined): void {
    if (branch === undefined || this.focusedRow.isAsking) return;
    this.deps.runs.setCurrent(branch.runId);
    const agent = branch.node.place.section === "store" ? undefined : branch.layer;
    this.deps.scope.choose(branch.runId, agent);
  }
}
