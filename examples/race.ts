/**
 * The smallest lost update: two agents read the same counter, one adds 1, the other adds 2, both merge.
 * Nothing fails and nothing warns; afterwards the counter says 2, not 3.
 *
 * Run it, then select `agent_b` in the Agents view and choose Preview Merge: the conflict says who wrote
 * the counter between `agent_b`'s read and its merge.
 */
import { AgentContext, StateStore, TaskScope } from "agent-context";

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const parent = new StateStore();
parent.set("counter", 0, "setup");

/** Stands for the slow part of an agent's turn: it read its input before, and writes its result after. */
async function add(amount: number, thinkMs: number): Promise<void> {
  const ctx = TaskScope.tryWith((context) => context)!;
  const seen = ctx.get("counter") as number;
  await sleep(thinkMs);
  ctx.set("counter", seen + amount);
  ctx.set(`${ctx.agentName}.done`, true);
}

const a = new AgentContext("agent_a", parent);
const b = new AgentContext("agent_b", parent);
await Promise.all([TaskScope.run(a, () => add(1, 20)), TaskScope.run(b, () => add(2, 40))]);

await a.mergeToParent();
console.log("agent_a merged: counter =", parent.get("counter"));

const plan = b.previewMerge();
for (const entry of plan.entries.filter((each) => each.conflict)) {
  console.log(
    `agent_b would overwrite ${entry.key} = ${JSON.stringify(entry.parent.value)}, written by ${entry.parent.actor}, ` +
      `with ${JSON.stringify(entry.result)}, computed from ${JSON.stringify(entry.base.value)}`,
  );
}
// agent_b stays unmerged: the editor keeps the run alive so that you can look before you merge.
