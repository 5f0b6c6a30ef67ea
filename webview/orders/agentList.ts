/** The list of merges in their order: moved by drag, keys and buttons, ticked by click or Space. */

import * as l10n from "@vscode/l10n";
import type { MergePolicy } from "../../src/core/choices";
import type { OrderAgent } from "../../src/protocol/ordersMessages";
import { codicon, element } from "../ui/element";
import { createButton } from "../ui/toolkit";
import { showText } from "../ui/visibleText";
import { enableRowDrag } from "./drag";
import { mergeName, nameList } from "./names";

/** What the list asks for. */
export interface AgentListEvents {
  /** Puts a merge at another place, counted without it. */
  move(id: string, place: number): void;
  toggle(id: string): void;
  open(id: string): void;
  activated(id: string): void;
}

/** A listbox whose focus stays on the box; rows keep their elements while their merges are there. */
export class AgentList {
  readonly element: HTMLElement;
  readonly list = element("div", {
    class: "list agents",
    id: "agents",
    role: "listbox",
    tabIndex: 0,
    aria: { label: l10n.t("Merges, first to last"), describedby: "agents-hint" },
  });
  private readonly up = createButton({
    label: l10n.t("Merge Earlier"),
    icon: "arrow-up",
    look: "icon",
    title: l10n.t("Merge Earlier (Alt+Up)"),
    onClick: () => this.moveBy(-1),
  });
  private readonly down = createButton({
    label: l10n.t("Merge Later"),
    icon: "arrow-down",
    look: "icon",
    title: l10n.t("Merge Later (Alt+Down)"),
    onClick: () => this.moveBy(1),
  });
  private agents: readonly OrderAgent[] = [];
  private policy: MergePolicy = "overwrite";
  private activeId: string | undefined;
  private readonly rows = new Map<string, AgentRow>();
  private nextRowId = 0;
  private dragging = false;

  constructor(private readonly on: AgentListEvents) {
    this.element = element(
      "section",
      { class: "pane-agents", aria: { label: l10n.t("Order of the merges") } },
      element(
        "div",
        { class: "agents-head" },
        element("h2", {}, l10n.t("Order of the merges")),
        element("span", { class: "spring" }),
        this.up.element,
        this.down.element,
      ),
      this.list,
      element(
        "p",
        { class: "hint quiet", id: "agents-hint" },
        l10n.t("Drag, or press Alt+Up and Alt+Down, to change the order. Press Space to tick."),
      ),
    );
    this.list.addEventListener("keydown", (event) => this.onKey(event));
    this.list.addEventListener("click", (event) => {
      const id = this.idOf(event);
      if (id === undefined) return;
      this.activate(id);
      if (event.target instanceof Element && event.target.closest("[data-toggle]")) on.toggle(id);
    });
    this.list.addEventListener("dblclick", (event) => {
      const id = this.idOf(event);
      if (id !== undefined && !(event.target instanceof Element && event.target.closest("[data-toggle]"))) on.open(id);
    });
    enableRowDrag(this.list, () => this.agents.map(({ id }) => this.rows.get(id)!.element), {
      started: (index) => {
        this.dragging = true;
        const id = this.agents[index]?.id;
        if (id !== undefined) this.activate(id);
        this.rows.get(id ?? "")?.element.classList.add("dragged");
      },
      over: (gap) => this.showGap(gap),
      ended: (index, gap) => {
        this.dragging = false;
        this.showGap(undefined);
        for (const row of this.rows.values()) row.element.classList.remove("dragged");
        const id = this.agents[index]?.id;
        // Places are counted without the row itself.
        if (gap !== undefined && id !== undefined) on.move(id, gap > index ? gap - 1 : gap);
        this.render();
      },
    });
  }

  /** The merge that keys act on. */
  get active(): OrderAgent | undefined {
    return this.agents.find(({ id }) => id === this.activeId);
  }

  /** @param activeId the merge that keys act on; where it is gone the one that they did act on, or the first. */
  show(agents: readonly OrderAgent[], policy: MergePolicy, activeId: string | undefined): void {
    // Rows must not move away under a pointer that drags one of them, unless one came or went.
    const isSame = agents.length === this.agents.length && agents.every(({ id }) => this.rows.has(id));
    this.policy = policy;
    if (this.dragging && isSame) {
      const byId = new Map(agents.map((agent) => [agent.id, agent]));
      this.agents = this.agents.map((agent) => byId.get(agent.id) ?? agent);
    } else this.agents = agents;
    const wanted = [activeId, this.activeId].find((each) => agents.some(({ id }) => id === each));
    this.activeId = wanted ?? agents[0]?.id;
    this.render();
  }

  /** Moves the active merge. */
  moveBy(steps: number): void {
    const index = this.agents.findIndex(({ id }) => id === this.activeId);
    if (index >= 0 && this.activeId !== undefined) this.on.move(this.activeId, index + steps);
  }

  /** Scrolls no more than needed to bring the active merge in sight. */
  reveal(): void {
    this.rows.get(this.activeId ?? "")?.element.scrollIntoView({ block: "nearest" });
  }

