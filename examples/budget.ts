/**
 * Three agents share one budget, and two of their updates get lost: each reads 100, works, and writes back what it has
 * left. The last merge wins, so the parent ends as if only one of them had spent anything.
 *
 * Run it with "Hold Merges: On Conflict" (the pause icon on the run, or the setting agentContext.holdMerges): the
 * second and the third merge then wait for you, and the preview says whose spending would be lost.
 */
import { AgentContext, StateStore, TaskScope } from "agent-context";
import { setTimeout as sleep } from "node:timers/promises";

const parent = new StateStore({ name: "project" });
parent.set("budget", 100, "setup");
parent.set("style", { tone: "plain", words: 800 }, "setup");

/** One agent's turn: read the budget, work for a while, write what is left, merge. */
async function spend(name: string, cost: number, thinkMs: number): Promise<void> {
  const ctx = new AgentContext(name, parent);
  await TaskScope.run(ctx, async () => {
    const budget = ctx.get("budget") as number;
    const style = ctx.get("style") as { tone: string; words: number };
    await sleep(thinkMs);
    ctx.set("budget", budget - cost);
    ctx.set(`${name}.result`, `${style.words} words in a ${style.tone} tone, for ${cost}`);
    try {
      await ctx.mergeToParent();
      console.log(name, "merged: budget is", parent.get("budget"));
    } catch (error) {
      console.log(`${name} was not merged: ${(error as Error).message}`);
    }
  });
}

await Promise.all([
  spend("researcher", 30, 20),
  spend("writer", 25, 40),
  spend("editor", 10, 60),
  sleep(30).then(() => parent.set("style", { tone: "formal", words: 500 }, "lead")),
]);
console.log("Spent: 65. Left should be 35; the parent says", parent.get("budget"));
