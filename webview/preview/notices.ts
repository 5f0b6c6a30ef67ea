/** The lines under the header that come and go: why actions are off, what moved, what is not applied, the last command. */

import * as l10n from "@vscode/l10n";
import type { PreviewRow } from "../../src/protocol/previewRow";
import { codicon, element, fill } from "../ui/element";
import { nameNode, phrase } from "../ui/phrase";
import { createButton, createLink, createProgressRing } from "../ui/toolkit";
import { visibleText } from "../ui/visibleText";
import type { Draft } from "./drafts";
import type { CommandState } from "./header";
import type { Plan } from "./shownPlan";
import { Part } from "./part";

/** Names in one sentence; the others are counted. */
const NAMED = 12;

/** The lines; each is hidden while it has nothing to say. */
export class Notices {
  readonly element: HTMLElement;
  private readonly disabled = element("div", { class: "notice info", hidden: true, data: { notice: "disabled" } });
  private readonly command = element("div", {
    class: "notice",
    hidden: true,
    role: "status",
    data: { notice: "command" },
  });
  private readonly moved = new Part("notice info");
  private readonly drafts = new Part("notice info");
  private reason: string | undefined;
  private movedSaid = "";

  constructor(
    private readonly on: {
      readonly cancel: () => void;
      readonly selectKey: (key: string) => void;
      readonly copy: (text: string) => void;
      readonly dropDraft: (key: string) => void;
    },
  ) {
    this.moved.element.dataset["notice"] = "moved";
    this.moved.element.setAttribute("role", "status");
    this.moved.element.hidden = true;
    this.drafts.element.dataset["notice"] = "drafts";
    this.drafts.element.hidden = true;
    this.element = element(
      "div",
      { class: "notices" },
      this.disabled,
      this.command,
      this.moved.element,
      this.drafts.element,
    );
  }

  /** Says which keys, where that is known, kept a merge from being done. What was dismissed does not come back with a plan that says it again. */
  showMoved(moved: NonNullable<Plan["moved"]>): void {
    const identity = JSON.stringify(moved);
    if (identity === this.movedSaid) return;
    this.movedSaid = identity;
    this.moved.show(moved, () => {
      const keys = moved.keys.slice(0, NAMED);
      const more = moved.more + moved.keys.length - keys.length;
      const names = element(
        "span",
        {},
        ...keys.flatMap((key, at) => (at === 0 ? [nameNode(key)] : [", ", nameNode(key)])),
      );
      if (more > 0) names.append(` ${l10n.t("and {0} more", more.toLocaleString())}`);
      const dismiss = createButton({
        label: l10n.t("Dismiss"),
        icon: "close",
        look: "icon",
        onClick: () => this.moved.show(undefined, () => []),
      });
      return [
        codicon("info"),
        element(
          "span",
          {},
          phrase(
            keys.length === 0
              ? l10n.t("Not merged: the plan has just changed. Here is the new plan; review it and merge again.")
              : l10n.t(
                  "Not merged: {0} changed since this plan was shown. Here is the new plan; review it and merge again.",
                ),
            names,
          ),
        ),
        element("span", { class: "spring" }),
        dismiss.element,
      ];
    });
  }

  /** Takes that notice away: the reader merges again, or looks at another agent. */
  forgetMoved(): void {
    this.movedSaid = "";
    this.moved.show(undefined, () => []);
  }

  /** Names edits that are not applied: of other keys than the selected one, and of keys that have left the plan. */
  showDrafts(drafts: readonly Draft[], rows: readonly PreviewRow[], selectedKey: string | undefined): void {
    const known = new Set(drafts.length === 0 ? [] : rows.map(({ key }) => key));
    const waiting = drafts.map(({ key }) => key).filter((key) => known.has(key) && key !== selectedKey);
    const lost = drafts.find(({ key }) => !known.has(key));
    this.drafts.show(waiting.length === 0 && lost === undefined ? undefined : [waiting, lost], () => {
      if (lost !== undefined) {
        const drop = createLink({
          text: l10n.t("Drop It"),
          title: l10n.t("Drop the text of this edit"),
          onClick: () => this.on.dropDraft(lost.key),
        });
        const copy = createLink({
          text: l10n.t("Copy the Text"),
          title: l10n.t("Copy the text of this edit"),
          onClick: () => this.on.copy(lost.text),
        });
        const words = phrase(
          l10n.t("Your edit of {0} was not applied, and the key is no longer part of this merge."),
          nameNode(lost.key),
        );
        return [codicon("edit"), element("span", {}, words, " ", copy, " · ", drop)];
      }
      const links = waiting.slice(0, NAMED).map((key) =>
        createLink({
          text: key,
          title: l10n.t("Continue with this edit"),
          class: "name",
          onClick: () => this.on.selectKey(key),
        }),
      );
      const names = links.flatMap((link, at) => (at === 0 ? [link] : [", ", link]));
      return [codicon("edit"), element("span", {}, l10n.t("Edits that are not applied yet:"), " ", ...names)];
    });
  }

  showDisabledReason(reason: string | undefined): void {
    if (reason === this.reason) return;
    this.reason = reason;
    this.disabled.hidden = reason === undefined;
    fill(this.disabled, codicon("info"), element("span", {}, ...visibleText(reason ?? "")));
  }

  showCommand({ state, text }: CommandState): void {
    this.command.hidden = state === "idle" && text === "";
    this.command.className = `notice ${{ idle: "info", waiting: "waiting", failed: "error" }[state]}`;
    this.command.dataset["state"] = state;
    const words = element(
      "span",
      {},
      ...visibleText(text === "" && state === "waiting" ? l10n.t("Waiting for the script…") : text),
    );
    if (state === "waiting") {
      const cancel = createButton({ label: l10n.t("Cancel"), look: "secondary", onClick: this.on.cancel });
      fill(this.command, createProgressRing(), words, cancel.element);
      return;
    }
    const dismiss = createButton({
      label: l10n.t("Dismiss"),
      icon: "close",
      look: "icon",
      onClick: () => void (this.command.hidden = true),
    });
    fill(
      this.command,
      codicon(state === "failed" ? "error" : "info"),
      words,
      element("span", { class: "spring" }),
      dismiss.element,
    );
  }
}
