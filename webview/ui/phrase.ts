/** Sentences with marked-up parts: a localised template whose `{0}`, `{1}` … become nodes, never markup. */

import { element } from "./element";
import { visibleText } from "./visibleText";

/** @param template already localised, with its placeholders still in it. */
export function phrase(template: string, ...parts: readonly (Node | string)[]): DocumentFragment {
  const fragment = document.createDocumentFragment();
  const used = new Set<Node>();
  template.split(/\{(\d+)\}/).forEach((piece, index) => {
    fragment.append(index % 2 === 0 ? piece : once(parts[Number(piece)] ?? "", used));
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

// A translation may use a placeholder twice, and a node can stand only once; the first stays itself, so buttons work.
function once(part: Node | string, used: Set<Node>): Node | string {
  if (typeof part === "string") return part;
  if (used.has(part)) return part.cloneNode(true);
  used.add(part);
  return part;
}