  private activate(id: string): void {
    if (id !== this.activeId) {
      this.activeId = id;
      this.render();
      this.on.activated(id);
    }
    this.reveal();
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.shiftKey || this.agents.length === 0) return;
    const index = this.agents.findIndex(({ id }) => id === this.activeId);
    const last = this.agents.length - 1;
    const target = { ArrowUp: Math.max(0, index - 1), ArrowDown: Math.min(last, index + 1), Home: 0, End: last }[
      event.key
    ];
    if (target !== undefined) {
      event.preventDefault();
      if (event.altKey) this.moveBy(target - index);
      else this.activate(this.agents[target]!.id);
    } else if (event.altKey || this.activeId === undefined) return;
    else if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      if (event.key === " ") this.on.toggle(this.activeId);
      else this.on.open(this.activeId);
    }
  }

  private render(): void {
    const here = new Set(this.agents.map(({ id }) => id));
    for (const [id, row] of this.rows) {
      if (here.has(id)) continue;
      row.element.remove();
      this.rows.delete(id);
    }
    let before: Element | null = this.list.firstElementChild;
    let ordinal = 0;
    this.agents.forEach((agent, index) => {
      let row = this.rows.get(agent.id);
      if (row === undefined) this.rows.set(agent.id, (row = createRow(`agents-row-${String(this.nextRowId++)}`)));
      if (agent.ticked) ordinal++;
      this.fillRow(row, agent, index, agent.ticked ? ordinal : undefined);
      if (row.element === before) before = before.nextElementSibling;
      else this.list.insertBefore(row.element, before);
    });
    const active = this.rows.get(this.activeId ?? "");
    if (active === undefined) this.list.removeAttribute("aria-activedescendant");
    else this.list.setAttribute("aria-activedescendant", active.element.id);
    const index = this.agents.findIndex(({ id }) => id === this.activeId);
    this.up.setEnabled(index > 0);
    this.down.setEnabled(index >= 0 && index < this.agents.length - 1);
  }

  private fillRow(row: AgentRow, agent: OrderAgent, index: number, ordinal: number | undefined): void {
    const note = outcomeNote(agent, this.policy);
    const refused = (agent.outcome?.conflictCount ?? 0) > 0 && agent.ticked;
    row.element.dataset["index"] = String(index);
    row.element.dataset["agent"] = agent.id;
    row.element.classList.toggle("unticked", !agent.ticked);
    row.element.classList.toggle("refused", refused);
    row.tick.className = `tick codicon ${agent.ticked ? "codicon-check" : "codicon-blank"}`;
    row.ordinal.textContent = ordinal === undefined ? "" : String(ordinal);
    showText(row.name, agent.name, { maxLength: 200 });
    row.held.hidden = agent.hold === undefined;
    showText(row.note, note, { maxLength: 300 });
    row.note.title = note;
    const name = mergeName(agent);
    const label = ordinal === undefined ? l10n.t("{0}, not merged", name) : l10n.t("{0}: {1}", ordinal, name);
    setAttribute(row.element, "aria-label", `${label}, ${note}`);
    setAttribute(row.element, "aria-checked", String(agent.ticked));
    setAttribute(row.element, "aria-selected", String(agent.id === this.activeId));
    setAttribute(row.element, "aria-posinset", String(index + 1));
    setAttribute(row.element, "aria-setsize", String(this.agents.length));
  }

  private showGap(gap: number | undefined): void {
    this.agents.forEach(({ id }, index) => {
      const { classList } = this.rows.get(id)!.element;
      classList.toggle("drop-before", index === gap);
      classList.toggle("drop-after", gap === this.agents.length && index === gap - 1);
    });
  }

  private idOf(event: Event): string | undefined {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>("[role=option]") : null;
    return row?.dataset["agent"];
  }
}

interface AgentRow {
  readonly element: HTMLElement;
  readonly tick: HTMLElement;
  readonly ordinal: HTMLElement;
  readonly name: HTMLElement;
  readonly held: HTMLElement;
  readonly note: HTMLElement;
}

function createRow(id: string): AgentRow {
  const grip = codicon("gripper");
  grip.classList.add("grip");
  grip.dataset["grip"] = "";
  const tick = codicon("blank");
  const ordinal = element("span", { class: "ordinal", aria: { hidden: "true" } });
  const name = element("span", { class: "name ellipsis" });
  const held = element("span", { class: "badge", hidden: true }, l10n.t("held"));
  const note = element("span", { class: "agent-note quiet ellipsis" });
  const row = element(
    "div",
    { class: "agent-row", id, role: "option" },
    grip,
    element("span", { class: "tick-box", title: l10n.t("Merge this one, too"), data: { toggle: "" } }, tick),
    ordinal,
    element("span", { class: "agent-main" }, element("span", { class: "agent-title" }, name, held), note),
  );
  return { element: row, tick, ordinal, name, held, note };
}

/** What becomes of a merge, in a few words. */
function outcomeNote({ keyCount, pending, ticked, outcome }: OrderAgent, policy: MergePolicy): string {
  const keys = keyCount === 1 ? l10n.t("1 key") : l10n.t("{0} keys", keyCount.toLocaleString());
  if (!ticked) return pending ? keys : `${keys} · ${l10n.t("all merged before")}`;
  if (outcome === undefined) return keys;
  if (outcome.conflictCount > 0) {
    return outcome.conflictCount === 1
      ? l10n.t("refused: conflict on {0}", outcome.conflicts[0] ?? "")
      : l10n.t("refused: conflicts on {0}", nameList(outcome.conflicts, outcome.conflictCount > 3 ? 2 : 3));
  }
  const won = l10n.t("decides {0} of {1}", outcome.won.toLocaleString(), keys);
  if (policy === "overwrite" || outcome.merged === keyCount) return won;
  return `${won} · ${l10n.t("writes {0}", outcome.merged.toLocaleString())}`;
}

function setAttribute(target: Element, name: string, value: string): void {
  if (target.getAttribute(name) !== value) target.setAttribute(name, value);
}
