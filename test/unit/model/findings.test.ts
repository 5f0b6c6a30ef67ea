/** Holds the findings against examples of each kind, and against replaying what agents did one merge after another. */

import assert from "node:assert/strict";
import fc from "fast-check";
import type { LogRow } from "../../../src/core/logRow";
import type { Finding } from "../../../src/model/findings/finding";
import { FindingsFold } from "../../../src/model/findings/findingsFold";
import { AgentContext, RunLog, StateStore, TaskScope, type JsonValue } from "../../../src/runtime/index";
import { eventLogOf } from "../../../src/runtime/runLog";
import { inTurns, sized } from "../../harness/long";

/** What `play` does with a store, and what is found in it; `finish` is left to the test. */
function folded(play: (parent: StateStore, findings: readonly Finding[]) => void): FindingsFold {
  const log = new RunLog();
  const fold = new FindingsFold();
  fold.start(eventLogOf(log).attach({ append: (row: LogRow) => fold.append(row) }));
  play(new StateStore({ log }), fold.findings);
  return fold;
}

const found = (play: (parent: StateStore) => void): string[] => folded(play).findings.map(text);
const text = ({ kind, key, name, equal, keySet, more = 0 }: Finding): string =>
  `${name}: ${kind} ${keySet ? "keys() " : ""}${key}${more > 0 ? ` and ${more} more` : ""}${equal ? " (equal)" : ""}`;

function agents(parent: StateStore | AgentContext, ...names: string[]): AgentContext[] {
  return names.map((name) => new AgentContext(name, parent));
}

/** Adds one to what the agent sees. */
function increment(agent: AgentContext, key = "n"): void {
  agent.set(key, Number(agent.get(key) ?? 0) + 1);
}

