/** Owns the lines under the header that come and go: why actions are off, and what became of the last command. */

import * as l10n from "@vscode/l10n";
import { codicon, element, fill } from "../element";
import { createButton, createProgressRing } from "../toolkit";
import { visibleText } from "../visibleText";
import type { CommandState } from "./header";

/** The two lines; each is hidden while it has nothing to say. */
export class Notices {
  readonly element: HTMLElement;
  private readonly disabled = element("div", { class: "notice info", hidden: true, data: { notice: "disabled" } });
  private readonly command = element("div", {
    class: "notice",
    hidden: true,
    role: "status",
    data: { notice: "command" },
  });
  private reason: string | undefined;

  constructor(private readonly on: { readonly cancel: () => void }) {
    this.element = element("div", { class: "notices" }, this.disabled, this.command);
  }

  showDisabledReason(reason: string | undefined): void {
    if (reason === this.reason) return;
    this.reason = reason;
    this.disabled.hidden = reason === undefined;
    fill(this.disabled, codicon("info"), element("span", {}, ...visibleText(reason ?? "")));
  }

  showCommand({ state, text }: CommandState): void {
    this.command.hidden = state === "idle" && text === "";
    this.command.className = `notice ${{ idle: "info", waiting: "waiting", failed: "error" }[state]}`;
    this.command.dataset["state"] = state;
    const words = element(
      "span",
      {},
      ...visibleText(text === "" && state === "waiting" ? l10n.t("Waiting for the script…") : text),
    );
    if (state === "waiting") {
      const cancel = createButton({ label: l10n.t("Cancel"), look: "secondary", onClick: this.on.cancel });
      fill(this.command, createProgressRing(), words, cancel.element);
      return;
    }
    const dismiss = createButton({
      label: l10n.t("Dismiss"),
      icon: "close",
      look: "icon",
      onClick: () => void (this.command.hidden = true),
    });
    fill(
      this.command,
      codicon(state === "failed" ? "error" : "info"),
      words,
      element("span", { class: "spring" }),
      dismiss.element,
    );
  }
}
