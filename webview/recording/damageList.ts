/** The list of what is damaged in the recording, by line. */

import * as l10n from "@vscode/l10n";
import type { RecordingSummary } from "../../src/protocol/recordingMessages";
import { codicon, element, fill } from "../ui/element";
import { visibleText } from "../ui/visibleText";

/** Hidden while nothing is damaged. */
export class DamageList {
  private readonly heading = element("summary");
  private readonly list = element("ul", { class: "damage-lines" });
  readonly element = element("details", { class: "damage notice warning", hidden: true }, this.heading, this.list);
  private shown = "";

  show({ damage, damageCount }: RecordingSummary): void {
    const identity = `${damageCount} ${damage.length}`;
    if (identity === this.shown) return;
    this.shown = identity;
    this.element.hidden = damageCount === 0;
    const count = damageCount.toLocaleString();
    const text =
      damageCount === 1
        ? l10n.t("1 part of the recording is damaged; everything else is shown.")
        : l10n.t("{0} parts of the recording are damaged; everything else is shown.", count);
    fill(this.heading, codicon("warning"), element("span", {}, text));
    fill(
      this.list,
      ...damage.map(({ line, message }) =>
        element(
          "li",
          {},
          element("span", { class: "line-number" }, l10n.t("Line {0}", line.toLocaleString())),
          element("span", {}, ...visibleText(message)),
        ),
      ),
      damageCount > damage.length
        ? element("li", { class: "quiet" }, l10n.t("and {0} more", (damageCount - damage.length).toLocaleString()))
        : undefined,
    );
  }
}