describe("findings", () => {
  it("are none where agents work one after another, or on different keys", () => {
    assert.deepEqual(
      found((parent) => {
        const [ann, ben] = agents(parent, "ann", "ben") as [AgentContext, AgentContext];
        increment(ann);
        void ann.mergeToParent();
        increment(ben);
        void ben.mergeToParent();
        ann.set("of ann", 1);
        ben.set("of ben", 1);
        void ann.mergeToParent({ keys: ["of ann"] });
        void ben.mergeToParent({ keys: ["of ben"] });
      }),
      [],
    );
  });

  it("are lost updates where agents add to one counter, whether the sums are equal or not", () => {
    assert.deepEqual(
      found((parent) => {
        parent.set("n", 0);
        const all = agents(parent, "ann", "ben", "cyd");
        for (const each of all) increment(each);
        all[2]?.set("n", 10);
        for (const each of all) void each.mergeToParent();
      }),
      ["ben: lostUpdate n (equal)", "cyd: lostUpdate n"],
    );
  });

  it("are order-sensitive keys where agents write what they never read, each key told once", () => {
    const play = (act: (parent: StateStore, ann: AgentContext, ben: AgentContext) => void): string[] =>
      found((parent) => {
        parent.set("n", 0);
        const [ann, ben] = agents(parent, "ann", "ben") as [AgentContext, AgentContext];
        act(parent, ann, ben);
      });
    const both = (ann: AgentContext, ben: AgentContext, ours: number, theirs: number): void => {
      ann.set("n", theirs);
      ben.set("n", ours);
      void ann.mergeToParent();
      void ben.mergeToParent();
    };
    assert.deepEqual(
      play((_, ann, ben) => both(ann, ben, 1, 2)),
      ["ben: orderSensitive n"],
    );
    assert.deepEqual(
      play((_, ann, ben) => {
        for (let turn = 1; turn < 9; turn++) both(ann, ben, turn, -turn);
      }),
      ["ben: orderSensitive n"],
    );
    // What a direct write made meanwhile is another's, too; what stood there before is not replaced in ignorance of when.
    assert.deepEqual(
      play((parent, ann) => {
        ann.set("n", 1);
        parent.set("n", 2);
        void ann.mergeToParent();
      }),
      ["ann: orderSensitive n"],
    );
    for (const act of [
      (_: StateStore, ann: AgentContext, ben: AgentContext): void => both(ann, ben, 1, 1),
      (_: StateStore, ann: AgentContext, ben: AgentContext): void => {
        ann.set("n", 1);
        void ann.mergeToParent();
        ben.set("n", 2);
        void ben.mergeToParent();
      },
      (_: StateStore, ann: AgentContext, ben: AgentContext): void => {
        ann.set("n", 1);
        ben.set("n", 2);
        void ann.mergeToParent();
        void ben.mergeToParent({ onConflict: () => ({ value: 3 }) });
      },
    ]) {
      assert.deepEqual(play(act), []);
    }
    // Through a lead: what its child never saw, it has not seen either.
    assert.deepEqual(
      play((_, ann, lead) => {
        const [child] = agents(lead, "child") as [AgentContext];
        child.set("n", 5);
        ann.set("n", 6);
        void ann.mergeToParent();
        void child.mergeToParent();
        void lead.mergeToParent();
      }),
      ["child: orderSensitive n", "ben: orderSensitive n"],
    );
  });

  it("are counted however many there are, and kept up to a bound, by a merge, a child's merge, and a merge's stale reads", () => {
    const count = 150_000;
    const keys = Array.from({ length: count }, (_, index) => `doc:${index}`);
    const { findings, totals } = folded((parent) => {
      const [ann, ben] = agents(parent, "ann", "ben") as [AgentContext, AgentContext];
      const [child] = agents(ben, "child") as [AgentContext];
      for (const key of keys) child.get(key);
      child.set("seen", true);
      for (const key of keys) ben.get(key);
      void child.mergeToParent();
      for (const key of keys) ann.set(key, 1);
      void ann.mergeToParent();
      void ben.mergeToParent();
    });
    assert.equal(totals.kinds.get("staleRead"), count);
    assert.deepEqual([findings.length, text(findings.at(-1) as Finding)], [100_000, "ben: staleRead doc:99999"]);
  });

  it("tell agents of one name apart", () => {
    assert.deepEqual(
      found((parent) => {
        const all = agents(parent, "worker", "worker");
        for (const each of all) increment(each);
        for (const each of all) void each.mergeToParent();
      }),
      ["worker: lostUpdate n (equal)"],
    );
  });

  it("take contexts of one agent id for one agent, whatever their names", () => {
    const play = (id: string | undefined): string[] =>
      found((parent) => {
        const turns = ["turn 1", "turn 2"].map((name) => new AgentContext(name, parent, { id }));
        for (const each of turns) increment(each);
        for (const each of turns) void each.mergeToParent();
      });
    assert.deepEqual(play("worker"), []);
    assert.deepEqual(play(undefined), ["turn 2: lostUpdate n (equal)"]);
  });

  it("take a direct write for another's, in whose name ever", () => {
    assert.deepEqual(
      found((parent) => {
        const [ann] = agents(parent, "ann") as [AgentContext];
        increment(ann);
        TaskScope.run(ann, () => parent.set("n", 5));
        void ann.mergeToParent();
      }),
      ["ann: lostUpdate n"],
    );
  });

  it("know whose work the state is that a log starts from", () => {
    const log = new RunLog();
    const parent = new StateStore({ log });
    const [ann, ben] = agents(parent, "ann", "ben") as [AgentContext, AgentContext];
    const fold = new FindingsFold();
    for (const each of [ann, ben]) increment(each);
    ben.set("other", 1);
    void ann.mergeToParent();
    ann.set("n", 7);
    fold.start(eventLogOf(log).attach({ append: (row: LogRow) => fold.append(row) }));
    void ann.mergeToParent();
    assert.deepEqual(fold.findings.map(text), []);
    void ben.mergeToParent();
    assert.deepEqual(fold.findings.map(text), ["ben: lostUpdate n"]);
  });

  it("are none for a blind write, and none for a write that leaves things as another did before it was read", () => {
    assert.deepEqual(
      found((parent) => {
        const [ann, ben] = agents(parent, "ann", "ben") as [AgentContext, AgentContext];
        ann.set("n", 1);
        void ann.mergeToParent();
        ben.set("n", 2);
        void ben.mergeToParent();
      }),
      [],
    );
  });

  it("see a read of the agent's own merged value, which shadows what another wrote since", () => {
    assert.deepEqual(
      found((parent) => {
        const [ann, ben] = agents(parent, "ann", "ben") as [AgentContext, AgentContext];
        ann.set("n", 1);
        void ann.mergeToParent();
        increment(ben);
        void ben.mergeToParent();
        increment(ann);
        void ann.mergeToParent();
      }),
      ["ann: lostUpdate n (equal)"],
    );
  });

  it("are reverted updates where a merge writes an old overlay again", () => {
    assert.deepEqual(
      found((parent) => {
        const [ann, ben] = agents(parent, "ann", "ben") as [AgentContext, AgentContext];
        ann.set("n", 1);
        void ann.mergeToParent();
        increment(ben);
        void ben.mergeToParent();
        ann.set("other", 1);
        void ann.mergeToParent();
      }),
      ["ann: revertedUpdate n"],
    );
  });

  it("are lost updates of direct writes of the script, too", () => {
    assert.deepEqual(
      found((parent) => {
        const [ann] = agents(parent, "ann") as [AgentContext];
        increment(ann);
        parent.set("n", 5);
        void ann.mergeToParent();
      }),
      ["ann: lostUpdate n"],
    );
  });

  it("see deletions on either side", () => {
    assert.deepEqual(
      found((parent) => {
        parent.set("n", 1);
        parent.set("m", 1);
        const [ann, ben] = agents(parent, "ann", "ben") as [AgentContext, AgentContext];
        for (const each of [ann, ben]) each.get("n");
        ann.delete("n");
        ben.set("n", 2);
        ben.has("m");
        ben.delete("m");
        void ann.mergeToParent();
        parent.set("m", 2);
        void ben.mergeToParent();
      }),
      ["ben: lostUpdate n", "ben: lostUpdate m"],
    );
  });

  it("tell what code dropped from what was reconciled", () => {
    const play = (onConflict: "auto" | "parent" | "both"): string[] =>
      found((parent) => {
        parent.set("n", { a: 0, b: 0 });
        const [ann, ben] = agents(parent, "ann", "ben") as [AgentContext, AgentContext];
        ann.set("n", { ...(ann.get("n") as object), a: 1 });
        ben.set("n", { ...(ben.get("n") as object), b: 1 });
        void ann.mergeToParent();
        if (onConflict === "auto") void ben.mergeToParent({ onConflict });
        else if (onConflict === "parent") void ben.mergeToParent({ onConflict: () => ({ take: "parent" }) });
        else void ben.mergeToParent({ onConflict: () => ({ value: "both" }) });
      });
    assert.deepEqual(play("auto"), []);
    assert.deepEqual(play("parent"), ["ben: droppedUpdate n"]);
    assert.deepEqual(play("both"), []);
  });

  it("are advice for one stale read, and write skew where two merges each missed the other", () => {
    const play = (crossed: boolean): string[] =>
      found((parent) => {
        parent.set("on call: ann", true);
        parent.set("on call: ben", true);
        const [ann, ben] = agents(parent, "ann", "ben") as [AgentContext, AgentContext];
        if (crossed) ann.get("on call: ben");
        ben.get("on call: ann");
        ann.set("on call: ann", false);
        ben.set("on call: ben", false);
        void ann.mergeToParent();
        void ben.mergeToParent();
      });
    assert.deepEqual(play(false), ["ben: staleRead on call: ann"]);
    assert.deepEqual(play(true), ["ben: writeSkew on call: ann"]);
  });

  it("find write skew by way of a third merge", () => {
    assert.deepEqual(
      found((parent) => {
        for (const key of ["a", "b", "c"]) parent.set(key, 0);
        const [ann, ben, cyd] = agents(parent, "ann", "ben", "cyd") as [AgentContext, AgentContext, AgentContext];
        cyd.get("a");
        ann.get("b");
        ann.set("a", 1);
        void ann.mergeToParent();
        ben.get("c");
        ben.set("b", 1);
        void ben.mergeToParent();
        cyd.set("c", 1);
        void cyd.mergeToParent();
      }),
      ["cyd: writeSkew a"],
    );
  });

  it("are advice where an agent read two values of a key before it wrote it", () => {
    assert.deepEqual(
      found((parent) => {
        parent.set("n", 5);
        const [ann, ben] = agents(parent, "ann", "ben") as [AgentContext, AgentContext];
        const before = Number(ann.get("n"));
        increment(ben);
        void ben.mergeToParent();
        ann.get("n");
        ann.set("n", before - 1);
        void ann.mergeToParent();
      }),
      ["ann: nonRepeatableRead n"],
    );
  });

  it("reach through nested contexts", () => {
    assert.deepEqual(
      found((parent) => {
        const [lead, other] = agents(parent, "lead", "other") as [AgentContext, AgentContext];
        const [child, twin] = agents(lead, "child", "twin") as [AgentContext, AgentContext];
        increment(child);
        increment(twin, "m");
        increment(other);
        void child.mergeToParent();
        void other.mergeToParent();
        void lead.mergeToParent();
        lead.set("m", 7);
        void twin.mergeToParent();
      }),
      ["lead: lostUpdate n (equal)", "twin: lostUpdate m"],
    );
  });

  it("are none where children build on what one another left in their parent context", () => {
    assert.deepEqual(
      found((parent) => {
        parent.set("n", 0);
        const [lead] = agents(parent, "lead") as [AgentContext];
        const [child, twin] = agents(lead, "child", "twin") as [AgentContext, AgentContext];
        for (let turn = 0; turn < 2; turn++) {
          increment(child);
          void child.mergeToParent();
        }
        twin.get("n");
        twin.set("m", 1);
        void twin.mergeToParent();
        void lead.mergeToParent();
      }),
      [],
    );
  });

  it("are write skew of children, too, and of a parent's agents past one of its contexts", () => {
    const cross = (one: AgentContext, other: AgentContext): void => {
      one.get("b");
      other.get("a");
      one.set("a", 1);
      other.set("b", 1);
      void one.mergeToParent();
      void other.mergeToParent();
    };
    assert.deepEqual(
      found((parent) => {
        parent.set("a", 0);
        parent.set("b", 0);
        const [lead] = agents(parent, "lead") as [AgentContext];
        const [child, twin] = agents(lead, "child", "twin") as [AgentContext, AgentContext];
        cross(child, twin);
        const [ann, ben] = agents(parent, "ann", "ben") as [AgentContext, AgentContext];
        cross(ann, ben);
      }),
      ["twin: writeSkew a", "ben: writeSkew a"],
    );
  });

  it("tell of changes that were never merged, but not of those that were dropped", () => {
    const fold = folded((parent) => {
      const [ann, ben, cyd] = agents(parent, "ann", "ben", "cyd") as [AgentContext, AgentContext, AgentContext];
      ann.set("n", 1);
      ann.set("m", 1);
      ben.set("n", 1);
      ben.discard();
      cyd.set("n", 1);
      cyd.localState.delete("n");
    });
    assert.deepEqual(fold.findings, []);
    assert.deepEqual(fold.finish().findings.map(text), ["ann: unmergedWork n and 1 more"]);
    assert.deepEqual(
      fold.finish().findings.map(({ more }) => more),
      [1],
    );
  });

  it("are silenced for keys that a store or whoever asks names, and counted", () => {
    const play = (stores: readonly string[] | undefined, asked: readonly string[]): unknown => {
      const log = new RunLog();
      const fold = new FindingsFold(undefined, asked);
      fold.start(eventLogOf(log).attach({ append: (row: LogRow) => fold.append(row) }));
      const parent = new StateStore({ log, ...(stores && { findings: { ignore: stores } }) });
      const [ann, ben, cyd] = agents(parent, "ann", "ben", "cyd") as [AgentContext, AgentContext, AgentContext];
      cyd.keys();
      cyd.set("sum", 1);
      for (const each of [ann, ben]) {
        for (const key of ["done", "n", "status/a"]) increment(each, key);
        void cyd.has("nothing");
      }
      for (const each of [ann, ben, cyd]) void each.mergeToParent();
      ann.set("done", 9);
      ben.set("n", 9);
      ben.set("status/a", 9);
      const { findings, ignoredCount } = fold.finish();
      const told = [...fold.findings, ...findings].map(text);
      assert.equal(
        [...fold.totals.kinds.values()].reduce((sum, each) => sum + each, 0),
        fold.findings.length,
      );
      return [told, fold.totals.ignoredCount + ignoredCount];
    };
    const all = [
      "ben: lostUpdate done (equal)",
      "ben: lostUpdate n (equal)",
      "ben: lostUpdate status/a (equal)",
      "cyd: staleRead keys() done and 2 more",
      "ann: unmergedWork done",
      "ben: unmergedWork n and 1 more",
    ];
    assert.deepEqual(play(undefined, []), [all, 0]);
    const some = ["ben: lostUpdate n (equal)", "cyd: staleRead keys() n", "ben: unmergedWork n"];
    assert.deepEqual(play(["done", "status/*"], []), [some, 3]);
    assert.deepEqual(play(["done"], ["status/*"]), [some, 3]);
    assert.deepEqual(play(undefined, ["*"]), [[], 6]);
  });

  it("are silenced in the store that says so, through nested contexts, and in a log that is cut", () => {
    const log = new RunLog({ retention: 3 });
    const [loud, quiet] = [undefined, ["n"]].map((ignore) => new StateStore({ log, findings: { ignore } }));
    assert.ok(loud && quiet);
    const lead = new AgentContext("lead", quiet);
    const all = [loud, loud, lead, lead].map((parent, index) => new AgentContext(`agent ${index}`, parent));
    for (const each of all) increment(each);
    const fold = new FindingsFold();
    fold.start(eventLogOf(log).attach({ append: (row: LogRow) => fold.append(row) }));
    for (const each of all) void each.mergeToParent();
    assert.deepEqual([fold.findings.map(text), fold.totals.ignoredCount], [["agent 1: lostUpdate n (equal)"], 1]);
  });

  it("keep what was read before a merge of other keys", () => {
    assert.deepEqual(
      found((parent) => {
        const [ann, ben] = agents(parent, "ann", "ben") as [AgentContext, AgentContext];
        increment(ann);
        increment(ben);
        ann.set("other", 1);
        void ann.mergeToParent({ keys: ["other"] });
        void ben.mergeToParent();
        void ann.mergeToParent();
      }),
      ["ann: lostUpdate n (equal)"],
    );
  });
});

