/** The life of a decision and of an edit: asked for, begun, kept through new plans, applied, refused, cancelled, brought back. */

import type { PreviewDetails, PreviewFromWebview } from "../../src/protocol/previewMessages";
import type { PreviewRow } from "../../src/protocol/previewRow";
import { ChoiceControl } from "./choices";
import { type Draft, draftOf, draftsOf, standOf, withDraft, withoutDraft } from "./drafts";
import type { Plan } from "./shownPlan";

type ChooseMessage = Extract<PreviewFromWebview, { readonly type: "choose" }>;

/** What editing needs of the page. */
export interface EditingDeps {
  /** The drafts that are kept for a hidden page. */
  readonly drafts: () => readonly Draft[];
  /** Keeps others in their place. */
  readonly keep: (drafts: readonly Draft[]) => void;
  readonly post: (message: ChooseMessage) => void;
  /** The set of keys with a draft is another. */
  readonly onDidChangeKeys: () => void;
}

/** The choices of the key on show, with its editor. A text is dropped only when the extension took it or the reader says so. */
export class Editing {
  readonly choices: ChoiceControl;
  private plan: Plan | undefined;
  private details: PreviewDetails | undefined;
  /** The text that was last applied; a refusal brings it back. */
  private applied: Draft | undefined;
  /** The decision that the extension has not answered yet, with the sides that it was made by. */
  private asked: (ChooseMessage & { readonly sides: string }) | undefined;
  /** The text that was last cancelled, so that a slip of the finger loses nothing. */
  private cancelled: Draft | undefined;
  private refused: { readonly key: string; readonly text: string } | undefined;

  constructor(private readonly deps: EditingDeps) {
    this.choices = new ChoiceControl({
      choose: (key, choice) => this.choose(key, choice),
      edit: (details) => this.begin(details),
      restore: () => this.restore(),
      typed: (key, text) => this.type(key, text),
      applied: (key, text) => this.apply(key, text),
      cancelled: (key) => this.cancel(key),
    });
  }

  /** @param isOther true where it is another agent's plan than before. */
  setPlan(plan: Plan, isOther: boolean): void {
    this.plan = plan;
    if (isOther) {
      this.details = this.applied = this.cancelled = this.refused = this.asked = undefined;
    }
    this.show();
  }

  /** @param planId whose details these are. */
  setDetails(details: PreviewDetails, planId: number): void {
    this.details = details;
    const { asked } = this;
    if (asked !== undefined && asked.key === details.key && asked.planId < planId) {
      // The extension drops what speaks of an older plan. Where the key itself is as it was, the decision still stands.
      this.asked = undefined;
      if (asked.sides === sidesOf(details)) this.choose(asked.key, asked.choice, planId);
    }
    this.show();
  }

  /** The extension answered with a row: the editor closes once it has taken the text, not before. */
  heard({ key, by }: Pick<PreviewRow, "key" | "by">): void {
    const { asked, applied } = this;
    if (asked?.key !== key) return;
    this.asked = undefined;
    // What was typed on since then is another text, and stays.
    const isTaken = asked.choice !== null && "json" in asked.choice && by === "choice";
    if (isTaken && applied?.key === key && this.draft(key)?.text === applied.text) this.drop(key);
  }

  /** The extension did not take a text. */
  refuse(key: string, text: string): void {
    this.refused = { key, text };
    if (this.applied?.key === key && this.draft(key) === undefined) this.keep(this.applied);
    this.asked = undefined;
    this.show();
  }

  /** The texts of this agent's keys that are not applied. */
  drafts(): readonly Draft[] {
    return this.plan === undefined ? [] : draftsOf(this.deps.drafts(), this.plan);
  }

  /** Ends an edit, its text with it. */
  drop(key: string): void {
    if (this.plan === undefined) return;
    const hadFocus = this.choices.hasFocus;
    this.deps.keep(withoutDraft(this.deps.drafts(), this.plan, key));
    this.deps.onDidChangeKeys();
    this.show();
    if (hadFocus) this.choices.focusEditButton();
  }

  private begin({ key, editText, parent, overlay }: PreviewDetails): void {
    const { plan } = this;
    if (plan === undefined) return;
    if (this.draft(key) === undefined) {
      if (editText === undefined) return;
      this.cancelled = this.refused = this.applied = undefined;
      const { agent, run } = plan;
      this.keep({ agent, run, key, text: editText, parent: standOf(parent), overlay: standOf(overlay) });
      this.show();
    }
    this.choices.focusEditor();
  }

  private type(key: string, text: string): void {
    this.refused = undefined;
    const draft = this.draft(key);
    if (draft !== undefined) this.deps.keep(withDraft(this.deps.drafts(), { ...draft, text }));
  }

  private apply(key: string, json: string): void {
    if (this.plan === undefined) return;
    this.refused = undefined;
    this.applied = this.draft(key);
    this.choose(key, { json });
  }

  private choose(key: string, choice: ChooseMessage["choice"], planId = this.plan?.planId): void {
    if (planId === undefined || this.details?.key !== key) return;
    const message: ChooseMessage = { type: "choose", planId, key, choice };
    this.asked = { ...message, sides: sidesOf(this.details) };
    this.deps.post(message);
  }

  private cancel(key: string): void {
    const draft = this.draft(key);
    this.cancelled = draft?.text === this.details?.editText ? undefined : draft;
    this.drop(key);
  }

  private restore(): void {
    if (this.cancelled === undefined) return;
    this.keep(this.cancelled);
    this.cancelled = undefined;
    this.show();
    this.choices.focusEditor();
  }

  private draft(key: string): Draft | undefined {
    return this.plan && draftOf(this.deps.drafts(), this.plan, key);
  }

  private keep(draft: Draft): void {
    this.deps.keep(withDraft(this.deps.drafts(), draft));
    this.deps.onDidChangeKeys();
  }

  private show(): void {
    const { plan, details, refused } = this;
    if (plan === undefined || details === undefined) return;
    const { agent, parentName, disabledReason } = plan;
    this.choices.show({
      details,
      agent,
      parentName,
      disabledReason,
      draft: this.draft(details.key),
      refused: refused?.key === details.key ? refused.text : undefined,
      canRestore: this.cancelled?.key === details.key,
    });
  }
}

function sidesOf({ parent, overlay }: PreviewDetails): string {
  return `${standOf(parent)} ${standOf(overlay)}`;
}
