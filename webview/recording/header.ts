/** The upper part of the page: which recording, how far it is read, how the run ended, its figures, and the ways into the views. */

import * as l10n from "@vscode/l10n";
import type { RecordingFromWebview, RecordingSummary, SummaryOutcome } from "../../src/protocol/recordingMessages";
import { codicon, element, fill } from "../ui/element";
import { createButton } from "../ui/toolkit";
import { showText, visibleText } from "../ui/visibleText";

const OUTCOME_ICONS: Readonly<Record<SummaryOutcome["weight"], string>> = {
  good: "pass",
  bad: "error",
  doubtful: "warning",
  plain: "debug-stop",
};

/** One figure: a number with its word; it can be quiet, or a warning. */
interface Figure {
  readonly name: string;
  readonly count: number;
  readonly word: string;
  readonly warns: boolean;
}

/** Shows the summary's head. Its buttons stay the same elements throughout, so that focus is never lost. */
export class Header {
  readonly element: HTMLElement;
  private readonly title = element("h1", { class: "title" });
  private readonly file = element("p", { class: "file quiet" });
  private readonly outcome = element("p", { class: "outcome" });
  private readonly problem = element("p", { class: "notice error", hidden: true });
  private readonly facts = element("dl", { class: "facts" });
  private readonly figures = element("ul", { class: "figures", aria: { label: l10n.t("Figures") } });
  private readonly figureElements = new Map<string, { readonly item: HTMLElement; readonly count: HTMLElement }>();
  private readonly bar = document.createElement("progress");
  private readonly readingText = element("span", {});
  private readonly reading: HTMLElement;
  private readonly stopButton;
  private readonly againButton;
  private shownFacts = "";
  private shownOutcome = "";

  constructor(post: (message: RecordingFromWebview) => void) {
    this.stopButton = createButton({
      label: l10n.t("Stop Reading"),
      look: "secondary",
      onClick: () => post({ type: "stopReading" }),
    });
    this.againButton = createButton({
      label: l10n.t("Read Again"),
      look: "secondary",
      onClick: () => post({ type: "readAgain" }),
    });
    this.bar.setAttribute("aria-label", l10n.t("Reading the recording"));
    this.reading = element(
      "div",
      { class: "reading notice", hidden: true },
      this.readingText,
      this.bar,
      element("span", { class: "spring" }),
      this.stopButton.element,
      this.againButton.element,
    );
    const actions = element(
      "div",
      { class: "actions" },
      createButton({
        label: l10n.t("Show in Contexts"),
        icon: "list-tree",
        look: "primary",
        onClick: () => post({ type: "showTree" }),
      }).element,
      createButton({
        label: l10n.t("Show Events"),
        icon: "list-ordered",
        look: "secondary",
        onClick: () => post({ type: "showEvents" }),
      }).element,
      createButton({
        label: l10n.t("Compare with…"),
        icon: "diff",
        look: "secondary",
        onClick: () => post({ type: "compare" }),
      }).element,
      createButton({
        label: l10n.t("Export…"),
        icon: "export",
        look: "secondary",
        onClick: () => post({ type: "export" }),
      }).element,
    );
    this.element = element(
      "header",
      {},
      this.title,
      this.file,
      this.outcome,
      this.reading,
      this.problem,
      actions,
      this.figures,
      this.facts,
    );
  }

  /** What is said aloud once reading is over. */
  get accessibleLabel(): string {
    return [this.outcome.textContent, this.readingText.textContent].filter(Boolean).join(". ");
  }

  show(summary: RecordingSummary): void {
    showText(this.title, summary.title, { maxLength: 200 });
    showText(this.file, summary.file, { maxLength: 1_000 });
    this.showOutcome(summary);
    this.showReading(summary);
    const failed = summary.reading.kind === "failed";
    this.problem.hidden = summary.problem === undefined || failed;
    showText(this.problem, summary.problem ?? "", { maxLength: 1_000 });
    this.showFigures(summary);
    const facts = JSON.stringify(summary.facts);
    if (facts === this.shownFacts) return;
    this.shownFacts = facts;
    fill(
      this.facts,
      ...summary.facts.flatMap(({ label, text }) => [
        element("dt", {}, label),
        element("dd", {}, ...visibleText(text)),
      ]),
    );
  }