describe("findings of keys()", () => {
  /** Ann lists the keys and writes; in between `other` does something. */
  const listed = (
    other: (ben: AgentContext, parent: StateStore, ann: AgentContext) => void,
    then: (ann: AgentContext) => void = (ann) => ann.set("sum", 1),
  ): string[] =>
    found((parent) => {
      parent.set("first", 1);
      const [ann, ben] = agents(parent, "ann", "ben") as [AgentContext, AgentContext];
      ann.keys();
      other(ben, parent, ann);
      then(ann);
      void ann.mergeToParent();
    });

  it("are advice where another added or deleted keys since, by a merge or directly", () => {
    const add = (ben: AgentContext): void => {
      ben.set("second", 2);
      ben.set("third", 3);
      void ben.mergeToParent();
    };
    assert.deepEqual(listed(add), ["ann: staleRead keys() second and 1 more"]);
    assert.deepEqual(
      listed((_, parent) => parent.set("second", 2)),
      ["ann: staleRead keys() second"],
    );
    assert.deepEqual(
      listed((_, parent) => void parent.delete("first")),
      ["ann: staleRead keys() first"],
    );
    assert.deepEqual(
      listed((_, parent) => parent.restore({ other: 1 })),
      ["ann: staleRead keys() first and 1 more"],
    );
  });

  it("say what was seen, and who made it otherwise", () => {
    const { findings } = folded((parent) => {
      parent.set("first", 1);
      const [ann, ben] = agents(parent, "ann", "ben") as [AgentContext, AgentContext];
      ann.keys();
      ann.set("sum", 1);
      ben.delete("first");
      void ben.mergeToParent();
      void ann.mergeToParent();
    });
    const [{ read, theirs, keySet }] = findings as [Finding];
    assert.deepEqual([read?.value, theirs?.value, theirs?.name, keySet], [1, undefined, "ben", true]);
    assert.ok((read?.seq ?? 0) < (theirs?.seq ?? 0));
  });

  it("are none for what is no change of the set, and for the agent's own", () => {
    assert.deepEqual(
      listed((_, parent) => parent.set("first", 2)),
      [],
    );
    assert.deepEqual(
      listed((_, parent) => {
        parent.set("second", 2);
        parent.delete("second");
      }),
      [],
    );
    assert.deepEqual(
      listed((ben) => ben.set("second", 2)),
      [],
    );
    assert.deepEqual(
      listed((ben, parent, ann) => {
        parent.set("second", 2);
        ann.keys();
        void ben;
      }),
      ["ann: staleRead keys() second"],
    );
    assert.deepEqual(
      listed((_, _parent, ann) => {
        ann.set("second", 2);
        ann.set("kept", 2);
        void ann.mergeToParent({ keys: ["second"] });
      }),
      [],
    );
  });

  it("are write skew where the agent then writes a key itself that another added, but none for one that was its own already", () => {
    const other = (ben: AgentContext): void => {
      ben.set("second", 2);
      void ben.mergeToParent();
    };
    assert.deepEqual(
      listed(other, (ann) => ann.set("second", 3)),
      ["ann: writeSkew keys() second"],
    );
    assert.deepEqual(
      found((parent) => {
        const [ann, ben] = agents(parent, "ann", "ben") as [AgentContext, AgentContext];
        ann.set("second", 3);
        ann.keys();
        other(ben);
        void ann.mergeToParent();
      }),
      ["ann: orderSensitive second"],
    );
  });

  it("see a listing of the agent's own merged keys, which shadow what another did since", () => {
    assert.deepEqual(
      found((parent) => {
        const [ann, ben] = agents(parent, "ann", "ben") as [AgentContext, AgentContext];
        ann.set("mine", 1);
        void ann.mergeToParent();
        ben.delete("mine");
        void ben.mergeToParent();
        ann.keys();
        ann.localState.delete("mine");
        ann.set("sum", 1);
        void ann.mergeToParent();
      }),
      ["ann: staleRead keys() mine"],
    );
  });

  it("are write skew where two each list the keys and add one if they are few enough", () => {
    assert.deepEqual(
      found((parent) => {
        const both = agents(parent, "ann", "ben");
        for (const each of both) if (each.keys().length < 1) each.set(`of ${each.agentName}`, 1);
        for (const each of both) void each.mergeToParent();
      }),
      ["ben: writeSkew keys() of ann"],
    );
  });

  it("are write skew by way of a key, too, in either direction", () => {
    const play = (keysFirst: boolean): string[] =>
      found((parent) => {
        parent.set("limit", 1);
        const [ann, ben] = agents(parent, "ann", "ben") as [AgentContext, AgentContext];
        ann.keys();
        ann.set("limit", 2);
        ben.get("limit");
        ben.set("new", 1);
        for (const each of keysFirst ? [ann, ben] : [ben, ann]) void each.mergeToParent();
      });
    assert.deepEqual(play(true), ["ben: writeSkew limit"]);
    assert.deepEqual(play(false), ["ann: writeSkew keys() new"]);
  });

  it("are advice where the agent waited for a key that another adds", () => {
    assert.deepEqual(
      listed((ben, _, ann) => {
        ben.set("ready", true);
        void ben.mergeToParent();
        ann.keys();
      }),
      ["ann: staleRead keys() ready"],
    );
  });

  it("reach through nested contexts", () => {
    assert.deepEqual(
      found((parent) => {
        parent.set("first", 1);
        const [lead, other] = agents(parent, "lead", "other") as [AgentContext, AgentContext];
        const [child, twin] = agents(lead, "child", "twin") as [AgentContext, AgentContext];
        child.keys();
        child.set("sum", 1);
        lead.set("of lead", 1);
        twin.set("of twin", 1);
        void twin.mergeToParent();
        void child.mergeToParent();
        other.delete("first");
        void other.mergeToParent();
        void lead.mergeToParent();
      }),
      ["child: staleRead keys() of lead and 1 more", "lead: staleRead keys() first"],
    );
  });

  it("are found among very many listings and changes, in bounded memory", () => {
    const fold = folded((parent) => {
      const poll = agents(parent, "poller")[0] as AgentContext;
      poll.set("sum", 1);
      for (let round = 0; round < 120_000; round++) {
        if (round % 2 === 0) parent.set("other", round);
        else parent.delete("other");
        poll.keys();
      }
      parent.set("other", 1);
      void poll.mergeToParent();
    });
    assert.deepEqual(fold.findings.map(text), ["poller: staleRead keys() other"]);
  });
});

