/** Results that are being typed and not applied yet: they outlive new plans, other selections and a hidden page. */

import type { PreviewDetails } from "../../src/protocol/previewMessages";

/** A text in the editor of one key. */
export interface Draft {
  readonly agent: string;
  readonly run: string;
  readonly key: string;
  readonly text: string;
  /** What stood on the two sides when editing began; see {@link standOf}. */
  readonly parent: string;
  readonly overlay: string;
}

/** Whose drafts are meant: a panel may show one agent after the other. */
export interface DraftScope {
  readonly agent: string;
  readonly run: string;
}

/** @returns the draft of a key; undefined where nothing is being typed. */
export function draftOf(drafts: readonly Draft[], scope: DraftScope, key: string): Draft | undefined {
  return drafts.find((draft) => isOf(draft, scope) && draft.key === key);
}

/** @returns the drafts of one agent. */
export function draftsOf(drafts: readonly Draft[], scope: DraftScope): readonly Draft[] {
  return drafts.filter((draft) => isOf(draft, scope));
}

/** @returns the drafts with this one in place of an older one of its key. */
export function withDraft(drafts: readonly Draft[], draft: Draft): readonly Draft[] {
  return [...withoutDraft(drafts, draft, draft.key), draft];
}

/** @returns the drafts but for that of a key. */
export function withoutDraft(drafts: readonly Draft[], scope: DraftScope, key: string): readonly Draft[] {
  return drafts.filter((draft) => !isOf(draft, scope) || draft.key !== key);
}

/** @returns which of the sides is another than when editing began. */
export function movedSides(draft: Draft, details: PreviewDetails): "parent" | "overlay" | undefined {
  if (draft.parent !== standOf(details.parent)) return "parent";
  return draft.overlay === standOf(details.overlay) ? undefined : "overlay";
}

/** Says the same for a side as long as nobody writes it. */
export function standOf({ revision, json, actor }: PreviewDetails["parent"]): string {
  // A long value is told by its revision alone; the state that is kept must stay small.
  return JSON.stringify([revision, actor ?? null, json === undefined ? null : json.slice(0, 200)]);
}

function isOf(draft: Draft, scope: DraftScope): boolean {
  return draft.agent === scope.agent && draft.run === scope.run;
}
