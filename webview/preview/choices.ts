/** How a reader decides one key: the two sides to take, the edit of the result, who has decided, and the way back. */

import * as l10n from "@vscode/l10n";
import type { PreviewDetails, PreviewSide } from "../../src/protocol/previewMessages";
import type { Child } from "../ui/element";
import { codicon, element } from "../ui/element";
import { valueNode } from "../ui/phrase";
import { createLink } from "../ui/toolkit";
import { visibleText } from "../ui/visibleText";
import { decisionOf } from "./decision";
import type { Draft } from "./drafts";
import { movedSides } from "./drafts";
import { ResultEditor } from "./editor";
import { Part } from "./part";

/** A decision as it is posted. */
export type Choice = { readonly take: "overlay" | "parent" } | null;

/** What the control shows. */
export interface ChoiceState {
  readonly details: PreviewDetails;
  readonly agent: string;
  readonly parentName: string;
  /** Why nothing can be decided now, or undefined. */
  readonly disabledReason: string | undefined;
  readonly draft: Draft | undefined;
  readonly refused: string | undefined;
  /** True while the text of an edit that was cancelled can be brought back. */
  readonly canRestore: boolean;
}

/** The control; it stays the same elements while plans stream in. */
export class ChoiceControl {
  readonly element: HTMLElement;
  private readonly buttons = new Part("choice");
  private readonly editor: ResultEditor;

  constructor(
    private readonly on: {
      readonly choose: (key: string, choice: Choice) => void;
      readonly edit: (details: PreviewDetails) => void;
      readonly restore: (key: string) => void;
      readonly typed: (key: string, text: string) => void;
      readonly applied: (key: string, text: string) => void;
      readonly cancelled: (key: string) => void;
    },
  ) {
    this.editor = new ResultEditor(on);
    this.element = element(
      "section",
      { class: "choices", aria: { label: l10n.t("The value of the key after the merge") } },
      this.buttons.element,
      this.editor.element,
    );
  }

  show(state: ChoiceState): void {
    const { details, draft, disabledReason } = state;
    const { key, take, by, kind, parent, overlay, editText } = details;
    const allowed = disabledReason === undefined;
    const identity = [
      key,
      take,
      by,
      kind,
      shown(parent),
      shown(overlay),
      editText === undefined,
      details.masked,
      allowed,
    ];
    this.buttons.show([...identity, state.agent, state.parentName, draft !== undefined, state.canRestore], () => [
      allowed ? this.sides(state) : undefined,
      details.masked ? maskedNote() : undefined,
      this.decision(state),
    ]);
    this.element.hidden = draft === undefined && this.buttons.element.childElementCount === 0;
    this.editor.show(
      draft === undefined
        ? undefined
        : { key, text: draft.text, disabledReason, warning: warningOf(draft, details, state), refused: state.refused },
    );
  }

  focusEditor(): void {
    this.editor.focus();
  }

  /** True while the reader types. */
  get hasFocus(): boolean {
    return this.editor.element.contains(document.activeElement);
  }

  /** Puts the focus on the button that opens the editor: where it was before. */
  focusEditButton(): void {
    this.buttons.element.querySelector<HTMLElement>("[data-choice=edit]")?.focus({ preventScroll: true });
  }

