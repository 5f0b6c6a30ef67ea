/** The notice that the file holds more runs than the one that is shown. */

import * as l10n from "@vscode/l10n";
import { html, nothing, type TemplateResult } from "lit/html.js";
import type { RecordingSummary } from "../../src/protocol/recordingMessages";
import { icon } from "../ui/icon";

export function otherRunsNotice({ otherRuns }: RecordingSummary): TemplateResult | typeof nothing {
  if (otherRuns === undefined) return nothing;
  const { count, line } = otherRuns;
  const text =
    count === 1
      ? l10n.t("1 more run is in the file and left out. It begins at line {0}; split the file there.", line)
      : l10n.t(
          "{0} more runs are in the file and left out. The first begins at line {1}; split the file there.",
          count,
          line,
        );
  return html`<p class="other-runs notice warning">${icon("warning")}<span>${text}</span></p>`;
}
