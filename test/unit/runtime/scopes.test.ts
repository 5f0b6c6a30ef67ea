/** What a scope follows beyond its callback: generators and other iterators, and functions that are bound to it. */

import assert from "node:assert/strict";
import { RunModel } from "../../../src/model/runModel";
import { eventDetails } from "../../../src/model/text/eventDetails";
import { AgentContext, RunLog, StateStore, TaskScope } from "../../../src/runtime/index";
import { RecordedRun } from "../model/recordedRun";

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Stage {
  readonly log: RunLog;
  readonly parent: StateStore;
  readonly agent: (name: string) => AgentContext;
  /** The scope events so far, and what was ended with which error. */
  readonly scopes: () => string[];
}

function stage(): Stage {
  const log = new RunLog();
  const parent = new StateStore({ log });
  return {
    log,
    parent,
    agent: (name) => new AgentContext(name, parent),
    scopes: () =>
      [...log].flatMap(({ kind, agent, value }) => {
        const message = (value as { readonly message?: string } | null | undefined)?.message;
        const told = `${agent ?? ""} ${kind}${message === undefined ? "" : ` (${message})`}`;
        return /^scope_|^agent_ended/.test(kind) ? [told] : [];
      }),
  };
}

const whole = (agent: string, failure = ""): string[] => [
  `${agent} scope_entered`,
  `${agent} scope_exited${failure}`,
  `${agent} agent_ended${failure}`,
];

