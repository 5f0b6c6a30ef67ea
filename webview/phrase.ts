/** Owns sentences with marked-up parts: a localised template whose `{0}`, `{1}` … become nodes, never markup. */

import { element } from "./element";
import { visibleText } from "./visibleText";

/** @param template already localised, with its placeholders still in it. */
export function phrase(template: string, ...parts: readonly (Node | string)[]): DocumentFragment {
  const fragment = document.createDocumentFragment();
  template.split(/\{(\d+)\}/).forEach((piece, index) => {
    fragment.append(index % 2 === 0 ? piece : clone(parts[Number(piece)] ?? ""));
  });
  return fragment;
}

/** The name of an agent, store or key inside a sentence. */
export function nameNode(name: string): HTMLElement {
  return element("strong", { class: "name" }, ...visibleText(name, { maxLength: 120 }));
}

/** A value inside a sentence: JSON on one line, shortened. */
export function valueNode(json: string): HTMLElement {
  const line = json.replaceAll(/\n\s*/g, " ");
  return element("code", { class: "inline-value" }, ...visibleText(line, { maxLength: 32 }));
}

// A translation may use a placeholder twice; a node can stand only once.
function clone(part: Node | string): Node | string {
  return typeof part === "string" ? part : part.cloneNode(true);
}