/** What one agent does; a merge takes everything. */
type Act =
  | { readonly do: "keys" }
  | { readonly do: "get" | "has" | "delete"; readonly key: string }
  | { readonly do: "set"; readonly key: string; readonly value: JsonValue }
  | { readonly do: "merge" };

const key = fc.constantFrom("a", "b", "c");
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom("get" as const, "has" as const), key }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("set" as const), key, value: fc.constantFrom(0, 1, 2) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("delete" as const), key }) },
  { weight: 3, arbitrary: fc.constant({ do: "merge" as const }) },
  { weight: 2, arbitrary: fc.constant({ do: "keys" as const }) },
);
/** Agents take turns as the numbers say; −1 is the script, which writes to the store itself. */
const program = fc.array(fc.tuple(fc.integer({ min: -1, max: 2 }), act), { minLength: 4, maxLength: 24, size: "max" });

describe("random programs", () => {
  it("without a finding could have run one merge after another", async function () {
    this.timeout(sized({ usual: 120_000, long: 3_600_000 }));
    let clean = 0;
    let checked = 0;
    const holds = fc.property(program, (steps) => {
      checked++;
      const { findings, transactions, state } = ran(steps);
      if (findings.length > 0) return;
      clean++;
      const store = new Map<string, JsonValue | undefined>();
      for (const acts of transactions) {
        const overlay = new Map<string, JsonValue | undefined>();
        for (const { act: each, saw } of acts) {
          if (each.do === "set") overlay.set(each.key, each.value);
          else if (each.do === "delete") overlay.set(each.key, undefined);
          else if (each.do === "keys") {
            const there = [...new Map([...store, ...overlay])].filter(([, value]) => value !== undefined);
            assert.deepEqual(there.map(([name]) => name).sort(), saw);
          } else if (each.do !== "merge") {
            const value = overlay.has(each.key) ? overlay.get(each.key) : store.get(each.key);
            assert.deepEqual(each.do === "has" ? value !== undefined : value, saw);
          }
        }
        for (const [name, value] of overlay) store.set(name, value);
      }
      const left = [...store].filter(([, value]) => value !== undefined);
      assert.deepEqual(Object.fromEntries(left), state);
    });
    await inTurns(sized({ usual: 10_000, long: 1_000_000 }), (numRuns) => fc.assert(holds, { numRuns }));
    assert.ok(clean > checked / 10, `${clean} of ${checked} programs have no finding`);
  });
});

