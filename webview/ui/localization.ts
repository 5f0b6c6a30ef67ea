/** Where the page's language comes from: a `<meta name="l10n">` that holds the extension's string bundle as JSON, or English. */

import * as l10n from "@vscode/l10n";

/** Reads the bundle. Must run before any text is made, so `main.ts` imports this file first. */
const bundle = document.querySelector<HTMLMetaElement>('meta[name="l10n"]')?.content;
if (bundle !== undefined && bundle !== "") l10n.config({ contents: bundle });
