/** One of the four boxes of the details: a value, what it is, and who wrote it when. */

import * as l10n from "@vscode/l10n";
import type { PreviewSide } from "../../src/protocol/previewMessages";
import { fullTime, timeOfDay } from "../ui/clock";
import { codicon, element } from "../ui/element";
import { createButton } from "../ui/toolkit";
import { visibleString, visibleText } from "../ui/visibleText";
import { eventLink, siteLink } from "./staleReads";

/** What a box shows. */
export interface SideBox {
  readonly side: PreviewSide;
  readonly name: "base" | "parent" | "overlay" | "result";
  readonly title: string;
  /** What this value is, in plain words. */
  readonly caption: string;
  /** Said where the value is absent. */
  readonly absent: string;
  /** A line in place of who wrote it; for the value that nobody has written yet. */
  readonly origin?: string;
  /** A warning at the foot of the box. */
  readonly warning?: string;
  /** True where the value is what it was before: shown quietly. */
  readonly quiet?: boolean;
}

/** What the controls in a box do. */
export interface SideActions {
  /** Takes the JSON text when the reader asks for it. */
  copy(text: string): void;
  showEvent(seq: number): void;
  goToWriter(seq: number): void;
}

/** Makes a box. */
export function createSideBox(box: SideBox, on: SideActions): HTMLElement {
  const { json, cut } = box.side;
  const copyButton =
    json === undefined
      ? undefined
      : createButton({
          label: l10n.t("Copy {0}", box.title),
          icon: "copy",
          look: "icon",
          class: "copy",
          onClick: () => on.copy(json),
        });
  copyButton?.element.setAttribute("data-focus", `copy ${box.name}`);
  const value =
    json === undefined
      ? element("p", { class: "value absent quiet" }, box.absent)
      : element(
          "pre",
          { class: "value", tabIndex: 0, role: "group", aria: { label: box.title } },
          visibleText(json, { maxLength: 100_000, multiline: true }),
        );
  return element(
    "section",
    {
      class: `side ${box.name}${box.warning === undefined ? "" : " losing"}`,
      aria: { label: box.title },
      data: { side: box.name },
    },
    element("div", { class: "side-head" }, element("h3", {}, box.title), copyButton?.element),
    element("p", { class: "side-caption quiet" }, ...visibleText(box.caption)),
    value,
    cut ? element("p", { class: "quiet" }, l10n.t("Shortened: the whole value is in the diff editor.")) : undefined,
    box.origin === undefined
      ? writer(box.side, on)
      : element("p", { class: "side-writer quiet" }, ...visibleText(box.origin)),
    box.warning === undefined ? undefined : element("p", { class: "side-warning" }, codicon("warning"), box.warning),
  );
}

function writer({ actor, revision, seq, timestampMs, site }: PreviewSide, on: SideActions): HTMLElement {
  if (revision === 0 && actor === undefined) {
    return element("p", { class: "side-writer quiet" }, l10n.t("never written"));
  }
  const facts: (Node | string)[] = [l10n.t("revision {0}", revision)];
  if (seq !== undefined) facts.push(eventLink(seq, on.showEvent));
  if (timestampMs !== undefined) facts.push(timeOfDay(timestampMs));
  if (seq !== undefined && site !== undefined) facts.push(siteLink(site, seq, on.goToWriter));
  return element(
    "p",
    { class: "side-writer quiet", ...(timestampMs === undefined ? {} : { title: fullTime(timestampMs) }) },
    element("span", { class: "name" }, visibleString(actor ?? l10n.t("unknown writer"), 120)),
    ...facts.flatMap((fact) => [" · ", fact]),
  );
}
