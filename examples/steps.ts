/**
 * A lost update that no conflict shows: three agents count one finished step each, from the same 0. All three merge the
 * same 1, so nothing differs and nothing is refused; afterwards the counter says 1, not 3.
 *
 * Run it: the view Findings lists both lost updates, and a click on one shows what was read and who wrote in between.
 */
import { AgentContext, StateStore, TaskScope } from "agent-context";

const parent = new StateStore();
parent.set("steps", 0, "setup");

const agents = ["planner", "coder", "reviewer"].map((name) => new AgentContext(name, parent));
for (const agent of agents) {
  TaskScope.run(agent, () => {
    const done = agent.get("steps") as number;
    agent.set("steps", done + 1);
  });
}
for (const agent of agents) await agent.mergeToParent();
console.log("steps:", parent.get("steps"));
