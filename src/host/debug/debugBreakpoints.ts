/** The breakpoints of one debug session: what the editor sets, set by set, as breakpoints on events; it knows nothing of runs. */

import { realpathSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { DebugProtocol } from "@vscode/debugprotocol";
import * as l10n from "@vscode/l10n";
import {
  EXCEPTION_FILTERS,
  type EventBreakpoint,
  type ExceptionFilter,
  type StopPlace,
} from "../../breakpoints/breakpoint";
import { compileBreakpoint } from "../../breakpoints/breakpointMatch";
import { kindsIn } from "../../breakpoints/condition";
import { isKnownKind, meantKind } from "../../breakpoints/eventKinds";
import { readBreakpoint } from "../../breakpoints/breakpointText";
import { indexIn, readKeyTarget } from "../../breakpoints/keyTarget";
import type { KeyPlace } from "./stateVariables";

/** Which of the editor's lists a breakpoint stands in. */
export type BreakpointKind = "source" | "function" | "data" | "exception";

interface Known {
  readonly kind: BreakpointKind;
  readonly breakpoint: EventBreakpoint;
  /** The id that the editor knows it by. */
  readonly shownId: number;
  readonly isVerified: boolean;
}

/** Lines that call the runtime, by the names of its methods. */
const CALL = /\.(?:set|get|has|delete|keys|log|discard|mergeToParent|restore|run|tryWith)\s*(?:<[^>]*>)?\(/;

/** What there is in the session's run. */
export interface SeenRun {
  readonly kinds: readonly string[];
  /** There will be no others: it is over. */
  readonly isWhole: boolean;
  /** How many agents have a name. */
  agentCount(name: string): number;
}

const NOTHING_SEEN: SeenRun = { kinds: [], isWhole: false, agentCount: () => 0 };

/** All breakpoints of a session. */
export class DebugBreakpoints {
  private readonly bySource = new Map<string, readonly Known[]>();
  private functions: readonly Known[] = [];
  private data: readonly Known[] = [];
  private exceptions: readonly Known[] = [];
  private lastId = 0;
  private reading: Promise<unknown> = Promise.resolve();

  /** What is said of verified ones, by their ids. */
  private readonly notes = new Map<number, string | undefined>();

  constructor(private readonly seen: () => SeenRun = () => NOTHING_SEEN) {}

  /** As the thread and the searches take them. */
  get all(): readonly EventBreakpoint[] {
    return this.known.map(({ breakpoint }) => breakpoint);
  }

  /** What a breakpoint that stopped was set as. */
  kindOf(id: number): BreakpointKind | undefined {
    return this.known.find(({ breakpoint }) => breakpoint.id === id)?.kind;
  }

  /** The ids by which the editor knows breakpoints that stopped. */
  shownIds(ids: readonly number[]): number[] {
    const shown = this.known.filter(({ breakpoint }) => ids.includes(breakpoint.id)).map(({ shownId }) => shownId);
    return [...new Set(shown)];
  }

  /** The exception filters that stopped. */
  filtersOf(ids: readonly number[]): readonly ExceptionFilter[] {
    return this.exceptions.flatMap(({ breakpoint: { id, place } }) =>
      ids.includes(id) && place.on === "exception" ? [place.filter] : [],
    );
  }

  /** Of those that stopped, the ones that were not known to have an event on their line. */
  provedBy(ids: readonly number[]): DebugProtocol.Breakpoint[] {
    return this.known
      .filter(({ breakpoint, isVerified }) => !isVerified && ids.includes(breakpoint.id))
      .map(({ shownId }) => ({ id: shownId, verified: true }));
  }

  /** Those of which something else is to be said by now: agents of a name become more. */
  noted(): DebugProtocol.Breakpoint[] {
    return this.known.flatMap(({ breakpoint: { id, place }, shownId, isVerified }) => {
      const message = this.noteOf(place);
      if (!isVerified || shownId !== id || this.notes.get(id) === message) return [];
      this.notes.set(id, message);
      return [{ id, verified: true, ...(message !== undefined && { message }) }];
    });
  }

  /** One after another: what was set last must stand, however long a file takes to be read. */
  setSource(path: string, asked: readonly DebugProtocol.SourceBreakpoint[]): Promise<DebugProtocol.Breakpoint[]> {
    const set = this.reading.then(() => this.readSource(path, asked));
    this.reading = set.catch(() => undefined);
    return set;
  }

  setFunctions(asked: readonly DebugProtocol.FunctionBreakpoint[]): DebugProtocol.Breakpoint[] {
    const made = asked.map((each) => {
      try {
        return this.createBreakpoint("function", readBreakpoint(each.name), each);
      } catch (error) {
        return this.refused((error as Error).message);
      }
    });
    this.functions = made.flatMap(({ known }) => known);
    return made.map(({ shown }) => shown);
  }

  setData(asked: readonly DebugProtocol.DataBreakpoint[]): DebugProtocol.Breakpoint[] {
    const made = asked.map((each) => {
      try {
        const { target, agent, ordinal, in: where } = JSON.parse(each.dataId) as KeyPlace;
        const of = { ...(agent !== undefined && { agent }), ...(ordinal !== undefined && { ordinal }) };
        const write: StopPlace = { on: "write", key: target, ...of, ...(where && { in: where }) };
        const read: StopPlace = { on: "read", key: target, ...of };
        const { accessType = "write" } = each;
        if (accessType === "read") return this.createBreakpoint("data", read, each);
        const first = this.createBreakpoint("data", write, each);
        if (accessType === "write" || first.known.length === 0) return first;
        const second = this.createBreakpoint("data", read, each);
        const known = second.known.map((other) => ({ ...other, shownId: first.shown.id as number }));
        return { shown: first.shown, known: [...first.known, ...known] };
      } catch {
        return this.refused(l10n.t("This data breakpoint cannot be read. Remove it and set it again."));
      }
    });
    this.data = made.flatMap(({ known }) => known);
    return made.map(({ shown }) => shown);
  }

  setExceptions(
    filters: readonly { readonly filterId: string; readonly condition?: string }[],
  ): DebugProtocol.Breakpoint[] {
    const made = filters.map(({ filterId, condition }) => {
      const filter = EXCEPTION_FILTERS.find((each) => each === filterId);
      if (filter === undefined) return this.refused(l10n.t("There is no such filter."));
      return this.createBreakpoint("exception", { on: "exception", filter }, { condition });
    });
    this.exceptions = made.flatMap(({ known }) => known);
    return made.map(({ shown }) => shown);
  }

  private async readSource(
    path: string,
    asked: readonly DebugProtocol.SourceBreakpoint[],
  ): Promise<DebugProtocol.Breakpoint[]> {
    const file = realPathOf(path);
    const text = await readFile(file, "utf8").catch(() => "");
    const lines = text.split(/\r?\n/);
    const made = asked.map((each) => {
      const isCall = CALL.test(lines[each.line - 1] ?? "");
      const shown = { line: each.line };
      const doubt = isCall ? undefined : l10n.t("No call on this line writes, reads or merges.");
      return this.createBreakpoint("source", { on: "line", file, line: each.line }, each, shown, doubt);
    });
    this.bySource.set(
      path,
      made.flatMap(({ known }) => known),
    );
    return made.map(({ shown }) => shown);
  }

  private get known(): readonly Known[] {
    return [...this.bySource.values(), this.functions, this.data, this.exceptions].flat();
  }

  private createBreakpoint(
    kind: BreakpointKind,
    place: StopPlace,
    {
      condition,
      hitCondition,
    }: { readonly condition?: string | undefined; readonly hitCondition?: string | undefined },
    shown: Partial<DebugProtocol.Breakpoint> = {},
    doubt: string | undefined = undefined,
  ): { readonly shown: DebugProtocol.Breakpoint; readonly known: readonly Known[] } {
    const id = ++this.lastId;
    const breakpoint: EventBreakpoint = {
      id,
      place,
      ...(condition !== undefined && condition.trim() !== "" && { condition }),
      ...(hitCondition !== undefined && hitCondition.trim() !== "" && { hits: hitCondition }),
    };
    let message = doubt;
    try {
      compileBreakpoint(breakpoint);
      message ??= this.doubtOfKinds(breakpoint);
    } catch (error) {
      return this.refused((error as Error).message, shown);
    }
    const isVerified = message === undefined;
    if (isVerified) this.notes.set(id, (message = this.noteOf(place)));
    return {
      shown: { ...shown, id, verified: isVerified, ...(message !== undefined && { message }) },
      known: [{ kind, breakpoint, shownId: id, isVerified }],
    };
  }

  /** What is to be said of a place that may mean more, or less, than whoever wrote it thinks. */
  private noteOf(place: StopPlace): string | undefined {
    const notes = [agentsNote(place, this.seen()), placeNote(place)].filter((note) => note !== undefined);
    return notes.length === 0 ? undefined : notes.join("; ");
  }

  /** Scripts have kinds of their own, so one that nobody knows is doubted, not refused: it is verified when it stops. */
  private doubtOfKinds({ place, condition }: EventBreakpoint): string | undefined {
    const { kinds, isWhole } = this.seen();
    const named = [
      ...(place.on === "kind" ? [place.kind] : []),
      ...(condition === undefined ? [] : kindsIn(condition)),
    ];
    const unknown = named.find((kind) => !isKnownKind(kind, kinds));
    if (unknown === undefined) return undefined;
    return (
      meantKind(unknown, kinds) ??
      (isWhole
        ? l10n.t("Unknown event '{0}': this run has none.", unknown)
        : l10n.t("There is no event '{0}' yet. It stops if the script logs one.", unknown))
    );
  }

  private refused(
    message: string,
    shown: Partial<DebugProtocol.Breakpoint> = {},
  ): { readonly shown: DebugProtocol.Breakpoint; readonly known: readonly Known[] } {
    return { shown: { ...shown, id: ++this.lastId, verified: false, message }, known: [] };
  }
}

/** A name may be that of several agents. */
function agentsNote(place: StopPlace, { agentCount }: Pick<SeenRun, "agentCount">): string | undefined {
  if (!("agent" in place) || place.agent === undefined || place.ordinal !== undefined) return undefined;
  const count = agentCount(place.agent);
  return count < 2 ? undefined : l10n.t("all {0} agents named {1}", count, place.agent);
}

/** Who names an index may mean the item that stands there now. */
function placeNote(place: StopPlace): string | undefined {
  if ((place.on !== "write" && place.on !== "merge") || place.key === undefined) return undefined;
  const index = readKeyTarget(place.key)
    .map(({ path }) => indexIn(path))
    .find((each) => each !== undefined);
  if (index === undefined) return undefined;
  return l10n.t("[{0}] is the item at place {0}, whichever it is. For one item, write its identity: [id=x].", index);
}

/** Node names files as they are on disk, whatever links led there. */
export function realPathOf(file: string): string {
  try {
    return realpathSync.native(file);
  } catch {
    return file;
  }
}
