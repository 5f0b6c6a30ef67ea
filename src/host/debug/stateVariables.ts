/** What the Variables view shows of an agent at an event, as lists that are made when they are looked into; knows nothing of the debug protocol. */

import { exactTextOf } from "../../core/exactNumber";
import * as l10n from "@vscode/l10n";
import { eventDetails } from "../../model/text/eventDetails";
import { itemPath, propertyPath } from "../../base/jsonPath";
import type { RunModel } from "../../model/runModel";
import { isList, propertyNames, shortText } from "../../model/text/valueText";
import { keyText } from "../../breakpoints/breakpointText";
import { isObject, type JsonValue } from "../../core/jsonValue";
import type { MergePlanEntry } from "../../core/mergePlan";

/** Which layer's key a variable is, and the text that names it or the place inside its value. */
export interface KeyPlace {
  readonly target: string;
  /** The agent whose overlay it is in, and which of those of that name; undefined = wherever the key is. */
  readonly agent?: string | undefined;
  readonly ordinal?: number | undefined;
  readonly in?: "parent" | "overlay" | undefined;
}

/** One line of the Variables view. */
export interface StateVariable {
  readonly name: string;
  readonly text: string;
  readonly type: string;
  /** Where a data breakpoint would stop; undefined where none can. */
  readonly place?: KeyPlace | undefined;
  /** The whole value, for the clipboard; undefined = the text. */
  readonly value?: JsonValue | undefined;
  readonly children?: (() => readonly StateVariable[]) | undefined;
}

/** A heading of the Variables view. */
export interface StateSection {
  readonly name: string;
  readonly kind: "overlay" | "parent" | "effective" | "merge" | "event";
  readonly variables: () => readonly StateVariable[];
}

/** More children than this stand in ranges. */
export const MAX_CHILDREN = 1_000;
/** Characters of a value on its line. */
const TEXT_LENGTH = 200;

/** The headings for an agent, or with undefined for the stores, at an event. `eventSeq` is the event that the frame stands at. */
export function sectionsOf(
  model: RunModel,
  layer: number | undefined,
  seq: number,
  eventSeq: number,
): readonly StateSection[] {
  const event: StateSection = {
    name: l10n.t("Event"),
    kind: "event",
    variables: () => eventVariables(model, eventSeq),
  };
  if (layer === undefined) {
    const stores = model.stores(seq).map((store): StateSection => ({
      name: store.name,
      kind: "parent",
      variables: () => effectiveVariables(model, store.layer, seq, { in: "parent" }),
    }));
    return [...stores, event];
  }
  const agent = model.agents(seq).find((each) => each.layer === layer);
  if (agent === undefined) return [event];
  return [
    { name: l10n.t("Overlay"), kind: "overlay", variables: () => overlayVariables(model, layer, seq) },
    {
      name: l10n.t("Parent"),
      kind: "parent",
      variables: () => effectiveVariables(model, agent.parent, seq, { in: "parent" }),
    },
    {
      name: l10n.t("Effective"),
      kind: "effective",
      variables: () => effectiveVariables(model, layer, seq, {}),
    },
    { name: l10n.t("Pending merge"), kind: "merge", variables: () => mergeVariables(model, layer, seq) },
    event,
  ];
}

/** A value as a variable; what is inside is made when it is looked into. */
export function valueVariable(name: string, value: JsonValue | undefined, place?: KeyPlace): StateVariable {
  if (value === undefined) return { name, text: l10n.t("absent"), type: "absent", place };
  const text = shortText(value, TEXT_LENGTH);
  if (isList(value)) {
    const children = (): readonly StateVariable[] =>
      inRanges(value, (item, index) =>
        valueVariable(
          String(index),
          item,
          inside(place, (path) => itemPath(path, index)),
        ),
      );
    return {
      name,
      text,
      type: l10n.t("list of {0}", value.length),
      value,
      place,
      children: value.length === 0 ? undefined : children,
    };
  }
  if (isObject(value)) {
    const names = propertyNames(value);
    const children = (): readonly StateVariable[] =>
      inRanges(names, (property) =>
        valueVariable(
          property,
          value[property],
          inside(place, (path) => propertyPath(path, property)),
        ),
      );
    return { name, text, type: "object", value, place, children: names.length === 0 ? undefined : children };
  }
  const type = value === null ? "null" : exactTextOf(value) === undefined ? typeof value : "number";
  return { name, text, type, value, place };
}

