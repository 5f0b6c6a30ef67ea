/** How stale reads are told: as advice, each with the events and lines that it speaks of; they never stop a merge. */

import * as l10n from "@vscode/l10n";
import type { PreviewStaleRead } from "../../src/protocol/previewMessages";
import { codicon, element } from "../ui/element";
import { nameNode, phrase, valueNode } from "../ui/phrase";
import { createLink } from "../ui/toolkit";
import { visibleString } from "../ui/visibleText";
import { Part } from "./part";

/** What the links in a stale read do. */
export interface StaleReadActions {
  showEvent(seq: number): void;
  goToWriter(seq: number): void;
  selectKey(key: string): void;
}

/** Shown unfolded up to this many, until the reader says otherwise. */
const FEW = 2;
/** A window lower or narrower than this has no room for advice of several lines: the list must stay in sight. */
const SMALL_PX = 600;
/** Dependent keys that are named; the others are counted. */
const NAMED = 8;

/** The section under the header: one line, and under it the reads while it is unfolded. */
export class StaleReads {
  readonly element: HTMLElement;
  private readonly part = new Part("stale-reads", "section");

  constructor(private readonly on: StaleReadActions & { readonly toggled: (shown: boolean) => void }) {
    this.element = this.part.element;
    this.element.setAttribute("aria-label", l10n.t("Stale reads"));
  }

  /** @param shown as the reader chose; undefined = as many reads ask for. */
  show(reads: readonly PreviewStaleRead[], count: number, agent: string, shown: boolean | undefined): void {
    const isShown = shown ?? (count <= FEW && Math.min(innerHeight, innerWidth) >= SMALL_PX);
    this.part.show(count === 0 ? undefined : [isShown ? reads : [], count, agent, isShown], () => [
      this.head(count, agent, isShown),
      isShown
        ? element(
            "ul",
            { class: "stale-list", id: "stale-list" },
            ...reads.map((read) => element("li", {}, staleReadText(read, agent, this.on))),
            count > reads.length
              ? element("li", { class: "quiet" }, l10n.t("and {0} more", (count - reads.length).toLocaleString()))
              : undefined,
          )
        : undefined,
    ]);
  }

  private head(count: number, agent: string, isShown: boolean): HTMLElement {
    const text =
      count === 1
        ? l10n.t("{0} acted on a value that has changed since. Advice only: it does not stop the merge.")
        : l10n.t("{0} acted on {1} values that have changed since. Advice only: they do not stop the merge.");
    const head = element(
      "button",
      {
        class: "stale-head",
        aria: { expanded: String(isShown) },
        data: { focus: "stale-head" },
      },
      codicon(isShown ? "chevron-down" : "chevron-right"),
      codicon("clockface"),
      element("span", {}, phrase(text, nameNode(agent), count.toLocaleString())),
    );
    head.type = "button";
    head.addEventListener("click", () => this.on.toggled(!isShown));
    return head;
  }
}

/** @returns one stale read as sentences with links. */
export function staleReadText(read: PreviewStaleRead, agent: string, on: StaleReadActions): HTMLElement {
  const { key, now, dependents, dependentCount } = read;
  const parts = [
    nameNode(agent),
    nameNode(key),
    value(read.read.text),
    String(read.read.revision),
    places(read.read.seq, read.read.site, on),
    nameNode(now.actor ?? l10n.t("someone else")),
    value(now.text),
    String(now.revision),
    now.seq === undefined ? "" : places(now.seq, now.site, on),
  ];
  const written =
    now.text === undefined
      ? l10n.t("{5} deleted it, revision {7}{8}, before this merge.")
      : l10n.t("{5} wrote {6}, revision {7}{8}, before this merge.");
  const named = dependents.slice(0, NAMED).map((dependent) =>
    createLink({
      text: dependent.key,
      title: l10n.t("Show {0} in the list", visibleString(dependent.key, 120)),
      class: "name",
      onClick: () => on.selectKey(dependent.key),
    }),
  );
  const rest = dependentCount - named.length;
  return element(
    "p",
    { class: "stale-read" },
    phrase(`${l10n.t("{0} read {1} = {2} at revision {3}{4};")} ${written}`, ...parts),
    ` ${l10n.t("Written after that read:")} `,
    ...named.flatMap((link, index) => (index === 0 ? [link] : [", ", link])),
    rest > 0 ? `, ${l10n.t("and {0} more", rest.toLocaleString())}` : "",
    ".",
  );
}

/** ` (event 12, race.ts:9)`, both as links; leading space included, for it stands behind a number. */
function places(seq: number, site: string | undefined, on: StaleReadActions): HTMLElement {
  return element(
    "span",
    { class: "places" },
    " ",
    element("span", { class: "nowrap" }, "(", eventLink(seq, on.showEvent)),
    ...(site === undefined ? [] : [", ", siteLink(site, seq, on.goToWriter)]),
    ")",
  );
}

/** A link to an event. */
export function eventLink(seq: number, showEvent: (seq: number) => void): HTMLElement {
  return createLink({
    text: l10n.t("event {0}", seq),
    title: l10n.t("Show event {0} in the event log", seq),
    onClick: () => showEvent(seq),
  });
}

/** A link to the script's line that did an event. */
export function siteLink(site: string, seq: number, goToWriter: (seq: number) => void): HTMLElement {
  return createLink({
    text: site,
    title: l10n.t("Go to the line that caused event {0}", seq),
    onClick: () => goToWriter(seq),
  });
}

function value(text: string | undefined): Node {
  return text === undefined ? nameNode(l10n.t("nothing")) : valueNode(text);
}
