/** Holds the words for a value's shape to what agents' states look like in fact. */

import assert from "node:assert/strict";
import type { JsonValue } from "../../../src/core/jsonValue";
import { valueSummary } from "../../../src/host/contexts/valueNodes";

const LONG = " and more of it".repeat(10);

describe("the summary of a value", () => {
  for (const [name, value, words] of [
    ["what is short, as it is", [{ role: "user", content: "hi" }], '[{"role":"user", "content":"hi"}]'],
    [
      "a chat by its last message",
      [
        { role: "user", content: `find it${LONG}` },
        { role: "assistant", content: "I will search" },
      ],
      "2 messages · assistant: I will search",
    ],
    [
      "one message",
      { role: "assistant", content: `I will search${LONG}` },
      "assistant: I will search and more of it and more of it and …",
    ],
    [
      "parts of a message",
      {
        role: "assistant",
        parts: [{ type: "step-start" }, { type: "text", text: "found it" }, { type: "x", data: LONG }],
      },
      "assistant: found it",
    ],
    [
      "what a message calls",
      [
        { role: "user", content: LONG },
        { role: "assistant", content: "", tool_calls: [{ id: "1", function: { name: "search", arguments: "{}" } }] },
      ],
      "2 messages · assistant calls search",
    ],
    [
      "calls as parts",
      { role: "assistant", content: [{ type: "tool-call", toolName: "grep", input: LONG }] },
      "assistant calls grep",
    ],
    [
      "messages of LangChain",
      [
        { type: "human", content: LONG },
        { type: "ai", content: "yes" },
      ],
      "2 messages · assistant: yes",
    ],
    ["tasks by flag", Array.from({ length: 12 }, (_, id) => ({ id, title: LONG, done: id < 3 })), "12 items, 3 done"],
    ["tasks by status", [{ title: LONG, status: "Completed" }, { status: "todo" }], "2 items, 1 done"],
    [
      "another list by its length",
      Array.from({ length: 200 }, (_, id) => id),
      "200 items · [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, …",
    ],
    [
      "an object by its JSON",
      { type: "human", name: LONG },
      '{"type":"human", "name":" and more of it and more of it and…',
    ],
    ["a text", LONG, '" and more of it and more of it and more of it and more of …'],
    ["nothing", undefined, "absent"],
  ] as readonly [string, JsonValue | undefined, string][]) {
    it(`tells ${name}`, () => assert.equal(valueSummary(value), words));
  }
});