describe("random programs with findings", () => {
  it("have every lost update and write skew on a cycle of the serialization graph", async function () {
    this.timeout(sized({ usual: 120_000, long: 3_600_000 }));
    let problems = 0;
    const holds = fc.property(program, (steps) => {
      const { findings, foundBy } = ran(steps);
      const before = serializationGraph(steps);
      for (const [index, { kind, key: name }] of findings.entries()) {
        if (kind !== "lostUpdate" && kind !== "writeSkew") continue;
        problems++;
        assert.ok(isOnCycle(foundBy[index]!, before), `${kind} of ${name}`);
      }
    });
    await inTurns(sized({ usual: 10_000, long: 1_000_000 }), (numRuns) => fc.assert(holds, { numRuns }));
    assert.ok(problems > 300, `${problems} problems`);
  });
});

/** What must stand before each transaction, by its versions alone: nothing of the runtime, and nothing of the rules. */
function serializationGraph(steps: readonly (readonly [number, Act])[]): Set<number>[] {
  const before: Set<number>[] = [];
  const values = new Versions();
  /** Of each key whether it is there: a version each time that it appears or disappears, which listing keys reads. */
  const presences = new Versions();
  const there = new Set<string>();
  const commit = (reads: readonly (() => Set<number>)[], writes: ReadonlyMap<string, boolean>): number => {
    const id = before.push(new Set()) - 1;
    for (const readersOf of reads) readersOf().add(id);
    for (const [name, isThere] of writes) {
      values.of(name).push({ writer: id, readers: new Set() });
      if (isThere === there.has(name)) continue;
      presences.of(name).push({ writer: id, readers: new Set() });
      if (isThere) there.add(name);
      else there.delete(name);
    }
    return id;
  };
  const all = [0, 1, 2].map(() => ({
    /** Keys that are written, and whether they are there then. */
    pending: new Map<string, boolean>(),
    /** What the agent's own merge left, while it shadows what came later: its versions, and whether the key is there. */
    merged: new Map<string, { readonly value: number; readonly presence: number; readonly isThere: boolean }>(),
    reads: [] as (() => Set<number>)[],
  }));
  for (const [number, act] of steps) {
    const agent = all[number];
    if (act.do === "set" || act.do === "delete") {
      if (agent === undefined) commit([], new Map([[act.key, act.do === "set"]]));
      else agent.pending.set(act.key, act.do === "set");
    } else if (agent === undefined) continue;
    else if (act.do === "merge") {
      // What it wrote in earlier merges is written again.
      const written = new Map([...agent.merged].map(([name, { isThere }]) => [name, isThere]));
      for (const [name, isThere] of agent.pending) written.set(name, isThere);
      const isStep = agent.pending.size > 0;
      commit(isStep ? agent.reads : [], written);
      for (const [name, isThere] of written) {
        agent.merged.set(name, { value: values.last(name), presence: presences.last(name), isThere });
      }
      agent.pending.clear();
      if (isStep) agent.reads = [];
    } else if (act.do === "keys") {
      for (const name of ["a", "b", "c"]) {
        if (agent.pending.has(name)) continue;
        const version = agent.merged.get(name)?.presence ?? presences.last(name);
        agent.reads.push(() => presences.of(name)[version]!.readers);
      }
    } else if (!agent.pending.has(act.key)) {
      const version = agent.merged.get(act.key)?.value ?? values.last(act.key);
      agent.reads.push(() => values.of(act.key)[version]!.readers);
    }
  }
  for (const list of [...values.lists(), ...presences.lists()]) {
    for (const [index, { writer, readers }] of list.entries()) {
      const next = list[index + 1]?.writer;
      if (next !== undefined && writer >= 0) before[next]?.add(writer);
      for (const reader of readers) {
        if (writer >= 0) before[reader]?.add(writer);
        if (next !== undefined && next !== reader) before[next]?.add(reader);
      }
    }
  }
  return before;
}

