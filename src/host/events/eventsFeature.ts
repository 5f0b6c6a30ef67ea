/** The registration of the Agent Events view and of the command that opens it. */

import { CommandId } from "../../../contributions/commands";
import { registerCommand } from "../ui/commands";
import type { DisposableStore } from "../../base/disposableStore";
import { agentOf } from "../preview/pickAgent";
import { isRunTarget } from "../ui/runTarget";
import { EventsView, type EventsDeps } from "./eventsView";

/** Registers the view "Agent Events" and Show Events. @returns the view */
export function registerEvents(deps: EventsDeps, disposables: DisposableStore): EventsView {
  const view = disposables.add(new EventsView(deps));
  disposables.add(
    registerCommand<[unknown]>(deps.log, CommandId.showEvents, async (argument) => {
      const agent = agentOf(deps.runs, argument);
      const run = agent?.run ?? (isRunTarget(argument) ? deps.runs.get(argument.runId) : deps.runs.current);
      if (run !== undefined) await view.show(run, agent?.layer);
    }),
  );
  return view;
}
