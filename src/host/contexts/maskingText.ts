/** The words for what of a run was masked; knows nothing of VS Code. */

import * as l10n from "@vscode/l10n";
import type { MaskingFacts } from "../../recording/redact";

/** "common secrets, 2 key patterns"; undefined = nothing was masked. */
export function maskingText(masked: MaskingFacts | undefined): string {
  if (masked === undefined) return l10n.t("none");
  const { keys, values, commonSecrets } = masked;
  const words = [
    ...(commonSecrets ? [l10n.t("common secrets")] : []),
    ...(keys === 0 ? [] : [keys === 1 ? l10n.t("1 key pattern") : l10n.t("{0} key patterns", keys)]),
    ...(values === 0 ? [] : [values === 1 ? l10n.t("1 value pattern") : l10n.t("{0} value patterns", values)]),
  ];
  return words.length === 0 ? l10n.t("on") : words.join(", ");
}
