/** What the end of a run's process means, in words; knows no editor. */

import * as l10n from "@vscode/l10n";
import type { RunInfo } from "../../model/runInfo";

/** What is known of a run whose process is gone. */
export interface EndFacts {
  readonly title: string;
  /** From the recording's last line; undefined when nobody reported the end. */
  readonly ended: RunInfo["ended"];
  readonly errors: RunInfo["errors"];
  /** The user asked for the end. */
  readonly stopped: boolean;
  /** Why the process could not be started at all. */
  readonly launchError: string | undefined;
  readonly nodeSource: "setting" | "path" | "editor";
}

/** How a run ended. endedUnexpectedly: nobody reported its end · failed: the script could not be started or loaded. */
export interface Outcome {
  readonly kind: "ended" | "endedUnexpectedly" | "failed";
  readonly statusText: string;
  readonly problem: string | undefined;
}

/** Signals by which people end programs; the others are a problem. */
const ORDINARY_SIGNALS = new Set(["SIGINT", "SIGTERM", "SIGHUP"]);

/** A run whose end was never reported is never a success. */
export function outcomeOf(facts: EndFacts): Outcome {
  const { title, ended, stopped } = facts;
  const problem = errorText(facts);
  if (facts.launchError !== undefined) {
    const text = l10n.t("{0} could not be started: {1}", title, facts.launchError);
    return { kind: "failed", statusText: l10n.t("could not be started"), problem: text };
  }
  if (facts.errors.some((error) => error.phase === "load")) {
    return { kind: "failed", statusText: l10n.t("could not be loaded"), problem };
  }
  if (stopped) return { kind: "ended", statusText: l10n.t("stopped"), problem };
  if (!ended) {
    const text = problem ?? l10n.t("{0} ended unexpectedly: its process exited without a report.", title);
    return { kind: "endedUnexpectedly", statusText: l10n.t("ended unexpectedly"), problem: text };
  }
  if (ended.detached === true) {
    const text = l10n.t(
      "The process that recorded {0} was killed: what the script did afterwards is not recorded.",
      title,
    );
    return { kind: "endedUnexpectedly", statusText: l10n.t("detached"), problem: problem ?? text };
  }
  if (ended.signal !== null) {
    const text = ORDINARY_SIGNALS.has(ended.signal)
      ? problem
      : (problem ?? l10n.t("{0} was ended by {1}.", title, ended.signal));
    return { kind: "ended", statusText: l10n.t("ended by {0}", ended.signal), problem: text };
  }
  return { kind: "ended", statusText: l10n.t("exit code {0}", ended.code ?? 0), problem };
}

/** One sentence about the newest error of a run, or undefined when there was none. */
export function errorText(facts: Pick<EndFacts, "title" | "errors" | "nodeSource">): string | undefined {
  const error = facts.errors.find((each) => each.phase === "load") ?? facts.errors.at(-1);
  if (!error) return undefined;
  const what = firstLine(error.message) ? `${error.name}: ${firstLine(error.message)}` : error.name;
  const text =
    error.phase === "load"
      ? l10n.t("{0} could not be loaded: {1}", facts.title, what)
      : l10n.t("{0} had an uncaught error: {1}", facts.title, what);
  return facts.nodeSource === "editor" && /NODE_MODULE_VERSION|different Node\.js version/.test(error.message)
    ? `${text}. ${l10n.t("It ran on the editor's own Node.js, which cannot load native modules that were built for another: install Node.js 20 or newer, or set agentContext.nodePath.")}`
    : text;
}

function firstLine(text: string): string {
  return (text.split(/\r?\n/).find((line) => line.trim() !== "") ?? "").trim().replace(/\.$/, "");
}
