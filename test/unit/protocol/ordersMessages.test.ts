/** Holds the decoding of what the page of merge orders posts: what it may say passes, all else is named. */

import assert from "node:assert/strict";
import { decodeOrdersMessage, type OrdersFromWebview } from "../../../src/protocol/ordersMessages";

const GOOD: readonly OrdersFromWebview[] = [
  { type: "ready" },
  { type: "arrange", edit: 3, order: ["hold 7", "agent 2"], ticked: ["agent 2"], policy: "auto" },
  { type: "wantDetails", tableId: 1, key: "__proto__" },
  { type: "mergeAll", ids: ["agent 2"], policy: "overwrite", asOf: 12 },
  { type: "cancelCommand" },
  { type: "openPreview", id: "agent 2" },
  { type: "copy", text: "" },
];

const BAD: readonly unknown[] = [
  undefined,
  "ready",
  { type: "merge" },
  { type: "arrange", edit: -1, order: [], ticked: [], policy: "auto" },
  { type: "arrange", edit: 1, order: [2], ticked: [], policy: "auto" },
  // Resolvers run in the script alone.
  { type: "mergeAll", ids: [], policy: "resolver", asOf: 1 },
  { type: "mergeAll", ids: [], policy: "overwrite", asOf: 0.5 },
  { type: "wantDetails", tableId: "1", key: "a" },
];

describe("messages of the merge orders page", () => {
  it("pass as they are", () => {
    for (const message of GOOD) assert.deepEqual(decodeOrdersMessage(message), { ok: true, message });
  });

  it("are refused with one sentence when they are not as they must be", () => {
    for (const message of BAD) {
      const decoded = decodeOrdersMessage(message);
      assert.equal(decoded.ok, false, JSON.stringify(message));
      assert.match(decoded.ok ? "" : decoded.problem, /merge orders/);
    }
  });
});
