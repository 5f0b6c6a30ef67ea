/** Which nodes are on display and finds what changed since they were drawn; knows nothing of VS Code. */

import type { RunTarget } from "../ui/runTarget";
import { looksSame, type TreeNode } from "../ui/treeNode";

/**
 * A node on display. The object stays the same for as long as the node's place is shown, whatever its content: VS
 * Code keeps selection, expansion and handles by it.
 */
export class Branch implements RunTarget {
  /** Undefined until they were asked for. */
  children: readonly Branch[] | undefined;
  /** Collapsed branches are not watched. */
  collapsed = false;

  constructor(
    public node: TreeNode,
    public parent: Branch | undefined,
  ) {}

  get runId(): string {
    return this.node.place.runId;
  }
  get layer(): number | undefined {
    return this.node.place.layer;
  }
  get key(): string | undefined {
    return this.node.place.key;
  }
  get hold(): number | undefined {
    return this.node.place.hold;
  }
  get finding(): number | undefined {
    return this.node.place.finding;
  }
  get seq(): number | undefined {
    return this.node.place.seq;
  }
  get path(): readonly (string | number)[] {
    return this.node.place.path ?? [];
  }
}

/** What a refresh has to redraw: everything, or these branches with what is under them. */
export type TreeChange = "all" | readonly Branch[];

/** The part of the tree that has been asked for, kept in step with its source. */
export class LiveTree {
  private readonly byId = new Map<string, Branch>();
  private rootBranches: readonly Branch[] = [];

  /** @param makeRoots makes the roots as they are now */
  constructor(private readonly makeRoots: () => readonly TreeNode[]) {}

  roots(): readonly Branch[] {
    this.rootBranches = this.adopt(undefined, this.rootBranches, this.makeRoots());
    return this.rootBranches;
  }

  childrenOf(branch: Branch): readonly Branch[] {
    branch.children = this.adopt(branch, branch.children ?? [], branch.node.children());
    return branch.children;
  }

  find(id: string): Branch | undefined {
    return this.byId.get(id);
  }

  /** Brings everything on display up to date. @returns what must be drawn again, outermost branches only. */
  refresh(): TreeChange {
    const before = this.rootBranches.map((branch) => branch.node);
    const roots = this.makeRoots();
    if (!sameIds(before, roots)) {
      this.rootBranches = this.adopt(undefined, this.rootBranches, roots);
      return "all";
    }
    const changed: Branch[] = [];
    this.compare(this.rootBranches, before, roots, changed);
    return changed;
  }

  private compare(
    branches: readonly Branch[],
    before: readonly TreeNode[],
    now: readonly TreeNode[],
    changed: Branch[],
  ): void {
    branches.forEach((branch, index) => {
      const fresh = now[index] as TreeNode;
      branch.node = fresh;
      if (!looksSame(before[index] as TreeNode, fresh)) changed.push(branch);
      else this.compareChildren(branch, changed);
    });
  }

  private compareChildren(branch: Branch, changed: Branch[]): void {
    if (branch.children === undefined || branch.collapsed) return;
    const before = branch.children.map((child) => child.node);
    const now = branch.node.children();
    if (sameIds(before, now)) {
      this.compare(branch.children, before, now, changed);
    } else {
      branch.children = this.adopt(branch, branch.children, now);
      changed.push(branch);
    }
  }

  /** Gives each node the branch that already stands for its id, or a new one, and forgets those that are gone. */
  private adopt(parent: Branch | undefined, old: readonly Branch[], nodes: readonly TreeNode[]): readonly Branch[] {
    const kept = new Set<Branch>();
    const branches = nodes.map((node) => {
      let branch = this.byId.get(node.id);
      if (branch === undefined) {
        branch = new Branch(node, parent);
        this.byId.set(node.id, branch);
      }
      branch.node = node;
      branch.parent = parent;
      kept.add(branch);
      return branch;
    });
    for (const branch of old) if (!kept.has(branch) && branch.parent === parent) this.forget(branch);
    return branches;
  }

  private forget(branch: Branch): void {
    if (this.byId.get(branch.node.id) === branch) this.byId.delete(branch.node.id);
    for (const child of branch.children ?? []) if (child.parent === branch) this.forget(child);
  }
}

function sameIds(a: readonly TreeNode[], b: readonly TreeNode[]): boolean {
  return a.length === b.length && a.every((node, index) => node.id === b[index]?.id);
}
