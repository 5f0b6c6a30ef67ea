/** Shows the details of the event at the cursor: its facts, the change it made, its data. */

import * as l10n from "@vscode/l10n";
import { html, nothing, type TemplateResult } from "lit/html.js";
import type { DirectiveResult } from "lit/directive.js";
import { guard } from "lit/directives/guard.js";
import { keyed } from "lit/directives/keyed.js";
import type { EventDetails } from "../../src/protocol/eventsMessages";
import { fullTime, sinceStart } from "../ui/clock";
import { difference } from "../ui/difference";
import { icon } from "../ui/icon";
import { button } from "../ui/toolkit";
import { visible } from "../ui/visibleText";
import { eventKindSign } from "./eventKind";

/** What the pane shows. */
export interface ShownDetails {
  readonly details: EventDetails | undefined;
  /** When the run began, if that is known. */
  readonly startedMs: number | undefined;
  /** The reader has asked for all lines of a long difference. */
  readonly isWhole: boolean;
}

/** What the reader asks of the pane. */
export interface DetailsActions {
  copy(text: string): void;
  showWhole(): void;
}

/** The pane at the right. Other details begin at their top; the same ones are not even looked at again. */
export function detailsPane(shown: ShownDetails, on: DetailsActions): DirectiveResult {
  const { details, startedMs, isWhole } = shown;
  return guard([details, startedMs, isWhole], () => keyed(details, pane(shown, on)));
}

function pane({ details, startedMs, isWhole }: ShownDetails, on: DetailsActions): TemplateResult {
  const { change, data } = details ?? {};
  return html`<section class="pane-details" aria-label=${l10n.t("Details of the event")}>
    ${
      details === undefined
        ? html`<div class="empty">${l10n.t("Select an event to see what it did.")}</div>`
        : html`${head(details, startedMs)}${facts(details)}`
    }
    ${change === undefined ? nothing : changeOf(change, isWhole, on)}
    ${data === undefined ? nothing : box(l10n.t("Data"), data, on)}
  </section>`;
}

function head(
  { kind, agent, seq, firstSeq, timestampMs }: EventDetails,
  startedMs: number | undefined,
): TemplateResult {
  const sign = eventKindSign(kind);
  const events = firstSeq < seq ? l10n.t("events {0} to {1}", firstSeq, seq) : l10n.t("event {0}", seq);
  const place = [events, sinceStart(timestampMs, startedMs)].filter(Boolean).join(" · ");
  return html`<header class="details-head">
    <span class="codicon codicon-${sign.icon} ${sign.weight}" aria-hidden="true"></span>
    <h2>${visible(kind, { maxLength: 200 })}</h2>
    ${agent === undefined ? nothing : html`<span class="name">${visible(agent, { maxLength: 120 })}</span>`}
    <span class="quiet" title=${fullTime(timestampMs)}>${place}</span>
  </header>`;
}

function facts({ facts: all, line }: EventDetails): TemplateResult | typeof nothing {
  const shown = line === undefined ? all : [...all, { label: l10n.t("Line"), text: line }];
  if (shown.length === 0) return nothing;
  return html`<dl class="facts">
    ${shown.map(
      ({ label, text }) =>
        html`<dt class="quiet">${visible(label, { maxLength: 100 })}</dt>
          <dd>${visible(text, { maxLength: 2_000 })}</dd>`,
    )}
  </dl>`;
}

function changeOf(
  { before, after, difference: rows }: NonNullable<EventDetails["change"]>,
  isWhole: boolean,
  on: DetailsActions,
): TemplateResult {
  const label = l10n.t("What changed");
  // Of long values the change is what is looked for; two long boxes would stand before it.
  return html`<div class="change">
    ${
      rows.length > 1
        ? html`<h3 class="box-title">${label}</h3>
            ${difference(rows, label, isWhole, on.showWhole)}`
        : nothing
    }
    <div class="change-sides">
      ${box(l10n.t("Before"), before, on)}
      <span class="change-arrow quiet">${icon("arrow-right")}</span>
      ${box(l10n.t("After"), after, on)}
    </div>
  </div>`;
}

function box(title: string, json: string | undefined, on: DetailsActions): TemplateResult {
  const copy = (text: string): TemplateResult =>
    button({
      label: l10n.t("Copy {0}", title),
      icon: "copy",
      look: "icon",
      class: "copy",
      onClick: () => on.copy(text),
    });
  return html`<section class="box" aria-label=${title}>
    <div class="box-head">
      <h3 class="box-title">${title}</h3>
      ${json === undefined ? nothing : copy(json)}
    </div>
    ${
      json === undefined
        ? html`<p class="value absent quiet">${l10n.t("not there")}</p>`
        : html`<pre class="value" tabindex="0" role="group" aria-label=${title}>${value(json)}</pre>`
    }
  </section>`;
}

function value(json: string): ReturnType<typeof visible> {
  return visible(json, { maxLength: 100_000, multiline: true });
}
