/** A view's tree of live branches: feeds it to VS Code, and redraws what changed, in the rhythm that VS Code's trees can follow. */

import * as vscode from "vscode";
import { Coalescer } from "../../base/coalescer";
import { DisposableStore } from "../../base/disposableStore";
import { FocusedRow } from "../ui/focusedRow";
import type { LazyTree } from "../ui/lazyTree";
import type { TreeNode } from "../ui/treeNode";
import { LiveTree, type Branch } from "./liveTree";
import { treeItem, treeTooltip } from "./treeItem";

/**
 * Milliseconds between two refreshes. VS Code collects what changes in a tree until nothing has changed for 200 ms: told
 * of changes faster than that, it would never redraw while data streams in.
 */
const TREE_INTERVAL_MS = 250;
/** A run that connects has its first events a few milliseconds later: both are one change, and neither waits for an interval. */
const TREE_SETTLE_MS = 40;

/** What a tree is made of. */
export interface BranchTreeOptions {
  readonly rows: LazyTree<Branch>;
  /** Makes the roots as they are now. */
  readonly makeRoots: () => readonly TreeNode[];
  /** Called before each refresh, to say in the view's frame what the tree shows. */
  readonly announce: (view: vscode.TreeView<Branch>) => void;
}

/** Call {@link request} whenever what it shows may have changed; while the view is hidden nothing is done. */
export class BranchTree implements vscode.TreeDataProvider<Branch>, vscode.Disposable {
  readonly view: vscode.TreeView<Branch>;
  private readonly store = new DisposableStore();
  private readonly tree: LiveTree;
  private readonly focusedRow: FocusedRow<Branch>;
  private readonly changeEmitter = this.store.add(new vscode.EventEmitter<Branch[] | undefined>());
  private readonly selectEmitter = this.store.add(new vscode.EventEmitter<Branch>());
  private readonly refreshes: Coalescer;
  /** The user selected a row. */
  readonly onDidSelect = this.selectEmitter.event;
  readonly onDidChangeTreeData = this.changeEmitter.event;

  constructor(private readonly options: BranchTreeOptions) {
    const { rows, makeRoots } = options;
    this.tree = new LiveTree(makeRoots);
    this.view = rows.view;
    rows.attach(this);
    this.focusedRow = new FocusedRow(this.view);
    this.refreshes = this.store.add(
      new Coalescer(
        () => this.refresh(),
        () => this.view.visible,
        TREE_INTERVAL_MS,
        TREE_SETTLE_MS,
      ),
    );
    this.store.add(this.view.onDidChangeVisibility(() => this.refreshes.opened()));
    this.store.add(
      this.view.onDidCollapseElement(({ element }) => {
        element.collapsed = true;
      }),
    );
    this.store.add(
      this.view.onDidExpandElement(({ element }) => {
        element.collapsed = false;
        this.refreshes.request();
      }),
    );
    this.store.add(
      this.view.onDidChangeSelection(({ selection: [branch] }) => {
        if (branch !== undefined && !this.focusedRow.isAsking) this.selectEmitter.fire(branch);
      }),
    );
    this.refreshes.request();
  }

  dispose(): void {
    this.store.dispose();
  }

  /** What it shows may have changed. */
  request(): void {
    this.refreshes.request();
  }

  /** What is selected. */
  get selected(): Branch | undefined {
    return this.view.selection[0];
  }

  /** What the keyboard is on, for commands that a key calls there; else what is selected. */
  async focused(): Promise<Branch | undefined> {
    return (await this.focusedRow.find())?.focused ?? this.selected;
  }

  /** Brings a root into sight, whether the view is shown or not. */
  async reveal(id: string, show: { readonly select: boolean; readonly focus: boolean }): Promise<void> {
    this.tree.roots();
    const branch = this.tree.find(id);
    if (branch === undefined) return;
    this.changeEmitter.fire(undefined);
    await this.view.reveal(branch, { ...show, expand: true });
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
    this.options.announce(this.view);
    const change = this.tree.refresh();
    if (change === "all") this.changeEmitter.fire(undefined);
    else if (change.length > 0) this.changeEmitter.fire([...change]);
  }
}
