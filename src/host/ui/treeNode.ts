/** What a node of our trees is: plain facts, told the same to eyes, ears and tests; knows nothing of VS Code. */

import type { JsonValue } from "../../core/jsonValue";
import type { PlanSide } from "../../core/mergePlan";

/** What a local key is to its parent; it chooses colour and badge. */
export type NodeStatus = "added" | "modified" | "deleted" | "unchanged" | "conflict";
export type NodeKind =
  | "run"
  | "store"
  | "agent"
  | "overlay"
  | "effective"
  | "log"
  | "held"
  | "key"
  | "value"
  | "range"
  | "note"
  | "finding"
  | "moment";

/** Where a node is, for commands. `key` is there for keys and what is inside them, `path` leads into the key's value. */
export interface NodePlace {
  readonly runId: string;
  readonly layer?: number;
  readonly section?: "store" | "overlay" | "effective";
  readonly key?: string;
  /** The held merge that it is, by id. */
  readonly hold?: number;
  readonly path?: readonly (string | number)[];
  /** The finding that it is or belongs to, by its place in the run's list. */
  readonly finding?: number;
  /** The event that a finding's moment is. */
  readonly seq?: number;
}

/**
 * One node, as it is at the run's cursor. Nodes are made anew at each refresh; `id` is what stays: it is unique in
 * the tree and depends on place alone, never on values.
 */
export interface TreeNode {
  readonly id: string;
  readonly kind: NodeKind;
  readonly place: NodePlace;
  readonly label: string;
  readonly description: string;
  /** What a screen reader says: label, value and status as words. */
  readonly accessibleLabel: string;
  readonly status: NodeStatus | undefined;
  /** Name of a codicon, and a theme colour for it. */
  readonly icon: string;
  readonly iconColor?: string;
  /** Words for `when` clauses of menus, separated by blanks. */
  readonly contextValue: string;
  readonly expansion: "none" | "collapsed" | "expanded";
  /** Changes whenever something that only the tooltip or the children tell has changed. */
  readonly version: string;
  /** The value, for keys and what is inside them; undefined = absent. */
  readonly value?: JsonValue | undefined;
  /** Computed when asked for, at the cursor of that moment. */
  children(): readonly TreeNode[];
  /** What hovering tells; computed when asked for. */
  details(): NodeDetails;
}

/** A tooltip: a heading, facts as label and text, and a value as code. */
export interface NodeDetails {
  readonly heading: string;
  readonly facts: readonly { readonly label: string; readonly text: string }[];
  readonly code?: { readonly text: string; readonly language: "json" | "text" };
}

/** True when both would be drawn the same, so that nothing needs a refresh. */
export function looksSame(a: TreeNode, b: TreeNode): boolean {
  return (
    a.label === b.label &&
    a.description === b.description &&
    a.status === b.status &&
    a.icon === b.icon &&
    a.iconColor === b.iconColor &&
    a.expansion === b.expansion &&
    a.contextValue === b.contextValue &&
    a.accessibleLabel === b.accessibleLabel &&
    a.version === b.version
  );
}

/** Identifies the write that a value came from: it stands for the value in comparisons. */
export function sideVersion(side: PlanSide): string {
  return `${side.layer}.${side.revision}.${side.seq ?? ""}`;
}

const LONGEST_PLAIN_ID = 200;

/** A name as part of an id: readable, and short whatever the name's length. */
export function idPart(name: string): string {
  if (name.length <= LONGEST_PLAIN_ID) return JSON.stringify(name);
  return `${JSON.stringify(name.slice(0, 40))}#${name.length}#${textHash(name)}`;
}

/** 53 bits of a non-cryptographic hash (cyrb53): tells apart long keys that begin alike. */
function textHash(text: string): string {
  let h1 = 0xdeadbeef;
  let h2 = 0x41c6ce57;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    h1 = Math.imul(h1 ^ unit, 2654435761);
    h2 = Math.imul(h2 ^ unit, 1597334677);
  }
  h1 = Math.imul(h1 ^ (h1 >>> 16), 2246822507) ^ Math.imul(h2 ^ (h2 >>> 13), 3266489909);
  h2 = Math.imul(h2 ^ (h2 >>> 16), 2246822507) ^ Math.imul(h1 ^ (h1 >>> 13), 3266489909);
  return (4294967296 * (2097151 & h2) + (h1 >>> 0)).toString(36);
}
