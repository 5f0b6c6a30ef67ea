/** The list of what is damaged in the recording, by line. */

import * as l10n from "@vscode/l10n";
import { html, nothing, type TemplateResult } from "lit/html.js";
import type { RecordingSummary } from "../../src/protocol/recordingMessages";
import { icon } from "../ui/icon";
import { visible } from "../ui/visibleText";

/** Hidden while nothing is damaged. */
export function damageList({ damage, damageCount }: RecordingSummary): TemplateResult {
  const left = damageCount - damage.length;
  const heading =
    damageCount === 1
      ? l10n.t("1 part of the recording is damaged; everything else is shown.")
      : l10n.t("{0} parts of the recording are damaged; everything else is shown.", damageCount.toLocaleString());
  return html`<details class="damage notice warning" ?hidden=${damageCount === 0}>
    <summary>${icon("warning")}<span>${heading}</span></summary>
    <ul class="damage-lines">
      ${damage.map(
        ({ line, message }) =>
          html`<li>
            <span class="line-number">${l10n.t("Line {0}", line.toLocaleString())}</span>
            <span>${visible(message)}</span>
          </li>`,
      )}
      ${left > 0 ? html`<li class="quiet">${l10n.t("and {0} more", left.toLocaleString())}</li>` : nothing}
    </ul>
  </details>`;
}
