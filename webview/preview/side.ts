/** Owns one of the four boxes of the details: a value, what it is, and who wrote it when. */

import * as l10n from "@vscode/l10n";
import type { PreviewSide } from "../../src/protocol/previewMessages";
import { fullTime, timeOfDay } from "../clock";
import { codicon, element } from "../element";
import { createButton } from "../toolkit";
import { visibleString, visibleText } from "../visibleText";

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

/** @param copy takes the JSON text when the reader asks for it. */
export function createSideBox(box: SideBox, copy: (text: string) => void): HTMLElement {
  const { json, cut } = box.side;
  const copyButton =
    json === undefined
      ? undefined
      : createButton({
          label: l10n.t("Copy {0}", box.title),
          icon: "copy",
          look: "icon",
          class: "copy",
          onClick: () => copy(json),
        });
  const value =
    json === undefined
      ? element("p", { class: "value absent quiet" }, box.absent)
      : element(
          "pre",
          { class: "value", tabIndex: 0, role: "group", aria: { label: box.title } },
          ...visibleText(json, { maxLength: 100_000, multiline: true }),
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
      ? writer(box.side)
      : element("p", { class: "side-writer quiet" }, ...visibleText(box.origin)),
    box.warning === undefined ? undefined : element("p", { class: "side-warning" }, codicon("warning"), box.warning),
  );
}

function writer({ actor, revision, seq, timestampMs }: PreviewSide): HTMLElement {
  if (revision === 0 && actor === undefined) {
    return element("p", { class: "side-writer quiet" }, l10n.t("never written"));
  }
  const facts = [
    l10n.t("revision {0}", revision),
    seq === undefined ? undefined : l10n.t("event {0}", seq),
    timestampMs === undefined ? undefined : timeOfDay(timestampMs),
  ].filter((fact) => fact !== undefined);
  return element(
    "p",
    { class: "side-writer quiet", ...(timestampMs === undefined ? {} : { title: fullTime(timestampMs) }) },
    element("span", { class: "name" }, visibleString(actor ?? l10n.t("unknown writer"), 120)),
    ` · ${facts.join(" · ")}`,
  );
}