/** Groups of a thousand where there are more, as the tree has them; what is in a group is made when it is looked into. */
export function inRanges<Item>(
  items: readonly Item[],
  make: (item: Item, index: number) => StateVariable,
  first = 0,
): readonly StateVariable[] {
  if (items.length <= MAX_CHILDREN) return items.map((item, index) => make(item, first + index));
  let size = MAX_CHILDREN;
  while (size * MAX_CHILDREN < items.length) size *= MAX_CHILDREN;
  const ranges: StateVariable[] = [];
  for (let from = 0; from < items.length; from += size) {
    const part = items.slice(from, from + size);
    ranges.push({
      name: `[${first + from}…${first + from + part.length - 1}]`,
      text: "",
      type: l10n.t("range"),
      children: () => inRanges(part, make, first + from),
    });
  }
  return ranges;
}

function overlayVariables(model: RunModel, layer: number, seq: number): readonly StateVariable[] {
  const agent = model.agentPlace(layer);
  return inRanges(model.overlay(layer, seq), ({ key, value, status, pending }) => {
    const place: KeyPlace = { target: keyText(key), ...agent, in: "overlay" };
    const kind = pending ? status : l10n.t("{0}, merged", status);
    if (value === undefined) return { name: key, text: l10n.t("deleted"), type: kind, place };
    const variable = valueVariable(key, value, place);
    return { ...variable, type: `${kind} ${variable.type}` };
  });
}

function effectiveVariables(
  model: RunModel,
  layer: number,
  seq: number,
  where: Pick<KeyPlace, "in">,
): readonly StateVariable[] {
  return inRanges(model.effective(layer, seq), ({ key, value }) =>
    valueVariable(key, value, { target: keyText(key), ...where }),
  );
}

function mergeVariables(model: RunModel, layer: number, seq: number): readonly StateVariable[] {
  return inRanges(model.plan(layer, seq).entries, (entry) => ({
    name: entry.key,
    text: mergeText(entry),
    type: entry.conflict ? l10n.t("conflict") : entry.kind,
    place: { target: keyText(entry.key), in: "parent" },
    children: () => [
      valueVariable(l10n.t("result"), entry.result),
      valueVariable(l10n.t("parent now"), entry.parent.value),
      valueVariable(l10n.t("overlay"), entry.overlay.value),
      valueVariable(l10n.t("base"), entry.base.value),
    ],
  }));
}

function mergeText({ parent, result, conflict }: MergePlanEntry): string {
  const side = (value: JsonValue | undefined): string =>
    value === undefined ? l10n.t("absent") : shortText(value, TEXT_LENGTH / 2);
  const change = `${side(parent.value)} → ${side(result)}`;
  return conflict ? l10n.t("{0} (conflict)", change) : change;
}

function eventVariables(model: RunModel, seq: number): readonly StateVariable[] {
  const details = eventDetails(model, seq);
  const row = model.row(seq);
  const fact = (name: string, text: string): StateVariable => ({ name, text, type: "" });
  if (details === undefined || row === undefined) {
    return [fact(l10n.t("kind"), model.kind(seq)), fact(l10n.t("number"), String(seq))];
  }
  const site = model.callSite(seq);
  return [
    fact(l10n.t("kind"), details.kind),
    fact(l10n.t("number"), String(seq)),
    fact(l10n.t("time"), new Date(details.timestampMs).toISOString()),
    ...(details.agent === undefined ? [] : [fact(l10n.t("agent"), details.agent)]),
    ...details.facts.map(({ label, text }) => fact(label, text)),
    ...(site === undefined ? [] : [fact(l10n.t("line"), `${site.file}:${site.line}:${site.column}`)]),
    ...(row.value === undefined ? [] : [valueVariable(l10n.t("data"), row.value)]),
  ];
}

function inside(place: KeyPlace | undefined, step: (path: string) => string): KeyPlace | undefined {
  return place && { ...place, target: step(place.target) };
}
