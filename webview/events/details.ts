/** Shows the details of the event at the cursor: its facts, the change it made, its data. */

import * as l10n from "@vscode/l10n";
import type { EventDetails } from "../../src/protocol/eventsMessages";
import { fullTime, sinceStart } from "../ui/clock";
import { createDifference } from "../ui/difference";
import { codicon, element, fill } from "../ui/element";
import { createButton } from "../ui/toolkit";
import { visibleText } from "../ui/visibleText";
import { eventKindSign } from "./eventKind";

/** The pane at the right. What it shows stays until something else comes. */
export class DetailsPane {
  readonly element = element("section", { class: "pane-details", aria: { label: l10n.t("Details of the event") } });
  private shown = "";

  /** @param copy takes a text when the reader asks for it. */
  constructor(private readonly copy: (text: string) => void) {
    this.show(undefined);
  }

  /** @param startedMs when the run began, if that is known */
  show(details: EventDetails | undefined, startedMs?: number): void {
    const identity = JSON.stringify([details ?? null, startedMs]);
    if (identity === this.shown) return;
    this.shown = identity;
    if (details === undefined) {
      fill(this.element, element("div", { class: "empty" }, l10n.t("Select an event to see what it did.")));
      return;
    }
    const sign = eventKindSign(details.kind);
    fill(
      this.element,
      element(
        "header",
        { class: "details-head" },
        element("span", { class: `codicon codicon-${sign.icon} ${sign.weight}`, aria: { hidden: "true" } }),
        element("h2", {}, ...visibleText(details.kind, { maxLength: 200 })),
        details.agent === undefined
          ? undefined
          : element("span", { class: "name" }, ...visibleText(details.agent, { maxLength: 120 })),
        element(
          "span",
          { class: "quiet", title: fullTime(details.timestampMs) },
          [l10n.t("event {0}", details.seq), sinceStart(details.timestampMs, startedMs)].filter(Boolean).join(" · "),
        ),
      ),
      facts(details),
      details.change === undefined ? undefined : this.change(details.change),
      details.data === undefined ? undefined : this.box(l10n.t("Data"), details.data),
    );
    this.element.scrollTop = 0;
  }

  private change({ before, after, difference }: NonNullable<EventDetails["change"]>): HTMLElement {
    const label = l10n.t("What changed");
    return element(
      "div",
      { class: "change" },
      element(
        "div",
        { class: "change-sides" },
        this.box(l10n.t("Before"), before),
        element("span", { class: "change-arrow quiet" }, codicon("arrow-right")),
        this.box(l10n.t("After"), after),
      ),
      difference.length > 1 ? element("h3", { class: "box-title" }, label) : undefined,
      difference.length > 1 ? createDifference(difference, label) : undefined,
    );
  }

  private box(title: string, json: string | undefined): HTMLElement {
    const copy = createButton({
      label: l10n.t("Copy {0}", title),
      icon: "copy",
      look: "icon",
      class: "copy",
      onClick: () => this.copy(json ?? ""),
    });
    return element(
      "section",
      { class: "box", aria: { label: title } },
      element(
        "div",
        { class: "box-head" },
        element("h3", { class: "box-title" }, title),
        json === undefined ? undefined : copy.element,
      ),
      json === undefined
        ? element("p", { class: "value absent quiet" }, l10n.t("not there"))
        : element(
            "pre",
            { class: "value", tabIndex: 0, role: "group", aria: { label: title } },
            ...visibleText(json, { maxLength: 100_000, multiline: true }),
          ),
    );
  }
}

function facts({ facts: all, line }: EventDetails): HTMLElement | undefined {
  const shown = line === undefined ? all : [...all, { label: l10n.t("Line"), text: line }];
  if (shown.length === 0) return undefined;
  return element(
    "dl",
    { class: "facts" },
    ...shown.flatMap(({ label, text }) => [
      element("dt", { class: "quiet" }, ...visibleText(label, { maxLength: 100 })),
      element("dd", {}, ...visibleText(text, { maxLength: 2_000 })),
    ]),
  );
}
