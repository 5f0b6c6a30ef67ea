/** How the line that caused an event is told in words, and why it is not known; knows nothing of VS Code. */

import * as path from "node:path";
import * as l10n from "@vscode/l10n";
import type { Blame } from "../../model/history/callSites";
import type { RunModel } from "../../model/runModel";
import { makerOf, type MakersModel } from "../../model/text/valueMaker";
import type { CallSite } from "../../core/inspector";
import { visibleText } from "../../base/visibleText";

/** What of a run blame needs. */
export interface BlamedRun {
  readonly model: Pick<RunModel, "blame" | "callSite">;
  readonly script: { readonly fsPath: string };
}

/** "race.ts:21", relative to the script's folder; undefined when the line is not known. */
export function siteText(run: BlamedRun, seq: number): string | undefined {
  const site = run.model.callSite(seq);
  return site && placeText(run, site);
}

/** What of a run is asked for the makers of its values. */
export interface MadeRun extends BlamedRun {
  readonly model: MakersModel & Pick<RunModel, "callSite">;
}

/** The line that made the value which an event wrote: behind the merges that only carried it. */
export function makerText(run: MadeRun, seq: number): string | undefined {
  const maker = makerOf(run.model, seq);
  return maker.by === "person" ? undefined : siteText(run, maker.seq);
}

/** How the value that an event wrote came about, in a few words: "race.ts:12, merged at race.ts:30"; why a line is not known. */
export function madeText(run: MadeRun, seq: number): string {
  const { by, seq: made, merges } = makerOf(run.model, seq);
  const line = by === "person" ? l10n.t("chosen in the editor") : blameText(run, made);
  const merge = merges.find((each) => each !== made || by === "person");
  const mergeLine = merge === undefined ? undefined : siteText(run, merge);
  return mergeLine === undefined ? line : l10n.t("{0}, merged at {1}", line, mergeLine);
}

/** The line, or a few words why none is known, to stand behind the word "line". */
export function blameText(run: BlamedRun, seq: number): string {
  const blame = run.model.blame(seq);
  return blame.type === "line" ? placeText(run, blame.site) : gapText(blame);
}

function placeText({ script }: BlamedRun, { file, line }: CallSite): string {
  const relative = path.isAbsolute(file) ? path.relative(path.dirname(script.fsPath), file) : file;
  // Far from the script its whole path says more than the way there.
  const far = relative.startsWith(path.join("..", "..", ".."));
  return `${visibleText(far ? file : relative.split(path.sep).join("/"))}:${line}`;
}

/** Why no line is known, in a few words. */
function gapText(blame: Exclude<Blame, { type: "line" }>): string {
  switch (blame.type) {
    case "off":
      return l10n.t("not recorded (off)");
    case "paused":
      return l10n.t("not recorded (more than {0} events a second)", blame.above);
    case "command":
      return l10n.t("none (a command of the editor)");
    case "unknown":
      return l10n.t("not found");
    case "noLine":
      return l10n.t("none");
    case "notKept":
      return l10n.t("not known (event no longer in the log)");
  }
}

/** The same in one sentence or two: cause and remedy. */
export function gapSentence(blame: Exclude<Blame, { type: "line" }>, seq: number): string {
  switch (blame.type) {
    case "off":
      return l10n.t(
        'The line of event {0} is not known: lines were not recorded. Set "agentContext.callSiteLimit" above 0 and run the script again.',
        seq,
      );
    case "paused":
      return l10n.t(
        'The line of event {0} is not known: above {1} events a second, lines are not recorded. Raise "agentContext.callSiteLimit" and run the script again.',
        seq,
        blame.above,
      );
    case "command":
      return l10n.t("Event {0} was caused by a command in the editor, not by a line of the script.", seq);
    case "unknown":
      return l10n.t(
        "The line of event {0} is not known: the code that caused it has no file of its own (eval, or a bundle that contains agent-context).",
        seq,
      );
    case "noLine":
      return l10n.t("Event {0} was not caused by a line of the script.", seq);
    case "notKept":
      return l10n.t("The event is no longer in the log, so its line is not known.");
  }
}
