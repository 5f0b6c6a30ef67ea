/** The runtime without anybody who inspects it, beside the least that an overlay can be: two maps. */

import { AsyncLocalStorage } from "node:async_hooks";
import { copyAndFreeze } from "../../../src/core/frozenCopy";
import { AgentContext, StateStore, TaskScope, type JsonValue } from "../../../src/runtime/index";
import { ratio, sink, timed, timedAsync } from "../measure";
import type { Row } from "../row";

/** No copies, no log, no conflicts: a floor. */
class BareOverlay {
  readonly local = new Map<string, unknown>();
  constructor(private readonly parent: Map<string, unknown>) {}
  get(key: string): unknown {
    const value = this.local.get(key);
    return value !== undefined || this.local.has(key) ? value : this.parent.get(key);
  }
  set(key: string, value: unknown): void {
    this.local.set(key, value);
  }
}

const KEYS = Array.from({ length: 1_000 }, (_, index) => `key_${index}`);

function loop(count: number, act: (key: string, index: number) => void): void {
  for (let index = 0; index < count; index++) act(KEYS[index % KEYS.length] as string, index);
}

function bareParent(): Map<string, unknown> {
  return new Map(KEYS.map((key, index) => [key, index]));
}

function store(): StateStore {
  return new StateStore({ initial: Object.fromEntries(KEYS.map((key, index) => [key, index])) });
}

function fiveFields(index: number): JsonValue {
  return { id: index, name: "planner", score: 0.5, done: false, next: null };
}

/** @param prepare is done to each key before */
function reading(
  name: string,
  atMost: number,
  prepare: (key: string, ours: AgentContext, bare: BareOverlay) => unknown,
): Row {
  return {
    name,
    unit: "×",
    goal: { atMost },
    measure({ repeats, scale }) {
      const count = 2_000_000 * scale;
      const ours = new AgentContext("agent", store());
      const bare = new BareOverlay(bareParent());
      for (const key of KEYS) prepare(key, ours, bare);
      return ratio(
        repeats,
        () => timed(count, () => loop(count, (key) => (sink.value = ours.get(key)))),
        () => timed(count, () => loop(count, (key) => (sink.value = bare.get(key)))),
      );
    },
  };
}

function merging(name: string, keys: number): Row {
  return {
    name: `merge ${name} keys, with conflict check and log, beside copying Map to Map`,
    unit: "×",
    goal: { atMost: 1.6 },
    floor:
      "two look-ups, a record of the plan, the write of the parent and its event; half of it is folding the events that are cut off",
    measure({ repeats, scale }) {
      const count = Math.max(100, Math.round(keys * (keys > 10_000 ? scale : 1)));
      const rounds = Math.max(1, Math.round(20_000 / count));
      const names = Array.from({ length: count }, (_, index) => `key_${index}`);
      return ratio(
        repeats,
        () => {
          const contexts = Array.from({ length: rounds }, () => {
            const context = new AgentContext("agent", new StateStore());
            for (const key of names) context.set(key, 1);
            return context;
          });
          return timed(rounds * count, () => {
            for (const context of contexts) void context.mergeToParent();
          });
        },
        () => {
          const local = new Map(names.map((key) => [key, 1]));
          const parents = Array.from({ length: rounds }, () => new Map<string, number>());
          const spent = timed(rounds * count, () => {
            for (const parent of parents) for (const [key, value] of local) parent.set(key, value);
          });
          sink.value = parents;
          return spent;
        },
      );
    },
  };
}

const ITEMS = 10_000;

