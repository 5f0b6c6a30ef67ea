/** Owns what a text that was typed as a key's result means. Knows nothing of VS Code. */

import * as l10n from "@vscode/l10n";
import { InvalidValueError } from "../../runtime/errors";
import { copyAndFreeze, type JsonValue } from "../../runtime/jsonValue";

/** The value (undefined = absent), or one sentence why there is none. */
export type Edit =
  { readonly ok: true; readonly value: JsonValue | undefined } | { readonly ok: false; readonly problem: string };

/** Reads the text as JSON; blank text means that the key shall be absent. */
export function parseEdit(text: string): Edit {
  if (text.trim() === "") return { ok: true, value: undefined };
  try {
    return { ok: true, value: copyAndFreeze(JSON.parse(text), "value") };
  } catch (error) {
    const { message } = error as Error;
    const problem =
      error instanceof InvalidValueError
        ? l10n.t("This can not be a value: {0}", message)
        : l10n.t("This is not JSON: {0}", message);
    return { ok: false, problem };
  }
}
