/** The making of elements from data; text goes in as text nodes only, and no `style` attribute is ever written. */

/** What may stand inside an element; undefined is left out. A long list is one child: a call takes only so many. */
export type Child = Node | string | undefined | readonly (Node | string)[];

/** What can be said of a new element. `aria` and `data` are attributes without their prefix. */
export interface ElementOptions {
  readonly class?: string;
  readonly id?: string;
  readonly role?: string;
  readonly title?: string;
  readonly tabIndex?: number;
  readonly hidden?: boolean;
  readonly aria?: Readonly<Record<string, string>>;
  readonly data?: Readonly<Record<string, string>>;
}

/** Makes an element with its attributes and children in one expression. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  options: ElementOptions = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  if (options.class !== undefined) made.className = options.class;
  if (options.id !== undefined) made.id = options.id;
  if (options.role !== undefined) made.setAttribute("role", options.role);
  if (options.title !== undefined) made.title = options.title;
  if (options.tabIndex !== undefined) made.tabIndex = options.tabIndex;
  if (options.hidden === true) made.hidden = true;
  for (const [name, value] of Object.entries(options.aria ?? {})) made.setAttribute(`aria-${name}`, value);
  for (const [name, value] of Object.entries(options.data ?? {})) made.setAttribute(`data-${name}`, value);
  made.append(fragmentOf(children));
  return made;
}

/** Replaces everything inside `parent`. */
export function fill(parent: Element, ...children: readonly Child[]): void {
  parent.replaceChildren(fragmentOf(children));
}

/** A codicon that is decoration: what it says must also stand in words. */
export function codicon(name: string): HTMLElement {
  return element("span", { class: `codicon codicon-${name}`, aria: { hidden: "true" } });
}

/** Appends one by one, for a text of many hidden characters is as many nodes. */
export function fragmentOf(children: readonly Child[]): DocumentFragment {
  const fragment = document.createDocumentFragment();
  for (const child of children.flat()) if (child !== undefined) fragment.append(child);
  return fragment;
}