describe("a scope of a generator", () => {
  it("is there each time an async generator is resumed, and ends when it is done", async () => {
    const { parent, agent, scopes } = stage();
    const names: unknown[] = [];
    const stream = TaskScope.run(agent("streamer"), async function* () {
      names.push(TaskScope.agentName());
      parent.set("progress", 1);
      yield "one";
      await turn();
      names.push(TaskScope.agentName());
      yield "two";
      names.push(TaskScope.agentName());
    });
    assert.deepEqual(names, []);
    const items: string[] = [];
    for await (const item of stream) {
      items.push(`${item} ${TaskScope.agentName()}`);
      assert.deepEqual(scopes(), ["streamer scope_entered"]);
    }
    assert.deepEqual(items, ["one undefined", "two undefined"]);
    assert.deepEqual(names, ["streamer", "streamer", "streamer"]);
    assert.equal(parent.transitions()[0]?.actor, "streamer");
    assert.deepEqual(scopes(), whole("streamer"));
  });

  it("is there in a generator that is not async, with what next, return and throw are given", () => {
    const { agent, scopes } = stage();
    const seen: unknown[] = [];
    const begin = (name: string): Generator<number, string, string> =>
      TaskScope.run(agent(name), function* (): Generator<number, string, string> {
        try {
          seen.push(yield 1);
          yield 2;
          return "whole";
        } catch (error) {
          seen.push((error as Error).message, TaskScope.agentName());
          return "caught";
        } finally {
          seen.push(TaskScope.agentName());
        }
      });
    const whole = begin("a");
    assert.deepEqual([whole.next(), whole.next("sent"), whole.next()].at(-1), { value: "whole", done: true });
    const left = begin("b");
    left.next();
    assert.deepEqual(left.return("left"), { value: "left", done: true });
    const broken = begin("c");
    broken.next();
    assert.deepEqual(broken.throw(new Error("thrown in")), { value: "caught", done: true });
    assert.deepEqual(seen, ["sent", "a", "b", "thrown in", "c", "c"]);
    assert.equal(scopes().filter((each) => each.endsWith("agent_ended")).length, 3);
  });

  it("ends once, when a loop is left, when the body throws, and when nothing was ever asked for", async () => {
    const { agent, scopes } = stage();
    const numbers = async function* (): AsyncGenerator<number> {
      yield 1;
      throw new Error("broken");
    };
    for await (const _ of TaskScope.run(agent("left"), numbers)) break;
    const broken = TaskScope.run(agent("broken"), numbers);
    await broken.next();
    await assert.rejects(Promise.all([broken.next(), broken.next()]), /broken/);
    assert.deepEqual(await broken.next(), { value: undefined, done: true });
    await TaskScope.run(agent("unasked"), numbers).return(undefined);
    assert.deepEqual(scopes(), [...whole("left"), ...whole("broken", " (broken)"), ...whole("unasked")]);
  });

  it("does not mix with that of another that runs at the same time, nor with that of whoever asks", async () => {
    const { agent } = stage();
    const names = async function* (): AsyncGenerator<string | undefined> {
      for (let step = 0; step < 3; step++) {
        yield TaskScope.agentName();
        await turn();
      }
    };
    const a = TaskScope.run(agent("a"), names);
    const b = TaskScope.run(agent("b"), names);
    await TaskScope.run(agent("asker"), async () => {
      for (let step = 0; step < 3; step++) {
        const [one, other] = await Promise.all([a.next(), b.next()]);
        assert.deepEqual([one.value, other.value, TaskScope.agentName()], ["a", "b", "asker"]);
      }
    });
  });

  it("goes on for a promise of a generator, and for one that a generator delegates to", async () => {
    const { agent, scopes } = stage();
    const inner = async function* (): AsyncGenerator<string | undefined> {
      yield TaskScope.agentName();
    };
    const stream = await TaskScope.run(agent("late"), async () => {
      await turn();
      return inner();
    });
    assert.deepEqual(scopes(), ["late scope_entered"]);
    for await (const name of stream) assert.equal(name, "late");
    assert.deepEqual(scopes(), whole("late"));
    const outer = TaskScope.run(agent("outer"), async function* () {
      yield* inner();
      yield* TaskScope.run(agent("nested"), inner);
    });
    const seen: unknown[] = [];
    for await (const name of outer) seen.push(name);
    assert.deepEqual(seen, ["outer", "nested"]);
  });

  it("takes an iterator of a class as it is: its other members work, and a missing return ends the scope", async () => {
    const { agent, scopes } = stage();
    class Countdown {
      #left = 2;
      label = "countdown";
      next(): Promise<IteratorResult<string | undefined>> {
        const name = TaskScope.agentName();
        return Promise.resolve(this.#left-- > 0 ? { value: name, done: false } : { value: undefined, done: true });
      }
      get left(): number {
        return this.#left;
      }
      skip(): void {
        this.#left--;
      }
      [Symbol.asyncIterator](): this {
        return this;
      }
    }
    const source = Object.freeze(new Countdown());
    const counting = TaskScope.run(agent("counter"), () => source);
    assert.ok(counting instanceof Countdown);
    assert.deepEqual([counting.left, counting.label, "skip" in counting], [2, "countdown", true]);
    counting.skip();
    for await (const name of counting) assert.equal(name, "counter");
    assert.deepEqual(scopes(), whole("counter"));
    for await (const _ of TaskScope.run(agent("left"), () => new Countdown())) break;
    assert.deepEqual(scopes().slice(3), whole("left"));
  });

  it("is over at once for what is no iterator: lists, maps, streams that are only iterable", () => {
    const { agent, scopes } = stage();
    const stream = { async *[Symbol.asyncIterator](): AsyncGenerator<number> {} };
    for (const value of [[1], new Map(), "text", stream, { next: 1, [Symbol.iterator]: undefined }, null]) {
      assert.equal(
        TaskScope.run(agent("a"), () => value),
        value,
      );
    }
    assert.equal(scopes().length, 6 * 3);
  });
});

describe("a function that is bound to a scope", () => {
  it("runs there, whoever calls it, with its this, arguments, name and length", () => {
    const { agent } = stage();
    const tell = function (this: unknown, one: string, other: string): unknown[] {
      return [this, one, other, TaskScope.agentName()];
    };
    const bound = TaskScope.run(agent("ann"), () => TaskScope.bind(tell));
    const owner = { bound };
    assert.deepEqual(owner.bound("x", "y"), [owner, "x", "y", "ann"]);
    assert.equal(bound.name, "tell");
    assert.equal(bound.length, 2);
    TaskScope.run(agent("bob"), () => {
      assert.equal(bound.call(1, "x", "y")[3], "ann");
      assert.equal(TaskScope.agentName(), "bob");
    });
    assert.throws(
      () =>
        TaskScope.run(agent("ann"), () =>
          TaskScope.bind(() => {
            throw new RangeError("through");
          })(),
        ),
      RangeError,
    );
  });

  it("outside any scope is bound to none", () => {
    const { agent } = stage();
    const bound = TaskScope.bind(() => TaskScope.agentName());
    assert.equal(bound(), undefined);
    TaskScope.run(agent("ann"), () => {
      assert.equal(bound(), undefined);
      assert.equal(TaskScope.agentName(), "ann");
    });
  });

  it("takes the generators along that it returns", async () => {
    const { agent } = stage();
    const stream = TaskScope.run(agent("ann"), () =>
      TaskScope.bind(async function* () {
        yield TaskScope.agentName();
      }),
    );
    for await (const name of stream()) assert.equal(name, "ann");
  });

  it("mends what a pool's worker would carry on", async () => {
    const { agent } = stage();
    // The worker begins with the first job, in the scope of whoever brings it, and does all others there.
    const names: unknown[] = [];
    let worker: Promise<void> | undefined;
    const queue: (() => void)[] = [];
    const enqueue = (job: () => void): void => {
      queue.push(job);
      worker ??= (async () => {
        for (let done = 0; done < 3; done++) {
          while (queue.length === 0) await turn();
          queue.shift()?.();
        }
      })();
    };
    const job = (): void => void names.push(TaskScope.agentName());
    TaskScope.run(agent("ann"), () => enqueue(job));
    TaskScope.run(agent("bob"), () => enqueue(job));
    TaskScope.run(agent("bob"), () => enqueue(TaskScope.bind(job)));
    await worker;
    assert.deepEqual(names, ["ann", "ann", "bob"]);
  });

  it("must be a function", () => {
    for (const value of [undefined, null, {}, "run", 1]) {
      assert.throws(() => TaskScope.bind(value as () => void), {
        name: "TypeError",
        message: "TaskScope.bind needs a function to bind.",
      });
    }
  });
});

describe("what is done in the scope of another agent", () => {
  /** What a recording of the log tells of who did the events of a key. */
  function told(log: RunLog, recorded: RecordedRun, key: string): (string | undefined)[] {
    const model = new RunModel();
    model.append(recorded.bytes());
    model.finish();
    return [...log].filter((event) => event.key === key).map(({ seq }) => eventDetails(model, seq)?.agent);
  }

  it("is told of both, after an await, too, and of one where it is that agent's own", async () => {
    const { log, agent, parent } = stage();
    const recorded = new RecordedRun(log);
    const ann = agent("ann");
    const worker = agent("worker");
    const again = new AgentContext("ann", parent, { id: "other" });
    worker.set("key", 0);
    await TaskScope.run(ann, async () => {
      ann.set("key", 1);
      worker.set("key", 2);
      await turn();
      worker.get("key");
      worker.set("key", 3);
      again.set("key", 4);
      parent.set("key", 5, "setup");
      parent.set("key", 6);
      TaskScope.run(worker, () => worker.set("key", 7));
      await worker.mergeToParent();
    });
    worker.delete("key");
    assert.deepEqual(told(log, recorded, "key"), [
      "worker",
      "ann#1",
      "worker, in the scope of ann#1",
      "worker, in the scope of ann#1",
      "ann#2, in the scope of ann#1",
      "setup, in the scope of ann#1",
      "ann",
      "worker",
      // The merge as a whole is one line's doing; of its keys the child's name is enough.
      "worker",
      "worker",
    ]);
    const model = new RunModel();
    model.append(recorded.bytes());
    const planned = [...log].find(({ kind }) => kind === "merge_planned")?.seq ?? 0;
    assert.equal(eventDetails(model, planned)?.agent, "worker, in the scope of ann#1");
    assert.equal(model.writerOf(model.effectiveValue(3, "key", planned - 1)), "worker");
    const [, , second] = [...log].filter(({ key }) => key === "key");
    const side = model.effectiveValue(3, "key", second?.seq ?? 0);
    assert.equal(model.writerOf(side), "worker, in the scope of ann#1");
  });

  it("is not told of a scope of another log", () => {
    const [one, other] = [stage(), stage()];
    const recorded = new RecordedRun(one.log);
    const worker = one.agent("worker");
    TaskScope.run(other.agent("ann"), () => worker.set("key", 1));
    assert.deepEqual(told(one.log, recorded, "key"), ["worker"]);
  });
});
