import assert from "node:assert/strict";
import { LiveTree, type Branch, type TreeChange } from "../../../src/host/contexts/liveTree";
import { inRanges } from "../../../src/host/ui/rangeNodes";
import { idPart, type TreeNode } from "../../../src/host/ui/treeNode";

/** A tree whose nodes are named by nested objects; leaves carry a description. */
interface Shape {
  [name: string]: Shape | string;
}

function nodesOf(shape: Shape, parent = ""): TreeNode[] {
  return Object.entries(shape).map(([name, content]) => {
    const id = `${parent}/${name}`;
    return {
      id,
      kind: "key",
      place: { runId: "r" },
      label: name,
      description: typeof content === "string" ? content : "",
      accessibleLabel: name,
      status: undefined,
      icon: "",
      contextValue: "",
      expansion: typeof content === "string" ? "none" : "collapsed",
      version: "",
      children: () => (typeof content === "string" ? [] : nodesOf(content, id)),
      details: () => ({ heading: name, facts: [] }),
    };
  });
}

/** Asks for everything, as a tree view does whose every node is expanded. */
function openAll(tree: LiveTree, branches: readonly Branch[] = tree.roots()): void {
  for (const branch of branches) openAll(tree, tree.childrenOf(branch));
}

function idsOf(change: TreeChange): string | string[] {
  return change === "all" ? change : change.map((branch) => branch.node.id);
}

describe("LiveTree", () => {
  it("says nothing when nothing changed", () => {
    const tree = new LiveTree(() => nodesOf({ run: { a: "1", b: { c: "2" } } }));
    openAll(tree);
    assert.deepEqual(idsOf(tree.refresh()), []);
  });

  it("names the one node that changed, and keeps its branch", () => {
    let shape: Shape = { run: { a: "1", b: { c: "2" } } };
    const tree = new LiveTree(() => nodesOf(shape));
    openAll(tree);
    const before = tree.find("/run/b/c");
    shape = { run: { a: "1", b: { c: "3" } } };
    assert.deepEqual(idsOf(tree.refresh()), ["/run/b/c"]);
    assert.equal(tree.find("/run/b/c"), before);
    assert.equal(before?.node.description, "3");
    assert.deepEqual(idsOf(tree.refresh()), []);
  });

  it("names the parent when children come or go; the others keep their branches", () => {
    let shape: Shape = { run: { a: "1", b: { c: "2" } } };
    const tree = new LiveTree(() => nodesOf(shape));
    openAll(tree);
    const kept = tree.find("/run/b/c");
    shape = { run: { a: "1", b: { new: "0", c: "2" } } };
    assert.deepEqual(idsOf(tree.refresh()), ["/run/b"]);
    assert.equal(tree.find("/run/b/c"), kept);
    shape = { run: { a: "1", b: { new: "0" } } };
    assert.deepEqual(idsOf(tree.refresh()), ["/run/b"]);
    assert.equal(tree.find("/run/b/c"), undefined);
  });

  it("draws everything again when a root comes", () => {
    let shape: Shape = { one: {} };
    const tree = new LiveTree(() => nodesOf(shape));
    openAll(tree);
    const one = tree.find("/one");
    shape = { two: {}, one: {} };
    assert.equal(tree.refresh(), "all");
    assert.equal(tree.find("/one"), one);
  });

  it("leaves alone what was never asked for or is collapsed, and catches up when it is expanded", () => {
    let shape: Shape = { run: { open: { a: "1" }, shut: { a: "1" } } };
    const tree = new LiveTree(() => nodesOf(shape));
    for (const run of tree.roots()) for (const section of tree.childrenOf(run)) tree.childrenOf(section);
    const shut = tree.find("/run/shut");
    assert.ok(shut);
    shut.collapsed = true;
    shape = { run: { open: { a: "2" }, shut: { a: "2" } } };
    assert.deepEqual(idsOf(tree.refresh()), ["/run/open/a"]);
    shut.collapsed = false;
    assert.deepEqual(idsOf(tree.refresh()), ["/run/shut/a"]);
  });

  it("moves children into ranges when they become many; their ids, which VS Code keeps selection by, stay", () => {
    let count = 1_000;
    const list = (): TreeNode => {
      const owner = nodesOf({ list: {} })[0] as TreeNode;
      return {
        ...owner,
        children: () =>
          inRanges(owner, count, (from, to) =>
            Array.from(
              { length: to - from },
              (_, index) => nodesOf({ [`k${from + index}`]: "v" }, owner.id)[0] as TreeNode,
            ),
          ),
      };
    };
    const tree = new LiveTree(() => [list()]);
    openAll(tree);
    assert.equal(tree.find("/list/k7")?.parent?.node.label, "list");
    count = 1_001;
    assert.deepEqual(idsOf(tree.refresh()), ["/list"]);
    openAll(tree);
    assert.equal(tree.find("/list/k7")?.parent?.node.label, "[0…999]");
  });
});

describe("range nodes", () => {
  function leaves(nodes: readonly TreeNode[]): { count: number; widest: number; deepest: number } {
    let count = 0;
    let widest = nodes.length;
    let deepest = 0;
    for (const node of nodes) {
      if (node.kind !== "range") {
        count++;
        continue;
      }
      const inner = leaves(node.children());
      count += inner.count;
      widest = Math.max(widest, inner.widest);
      deepest = Math.max(deepest, inner.deepest + 1);
    }
    return { count, widest, deepest };
  }
  const leaf = nodesOf({ leaf: "" })[0] as TreeNode;
  const ranges = (count: number): readonly TreeNode[] =>
    inRanges({ id: "x", place: { runId: "r" } }, count, (from, to) => Array.from({ length: to - from }, () => leaf));

  for (const [count, deepest] of [
    [0, 0],
    [1_000, 0],
    [1_001, 1],
    [1_000_000, 1],
    [1_000_001, 2],
  ] as const) {
    it(`shows ${count} children in ${deepest} levels of at most 1,000`, () => {
      const shown = leaves(ranges(count));
      assert.equal(shown.count, count);
      assert.equal(shown.deepest, deepest);
      assert.ok(shown.widest <= 1_000);
    });
  }

  it("tells where a range begins and ends", () => {
    assert.deepEqual(
      ranges(2_500).map((node) => node.label),
      ["[0…999]", "[1000…1999]", "[2000…2499]"],
    );
  });
});

describe("ids of nodes", () => {
  it("are short for long names and still tell them apart", () => {
    const long = "k".repeat(1_000_000);
    assert.ok(idPart(long).length < 100);
    assert.notEqual(idPart(`${long}a`), idPart(`${long}b`));
    assert.notEqual(idPart("a"), idPart("b"));
    assert.equal(idPart('a"/b'), '"a\\"/b"');
  });
});
