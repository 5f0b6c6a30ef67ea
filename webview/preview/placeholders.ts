/** What stands in the page's or the list's place while there is nothing to show, with one sentence why. */

import * as l10n from "@vscode/l10n";
import { codicon, element, fill } from "../ui/element";
import { createButton } from "../ui/toolkit";

/** Stands in the place of the whole page. */
export class PageMessage {
  readonly element = element("div", { class: "empty message" });

  show(kind: "loading" | "empty" | "error", text: string): void {
    this.element.hidden = false;
    this.element.dataset["kind"] = kind;
    fill(this.element, codicon(MESSAGE_ICONS[kind]), element("p", {}, text));
  }
}

/** Stands in the place of the list. */
export class EmptyList {
  readonly element = element("div", { class: "empty", hidden: true });
  private readonly reset;
  private shown = "";

  constructor(onShowAll: () => void) {
    this.reset = createButton({ label: l10n.t("Show All Keys"), look: "secondary", onClick: onShowAll });
  }

  /** @param reason why no row is shown; undefined while there are rows. */
  show(reason: "overlay" | "filter" | "chips" | undefined): void {
    this.element.hidden = reason === undefined;
    if (reason === undefined || reason === this.shown) return;
    this.shown = reason;
    const text = {
      overlay: l10n.t("The overlay is empty: there is nothing to merge."),
      filter: l10n.t("No key that is shown matches the filter."),
      chips: l10n.t("The filters above hide all keys."),
    }[reason];
    fill(this.element, element("p", {}, text), reason === "overlay" ? undefined : this.reset.element);
  }
}

const MESSAGE_ICONS = { loading: "loading codicon-modifier-spin", empty: "git-merge", error: "error" } as const;
