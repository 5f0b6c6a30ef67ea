/** The events view's toolbar: which run, which events, where the cursor stands, and the steps. */

import * as l10n from "@vscode/l10n";
import { html, nothing, type TemplateResult } from "lit/html.js";
import { live } from "lit/directives/live.js";
import { repeat } from "lit/directives/repeat.js";
import type { EventFilter, EventsFromWebview } from "../../src/protocol/eventsMessages";
import { icon } from "../ui/icon";
import { button, textField } from "../ui/toolkit";
import { visibleString } from "../ui/visibleText";
import { picker, type PickerOptions } from "./picker";
import { filterIdentity, NO_FILTER, type ListMessage, type OpenPicker } from "./state";

type Step = Extract<EventsFromWebview, { readonly type: "step" }>["to"];

/** What the bar shows. */
export interface ToolbarState {
  readonly list: ListMessage;
  /** What the user sees in the boxes; the extension's filter may lag behind it. */
  readonly filter: EventFilter;
  readonly openPicker: OpenPicker | undefined;
}

/** What the user asks of the bar. */
export interface ToolbarActions {
  filter(filter: EventFilter): void;
  openPicker(open: OpenPicker | undefined): void;
  chooseRun(id: string): void;
  step(to: Step): void;
}

/** The class of the box that text is searched by. */
export const TEXT_BOX = "filter-text";

/** The bar. */
export function toolbar({ list, filter, openPicker }: ToolbarState, on: ToolbarActions): TemplateResult {
  const change = (part: Partial<EventFilter>): void => on.filter({ ...filter, ...part });
  const box = (part: "key" | "text", label: string, sign: string): TemplateResult =>
    textField({
      label,
      icon: sign,
      clearLabel: l10n.t("Clear"),
      class: `filter-${part}`,
      value: filter[part],
      onInput: (text) => change({ [part]: text }),
    });
  const searchOf = (name: OpenPicker["name"]): Pick<PickerOptions<never>, "search" | "onSearch"> => ({
    search: openPicker?.name === name ? openPicker.search : undefined,
    onSearch: (search) => on.openPicker(search === undefined ? undefined : { name, search }),
  });
  return html`<div class="toolbar" role="toolbar" aria-label=${l10n.t("Agent events")}>
    ${steps(list, on.step)}
    <span class="counter quiet">${counterOf(list)}</span>
    ${cutSign(list)}${onDiskSign(list)}
    <span class="spring"></span>
    ${runChooser(list, on.chooseRun)}
    ${picker({
      name: l10n.t("Agents"),
      all: l10n.t("All agents"),
      choices: list.agents.map(({ layer, name }) => ({ id: layer, name })),
      picked: filter.agents,
      onPick: (agents) => change({ agents }),
      ...searchOf("agents"),
    })}
    ${picker({
      name: l10n.t("Kinds"),
      all: l10n.t("All kinds"),
      choices: list.kinds.map((kind) => ({ id: kind, name: kind })),
      picked: filter.kinds,
      onPick: (kinds) => change({ kinds }),
      ...searchOf("kinds"),
    })}
    ${box("key", l10n.t("Key"), "symbol-key")}${box("text", l10n.t("Text"), "search")}
  </div>`;
}

function steps({ total, matching, cursor, cursorIndex }: ListMessage, step: (to: Step) => void): TemplateResult {
  const isAny = total > 0;
  const canGoBack = isAny && !(cursorIndex <= 0 && matching > 0);
  const canGoOn = isAny && !(cursorIndex >= matching - 1 && matching > 0);
  const stepButton = (to: Step, sign: string, label: string, isEnabled: boolean): TemplateResult =>
    button({
      label,
      icon: sign,
      look: "icon",
      class: `step-${to}`,
      isEnabled,
      ...(to === "live" && { isPressed: cursor.live }),
      onClick: () => step(to),
    });
  return html`<div class="steps" role="group" aria-label=${l10n.t("Step through the log")}>
    ${stepButton("first", "debug-reverse-continue", l10n.t("First Event"), canGoBack)}
    ${stepButton("back", "debug-step-back", l10n.t("Step Back"), canGoBack)}
    ${stepButton("forward", "debug-step-over", l10n.t("Step Forward"), canGoOn)}
    ${stepButton("last", "debug-continue", l10n.t("Last Event"), canGoOn)}
    ${stepButton("live", "pulse", l10n.t("Live: Follow the Newest Event"), isAny)}
  </div>`;
}

function counterOf({ cursor, filter, matching, total, searched }: ListMessage): string {
  const place = l10n.t("event {0} of {1}", cursor.seq.toLocaleString(), total.toLocaleString());
  if (searched < total) {
    const percent = Math.floor((100 * searched) / total);
    return l10n.t("{0} ({1} shown, searching {2} %)", place, matching.toLocaleString(), percent);
  }
  // A merge is one row, of as many events as it has keys.
  const isAll = matching === total || filterIdentity(filter) === filterIdentity(NO_FILTER);
  return isAll ? place : l10n.t("{0} ({1} shown)", place, matching.toLocaleString());
}

function cutSign({ cut }: ListMessage): TemplateResult | typeof nothing {
  if (cut === 0) return nothing;
  const title = l10n.t("The log was cut at its limit, or events were lost: the list starts after them.");
  const text = cut === 1 ? l10n.t("1 event is not kept") : l10n.t("{0} events are not kept", cut.toLocaleString());
  return html`<span class="cut" title=${title}>${icon("warning")}${text}</span>`;
}

function onDiskSign({ onDisk }: ListMessage): TemplateResult | typeof nothing {
  if (onDisk === 0) return nothing;
  const title = l10n.t(
    "The oldest values exceed the setting agentContext.memory.megabytes: they are read from the recording when you look at them.",
  );
  const text = l10n.t("{0} values on disk", onDisk.toLocaleString());
  return html`<span class="on-disk quiet" title=${title}>${text}</span>`;
}

function runChooser({ run, runs }: ListMessage, choose: (id: string) => void): TemplateResult {
  const all = run !== undefined && !runs.some(({ id }) => id === run.id) ? [run, ...runs] : runs;
  const onChange = (event: Event): void => choose((event.currentTarget as HTMLSelectElement).value);
  // What is the same must not be touched, or an open list closes.
  return html`<select class="runs" aria-label=${l10n.t("Run")} ?hidden=${all.length < 2} @change=${onChange}>
    ${repeat(
      all,
      ({ id }) => id,
      ({ id, title }) =>
        html`<option value=${id} .selected=${live(id === run?.id)}>${visibleString(title, 120)}</option>`,
    )}
  </select>`;
}
