/**
 * The merge preview's page: what the extension sends is shown, what the reader does is posted; it decides nothing
 * about merges. The page needs `<meta property="csp-nonce" content="NONCE">`, `<body><div id="app"></div>`, links to
 * codicon.css and preview.css, this script with the nonce, and, for other languages than English,
 * `<meta name="l10n" content="BUNDLE AS JSON">`.
 */

import "../ui/localization";
import * as l10n from "@vscode/l10n";
import { unpackRows } from "../../src/protocol/packedRows";
import type { PreviewFromWebview, PreviewToWebview } from "../../src/protocol/previewMessages";
import type { PreviewRow } from "../../src/protocol/previewRow";
import { Announcer } from "../ui/announcer";
import { element } from "../ui/element";
import { connectHost } from "../ui/host";
import { createSplitter } from "../ui/splitter";
import { visibleString } from "../ui/visibleText";
import { DetailsPane } from "./details";
import { Editing } from "./editing";
import { type CommandState, Header } from "./header";
import type { Plan } from "./shownPlan";
import { HoldBanner } from "./holdBanner";
import { KeyPane } from "./keyPane";
import { Notices } from "./notices";
import { PendingTicks } from "./pendingTicks";
import { PageMessage } from "./placeholders";
import { PlanRows } from "./rows";
import { StaleReads } from "./staleReads";
import { type PreviewState, INITIAL_STATE } from "./state";

document.body.dataset["view"] = "preview";
const host = connectHost<PreviewToWebview, PreviewFromWebview, PreviewState>();
let state: PreviewState = { ...INITIAL_STATE, ...host.kept };
let plan: Plan | undefined;
let rows = new PlanRows([]);
let command: CommandState = { type: "command", state: "idle", text: "" };
let detailsPlanId = -1;
/** The plan that Merge or Approve was asked for, until the extension says that it is at it. */
let mergedPlanId: number | undefined;
const pendingTicks = new PendingTicks();
/** The button that the reader decided a held merge by: the keyboard stays there while it is off, and for the next one. */
let decidedBy: "approve" | "reject" | undefined;

const announcer = new Announcer();
const act = (type: "merge" | "discard" | "approve" | "reject"): void => {
  if (plan === undefined) return;
  notices.forgetMoved();
  decidedBy = type === "approve" || type === "reject" ? type : undefined;
  host.post({ type, planId: plan.planId });
  mergedPlanId = type === "merge" || type === "approve" ? plan.planId : undefined;
};
const openDiff = (compare: "result" | "base", key?: string): void => {
  if (plan === undefined) return;
  const of = key === undefined ? {} : { key };
  const how = compare === "base" ? { compare } : {};
  host.post({ type: "openDiffEditor", planId: plan.planId, ...of, ...how });
};
const links = {
  showEvent: (seq: number) => host.post({ type: "showEvent", seq }),
  goToWriter: (seq: number) => host.post({ type: "goToWriter", seq }),
  copy: (text: string) => host.post({ type: "copy", text }),
  selectKey: (key: string) => keys.selectKey(key),
};
const hold = new HoldBanner({
  approve: () => act("approve"),
  reject: () => act("reject"),
  releaseAll: () => host.post({ type: "releaseAll" }),
  showHold: (to) => host.post({ type: "showHold", to }),
});
const header = new Header(
  {
    merge: () => act("merge"),
    discard: () => act("discard"),
    openDiff,
    compareOrders: () => host.post({ type: "compareOrders" }),
    runMode: (mode) => host.post({ type: "setHold", scope: "run", mode }),
    agentMode: (mode) => host.post({ type: "setHold", scope: "agent", mode }),
  },
  hold,
);
const editing = new Editing({
  drafts: () => state.drafts,
  keep: (drafts) => keep({ drafts }),
  post: (choice) => host.post(choice),
  onDidChangeKeys: showDrafts,
});
const notices = new Notices({
  ...links,
  cancel: () => host.post({ type: "cancelCommand" }),
  dropDraft: (key) => editing.drop(key),
});
const staleReads = new StaleReads({
  ...links,
  toggled: (staleReadsShown) => {
    keep({ staleReadsShown });
    showStaleReads();
  },
});
const keys = new KeyPane({
  announcer,
  state: () => state,
  keep,
  hasPlan: () => plan !== undefined,
  copy: links.copy,
  openDiff: (key) => openDiff("result", key),
  onDidSelect: () => {
    showDrafts();
    askDetails();
  },
  onDidTick: tick,
});
const details = new DetailsPane(
  {
    ...links,
    openDiff: (key, compare) => openDiff(compare, key),
    showHistory: (key) => host.post({ type: "showHistory", key }),
    breakOnWrite: (key) => host.post({ type: "breakOnWrite", key }),
  },
  editing.choices.element,
);
const panes = element("div", { class: "panes" });
const page = element(
  "main",
  { class: "page", hidden: true },
  header.element,
  notices.element,
  staleReads.element,
  keys.filters,
  panes,
);
const message = new PageMessage();

