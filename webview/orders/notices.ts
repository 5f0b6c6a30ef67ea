/** The lines under the header that come and go: why merging is off, what moved, and what became of the last merging. */

import * as l10n from "@vscode/l10n";
import type { OrdersToWebview } from "../../src/protocol/ordersMessages";
import { codicon, element, fill } from "../ui/element";
import { createButton, createProgressRing } from "../ui/toolkit";
import { visibleString, visibleText } from "../ui/visibleText";
import type { Outcome } from "./arrangement";
import { nameList } from "./names";

/** The message that tells the state of the merging. */
export type CommandState = Extract<OrdersToWebview, { readonly type: "command" }>;

/** The lines; each is hidden while it has nothing to say. */
export class Notices {
  readonly element: HTMLElement;
  private readonly disabled = element("div", { class: "notice info", hidden: true, data: { notice: "disabled" } });
  private readonly moved = element("div", { class: "notice warning", hidden: true, data: { notice: "moved" } });
  private readonly command = element("div", { class: "notice", hidden: true, data: { notice: "command" } });
  private shown = "";

  constructor(private readonly on: { readonly cancel: () => void }) {
    this.element = element("div", { class: "notices" }, this.disabled, this.moved, this.command);
  }

  /** @returns what is new and should be said aloud; "" = nothing. */
  showOutcome({ disabledReason, moved }: Outcome): string {
    const identity = JSON.stringify([disabledReason, moved]);
    if (identity === this.shown) return "";
    this.shown = identity;
    this.disabled.hidden = disabledReason === undefined;
    fill(this.disabled, codicon("info"), element("span", {}, ...visibleText(disabledReason ?? "")));
    this.moved.hidden = moved === undefined;
    const text = moved === undefined ? "" : movedText(moved);
    fill(this.moved, codicon("warning"), element("span", {}, ...visibleText(text)));
    return text;
  }

  showCommand({ state, text }: CommandState): void {
    this.command.hidden = state === "idle" && text === "";
    this.command.className = `notice ${{ idle: "info", waiting: "waiting", failed: "error" }[state]}`;
    this.command.dataset["state"] = state;
    const words = element("span", {}, ...visibleText(text === "" ? l10n.t("Waiting for the script…") : text));
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
    const icon = codicon(state === "failed" ? "error" : "info");
    fill(this.command, icon, words, element("span", { class: "spring" }), dismiss.element);
  }
}

function movedText({ keys, more }: NonNullable<Outcome["moved"]>): string {
  const names = nameList(
    keys.map((key) => visibleString(key, 60)),
    5,
  );
  const all = more > 0 ? l10n.t("{0} and {1} more", names, more) : names;
  return keys.length + more === 1
    ? l10n.t("Nothing was merged: {0} changed since this order was shown. Here is the new state.", all)
    : l10n.t("Nothing was merged: these keys changed since this order was shown: {0}. Here is the new state.", all);
}
