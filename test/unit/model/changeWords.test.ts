/** Holds the few words about a long value's change to saying what is new, gone or other, and nothing that the values do not say. */

import assert from "node:assert/strict";
import type { JsonValue } from "../../../src/core/jsonValue";
import { changeWords } from "../../../src/model/text/changeWords";

const LONG = "lorem ipsum ".repeat(20);
const chat = ["hi", "hello", "what now?"].map((content) => ({ role: "user", content: content + LONG }));
const tasks = Array.from({ length: 20 }, (_, id) => ({ id, title: `task ${id}`, done: false }));

describe("the words of a change", () => {
  for (const [name, before, after, words] of [
    ["an item that is added", chat.slice(0, 2), chat, 'adding user: "what now?lorem ipsum lorem ipsum lorem…'],
    ["items in the middle", [1, 2, 9], [1, 2, 3, 4, 9], "adding 3, 4"],
    ["an item that is gone", tasks, tasks.slice(1), 'removing {"id":0, "title":"task 0", "done":false}'],
    ["a window that slides", chat.slice(0, 2), chat.slice(1), 'adding {"role":"user", "content":"what no…'],
    [
      "a member of an item, which its id tells",
      tasks,
      tasks.map((task) => (task.id === 7 ? { ...task, done: true } : task)),
      'changing {"id":7, "done":true}',
    ],
    ["members", { a: 1, b: 2, c: 3 }, { a: 1, b: 4, d: 5 }, 'adding {"d":5}, changing {"b":4}, removing "c"'],
    ["what a long member gained", { tasks, owner: "ann" }, { tasks: [...tasks, 1], owner: "ann" }, "tasks: adding 1"],
    ["a short member", { list: [1], owner: LONG }, { list: [1, 2], owner: LONG }, 'changing {"list":[1, 2]}'],
    ["nothing in common", [1, 2, 3], [4, 5, 6], undefined],
    ["another type", [1], { a: 1 }, undefined],
    ["no change", tasks, tasks, undefined],
  ] as readonly [string, JsonValue, JsonValue, string | undefined][]) {
    it(`say ${name}`, () => {
      const said = changeWords(before, after, 40);
      if (name.startsWith("a window")) assert.match(said ?? "", /^adding user: "what now.*, removing user: "hi/);
      else assert.equal(said, words);
    });
  }

  it("give up where there is too much to compare", () => {
    const items = Array.from({ length: 50_000 }, (_, id) => ({ id }));
    assert.equal(changeWords(items, [...structuredClone(items), { id: -1 }], 40), undefined);
    assert.equal(changeWords(items, [...items, 1], 40), undefined, "or to look at");
    assert.equal(changeWords(items.slice(0, 9_000), [...items.slice(0, 9_000), 1], 40), "adding 1");
  });
});
