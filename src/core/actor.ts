/** Who an event says did something, where that was not simply the agent. */

/** What a user's name for an agent's doing begins with. */
const BY_USER = "you, for ";

/** The actor of what a user decided about an agent's overlay. */
export function userFor(agent: string): string {
  return BY_USER + agent;
}

/** Who did something with a context, or a store, in the scope of another's. */
export function inScopeOf(actor: string, scope: string): string {
  return `${actor}, in the scope of ${scope}`;
}

/** Whether an actor is the user, deciding for this agent. */
export function isUserFor(actor: string | undefined, agent: string): boolean {
  return actor === BY_USER + agent;
}