  private showOutcome({ outcome, reading }: RecordingSummary): void {
    this.outcome.hidden = reading.kind !== "read";
    const identity = JSON.stringify(outcome);
    if (identity === this.shownOutcome) return;
    this.shownOutcome = identity;
    this.outcome.className = `outcome ${outcome.weight}`;
    fill(this.outcome, codicon(OUTCOME_ICONS[outcome.weight]), element("span", {}, ...visibleText(outcome.text)));
  }

  private showReading({ reading }: RecordingSummary): void {
    this.reading.hidden = reading.kind === "read";
    this.reading.className = `reading notice ${reading.kind === "failed" ? "error" : "info"}`;
    this.bar.hidden = reading.kind !== "reading";
    this.stopButton.element.hidden = reading.kind !== "reading";
    this.againButton.element.hidden = reading.kind === "reading";
    if (reading.kind === "failed") return showText(this.readingText, reading.message);
    if (reading.kind === "read") return showText(this.readingText, "");
    const { bytes, size } = reading;
    this.bar.max = Math.max(size, 1);
    this.bar.value = bytes;
    const percent = size === 0 ? 0 : Math.floor((100 * bytes) / size);
    showText(
      this.readingText,
      reading.kind === "reading"
        ? l10n.t("Reading {0}… {1} %", sizeText(size), percent)
        : l10n.t("Reading was stopped at {0} %. What was read by then is shown.", percent),
    );
  }

  private showFigures(summary: RecordingSummary): void {
    const { events, cut, agentCount, applied, refused, conflicts, staleReads, damageCount } = summary;
    const figures: Figure[] = [
      { name: "events", count: events, word: events === 1 ? l10n.t("event") : l10n.t("events"), warns: false },
      { name: "agents", count: agentCount, word: agentCount === 1 ? l10n.t("agent") : l10n.t("agents"), warns: false },
      { name: "applied", count: applied, word: applied === 1 ? l10n.t("merge") : l10n.t("merges"), warns: false },
      { name: "refused", count: refused, word: l10n.t("refused"), warns: true },
      {
        name: "conflicts",
        count: conflicts,
        word: conflicts === 1 ? l10n.t("conflict") : l10n.t("conflicts"),
        warns: true,
      },
      {
        name: "staleReads",
        count: staleReads,
        word: staleReads === 1 ? l10n.t("stale read") : l10n.t("stale reads"),
        warns: true,
      },
      { name: "cut", count: cut, word: cut === 1 ? l10n.t("event not kept") : l10n.t("events not kept"), warns: true },
      {
        name: "damage",
        count: damageCount,
        word: damageCount === 1 ? l10n.t("damaged line") : l10n.t("damaged lines"),
        warns: true,
      },
    ];
    for (const figure of figures) this.showFigure(figure);
  }

  private showFigure({ name, count, word, warns }: Figure): void {
    let shown = this.figureElements.get(name);
    if (shown === undefined) {
      const number = element("strong", { class: "count" });
      shown = {
        item: element("li", { data: { figure: name } }, number, element("span", { class: "word" })),
        count: number,
      };
      this.figureElements.set(name, shown);
      this.figures.append(shown.item);
    }
    // A figure that warns says something only when it is not zero.
    shown.item.hidden = warns && count === 0 && name !== "conflicts";
    shown.item.className = warns && count > 0 ? "figure warns" : "figure";
    showText(shown.count, count.toLocaleString());
    showText(shown.item.lastElementChild as HTMLElement, word);
  }
}

/** Bytes in the unit that reads best. */
function sizeText(bytes: number): string {
  const units = ["B", "KB", "MB", "GB"];
  let size = bytes;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${size >= 10 || unit === 0 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}
