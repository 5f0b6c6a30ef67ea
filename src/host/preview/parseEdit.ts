/** What a text that was typed as a key's result means. Knows nothing of VS Code. */

import * as l10n from "@vscode/l10n";
import { findExact, parseExactJson } from "../../core/exactNumber";
import { hasMask } from "../../recording/mask";
import { InvalidValueError } from "../../core/invalidValue";
import { copyAndFreeze } from "../../core/frozenCopy";
import type { JsonValue } from "../../core/jsonValue";

/** The value (undefined = absent), or one sentence why there is none. */
export type Edit =
  { readonly ok: true; readonly value: JsonValue | undefined } | { readonly ok: false; readonly problem: string };

/**
 * Reads the text as JSON; blank text means that the key shall be absent.
 * @param masking whether values of the run are masked: then a mask in the text stands for what only the script knows
 */
export function parseEdit(text: string, masking = false): Edit {
  if (text.trim() === "") return { ok: true, value: undefined };
  try {
    const parsed = parseExactJson(text);
    const lost = findExact(parsed);
    if (lost !== undefined) {
      const rounded = String(Number(lost));
      const problem = l10n.t(
        "JavaScript cannot hold the number {0}: it would become {1}. Write it as a text, in quotation marks.",
        shortNumber(lost),
        rounded,
      );
      return { ok: false, problem };
    }
    const value = copyAndFreeze(parsed, "value");
    return masking && hasMask(value) ? maskedEdit() : { ok: true, value };
  } catch (error) {
    const { message } = error as Error;
    const problem =
      error instanceof InvalidValueError
        ? l10n.t("This cannot be a value: {0}", message)
        : l10n.t("This is not JSON: {0}", message);
    return { ok: false, problem };
  }
}

function shortNumber(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

/** Why what is masked cannot be the result of an edit. */
export function maskedEdit(): Extract<Edit, { readonly ok: false }> {
  const problem = l10n.t(
    "Masked values cannot be edited, because only the script knows them. Take the overlay or keep the parent: merging uses the script's own values.",
  );
  return { ok: false, problem };
}
