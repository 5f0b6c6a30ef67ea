/** The nodes inside a JSON value: properties and elements; knows nothing of VS Code. */

import { exactTextOf } from "../../core/exactNumber";
import * as l10n from "@vscode/l10n";
import { rowValue } from "../../../contributions/rows";
import { isObject, type JsonValue } from "../../core/jsonValue";
import { hasMask } from "../../recording/mask";
import { isList, prettyJson, propertyNames, shortText } from "../../model/text/valueText";
import { visibleText } from "../../base/visibleText";
import { pathText } from "./keyPath";
import { shapeText } from "./valueShape";
import { inRanges } from "../ui/rangeNodes";
import { idPart, type NodeDetails, type NodePlace, type TreeNode } from "../ui/treeNode";

/** The longest value text that a tooltip shows, characters. */
export const TOOLTIP_VALUE_LENGTH = 5_000;
/** The longest value text in a description: what comes after it must stay in sight. */
const SUMMARY_LENGTH = 60;

const ICONS = {
  null: "symbol-null",
  boolean: "symbol-boolean",
  number: "symbol-number",
  string: "symbol-string",
  array: "symbol-array",
  object: "symbol-object",
} as const;

/** The codicon of a value's type. */
export function valueIcon(value: JsonValue): string {
  if (value === null) return ICONS.null;
  if (isList(value)) return ICONS.array;
  if (exactTextOf(value) !== undefined) return ICONS.number;
  return ICONS[typeof value as "boolean" | "number" | "string" | "object"];
}

/** True when a value has properties or elements to show. */
export function isExpandable(value: JsonValue | undefined): boolean {
  return isList(value) ? value.length > 0 : isObject(value) && propertyNames(value).length > 0;
}

/** A value on one line: its JSON, or where that is too long, what it is by its shape, shortened. */
export function valueSummary(value: JsonValue | undefined): string {
  if (value === undefined) return l10n.t("absent");
  const json = shortText(value, SUMMARY_LENGTH);
  return visibleText((json.endsWith("…") ? shapeText(value) : undefined) ?? json, SUMMARY_LENGTH);
}

/** The text of a value for a tooltip, bounded, with what was cut said. */
export function tooltipCode(value: JsonValue): NonNullable<NodeDetails["code"]> {
  const { json, cut } = prettyJson(value, TOOLTIP_VALUE_LENGTH);
  return { text: cut ? `${json}…\n${l10n.t("(shortened)")}` : json, language: "json" };
}

/**
 * What is inside a value, in its own order.
 * @param parent the node of the value itself
 * @param version identifies the write that the whole value came from
 */
export function valueChildren(
  parent: Pick<TreeNode, "id" | "place">,
  value: JsonValue | undefined,
  version: string,
): readonly TreeNode[] {
  if (isList(value)) {
    return inRanges(parent, value.length, (from, to) =>
      value.slice(from, to).map((element, index) => valueNode(parent, from + index, element, version)),
    );
  }
  if (!isObject(value)) return [];
  const names = propertyNames(value);
  return inRanges(parent, names.length, (from, to) =>
    names.slice(from, to).map((name) => valueNode(parent, name, value[name] ?? null, version)),
  );
}

function valueNode(
  parent: Pick<TreeNode, "id" | "place">,
  step: string | number,
  value: JsonValue,
  version: string,
): TreeNode {
  const place: NodePlace = { ...parent.place, path: [...(parent.place.path ?? []), step] };
  const id = `${parent.id}/${typeof step === "number" ? step : idPart(step)}`;
  const label = typeof step === "number" ? `[${step}]` : visibleText(step);
  const summary = valueSummary(value);
  const isMasked = hasMask(value);
  return {
    id,
    kind: "value",
    place,
    label,
    description: summary,
    accessibleLabel: isMasked ? `${label}, ${summary}, ${l10n.t("masked")}` : `${label}, ${summary}`,
    status: undefined,
    icon: isMasked ? "lock" : valueIcon(value),
    contextValue: rowValue("value"),
    expansion: isExpandable(value) ? "collapsed" : "none",
    version,
    value,
    children: () => valueChildren({ id, place }, value, version),
    details: () => ({ heading: pathText(place.key ?? "", place.path), facts: [], code: tooltipCode(value) }),
  };
}
