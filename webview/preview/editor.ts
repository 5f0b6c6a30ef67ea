/** The box in which a key's result is typed as JSON; what becomes of the text is its owner's. */

import * as l10n from "@vscode/l10n";
import { codicon, element, fill } from "../ui/element";
import { createButton } from "../ui/toolkit";
import { visibleString, visibleText } from "../ui/visibleText";
import { readJsonText } from "./jsonText";

/** What the editor hears of the page. */
export interface EditorState {
  readonly key: string;
  readonly text: string;
  /** Why nothing can be applied now, or undefined. */
  readonly disabledReason: string | undefined;
  /** Said beside the text, for example that a side has changed under it. */
  readonly warning: string | undefined;
  /** Why the extension refused the text, or undefined. */
  readonly refused: string | undefined;
}

/** The text area, what is wrong with its text, and the buttons. It is one element for the life of the page: plans come and go under it. */
export class ResultEditor {
  readonly element: HTMLElement;
  private readonly area = element("textarea", {
    class: "editor-text",
    id: "result-editor",
    aria: { describedby: "result-editor-hint result-editor-problem" },
  });
  private readonly title = element("label", { class: "editor-title" });
  private readonly warning = element("p", { class: "editor-warning", role: "status" });
  private readonly problem = element("p", { class: "editor-problem", id: "result-editor-problem", role: "status" });
  private readonly hint = element("p", { class: "editor-hint quiet", id: "result-editor-hint" });
  private readonly apply;
  private state: EditorState | undefined;

  constructor(
    private readonly on: {
      readonly typed: (key: string, text: string) => void;
      readonly applied: (key: string, text: string) => void;
      readonly cancelled: (key: string) => void;
    },
  ) {
    this.title.htmlFor = this.area.id;
    this.area.spellcheck = false;
    this.area.autocomplete = "off";
    this.area.wrap = "soft";
    this.area.addEventListener("input", () => {
      if (this.state === undefined) return;
      this.state = { ...this.state, text: this.area.value, refused: undefined };
      this.check();
      this.on.typed(this.state.key, this.area.value);
    });
    this.area.addEventListener("keydown", (event) => this.onKey(event));
    this.apply = createButton({ label: l10n.t("Apply"), look: "primary", onClick: () => this.tryApply() });
    const cancel = createButton({ label: l10n.t("Cancel"), look: "secondary", onClick: () => this.cancel() });
    this.element = element(
      "div",
      { class: "editor", hidden: true },
      this.title,
      this.warning,
      this.area,
      this.problem,
      element("div", { class: "editor-foot" }, this.apply.element, cancel.element, this.hint),
    );
  }

  /** Shows a text to edit, or nothing; a text that is being typed is not touched when it is the same one. */
  show(state: EditorState | undefined): void {
    const isOther = state !== undefined && (this.state?.key !== state.key || this.area.value !== state.text);
    this.state = state;
    this.element.hidden = state === undefined;
    if (state === undefined) return;
    if (isOther) {
      this.area.value = state.text;
      this.area.rows = Math.min(14, Math.max(3, state.text.split("\n").length + 1));
    }
    const title = l10n.t("Result of {0}, as JSON", visibleString(state.key, 120));
    if (this.title.textContent !== title) this.title.textContent = title;
    this.warning.hidden = state.warning === undefined;
    if (this.warning.dataset["text"] !== state.warning) {
      this.warning.dataset["text"] = state.warning ?? "";
      fill(this.warning, codicon("warning"), element("span", {}, ...visibleText(state.warning ?? "")));
    }
    this.check();
  }

  focus(): void {
    this.area.focus();
  }

  private check(): void {
    const { state } = this;
    if (state === undefined) return;
    const read = readJsonText(state.text);
    const problem = read.kind === "problem" ? read.text : state.refused;
    this.area.setAttribute("aria-invalid", String(problem !== undefined));
    if (this.problem.dataset["text"] !== (problem ?? "")) {
      this.problem.dataset["text"] = problem ?? "";
      fill(
        this.problem,
        ...(problem === undefined ? [] : [codicon("error"), element("span", {}, ...visibleText(problem))]),
      );
    }
    const hint =
      read.kind === "absent"
        ? l10n.t("Empty: the merge leaves the key absent. {0} applies, Escape cancels.", applyKey)
        : l10n.t("{0} applies, Escape cancels. Clear the text to leave the key absent.", applyKey);
    if (this.hint.textContent !== hint) this.hint.textContent = hint;
    this.apply.setEnabled(read.kind !== "problem" && state.disabledReason === undefined);
    this.apply.setTitle(state.disabledReason ?? "");
  }

  private tryApply(): void {
    const { state } = this;
    if (state === undefined || state.disabledReason !== undefined) return;
    const read = readJsonText(state.text);
    if (read.kind !== "problem") this.on.applied(state.key, read.kind === "absent" ? "" : state.text);
    else this.area.focus();
  }

  private cancel(): void {
    if (this.state !== undefined) this.on.cancelled(this.state.key);
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.stopPropagation();
      this.tryApply();
    } else if (event.key === "Escape" && !event.isComposing) {
      event.preventDefault();
      event.stopPropagation();
      this.cancel();
    }
  }
}

const applyKey = navigator.userAgent.includes("Mac") ? "⌘Enter" : "Ctrl+Enter";
