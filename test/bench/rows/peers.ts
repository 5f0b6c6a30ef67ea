/** The runtime beside libraries that do a part of the same: JSON diffs, and a graph of parallel nodes. */

import { AgentContext, StateStore, TaskScope } from "../../../src/runtime/index";
import { median, ratio, sink, timed, timedAsync } from "../measure";
import type { Row } from "../row";

type Diff = (before: object, after: object) => unknown;

/** See the file's head. */
export const peerRows: readonly Row[] = [
  {
    name: "a merge plan of 100 changed keys over a 10,000-key parent, beside the fastest JSON diff (times faster)",
    unit: "×",
    goal: { atLeast: 20 },
    peers: ["microdiff", "fast-json-patch", "jsondiffpatch"],
    async measure(bench) {
      const before = Object.fromEntries(
        Array.from({ length: 10_000 }, (_, index) => [`key_${index}`, { id: index, name: "planner", done: false }]),
      );
      const after: Record<string, object> = { ...before };
      const context = new AgentContext("agent", new StateStore({ initial: before }));
      for (let index = 0; index < 100; index++) {
        const key = `key_${index * 97}`;
        context.get(key);
        after[key] = { id: index, name: "builder", done: true };
        context.set(key, { id: index, name: "builder", done: true });
      }
      const libraries = await diffs(bench);
      let fastest: { readonly diff: Diff; readonly ns: number } | undefined;
      for (const diff of libraries) {
        const runs = Array.from({ length: 5 }, () => timed(1, () => (sink.value = diff(before, after))));
        const ns = median(runs);
        if (fastest === undefined || ns < fastest.ns) fastest = { diff, ns };
      }
      const { diff } = fastest as NonNullable<typeof fastest>;
      const rounds = 200;
      return ratio(
        bench.repeats,
        () =>
          timed(rounds, () => {
            for (let round = 0; round < rounds; round++) sink.value = context.previewMerge().entries;
          }),
        () =>
          timed(5, () => {
            for (let round = 0; round < 5; round++) sink.value = diff(before, after);
          }),
        { inverse: true },
      );
    },
  },
  {
    name: "an agent (100 agents × 10 keys: scope, writes, merge), beside LangGraph's parallel nodes (times faster)",
    unit: "×",
    goal: { atLeast: 50 },
    peers: ["@langchain/langgraph"],
    floor: "with a full log the collection of what it kept decides",
    async measure({ peer, repeats }) {
      const { StateGraph, Annotation, START, END } = (await peer("@langchain/langgraph")) as unknown as LangGraph;
      const agents = 100;
      const keys = 10;
      const channels: Record<string, unknown> = {};
      for (let agent = 0; agent < agents; agent++) {
        for (let key = 0; key < keys; key++) channels[`k_${agent}_${key}`] = Annotation();
      }
      const graph = new StateGraph(Annotation.Root(channels));
      for (let agent = 0; agent < agents; agent++) {
        graph.addNode(`agent_${agent}`, async () => {
          await Promise.resolve();
          return Object.fromEntries(Array.from({ length: keys }, (_, key) => [`k_${agent}_${key}`, key]));
        });
        graph.addEdge(START, `agent_${agent}`);
        graph.addEdge(`agent_${agent}`, END);
      }
      const compiled = graph.compile();
      return ratio(
        repeats,
        () =>
          timedAsync(agents, async () => {
            const parent = new StateStore();
            await Promise.all(
              Array.from({ length: agents }, (_, agent) => {
                const context = new AgentContext(`agent_${agent}`, parent);
                return TaskScope.run(context, async () => {
                  await Promise.resolve();
                  for (let key = 0; key < keys; key++) context.set(`k_${agent}_${key}`, key);
                  await context.mergeToParent();
                });
              }),
            );
            sink.value = parent.snapshot();
          }),
        () =>
          timedAsync(agents, async () => {
            sink.value = await compiled.invoke({});
          }),
        { inverse: true },
      );
    },
  },
];

interface LangGraph {
  readonly StateGraph: new (root: unknown) => {
    addNode(name: string, act: () => Promise<object>): void;
    addEdge(from: string, to: string): void;
    compile(): { invoke(state: object): Promise<unknown> };
  };
  readonly Annotation: (() => unknown) & { Root(channels: object): unknown };
  readonly START: string;
  readonly END: string;
}

async function diffs({ peer }: { peer(name: string): Promise<Record<string, unknown>> }): Promise<readonly Diff[]> {
  const microdiff = await peer("microdiff");
  const patch = await peer("fast-json-patch");
  const { create } = (await peer("jsondiffpatch")) as { create(): { diff: Diff } };
  const instance = create();
  return [
    functionOf(microdiff) as Diff,
    (patch["compare"] ?? (patch["default"] as { compare: Diff }).compare) as Diff,
    (before, after) => instance.diff(before, after),
  ];
}

/** The default export, however the module was made. */
function functionOf(module: Record<string, unknown>): unknown {
  const made = module["default"];
  return typeof made === "function" ? made : (made as Record<string, unknown>)["default"];
}
