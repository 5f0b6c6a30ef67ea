/** All outcomes of one key: the parent now, what each merge would leave, and what the order on show comes to. */

import * as l10n from "@vscode/l10n";
import type { MergePolicy } from "../../src/core/choices";
import type { OrderDetails, OrderSide } from "../../src/protocol/ordersMessages";
import { fullTime, timeOfDay } from "../ui/clock";
import { codicon, element, fill } from "../ui/element";
import { nameNode, phrase } from "../ui/phrase";
import { createButton } from "../ui/toolkit";
import { visibleString, visibleText } from "../ui/visibleText";
import { mergeName } from "./names";

/** The pane under the list. What it shows stays until something else is there to show, so that nothing flickers. */
export class DetailsPane {
  readonly element = element("section", {
    class: "pane-details",
    aria: { label: l10n.t("Outcomes of the selected key") },
  });
  private shown = "";

  constructor(private readonly on: { readonly copy: (text: string) => void }) {}

  show(details: OrderDetails, parentName: string, policy: MergePolicy): void {
    const identity = JSON.stringify([details, parentName, policy]);
    if (identity === this.shown) return;
    const { scrollTop } = this.element;
    const isSameKey = this.element.dataset["key"] === details.key;
    this.shown = identity;
    this.element.dataset["key"] = details.key;
    const copyKey = createButton({
      label: l10n.t("Copy Key"),
      icon: "copy",
      look: "icon",
      onClick: () => this.on.copy(details.key),
    });
    const isLoss = details.writers.some(({ same }) => !same);
    fill(
      this.element,
      element(
        "header",
        { class: "details-head" },
        element("h2", { class: "key" }, ...visibleText(details.key, { maxLength: 2_000 })),
        element("span", { class: "spring" }),
        copyKey.element,
      ),
      element(
        "p",
        { class: `sentence ${isLoss ? "loss" : "plain"}` },
        codicon(isLoss ? "warning" : "info"),
        element("span", {}, keySentence(details, parentName, policy)),
      ),
      element("div", { class: "sides" }, ...this.boxes(details, parentName)),
    );
    this.element.scrollTop = isSameKey ? scrollTop : 0;
  }

  /** Shows one sentence in place of details. */
  showNothing(text: string): void {
    this.shown = "";
    delete this.element.dataset["key"];
    fill(this.element, element("div", { class: "empty" }, text));
  }

  private boxes({ parent, writers, result }: OrderDetails, parentName: string): HTMLElement[] {
    const inTheEnd = { ...result, actor: undefined, revision: 0, seq: undefined, timestampMs: undefined };
    return [
      this.box("parent", l10n.t("{0} now", visibleString(parentName, 60)), parent, writerLine(parent)),
      ...writers.map((writer, index) => {
        const title = l10n.t("{0}: {1}", index + 1, mergeName(writer));
        const fate = writer.refused
          ? l10n.t("refused, not written")
          : result.winner === writer.id
            ? l10n.t("decides")
            : writer.same
              ? l10n.t("the same in the end")
              : l10n.t("overwritten later");
        const weight = writer.refused || (!writer.same && result.winner !== writer.id) ? "losing" : "";
        return this.box(weight, title, writer.side, writerLine(writer.side), fate);
      }),
      this.box("result", l10n.t("In the end"), inTheEnd, undefined),
    ];
  }

  private box(
    kind: string,
    title: string,
    { json, cut }: OrderSide,
    writer: HTMLElement | undefined,
    fate?: string,
  ): HTMLElement {
    const copy =
      json === undefined
        ? undefined
        : createButton({
            label: l10n.t("Copy {0}", title),
            icon: "copy",
            look: "icon",
            class: "copy",
            onClick: () => this.on.copy(json),
          });
    const value =
      json === undefined
        ? element("p", { class: "value absent quiet" }, l10n.t("not there"))
        : element(
            "pre",
            { class: "value", tabIndex: 0, role: "group", aria: { label: title } },
            visibleText(json, { maxLength: 100_000, multiline: true }),
          );
    return element(
      "section",
      { class: `side ${kind}`.trim(), aria: { label: title } },
      element("div", { class: "side-head" }, element("h3", {}, ...visibleText(title)), copy?.element),
      value,
      cut ? element("p", { class: "quiet" }, l10n.t("Shortened.")) : undefined,
      writer,
      fate === undefined
        ? undefined
        : element("p", { class: "fate" }, kind === "losing" ? codicon("warning") : undefined, fate),
    );
  }
}

/** Says in words who decides the key, and what that means for the others. */
function keySentence(
  { writers, result, sensitive }: OrderDetails,
  parentName: string,
  policy: MergePolicy,
): DocumentFragment {
  const winner = writers.find(({ id }) => id === result.winner);
  const refused = writers.filter((writer) => writer.refused).length;
  const parts = [nameNode(winner === undefined ? "" : mergeName(winner)), nameNode(parentName)];
  if (winner === undefined) {
    return phrase(l10n.t("In this order no merge writes this key: {1} keeps what it has."), ...parts);
  }
  if (policy !== "overwrite") {
    const said = result.combined
      ? l10n.t("In this order {0} writes this key last; the result combines both sides.")
      : l10n.t("In this order {0} is the last to write this key.");
    const rest =
      refused === 0
        ? ""
        : refused === 1
          ? ` ${l10n.t("1 merge is refused.")}`
          : ` ${l10n.t("{0} merges are refused.", refused)}`;
    return phrase(said + rest, ...parts);
  }
  if (writers.length === 1) {
    return phrase(l10n.t("Only {0} writes this key, so its order does not matter here."), ...parts);
  }
  return sensitive
    ? phrase(
        l10n.t("{0} is the last to write this key and decides it. In another order {1} could end differently."),
        ...parts,
      )
    : phrase(
        l10n.t("All agents that write this key leave the same value, so the order does not matter here."),
        ...parts,
      );
}

function writerLine({ actor, revision, seq, timestampMs }: OrderSide): HTMLElement {
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
    element("span", { class: "name" }, ...visibleText(actor ?? l10n.t("unknown writer"), { maxLength: 120 })),
    ` · ${facts.join(" · ")}`,
  );
}
