/** A value at a moment of a run, as reports tell of it: with its writer, its event and its line. */

import type { CallSite } from "../../core/inspector";
import type { JsonValue } from "../../core/jsonValue";
import { childOf, isMergedKey, mergedRevisionOf } from "../../core/eventKinds";
import type { LogRow } from "../../core/logRow";
import type { Finding } from "../findings/finding";
import type { RunModel } from "../runModel";
import { shortText } from "./valueText";

/** A value at a moment of the run. What is not known is left out. */
export interface Moment {
  /** JSON, shortened with "…"; left out when the key is absent. */
  readonly value?: string;
  /** Who wrote it. */
  readonly agent?: string;
  /** seq of the event that put it where it is. */
  readonly event?: number;
  /** Where the script wrote (or read) it: of a value that was merged, where the agent had set it. */
  readonly site?: CallSite;
}

/** @param seq of the event that put it where it is; 0 and undefined are not known */
export function momentOf(
  model: RunModel,
  value: JsonValue | undefined,
  agent: string | undefined,
  seq: number | undefined,
): Moment {
  const event = seq === 0 ? undefined : seq;
  const row = event === undefined ? undefined : model.row(event);
  return {
    ...valueOf(value),
    ...known("agent", model.writerOf({ actor: agent, seq })),
    ...known("event", event),
    ...known("site", row && model.callSite(writeBehind(model, row).seq)),
  };
}

/** What an agent had read, what another had written by then, and what the agent wrote. */
export interface FindingSides {
  readonly read?: Moment;
  readonly theirs?: Moment;
  readonly ours?: Moment;
}

export function sidesOf(model: RunModel, { agent, read, theirs, ours }: Finding): FindingSides {
  return {
    ...known("read", read && momentOf(model, read.value, model.layerName(agent), read.seq)),
    ...known("theirs", theirs && momentOf(model, theirs.value, theirs.name, theirs.seq)),
    ...known("ours", ours && momentOf(model, ours.value, ours.name, ours.seq)),
  };
}

export function valueOf(value: JsonValue | undefined): Pick<Moment, "value"> {
  return value === undefined ? {} : { value: shortText(value) };
}

/** A member that is there only if there is something to say. */
export function known<Name extends string, T>(name: Name, value: T | undefined): { readonly [N in Name]?: T } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [N in Name]: T });
}

/** The event by which the script gave a value that merges have passed on. */
function writeBehind(model: RunModel, row: LogRow): LogRow {
  for (let at = row; ;) {
    const { key } = at;
    if (!isMergedKey(at.op) || key === undefined) return at;
    const rev = mergedRevisionOf(at);
    const seq =
      rev === 0
        ? model.contextEntry(childOf(at), key, at.seq - 1)?.seq
        : model.history(childOf(at), key).findLast((write) => write.rev === rev)?.seq;
    const before = seq === undefined || seq >= at.seq ? undefined : model.row(seq);
    if (before === undefined || before.key !== key) return at;
    at = before;
  }
}
