/** Icons in templates. */

import { html, nothing, type TemplateResult } from "lit/html.js";

/** A codicon that is decoration: what it says must also stand in words. @param slot of the toolkit's element it is in */
export function icon(name: string, slot?: "start"): TemplateResult {
  return html`<span class="codicon codicon-${name}" slot=${slot ?? nothing} aria-hidden="true"></span>`;
}
