/**
 * Says in a few words what a long value changed, where its beginning would say nothing: what a list gained or lost, which members
 * of an object are others. Words of values alone, no counts: a search looks for what it says in the values.
 */

import { identityField } from "../../core/listAlignment";
import { isObject, jsonEqual, type JsonObject, type JsonValue } from "../../core/jsonValue";
import { messageIn } from "./message";
import { isList, shortText } from "./valueText";

/** Items and members that are compared, before it is called too much. */
const MOST_COMPARED = 20_000;
/** Items that a list may have lost at its beginning while it gained others at its end. */
const LOOK_AHEAD = 16;

/** What changed; "" = nothing. */
interface Change {
  readonly adding: string;
  readonly changing: string;
  readonly removing: string;
}

/**
 * For example `adding {"role":"user", "content":"hi"}` or `plan: changing {"id":3, "done":true}`.
 * @param length characters of a value in it
 * @returns undefined where it is no change within one list or object, or too much to compare.
 */
export function changeWords(before: JsonValue, after: JsonValue, length: number): string | undefined {
  const budget = { left: MOST_COMPARED };
  if (isList(before) && isList(after)) return listWords(before, after, length, budget);
  return isObject(before) && isObject(after) ? objectWords(before, after, length, budget) : undefined;
}

interface Budget {
  left: number;
}

function listWords(
  before: readonly JsonValue[],
  after: readonly JsonValue[],
  length: number,
  budget: Budget,
): string | undefined {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && isSame(before[start], after[start], budget)) start++;
  let tail = 0;
  while (tail < shorter - start && isSame(before.at(-1 - tail), after.at(-1 - tail), budget)) tail++;
  let removed = before.slice(start, before.length - tail);
  let added = after.slice(start, after.length - tail);
  const gone = stepsTo(removed, added[0], budget);
  if (gone > 0) {
    // A window that slides: what comes after its lost head is what it was.
    let kept = 0;
    while (kept < added.length && isSame(removed[gone + kept], added[kept], budget)) kept++;
    if (gone + kept === removed.length) [removed, added] = [removed.slice(0, gone), added.slice(kept)];
  }
  if (budget.left <= 0) return undefined;
  const [one, other] = [removed[0], added[0]];
  if (gone === 0 && removed.length === 1 && added.length === 1 && isObject(one) && isObject(other)) {
    // Which item it is, its id says best.
    const field = identityField([before, after]);
    const members = changedMembers(one, other, budget);
    const identity = field === undefined ? {} : { [field]: other[field] as JsonValue };
    return textOf({ ...wordsOf(members, length), changing: membersText({ ...identity, ...members.changed }, length) });
  }
  if (gone === 0 && removed.length > 0 && added.length > 0 && removed.length + added.length > shorter) return undefined;
  return textOf({ adding: itemsText(added, length), changing: "", removing: itemsText(removed, length) });
}

function objectWords(before: JsonObject, after: JsonObject, length: number, budget: Budget): string | undefined {
  const members = changedMembers(before, after, budget);
  if (budget.left <= 0) return undefined;
  const { added, changed, removed } = members;
  const [name, ...others] = Object.keys(changed);
  if (name !== undefined && others.length + removed.length + Object.keys(added).length === 0) {
    const value = after[name] as JsonValue;
    const isLong = shortText(value, length).endsWith("…");
    const inner = isLong ? changeWords(before[name] as JsonValue, value, length) : undefined;
    if (inner !== undefined) return `${/^\w{1,40}$/.test(name) ? name : shortText(name, length)}: ${inner}`;
  }
  return textOf(wordsOf(members, length));
}

/** How many items stand before one, of the first few; 0 = it is not there. */
function stepsTo(items: readonly JsonValue[], item: JsonValue | undefined, budget: Budget): number {
  for (let at = 1; item !== undefined && at < Math.min(items.length, LOOK_AHEAD); at++) {
    if (isSame(items[at], item, budget)) return at;
  }
  return 0;
}

interface Members {
  readonly added: JsonObject;
  readonly changed: JsonObject;
  readonly removed: readonly string[];
}

function changedMembers(before: JsonObject, after: JsonObject, budget: Budget): Members {
  const added: [string, JsonValue][] = [];
  const changed: [string, JsonValue][] = [];
  for (const [name, value] of Object.entries(after)) {
    if (!Object.hasOwn(before, name)) added.push([name, value]);
    else if (!isSame(before[name], value, budget)) changed.push([name, value]);
  }
  const removed = Object.keys(before).filter((name) => !Object.hasOwn(after, name));
  return { added: Object.fromEntries(added), changed: Object.fromEntries(changed), removed };
}

function wordsOf({ added, changed, removed }: Members, length: number): Change {
  return {
    adding: membersText(added, length),
    changing: membersText(changed, length),
    removing: itemsText(removed, length),
  };
}

function membersText(members: JsonObject, length: number): string {
  return Object.keys(members).length === 0 ? "" : shortText(members, length);
}

/** Items one after the other, without the brackets of their list. */
function itemsText(items: readonly JsonValue[], length: number): string {
  if (items.length === 0) return "";
  const [only] = items;
  if (only !== undefined && items.length === 1) {
    const { role, said } = messageIn(only) ?? {};
    return role !== undefined && said !== undefined ? `${role}: ${shortText(said, length)}` : shortText(only, length);
  }
  return shortText(items, length).slice(1).replace(/\]$/, "");
}

function textOf({ adding, changing, removing }: Change): string | undefined {
  const parts = Object.entries({ adding, changing, removing }).filter(([, text]) => text !== "");
  return parts.length === 0 ? undefined : parts.map((part) => part.join(" ")).join(", ");
}

function isSame(one: JsonValue | undefined, other: JsonValue | undefined, budget: Budget): boolean {
  budget.left--;
  if (one === other) return true;
  if (budget.left <= 0 || typeof one !== "object" || typeof other !== "object") return false;
  budget.left -= 10;
  return jsonEqual(one, other);
}
