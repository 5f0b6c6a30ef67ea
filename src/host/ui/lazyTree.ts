/** A tree view whose rows come from code that is loaded when the view is first looked at. */

import * as vscode from "vscode";
import { DisposableStore } from "../../base/disposableStore";

/** What says which rows there are. */
export type RowProvider<Row> = Omit<vscode.TreeDataProvider<Row>, "onDidChangeTreeData"> & {
  readonly onDidChangeTreeData: vscode.Event<Row[] | undefined>;
};

/** Registers the view at once, and asks for its provider when VS Code asks for rows. */
export class LazyTree<Row> implements vscode.TreeDataProvider<Row>, vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly changes = this.store.add(new vscode.EventEmitter<Row[] | undefined>());
  private provider: RowProvider<Row> | undefined;
  readonly onDidChangeTreeData = this.changes.event;
  /** The view itself; it has no rows before {@link attach}. */
  readonly view: vscode.TreeView<Row>;

  /** @param load resolves once {@link attach} was called */
  constructor(
    id: string,
    options: Omit<vscode.TreeViewOptions<Row>, "treeDataProvider">,
    private readonly load: () => Promise<unknown>,
  ) {
    this.view = this.store.add(vscode.window.createTreeView<Row>(id, { ...options, treeDataProvider: this }));
  }

  /** From now on `provider` says what the view shows. */
  attach(provider: RowProvider<Row>): void {
    this.provider = provider;
    this.store.add(provider.onDidChangeTreeData((rows) => this.changes.fire(rows)));
  }

  async getChildren(row?: Row): Promise<Row[]> {
    if (this.provider === undefined) await this.load();
    return (await this.provider?.getChildren(row)) ?? [];
  }

  getTreeItem(row: Row): vscode.TreeItem | Thenable<vscode.TreeItem> {
    return this.attached.getTreeItem(row);
  }

  getParent(row: Row): vscode.ProviderResult<Row> {
    return this.attached.getParent?.(row);
  }

  resolveTreeItem(
    item: vscode.TreeItem,
    row: Row,
    token: vscode.CancellationToken,
  ): vscode.ProviderResult<vscode.TreeItem> {
    return this.attached.resolveTreeItem?.(item, row, token);
  }

  dispose(): void {
    this.store.dispose();
  }

  /** Rows come from the provider alone, so whoever has one has had the provider. */
  private get attached(): RowProvider<Row> {
    if (this.provider === undefined) throw new Error("A row was asked about before the view has any.");
    return this.provider;
  }
}
