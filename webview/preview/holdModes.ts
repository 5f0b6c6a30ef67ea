/** The choice of which merges wait for the user, for the run and for the agent on show. */

import * as l10n from "@vscode/l10n";
import type { HoldMode } from "../../src/core/choices";
import { codicon, element } from "../ui/element";
import { createSelect } from "../ui/toolkit";
import type { Plan } from "./shownPlan";

/** Two drop-downs on one quiet line. */
export class HoldModes {
  readonly element: HTMLElement;
  private readonly run;
  private readonly agent;

  constructor(on: {
    readonly runMode: (mode: HoldMode) => void;
    readonly agentMode: (mode: HoldMode | "inherit") => void;
  }) {
    this.run = createSelect<HoldMode>(on.runMode);
    this.agent = createSelect<HoldMode | "inherit">(on.agentMode);
    this.element = element(
      "div",
      { class: "hold-modes", role: "group", aria: { label: l10n.t("Hold merges") } },
      codicon("debug-pause"),
      element("span", { class: "quiet" }, l10n.t("Hold merges:")),
      this.run.element,
      this.agent.element,
    );
  }

  update({ holdMode, agent, disabledReason }: Plan): void {
    const enabled = disabledReason === undefined;
    const words: Readonly<Record<HoldMode, string>> = {
      never: l10n.t("never"),
      onProblem: l10n.t("on a problem"),
      always: l10n.t("always"),
    };
    const modes = Object.keys(words) as HoldMode[];
    this.run.update({
      options: modes.map((value) => ({ value, label: l10n.t("run: {0}", words[value]) })),
      value: holdMode.run,
      enabled,
      title: l10n.t("Which merges of this run wait for you"),
    });
    this.agent.update({
      options: [
        { value: "inherit", label: l10n.t("{0}: as the run", agent) },
        ...modes.map((value) => ({ value, label: `${agent}: ${words[value]}` })),
      ],
      value: holdMode.agent ?? "inherit",
      enabled,
      title: l10n.t("Which merges of this agent wait for you"),
    });
  }
}