start();

function start(): void {
  const splitter = createSplitter({
    container: panes,
    label: l10n.t("Size of the list"),
    share: state.listShare,
    onDidChange: (listShare) => keep({ listShare }),
  });
  panes.append(keys.element, splitter, details.element);
  document.querySelector("#app")!.append(page, message.element, announcer.element);
  keys.mount();
  // Whoever turns to something else is left there.
  const leave = (event: Event): void => {
    const isDecision = hold.actions.some((action) => event.composedPath().includes(action));
    if (!isDecision || (event instanceof KeyboardEvent && event.key === "Tab")) decidedBy = undefined;
  };
  document.addEventListener("pointerdown", leave, { capture: true });
  document.addEventListener("keydown", leave, { capture: true });
  window.addEventListener("focus", keepFocus);
  host.onMessage(receive);
  host.post({ type: "ready" });
}

function receive(incoming: PreviewToWebview): void {
  switch (incoming.type) {
    case "message":
      return showMessage(incoming.kind, incoming.text);
    case "plan":
      return showPlan(incoming);
    case "rows":
      if (incoming.planId !== plan?.planId) return;
      pendingTicks.answered(incoming.rows);
      replaceRows(incoming.rows);
      return incoming.rows.forEach((row) => editing.heard(row));
    case "editRefused":
      editing.refuse(incoming.key, incoming.text);
      return announcer.say(incoming.text, 0);
    case "details":
      return showDetails(incoming);
    case "command":
      command = incoming;
      mergedPlanId = undefined;
      notices.showCommand(incoming);
      showHead();
      if (incoming.text !== "") announcer.say(incoming.text, 0);
      return;
    case "selectKey":
      return keys.selectKey(incoming.key);
    case "focusDecision":
      decidedBy = incoming.on;
      return keepFocus();
  }
}

function showMessage(kind: "loading" | "empty" | "error", text: string): void {
  plan = undefined;
  page.hidden = true;
  message.show(kind, text);
  announcer.say(text);
}

function showPlan(incoming: Plan): void {
  const isFirst = plan === undefined;
  const isHeldNow = incoming.hold !== undefined && incoming.hold.id !== plan?.hold?.id;
  const isOther = plan !== undefined && (plan.agent !== incoming.agent || plan.run !== incoming.run);
  plan = incoming;
  rows = new PlanRows(unpackRows(incoming.rows));
  page.hidden = false;
  message.element.hidden = true;
  if (isOther) {
    keep({ selectedKey: undefined, scrollTopPx: 0 });
    notices.forgetMoved();
  }
  if (isFirst || isOther) detailsPlanId = -1;
  editing.setPlan(incoming, isFirst || isOther);
  showHead();
  notices.showDisabledReason(incoming.disabledReason);
  // The extension does nothing by a plan that it has replaced already; that must not look like a click in vain.
  const isTooLate = mergedPlanId !== undefined && mergedPlanId < incoming.planId && !isOther;
  mergedPlanId = undefined;
  if (incoming.moved !== undefined) notices.showMoved(incoming.moved);
  else if (isTooLate) notices.showMoved({ keys: [], more: 0 });
  showStaleReads();
  showRows();
  askDetails();
  // A tick of the plan before came too late for the extension: it is asked for again, of this plan.
  for (const { keys, ticked } of pendingTicks.takeLost()) {
    if (isOther) break;
    tick(keys === undefined ? rows.all : rows.all.filter(({ key }) => keys.has(key)), ticked, keys === undefined);
  }
  if (isHeldNow) announcer.say(l10n.t("{0}'s merge waits for you", visibleString(incoming.agent, 120)), 0);
  if (isFirst) keys.restoreScroll();
}