/** Of each key its versions: who wrote it, and which transactions read it. The first is that of before the program. */
class Versions {
  private readonly all = new Map<string, { writer: number; readers: Set<number> }[]>();

  of(name: string): { writer: number; readers: Set<number> }[] {
    let found = this.all.get(name);
    if (found === undefined) this.all.set(name, (found = [{ writer: -1, readers: new Set() }]));
    return found;
  }
  last(name: string): number {
    return this.of(name).length - 1;
  }
  lists(): Iterable<{ writer: number; readers: Set<number> }[]> {
    return this.all.values();
  }
}

function isOnCycle(id: number, before: readonly ReadonlySet<number>[]): boolean {
  const seen = new Set(before[id]);
  for (const each of seen) for (const earlier of before[each] ?? []) seen.add(earlier);
  return seen.has(id);
}

interface Seen {
  readonly act: Act;
  readonly saw: JsonValue | undefined;
}

/** Runs a program on the real runtime. @returns its transactions in the order of their commits, and the state at the end */
function ran(steps: readonly (readonly [number, Act])[]): {
  readonly findings: readonly Finding[];
  /** Which commit, counted from 0, made each finding; merges without changes count, too. */
  readonly foundBy: readonly number[];
  readonly transactions: readonly (readonly Seen[])[];
  readonly state: object;
} {
  const transactions: Seen[][] = [];
  const foundBy: number[] = [];
  let commits = 0;
  let state = {};
  const fold = folded((parent, findings) => {
    const contexts = agents(parent, "agent", "agent", "third");
    const open = contexts.map((): Seen[] => []);
    for (const [number, act] of steps) {
      const context = contexts[number];
      if (context === undefined) {
        if (act.do === "set") parent.set(act.key, act.value);
        else if (act.do === "delete") parent.delete(act.key);
        if (act.do === "set" || act.do === "delete") {
          transactions.push([{ act, saw: undefined }]);
          commits++;
        }
        continue;
      }
      let saw: Seen["saw"];
      // Their order is that of the store, in which keys were written before they were deleted.
      if (act.do === "keys") saw = context.keys().sort();
      else if (act.do === "get") saw = context.get(act.key);
      else if (act.do === "has") saw = context.has(act.key);
      else if (act.do === "set") context.set(act.key, act.value);
      else if (act.do === "delete") context.delete(act.key);
      else {
        void context.mergeToParent();
        while (foundBy.length < findings.length) foundBy.push(commits);
        commits++;
        // Without a write it is no step of its own: what was read counts for the next.
        if (!open[number]?.some((each) => each.act.do === "set" || each.act.do === "delete")) continue;
        transactions.push(open[number]);
        open[number] = [];
        continue;
      }
      open[number]?.push({ act, saw });
    }
    state = { ...parent.snapshot() };
  });
  return { findings: fold.findings, foundBy, transactions, state };
}
