/** The view of one agent's events: a filter over the run's log, with no list of its own. */

import { toAgentEvent, type AgentEvent } from "../core/agentEvent";
import type { ContextLayer } from "./contextLayer";
import { childOf, isMergedKey } from "../core/eventKinds";

/** @internal Makes the view of a context. */
export let createAgentLog: (context: ContextLayer) => AgentLog;

/** One agent's events, oldest first, as far as the run's log still keeps them: what it did, and what was merged into it. */
export class AgentLog {
  readonly #context: ContextLayer;

  static {
    createAgentLog = (context) => new AgentLog(context);
  }

  private constructor(context: ContextLayer) {
    this.#context = context;
  }

  /** The events as an array. */
  entries(): AgentEvent[] {
    return [...this];
  }

  /** The events; those that come while iterating are included. */
  *[Symbol.iterator](): Generator<AgentEvent, void, undefined> {
    const { log, layer } = this.#context;
    for (const row of log.rows()) {
      if (row.layer === layer || (isMergedKey(row.op) && childOf(row) === layer)) {
        yield toAgentEvent(row, log.callSite(row.site));
      }
    }
  }

  /** How many events the run's log no longer keeps, of all agents. */
  get cut(): number {
    return this.#context.log.cut;
  }
}
