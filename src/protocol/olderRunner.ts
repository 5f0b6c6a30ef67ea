/** What the extension says to a runner of 0.1.0, which knows conflicts and nothing of problems: its own words for the same. */

import type { HoldMode } from "../core/choices";
import type { EventBreakpoint } from "../breakpoints/breakpoint";
import type { ExtensionMessage } from "./wire";

/** @returns the message as such a runner understands it; it is no longer one of ours then. */
export function forOlderRunner(message: ExtensionMessage): object {
  if (message.type === "command" && message.command.name === "setHolds") {
    const { run, agents, ...command } = message.command;
    const olderAgents = agents.map(([layer, mode]) => [layer, olderMode(mode)]);
    return { ...message, command: { ...command, run: olderMode(run), agents: olderAgents } };
  }
  if (message.type === "thread" && message.action.name === "arm") {
    const { action } = message;
    return { ...message, action: { ...action, breakpoints: action.breakpoints.map(olderBreakpoint) } };
  }
  return message;
}

function olderMode(mode: HoldMode): string {
  return mode === "onProblem" ? "onConflict" : mode;
}

function olderBreakpoint(breakpoint: EventBreakpoint): EventBreakpoint {
  const { place } = breakpoint;
  if (place.on !== "exception" || place.filter !== "problem") return breakpoint;
  return { ...breakpoint, place: { ...place, filter: "conflict" } };
}