/** Title, buttons and banner: what follows the plan, the ticks and the state of the command. */
function showHead(): void {
  if (plan === undefined) return;
  const busy = command.state === "waiting";
  header.update(plan, rows.ticked, busy);
  hold.update(plan, rows.ticked, busy);
  keepFocus();
}

/** A button that goes off takes the focus with it: it is given back, on the next held merge, too. */
function keepFocus(): void {
  if (decidedBy === undefined || command.state === "waiting") return;
  // The toolkit turns buttons on and off in the next frame.
  requestAnimationFrame(() => {
    if (decidedBy !== undefined && document.hasFocus()) hold.decision(decidedBy)?.focus();
  });
}

function showStaleReads(): void {
  if (plan !== undefined) staleReads.show(plan.staleReads, plan.staleReadCount, plan.agent, state.staleReadsShown);
}

function replaceRows(changed: readonly PreviewRow[]): void {
  rows = rows.patched(changed);
  showHead();
  showRows();
}

/** Ticks rows at once and asks the extension, whose answer takes the place of what was guessed. */
function tick(meant: readonly PreviewRow[], ticked: boolean, all: boolean): void {
  if (plan === undefined || plan.disabledReason !== undefined) return;
  const changed = meant.filter((row) => row.ticked !== ticked).map((row) => ({ ...row, ticked }));
  if (changed.length === 0) return;
  const { planId } = plan;
  const names: { readonly keys?: readonly string[] } = all ? {} : { keys: changed.map(({ key }) => key) };
  host.post({ type: "tick", planId, ...names, ticked });
  pendingTicks.add({ keys: names.keys && new Set(names.keys), ticked });
  replaceRows(changed);
  announcer.say(l10n.t("{0} of {1} keys ticked", rows.ticked.ticked, rows.all.length));
}

function showRows(): void {
  showDrafts();
  keys.show(rows, plan?.disabledReason === undefined);
}

/** Rows and a notice tell of edits that are not applied, so that none is forgotten. */
function showDrafts(): void {
  if (plan === undefined) return;
  const drafts = editing.drafts();
  keys.markDrafts(new Set(drafts.map(({ key }) => key)), plan.disabledReason === undefined);
  notices.showDrafts(drafts, rows.all, state.selectedKey);
}

function askDetails(): void {
  if (plan === undefined) return;
  if (state.selectedKey === undefined) details.showNothing(l10n.t("Select a key to see what the merge does to it."));
  else host.post({ type: "wantDetails", planId: plan.planId, key: state.selectedKey });
}

function showDetails(incoming: Extract<PreviewToWebview, { readonly type: "details" }>): void {
  // An older plan's answer is shown all the same if nothing newer was: while plans stream in, late is better than never.
  const isStale = incoming.details.key !== state.selectedKey || incoming.planId < detailsPlanId;
  if (plan === undefined || isStale) return;
  detailsPlanId = incoming.planId;
  editing.setDetails(incoming.details, incoming.planId);
  details.show(incoming.details, plan);
}

function keep(change: Partial<PreviewState>): void {
  state = { ...state, ...change };
  host.keep(state);
}