/** Setting a list that is one longer than the one before, beside something else that is done with it. */
function appending(
  name: string,
  goal: Row["goal"] & object,
  floor: string,
  make: (list: readonly JsonValue[]) => unknown[],
  beside: (longer: readonly JsonValue[], list: readonly JsonValue[]) => unknown,
): Row {
  return {
    name,
    unit: "×",
    goal,
    floor,
    measure({ repeats, scale }) {
      const count = Math.max(20, Math.round(200 * scale));
      const ours = new AgentContext("agent", store());
      const items = Array.from({ length: ITEMS }, (_, id) => ({ id, text: "an item" }));
      ours.set("list", items);
      const list = ours.get("list") as readonly JsonValue[];
      // How they are made is the script's affair.
      const lists = Array.from({ length: 20 }, () => make(list));
      return ratio(
        repeats,
        () =>
          timed(count, () => {
            for (let round = 0; round < count; round++) {
              ours.set("list", lists[round % lists.length]);
              ours.set("list", list);
            }
          }),
        () =>
          timed(count, () => {
            for (let round = 0; round < count; round++) {
              sink.value = beside(lists[round % lists.length] as JsonValue[], list);
            }
          }),
      );
    },
  };
}

/** See the file's head. */
export const detachedRows: readonly Row[] = [
  reading("get of an overlay hit, detached, beside a bare two-Map overlay", 1.1, (key, ours, bare) => {
    ours.set(key, 1);
    bare.set(key, 1);
  }),
  reading("get that falls through, its base recorded, beside the same", 1.8, (key, ours) => ours.get(key)),
  {
    name: "set a number, logged, beside the same",
    unit: "×",
    goal: { atMost: 1.8 },
    floor:
      "a map look-up for the base, five words of log, and the fold of the event that is cut off, each about as dear as the bare write",
    measure({ repeats, scale }) {
      const count = 1_000_000 * scale;
      const ours = new AgentContext("agent", store());
      const bare = new BareOverlay(bareParent());
      return ratio(
        repeats,
        () => timed(count, () => loop(count, (key, index) => ours.set(key, index))),
        () => timed(count, () => loop(count, (key, index) => bare.set(key, index))),
      );
    },
  },
  {
    name: "set a five-field object, frozen and logged, beside the same",
    unit: "×",
    goal: { atMost: 2.5 },
    floor:
      "getters must be found without being called, the copy is frozen, and the log keeps 100,000 values alive: about ten times the bare write",
    measure({ repeats, scale }) {
      const count = 300_000 * scale;
      const ours = new AgentContext("agent", store());
      const bare = new BareOverlay(bareParent());
      return ratio(
        repeats,
        () => timed(count, () => loop(count, (key, index) => ours.set(key, fiveFields(index)))),
        () => timed(count, () => loop(count, (key, index) => bare.set(key, fiveFields(index)))),
      );
    },
  },
  appending(
    "append to a list of 10,000 items built from get, beside the script's own spread",
    { atMost: 3 },
    "getters must be found without being called, and that alone, for each place, is about ten spreads; comparing each item with the one before is four more",
    (list) => [...list, { id: -1, text: "new" }],
    (_longer, list) => [...list, { id: -1, text: "new" }],
  ),
  appending(
    "append to a list of 10,000 items that is a clone, beside a copy that shares nothing",
    { atMost: 1.2 },
    "each item is copied before it is known to be the one before",
    (list) => [...structuredClone(list), { id: -1, text: "new" }],
    (longer) => copyAndFreeze(longer),
  ),
  merging("1,000", 1_000),
  merging("100,000", 100_000),
  {
    name: "10,000 contexts with async scopes, beside bare AsyncLocalStorage",
    unit: "×",
    goal: { atMost: 1.5 },
    floor: "three events a scope, and one promise more, for the end is recorded",
    measure({ repeats }) {
      const count = 10_000;
      const parent = new StateStore();
      const storage = new AsyncLocalStorage<object>();
      return ratio(
        repeats,
        () => {
          const contexts = Array.from({ length: count }, (_, index) => new AgentContext(`agent_${index}`, parent));
          return timedAsync(count, () =>
            Promise.all(
              contexts.map((context) =>
                TaskScope.run(context, async () => {
                  await Promise.resolve();
                  sink.value = TaskScope.agentName();
                }),
              ),
            ),
          );
        },
        () => {
          const contexts = Array.from({ length: count }, (_, index) => ({ name: `agent_${index}` }));
          return timedAsync(count, () =>
            Promise.all(
              contexts.map((context) =>
                storage.run(context, async () => {
                  await Promise.resolve();
                  sink.value = storage.getStore();
                }),
              ),
            ),
          );
        },
      );
    },
  },
];
