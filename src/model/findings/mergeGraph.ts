/**
 * The direct serialization graph of a run's merges, as far as cycles need it (Adya, "Weak Consistency", 1999). Each merge is
 * a node, and so is each direct write. Edges that follow the order of commits are kept as predecessors; a stale read is an edge
 * back.
 */

/** Nodes beyond which the oldest are forgotten: a cycle over more merges than that is not found. */
const MAX_NODES = 100_000;
/** Nodes that one search looks at, at most. */
const MAX_VISITED = 10_000;

/** Nodes count up from 1. */
export class MergeGraph {
  private readonly before = new Map<number, number[]>();
  private last = 0;

  /** @returns a new node, which commits after all others. */
  addNode(): number {
    this.last++;
    this.before.delete(this.last - MAX_NODES);
    return this.last;
  }

  /** One commits before the other, or saw what the other overwrote: in any serial order `from` stands before `to`. */
  addEdge(from: number, to: number): void {
    if (from === 0 || from === to || to <= this.last - MAX_NODES) return;
    const edges = this.before.get(to);
    if (edges === undefined) this.before.set(to, [from]);
    // A merge that read many keys of one other has one edge for each of them, in a row.
    else if (edges.at(-1) !== from) edges.push(from);
  }

  /** Whether `from` must stand before `to`, by way of others or not. */
  reaches(from: number, to: number): boolean {
    const seen = new Set([to]);
    for (const node of seen) {
      if (node === from) return true;
      if (seen.size > MAX_VISITED) return false;
      for (const each of this.before.get(node) ?? []) seen.add(each);
    }
    return false;
  }
}
