/** The events view's toolbar: which run, which events, where the cursor stands, and the steps. */

import * as l10n from "@vscode/l10n";
import type { EventFilter, EventsFromWebview, EventsToWebview } from "../../src/protocol/eventsMessages";
import { codicon, element, fill } from "../ui/element";
import type { Button } from "../ui/toolkit";
import { createButton, createTextField } from "../ui/toolkit";
import { visibleString } from "../ui/visibleText";
import { Picker } from "./picker";
import { filterIdentity, NO_FILTER } from "./state";

/** The message that tells what is listed. */
export type EventList = Extract<EventsToWebview, { readonly type: "list" }>;
type Step = Extract<EventsFromWebview, { readonly type: "step" }>["to"];

/** The bar. It holds the filter that the user sees; the extension's may lag behind it. */
export class Toolbar {
  readonly element: HTMLElement;
  private readonly runs = element("select", { class: "runs", aria: { label: l10n.t("Run") } });
  private readonly agents: Picker<number>;
  private readonly kinds: Picker<string>;
  private readonly key;
  private readonly text;
  private readonly steps = new Map<Step, Button>();
  private readonly counter = element("span", { class: "counter quiet" });
  private readonly cut = element("span", { class: "cut", hidden: true });
  private readonly onDisk = element("span", { class: "on-disk quiet", hidden: true });
  private shownRuns = "";

  constructor(
    private readonly on: { filter(filter: EventFilter): void; chooseRun(id: string): void; step(to: Step): void },
  ) {
    this.agents = new Picker<number>({
      name: l10n.t("Agents"),
      all: l10n.t("All agents"),
      onPick: (agents) => this.change({ agents }),
    });
    this.kinds = new Picker<string>({
      name: l10n.t("Kinds"),
      all: l10n.t("All kinds"),
      onPick: (kinds) => this.change({ kinds }),
    });
    const clearLabel = l10n.t("Clear");
    this.key = createTextField({
      label: l10n.t("Key"),
      icon: "symbol-key",
      clearLabel,
      onInput: (key) => this.change({ key }),
    });
    this.text = createTextField({
      label: l10n.t("Text"),
      icon: "search",
      clearLabel,
      onInput: (text) => this.change({ text }),
    });
    this.runs.addEventListener("change", () => on.chooseRun(this.runs.value));
    this.element = element(
      "div",
      { class: "toolbar", role: "toolbar", aria: { label: l10n.t("Agent events") } },
      element(
        "div",
        { class: "steps", role: "group", aria: { label: l10n.t("Step through the log") } },
        ...this.stepButtons(),
      ),
      this.counter,
      this.cut,
      this.onDisk,
      element("span", { class: "spring" }),
      this.runs,
      this.agents.element,
      this.kinds.element,
      this.key.element,
      this.text.element,
    );
  }

  /** The filter that the boxes show. */
  filter: EventFilter = NO_FILTER;

  /** Shows a filter that did not come from the boxes. */
  showFilter(filter: EventFilter): void {
    if (filterIdentity(filter) === filterIdentity(this.filter)) return;
    this.filter = filter;
    this.key.value = filter.key;
    this.text.value = filter.text;
  }

  update(list: EventList): void {
    this.showRuns(list);
    this.agents.update(
      list.agents.map(({ layer, name }) => ({ id: layer, name })),
      this.filter.agents,
    );
    this.kinds.update(
      list.kinds.map((kind) => ({ id: kind, name: kind })),
      this.filter.kinds,
    );
    const { cursor, matching, total, searched } = list;
    const place = l10n.t("event {0} of {1}", cursor.seq.toLocaleString(), total.toLocaleString());
    const percent = total === 0 ? 0 : Math.floor((100 * searched) / total);
    const counter =
      searched < total
        ? l10n.t("{0} ({1} shown, searching {2} %)", place, matching.toLocaleString(), percent)
        : matching === total
          ? place
          : l10n.t("{0} ({1} shown)", place, matching.toLocaleString());
    if (this.counter.textContent !== counter) this.counter.textContent = counter;
    this.showCut(list.cut);
    this.onDisk.hidden = list.onDisk === 0;
    const onDisk = l10n.t("{0} values on disk", list.onDisk.toLocaleString());
    if (list.onDisk > 0 && this.onDisk.textContent !== onDisk) {
      this.onDisk.textContent = onDisk;
      this.onDisk.title = l10n.t(
        "The oldest values exceed the setting agentContext.memory.megabytes: they are read from the recording when you look at them.",
      );
    }
    const isAny = total > 0;
    const atStart = list.cursorIndex <= 0 && matching > 0;
    const atEnd = list.cursorIndex >= matching - 1 && matching > 0;
    this.steps.get("first")!.setEnabled(isAny && !atStart);
    this.steps.get("back")!.setEnabled(isAny && !atStart);
    this.steps.get("forward")!.setEnabled(isAny && !atEnd);
    this.steps.get("last")!.setEnabled(isAny && !atEnd);
    this.steps.get("live")!.setEnabled(isAny);
    this.steps.get("live")!.setPressed(cursor.live);
  }

  /** Focuses the text box. */
  focusText(): void {
    this.text.focus();
  }

  /** Empties all parts of the filter. */
  clearFilter(): void {
    this.showFilter(NO_FILTER);
    this.on.filter(NO_FILTER);
  }

  private change(part: Partial<EventFilter>): void {
    this.filter = { ...this.filter, ...part };
    this.on.filter(this.filter);
  }

  private stepButtons(): HTMLElement[] {
    const all: readonly (readonly [Step, string, string])[] = [
      ["first", "debug-reverse-continue", l10n.t("First Event")],
      ["back", "debug-step-back", l10n.t("Step Back")],
      ["forward", "debug-step-over", l10n.t("Step Forward")],
      ["last", "debug-continue", l10n.t("Last Event")],
      ["live", "pulse", l10n.t("Live: Follow the Newest Event")],
    ];
    return all.map(([to, icon, label]) => {
      const button = createButton({ label, icon, look: "icon", class: `step-${to}`, onClick: () => this.on.step(to) });
      this.steps.set(to, button);
      return button.element;
    });
  }

  private showRuns({ run, runs }: EventList): void {
    const all = run !== undefined && !runs.some(({ id }) => id === run.id) ? [run, ...runs] : runs;
    this.runs.hidden = all.length < 2;
    const identity = JSON.stringify(all);
    if (identity !== this.shownRuns) {
      this.shownRuns = identity;
      const options = all.map(({ id, title }) => {
        const option = element("option", {}, visibleString(title, 120));
        option.value = id;
        return option;
      });
      fill(this.runs, ...options);
    }
    if (run !== undefined && this.runs.value !== run.id) this.runs.value = run.id;
  }

  private showCut(cut: number): void {
    this.cut.hidden = cut === 0;
    const text = cut === 1 ? l10n.t("1 event is not kept") : l10n.t("{0} events are not kept", cut.toLocaleString());
    if (cut === 0 || this.cut.dataset["text"] === text) return;
    this.cut.dataset["text"] = text;
    this.cut.title = l10n.t("The log was cut at its limit, or events were lost: the list starts after them.");
    fill(this.cut, codicon("warning"), text);
  }
}