  private sides({ details, agent, parentName, draft }: ChoiceState): HTMLElement | undefined {
    const { key, take, by, kind, parent, overlay, editText, base, masked } = details;
    // Where both sides are the same there is no side to take.
    const isSame = kind === "unchanged" && by !== "choice" && take !== "parent" && take !== "undecided";
    const side = (name: "overlay" | "parent", label: string, of: PreviewSide, who: string, absent: string): Child =>
      this.button({
        name,
        label,
        pressed: take === name,
        detail: [of.json === undefined ? absent : valueNode(of.json), ` · `, ...visibleText(who, { maxLength: 60 })],
        onClick: () => this.on.choose(key, { take: name }),
      });
    const parentWho = parent.actor ?? parentName;
    const notThere = base.json === undefined ? l10n.t("not there") : l10n.t("deleted");
    return element(
      "div",
      { class: "choice-sides", role: "group", aria: { label: l10n.t("After the merge") } },
      ...(isSame
        ? []
        : [
            side("overlay", l10n.t("Take overlay"), overlay, agent, l10n.t("deleted")),
            side("parent", l10n.t("Keep parent"), parent, parentWho, notThere),
          ]),
      this.button({
        name: "edit",
        label: l10n.t("Edit result…"),
        pressed: take === "value" && by === "choice",
        expanded: draft !== undefined,
        detail: take === "value" && by === "choice" ? [l10n.t("edited")] : [],
        onClick: () => this.on.edit(details),
        ...(masked
          ? { disabled: l10n.t("Masked values cannot be edited: only the script knows them."), locked: true }
          : editText === undefined && draft === undefined
            ? { disabled: l10n.t("This value is too long to edit here.") }
            : {}),
      }),
    );
  }

  private button(options: {
    readonly name: string;
    readonly label: string;
    readonly pressed: boolean;
    readonly detail: readonly Child[];
    readonly expanded?: boolean;
    readonly disabled?: string;
    /** True where it is off for good: the value is masked. */
    readonly locked?: boolean;
    onClick(): void;
  }): HTMLElement {
    const isSide = options.name !== "edit";
    const made = element(
      "button",
      {
        class: "choice-button",
        title: options.disabled ?? "",
        aria: {
          pressed: String(options.pressed),
          ...(options.expanded === undefined ? {} : { expanded: String(options.expanded) }),
        },
        data: { focus: options.name, choice: options.name },
      },
      codicon(isSide ? (options.pressed ? "record" : "circle-large") : options.locked === true ? "lock" : "edit"),
      element("span", { class: "choice-label" }, options.label),
      options.detail.length === 0 ? undefined : element("span", { class: "choice-detail" }, ...options.detail),
    );
    made.type = "button";
    made.disabled = options.disabled !== undefined;
    made.addEventListener("click", () => options.onClick());
    return made;
  }

  private decision({ details, disabledReason, canRestore }: ChoiceState): HTMLElement | undefined {
    const decision = decisionOf(details);
    const isAllowed = disabledReason === undefined;
    const restore =
      canRestore && isAllowed
        ? createLink({
            text: l10n.t("Bring back the cancelled edit"),
            title: l10n.t("Edit the cancelled text again"),
            onClick: () => this.on.restore(details.key),
          })
        : undefined;
    if (decision === undefined) return restore === undefined ? undefined : element("p", { class: "decision" }, restore);
    const undo = createLink({
      text: l10n.t("Undo"),
      title: l10n.t("Undo your decision about this key"),
      onClick: () => this.on.choose(details.key, null),
    });
    return element(
      "p",
      { class: "decision", data: { decision: decision.name } },
      codicon(decision.icon),
      element("span", {}, decision.text),
      ...(decision.name === "you" && isAllowed ? [" · ", undo] : []),
      ...(restore === undefined ? [] : [" · ", restore]),
    );
  }
}

/** In sight, because the tooltip of a button that is off is not for everybody. */
function maskedNote(): HTMLElement {
  const text = l10n.t(
    "Masked: only the script knows these values, and merging uses them. Equal masks stand for equal values.",
  );
  return element("p", { class: "decision", data: { decision: "masked" } }, codicon("lock"), element("span", {}, text));
}

function warningOf(draft: Draft, details: PreviewDetails, names: ChoiceState): string | undefined {
  const moved = movedSides(draft, details);
  if (moved === undefined) return undefined;
  return moved === "parent"
    ? l10n.t("The parent has changed since you began editing. Your text is kept; review it before you apply it.")
    : l10n.t("{0} has changed this key since you began editing. Your text is kept.", names.agent);
}

// Only what a button shows of a value: a long one must not be compared at each plan.
function shown({ json, cut, actor, revision }: PreviewSide): unknown {
  return [json?.slice(0, 200), json?.length, cut, actor, revision];
}
