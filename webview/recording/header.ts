/** The upper part of the page: which recording, how far it is read, how the run ended, its figures, and the ways into the views. */

import * as l10n from "@vscode/l10n";
import { html, type TemplateResult } from "lit/html.js";
import type {
  ReadingState,
  RecordingFromWebview,
  RecordingSummary,
  SummaryOutcome,
} from "../../src/protocol/recordingMessages";
import { icon } from "../ui/icon";
import { button } from "../ui/toolkit";
import { visible, visibleString } from "../ui/visibleText";

const OUTCOME_ICONS: Readonly<Record<SummaryOutcome["weight"], string>> = {
  good: "pass",
  bad: "error",
  doubtful: "warning",
  plain: "debug-stop",
};

type Post = (message: RecordingFromWebview) => void;

/** The summary's head. */
export function header(summary: RecordingSummary, post: Post): TemplateResult {
  const { title, file, outcome, reading: state, problem, facts } = summary;
  return html`<header>
    <h1 class="title">${visible(title, { maxLength: 200 })}</h1>
    <p class="file quiet">${visible(file)}</p>
    <p class="outcome ${outcome.weight}" ?hidden=${state.kind !== "read"}>
      ${icon(OUTCOME_ICONS[outcome.weight])}<span>${visible(outcome.text)}</span>
    </p>
    ${reading(state, post)}
    <p class="notice error" ?hidden=${problem === undefined || state.kind === "failed"}>${visible(problem ?? "")}</p>
    ${actions(post)}
    <ul class="figures" aria-label=${l10n.t("Figures")}>
      ${figuresOf(summary).map(figure)}
    </ul>
    <dl class="facts">
      ${facts.map(
        ({ label, text }) =>
          html`<dt>${label}</dt>
            <dd>${visible(text)}</dd>`,
      )}
    </dl>
  </header>`;
}

/** What is said aloud once reading is over. */
export function accessibleLabel({ outcome, reading: state }: RecordingSummary): string {
  return [visibleString(outcome.text), visibleString(textOf(state))].filter(Boolean).join(". ");
}

function reading(state: ReadingState, post: Post): TemplateResult {
  const isReading = state.kind === "reading";
  return html`<div
    class="reading notice ${state.kind === "failed" ? "error" : "info"}"
    ?hidden=${state.kind === "read"}
  >
    <span>${visible(textOf(state))}</span>
    <progress
      aria-label=${l10n.t("Reading the recording")}
      .max=${isReading ? Math.max(state.size, 1) : 1}
      .value=${isReading ? state.bytes : 0}
      ?hidden=${!isReading}
    ></progress>
    <span class="spring"></span>
    ${button({
      label: isReading ? l10n.t("Stop Reading") : l10n.t("Read Again"),
      look: "secondary",
      onClick: () => post({ type: isReading ? "stopReading" : "readAgain" }),
    })}
  </div>`;
}

function textOf(state: ReadingState): string {
  if (state.kind === "failed") return state.message;
  if (state.kind === "read") return "";
  const { bytes, size } = state;
  const percent = size === 0 ? 0 : Math.floor((100 * bytes) / size);
  return state.kind === "reading"
    ? l10n.t("Reading {0}… {1} %", sizeText(size), percent)
    : l10n.t("Reading was stopped at {0} %. What was read by then is shown.", percent);
}

function actions(post: Post): TemplateResult {
  const action = (
    label: string,
    sign: string,
    type: "showTree" | "showEvents" | "compare" | "export",
    look: "primary" | "secondary" = "secondary",
  ): TemplateResult => button({ label, icon: sign, look, onClick: () => post({ type }) });
  return html`<div class="actions">
    ${action(l10n.t("Show in Agents"), "list-tree", "showTree", "primary")}
    ${action(l10n.t("Show Events"), "list-ordered", "showEvents")} ${action(l10n.t("Compare with…"), "diff", "compare")}
    ${action(l10n.t("Export…"), "export", "export")}
  </div>`;
}

/** A number with its word; it can be quiet, or a warning. */
interface Figure {
  readonly name: string;
  readonly count: number;
  readonly word: string;
  readonly warns: boolean;
}

function figuresOf(summary: RecordingSummary): readonly Figure[] {
  const { events, cut, agentCount, applied, refused, conflicts, staleReads, damageCount } = summary;
  return [
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
}

function figure({ name, count, word, warns }: Figure): TemplateResult {
  // A figure that warns says something only when it is not zero.
  const isQuiet = warns && count === 0 && name !== "conflicts";
  return html`<li class="figure ${warns && count > 0 ? "warns" : ""}" data-figure=${name} ?hidden=${isQuiet}>
    <strong class="count">${count.toLocaleString()}</strong>
    <span class="word">${word}</span>
  </li>`;
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
