/** A button that opens a list of checkboxes: several of many, none meaning all. */

import * as l10n from "@vscode/l10n";
import { html, nothing, type TemplateResult } from "lit/html.js";
import { repeat } from "lit/directives/repeat.js";
import { icon } from "../ui/icon";
import { checkbox, textField } from "../ui/toolkit";
import { visibleString } from "../ui/visibleText";

/** What a picker shows and whom it asks. */
export interface PickerOptions<Id> {
  readonly name: string;
  /** What it says when nothing is picked. */
  readonly all: string;
  readonly choices: readonly { readonly id: Id; readonly name: string }[];
  readonly picked: readonly Id[];
  /** What its choices are narrowed by while it is open; undefined = it is closed. */
  readonly search: string | undefined;
  onPick(ids: readonly Id[]): void;
  onSearch(search: string | undefined): void;
}

/** Choices shown at once; a search box narrows longer lists. */
const MAX_SHOWN = 200;
const SEARCH_FROM = 12;

/** The button and its popup. The popup closes on Escape, on a click elsewhere and when focus leaves it. */
export function picker<Id extends string | number>(options: PickerOptions<Id>): TemplateResult {
  const { name, all, choices, picked, search, onSearch } = options;
  const isOpen = search !== undefined;
  const names = choices.filter(({ id }) => picked.includes(id)).map((choice) => visibleString(choice.name, 60));
  const [first = all, ...others] = names;
  const close = ({ relatedTarget, currentTarget }: FocusEvent): void => {
    const isInside = relatedTarget instanceof Node && (currentTarget as Element).contains(relatedTarget);
    if (isOpen && !isInside) onSearch(undefined);
  };
  return html`<div class="picker" @keydown=${(event: KeyboardEvent) => onKey(event, options)} @focusout=${close}>
    <button
      type="button"
      class="picker-button ${picked.length > 0 ? "active" : ""}"
      title=${name}
      aria-haspopup="true"
      aria-expanded=${isOpen}
      aria-label=${`${name}: ${names.length === 0 ? all : names.join(", ")}`}
      @click=${() => onSearch(isOpen ? undefined : "")}
    >
      <span class="ellipsis">${others.length === 0 ? first : `${name}: ${String(names.length)}`}</span
      >${icon("chevron-down")}
    </button>
    <div class="picker-popup" role="group" aria-label=${name} ?hidden=${!isOpen}>
      ${isOpen ? popup(options, search) : nothing}
    </div>
  </div>`;
}

function popup<Id extends string | number>(options: PickerOptions<Id>, search: string): TemplateResult {
  const { all, choices, picked, onPick, onSearch } = options;
  const matching = choices.filter(({ name }) => name.toLowerCase().includes(search.toLowerCase()));
  const shown = matching.slice(0, MAX_SHOWN);
  const rest = matching.length - shown.length;
  const searchBox = (): TemplateResult =>
    textField({
      label: l10n.t("Search"),
      icon: "search",
      clearLabel: l10n.t("Clear Search"),
      value: search,
      onInput: onSearch,
    });
  return html`${choices.length >= SEARCH_FROM ? searchBox() : nothing}
    <div class="picker-list">
      ${checkbox({ label: all, isChecked: picked.length === 0, onChange: () => onPick([]) })}
      ${repeat(
        shown,
        ({ id }) => id,
        ({ id, name }) =>
          checkbox({
            label: visibleString(name, 120),
            isChecked: picked.includes(id),
            onChange: (isPicked) => onPick(isPicked ? [...picked, id] : picked.filter((other) => other !== id)),
          }),
      )}
      <p class="quiet" ?hidden=${rest === 0}>${l10n.t("{0} more: search to narrow the list", rest)}</p>
    </div>`;
}

function onKey<Id>(event: KeyboardEvent, { search, onSearch }: PickerOptions<Id>): void {
  const whole = event.currentTarget as HTMLElement;
  if (event.key === "Escape" && search !== undefined) {
    event.stopPropagation();
    whole.querySelector("button")!.focus();
    onSearch(undefined);
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    event.stopPropagation();
    if (search === undefined) onSearch("");
    const boxes = [...whole.querySelectorAll<HTMLElement>(".checkbox")];
    const at = boxes.indexOf(document.activeElement as HTMLElement);
    boxes[Math.min(boxes.length - 1, Math.max(0, at + (event.key === "ArrowDown" ? 1 : -1)))]?.focus();
  }
}
