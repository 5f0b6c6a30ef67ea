/**
 * An applied merge as one line. A merge is atomic: what it did to each key stands in the line of its end, as `merged`, in order.
 * The events keep their seqs, which are those right before the end's.
 *
 * An element is a key (it was written as the child's overlay has it), a list of one key (it was deleted), each giving the next
 * revision after the one before, from `rev` on, in the name of `by`; or an object with what a line of its own would say: the data
 * of a `state_changed` or `state_rollback`, and beside it `rev`, `agent`, `site`.
 */

import { childOf, intoOf, isMergedKey, mergedRevisionOf, Op, plannedOf, withNumbers } from "../core/eventKinds";
import { newRow, type LogRow } from "../core/logRow";
import { asCount, asRecord, asText, asTexts, LineError } from "./checks";
import { decodeChange, decodeRollback } from "./kindLines";

/** An event that stands in the line of its merge's end. */
export interface MergedEvent {
  readonly row: LogRow;
  /** Its value is the one that the child's overlay has for the key, and the row has none. */
  readonly fromOverlay: boolean;
}

/**
 * The events of a merge that goes on, until its end comes. The newest may be given again; it is replaced then.
 */
export class OpenMerge {
  readonly child: number;
  readonly into: number;
  /** seq of its `MergePlanned`. */
  readonly planned: number;
  private readonly inScopeOf: number;
  private readonly rows: LogRow[] = [];
  private readonly elements: string[] = [];
  private by: string | undefined;
  /** Of the first event that does not say its revision; 0 = there is none yet. */
  private firstRev = 0;
  private lastRev = 0;
  private before = { firstRev: 0, lastRev: 0 };

  /** @param planned a `MergePlanned` */
  constructor({ seq, layer, inScopeOf, ...planned }: LogRow) {
    this.planned = seq;
    this.child = layer;
    this.into = intoOf(planned);
    this.inScopeOf = inScopeOf;
  }

  /** Whether an event is one of the merge. */
  has({ seq, op, layer, ...row }: LogRow): boolean {
    const last = this.planned + this.rows.length;
    if (seq !== last + 1 && (seq !== last || this.rows.length === 0)) return false;
    if (isMergedKey(op)) return childOf(row) === this.child && layer === this.into;
    return layer === this.child && (op === Op.Write || op === Op.Delete || op === Op.Revert);
  }

  /** Whether an event is the merge's end. */
  isEnd({ seq, op, ...row }: LogRow): boolean {
    return op === Op.MergeApplied && plannedOf(row) === this.planned && seq === this.planned + this.rows.length + 1;
  }

  /**
   * Takes in an event of it.
   * @param isKnown whether whoever reads the line knows the child's overlay
   * @param quote makes the JSON of a text
   * @param data makes the JSON of the event's data, with its revision and actor
   * @returns whether the line does not say its value, for that is the overlay's
   */
  take(row: LogRow, isKnown: boolean, quote: (text: string) => string, data: () => string): boolean {
    if (row.seq === this.planned + this.rows.length) {
      this.rows.pop();
      this.elements.pop();
      ({ firstRev: this.firstRev, lastRev: this.lastRev } = this.before);
    }
    this.before = { firstRev: this.firstRev, lastRev: this.lastRev };
    if (isMergedKey(row.op)) this.by ??= row.agent;
    const isPlain = this.isPlain(row, isKnown);
    if (isPlain && this.firstRev === 0) this.firstRev = row.rev;
    if (isMergedKey(row.op)) this.lastRev = Math.max(this.lastRev, row.rev);
    this.rows.push({ ...row });
    const key = isPlain ? quote(row.key ?? "") : "";
    this.elements.push(!isPlain ? data() : row.op === Op.MergeWrite ? key : "[" + key + "]");
    return isPlain && row.op === Op.MergeWrite;
  }

  /** As the newest event stands in the line. */
  get newest(): string {
    return this.elements.at(-1) ?? "";
  }

  /** Members of the end's data, each with its comma. @param agent the end's */
  members(agent: string | undefined, quote: (text: string) => string): string {
    if (this.elements.length === 0) return "";
    const by = this.by === undefined || this.by === agent ? "" : ',"by":' + quote(this.by);
    const rev = this.firstRev === 0 ? "" : ',"rev":' + this.firstRev;
    return by + rev + ',"merged":[' + this.elements.join(",") + "]";
  }

  /** Its events so far, which stand for themselves where it has no end. */
  get events(): readonly LogRow[] {
    return this.rows;
  }

  private isPlain(row: LogRow, isKnown: boolean): boolean {
    if (!isMergedKey(row.op) || mergedRevisionOf(row) !== 0) return false;
    if (row.agent !== this.by || row.inScopeOf !== this.inScopeOf || row.site !== 0) return false;
    if (row.op === Op.MergeWrite && (!isKnown || row.value === undefined)) return false;
    if (row.rev !== 0 && row.rev === this.lastRev + 1) return true;
    // A deletion of what was not there has a revision that is no new one.
    return row.op === Op.MergeWrite && this.firstRev === 0 && row.rev > this.lastRev;
  }
}

/**
 * The events that the data of a merge's end holds, in order.
 * @throws LineError
 */
export function readMerged(
  { merged, rev: firstRev, by }: Record<string, unknown>,
  end: LogRow,
): readonly MergedEvent[] {
  if (merged === undefined) return [];
  if (!Array.isArray(merged)) throw new LineError("data.merged is not a list");
  const elements = merged as readonly unknown[];
  const before = end.seq - elements.length - 1;
  if (before < plannedOf(end) || before < 0) throw new LineError("data.merged has more events than there were");
  const agent = by === undefined ? end.agent : asText(by, "data.by");
  let lastRev = firstRev === undefined ? 0 : asCount(firstRev, "data.rev") - 1;
  return elements.map((element, index) => {
    const row = newRow();
    row.seq = before + 1 + index;
    row.timestampMs = end.timestampMs;
    row.inScopeOf = end.inScopeOf;
    row.agent = agent;
    if (typeof element === "string" || Array.isArray(element)) {
      if (firstRev === undefined) throw new LineError("data.rev is missing");
      row.op = typeof element === "string" ? Op.MergeWrite : Op.MergeDelete;
      row.key = typeof element === "string" ? element : onlyText(element);
      row.layer = intoOf(end);
      Object.assign(row, withNumbers(end.layer));
      row.rev = ++lastRev;
      return { row, fromOverlay: row.op === Op.MergeWrite };
    }
    const { rev, agent: own, site, in_scope_of: scope, ...data } = asRecord(element, "an event of data.merged");
    row.layer = asCount(data["layer"], "the layer of an event of data.merged");
    if (rev !== undefined) row.rev = asCount(rev, "the revision of an event of data.merged");
    if (own !== undefined) row.agent = asText(own, "the agent of an event of data.merged");
    if (site !== undefined) row.site = asCount(site, "the site of an event of data.merged");
    if (scope !== undefined) row.inScopeOf = asCount(scope, "the scope of an event of data.merged");
    (data["reverted"] === undefined ? decodeChange : decodeRollback)(data, row);
    if (isMergedKey(row.op)) lastRev = Math.max(lastRev, row.rev);
    return { row, fromOverlay: false };
  });
}

function onlyText(element: readonly unknown[]): string {
  const [key, ...more] = asTexts(element, "a deletion of data.merged");
  if (key === undefined || more.length > 0) throw new LineError("a deletion of data.merged has not one key");
  return key;
}
