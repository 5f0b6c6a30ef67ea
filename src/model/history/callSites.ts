/** Which line of the script caused an event, and why that is not known where it is not; knows nothing of states. */

import { membersOf } from "../../core/jsonValue";
import { CALL_SITE_NOTE, decodeCallSiteNote } from "../../recording/callSiteNote";
import type { CallSite } from "../../core/inspector";
import { childOf, isMergedKey, isMergeEnd, Op, OPS_BY_LINE, plannedOf } from "../../core/eventKinds";
import type { LogRow } from "../../core/logRow";
import { AscendingInts } from "../storage/ascendingInts";
import type { EventColumns } from "../storage/eventColumns";
import type { Pages } from "../storage/pages";
import type { SeqIndex } from "../storage/seqIndex";

/** Whether call sites were taken at a moment of a run. */
export type CallSitesState = "on" | "off" | { readonly pausedAbove: number };

/** Which line caused an event, or why none is known. */
export type Blame =
  | { readonly type: "line"; readonly site: CallSite }
  /** A view's command did it, and no line of the script. */
  | { readonly type: "command" }
  | { readonly type: "off" }
  /** Events came faster than so many a second. */
  | { readonly type: "paused"; readonly above: number }
  /** It was looked for in vain: code of `eval`, or of a bundle that the runtime is in, too. */
  | { readonly type: "unknown" }
  /** Nothing that a line does: a run starts, a scope ends. */
  | { readonly type: "noLine" }
  /** The event is not in the log. */
  | { readonly type: "notKept" };

/** The places that a recording names. Costs nothing while it names none. */
export class CallSiteHistory {
  private readonly columns: EventColumns;
  private readonly seqs: SeqIndex;
  /** By number; null = a view's command. */
  private readonly places = new Map<number, CallSite | null>();
  private readonly switches: { readonly event: number; readonly state: CallSitesState }[] = [];
  /** Indexes of the events that begin merges. */
  private readonly planned: AscendingInts;
  /** seq of the event that held a merge, by that of the event that began it. */
  private readonly holds = new Map<number, number>();

  constructor(columns: EventColumns, seqs: SeqIndex, memory?: Pages) {
    this.planned = new AscendingInts(memory);
    this.columns = columns;
    this.seqs = seqs;
  }

  /** Takes a line without seq; of a number that is told twice the first counts. @returns whether it was a note of a place. */
  takeNote(row: LogRow): boolean {
    const note = row.key === CALL_SITE_NOTE ? decodeCallSiteNote(row.value) : undefined;
    if (note === undefined) return false;
    if (!this.places.has(note.site)) this.places.set(note.site, note.place ?? null);
    return true;
  }

  /** Takes in the event that was just added to the columns as `event`. */
  appendEvent(row: LogRow, event: number): void {
    if (row.op === Op.MergePlanned) this.planned.push(event);
    else if (isMergeEnd(row.op)) {
      const { hold } = membersOf(row.value);
      if (typeof hold === "number" && plannedOf(row) !== 0) this.holds.set(plannedOf(row), hold);
    } else if (row.op === Op.Other) {
      const state = stateOf(row);
      if (state !== undefined) this.switches.push({ event, state });
    }
  }

  /** Whether call sites were taken after an event. */
  stateAt(event: number): CallSitesState {
    return this.switches.findLast((change) => change.event <= event)?.state ?? "off";
  }

  /** The line that caused an event: of what a merge wrote, the line that asked for the merge. */
  blame(event: number): Blame {
    if (event === -1) return { type: "notKept" };
    const asked = this.askedBy(event);
    if (asked === -1) return { type: "notKept" };
    if (!HAS_LINE.has(this.columns.op(asked))) return { type: "noLine" };
    const site = this.columns.site(asked);
    const place = site === 0 ? undefined : this.places.get(site);
    if (place === null) return { type: "command" };
    if (place !== undefined) return { type: "line", site: place };
    const state = this.stateAt(asked);
    if (site !== 0 || state === "on") return { type: "unknown" };
    return state === "off" ? { type: "off" } : { type: "paused", above: state.pausedAbove };
  }

  /** Index of the event that began the merge which this one is a key of; −1 = none, or it is not kept. */
  plannedOf(event: number): number {
    const columns = this.columns;
    if (event === -1 || !isMergedKey(columns.op(event))) return -1;
    const planned = this.planned.at(this.planned.countUpTo(event) - 1);
    return planned !== -1 && columns.layer(planned) === childOf(columns.fields(event)) ? planned : -1;
  }

  /** Index of the event whose line caused this one; −1 = it is not kept. */
  private askedBy(event: number): number {
    const columns = this.columns;
    const op = columns.op(event);
    if (op === Op.MergePlanned) return this.asked(this.seqs.seqAt(event));
    if (isMergedKey(op)) {
      const planned = this.plannedOf(event);
      return planned === -1 ? -1 : this.asked(this.seqs.seqAt(planned));
    }
    if (!isMergeEnd(op)) return event;
    const { hold } = membersOf(columns.value(event));
    return typeof hold === "number" ? this.seqs.indexOf(hold) : this.asked(plannedOf(columns.fields(event)));
  }

  private asked(planned: number): number {
    return this.seqs.indexOf(this.holds.get(planned) ?? planned);
  }
}

/** Events that a line of the script causes. */
const HAS_LINE: ReadonlySet<Op> = new Set(OPS_BY_LINE);

function stateOf(row: LogRow): CallSitesState | undefined {
  const { on, perSecond, limit, callSites } = membersOf(row.value);
  if (row.key === "run_started") return typeof callSites === "number" && callSites > 0 ? "on" : undefined;
  if (row.key !== "call_sites" || typeof on !== "boolean") return undefined;
  if (on) return "on";
  return perSecond !== undefined && typeof limit === "number" ? { pausedAbove: limit } : "off";
}
