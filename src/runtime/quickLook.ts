/** Tells in an instant that a list has nothing but items, for copies of long ones: its importers set it for all. */

import { inspect } from "node:util";
import { setQuickLook } from "../core/frozenCopy";

/** Names what a list has beside its items, without the items: naming them would take thousands of times as long. */
const BESIDE_ITEMS = { showHidden: true, maxArrayLength: 0, depth: 0, customInspect: false, breakLength: Infinity };

// Where another version of Node.js says it in other words, nothing is known, and the copy looks for itself.
setQuickLook((list) => inspect(list, BESIDE_ITEMS) === `[ ... ${list.length} more items, [length]: ${list.length} ]`);
