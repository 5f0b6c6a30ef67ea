/**
 * The one use of `@vscode/webview-ui-toolkit`: nothing else names its elements, so that another component library
 * takes its place by changing this file alone. Only what is used is registered; `vscode-badge` must not be, for it
 * writes a `style` attribute that the content security policy refuses.
 */

import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeProgressRing,
  vsCodeTextField,
} from "@vscode/webview-ui-toolkit";
import type { Button as ButtonElement, Checkbox, TextField as TextFieldElement } from "@vscode/webview-ui-toolkit";
import { html, nothing, type TemplateResult } from "lit/html.js";
import { classMap } from "lit/directives/class-map.js";
import { live } from "lit/directives/live.js";
import { codicon, element, fill, fragmentOf } from "./element";
import { icon as iconTemplate } from "./icon";
import { visible, visibleString, visibleText } from "./visibleText";

provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeCheckbox(), vsCodeProgressRing(), vsCodeTextField());

/** A button of the look "primary" or "secondary", or an icon alone whose label is its tooltip and accessible name. */
export function button({
  label,
  icon,
  look,
  title = look === "icon" ? label : "",
  class: name = "",
  isEnabled = true,
  isPressed,
  onClick,
}: {
  readonly label: string;
  readonly icon?: string;
  readonly look: "primary" | "secondary" | "icon";
  readonly title?: string;
  readonly class?: string;
  readonly isEnabled?: boolean;
  /** Whether a toggle is on; a plain button has none. */
  readonly isPressed?: boolean;
  /** Also called for Enter and Space. */
  onClick(event: Event): void;
}): TemplateResult {
  const click = (event: Event): void => {
    if (!(event.currentTarget as ButtonElement).disabled) onClick(event);
  };
  const sign = icon === undefined ? nothing : iconTemplate(icon, look === "icon" ? undefined : "start");
  // The toolkit keeps a class of its own on a button that is off, which a new `class` as a whole would take away.
  return html`<vscode-button
    class="button ${classMap({ [name]: name !== "", pressed: isPressed === true })}"
    aria-label=${label}
    appearance=${look}
    aria-pressed=${isPressed ?? nothing}
    title=${title}
    ?disabled=${!isEnabled}
    @click=${click}
    >${sign}${look === "icon" ? nothing : label}</vscode-button
  >`;
}

/** A one-line text box with a way to clear it. `onInput` hears each change by the user, and the state leads. */
export function textField({
  label,
  icon,
  clearLabel,
  class: name = "",
  value,
  onInput,
}: {
  readonly label: string;
  readonly icon: string;
  readonly clearLabel: string;
  readonly class?: string;
  readonly value: string;
  /** The page must show the new value before it returns. */
  onInput(value: string): void;
}): TemplateResult {
  const clear = (event: Event): void => {
    const field = (event.currentTarget as Element).closest<TextFieldElement>("vscode-text-field");
    field?.focus();
    onInput("");
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || value === "") return;
    event.preventDefault();
    event.stopPropagation();
    clear(event);
  };
  // Once it is in a page, the toolkit names the box after its text, or else "Text field", whatever it was called before.
  return html`<vscode-text-field
    class="text-field ${name}"
    aria-label=${label}
    placeholder=${label}
    .value=${live(value)}
    @input=${(event: Event) => onInput((event.currentTarget as TextFieldElement).value)}
    @keydown=${onKey}
    ><span slot="start" class="visually-hidden" aria-hidden="true">${label}</span>${iconTemplate(icon, "start")}<span
      slot="end"
      class="text-field-end"
      ?hidden=${value === ""}
      >${button({ label: clearLabel, icon: "close", look: "icon", class: "clear", onClick: clear })}</span
    ></vscode-text-field
  >`;
}

/** Focuses a text box and selects what is in it. @param name its class */
export function focusTextField(name: string): void {
  const field = document.querySelector<TextFieldElement>(`vscode-text-field.${name}`);
  field?.focus();
  field?.control.select();
}

/** A checkbox with its label; `onChange` hears the user only. */
export function checkbox({
  label,
  isChecked,
  onChange,
}: {
  readonly label: string;
  readonly isChecked: boolean;
  onChange(isChecked: boolean): void;
}): TemplateResult {
  const change = (event: Event): void => {
    const { checked } = event.currentTarget as Checkbox;
    if (checked !== isChecked) onChange(checked);
  };
  // Setting `checked` fires a change too, which the listener must know by the state that is being drawn: it stands first.
  return html`<vscode-checkbox class="checkbox" @change=${change} .checked=${live(isChecked)}
    ><span>${label}</span></vscode-checkbox
  >`;
}

/** A button that looks like a link, to stand inside a sentence; its words may come from agents. */
export function link({
  text,
  title,
  onClick,
}: {
  readonly text: string;
  readonly title: string;
  onClick(): void;
}): TemplateResult {
  return html`<button type="button" class="link" title=${title} @click=${() => onClick()}>
    ${visible(text, { maxLength: 120 })}
  </button>`;
}

// The older form, for pages that make elements once and change them.

/** A button that was made. */
export interface Button {
  readonly element: HTMLElement;
  setEnabled(enabled: boolean): void;
  /** Another word on the button, for what it acts on changes. An icon alone keeps its tooltip. */
  setLabel(label: string): void;
  /** The tooltip. */
  setTitle(title: string): void;
  /** Says whether a toggle is on; a plain button never calls it. */
  setPressed(pressed: boolean): void;
}

/** Makes a button; `onClick` is also called for Enter and Space. */
export function createButton(options: {
  readonly label: string;
  readonly icon?: string;
  readonly look: "primary" | "secondary" | "icon";
  readonly title?: string;
  readonly class?: string;
  onClick(): void;
}): Button {
  const made = document.createElement("vscode-button") as ButtonElement;
  made.className = `button ${options.class ?? ""}`.trim();
  made.setAttribute("aria-label", options.label);
  made.setAttribute("appearance", options.look);
  made.title = options.title ?? (options.look === "icon" ? options.label : "");
  if (options.icon !== undefined) {
    const icon = codicon(options.icon);
    if (options.look !== "icon") icon.slot = "start";
    made.append(icon);
  }
  const word = document.createTextNode(options.label);
  if (options.look !== "icon") made.append(word);
  made.addEventListener("click", () => {
    if (!made.disabled) options.onClick();
  });
  return {
    element: made,
    setLabel: (label) => {
      if (word.data === label) return;
      word.data = label;
      made.setAttribute("aria-label", label);
    },
    setEnabled: (enabled) => {
      if (made.disabled === enabled) made.disabled = !enabled;
    },
    setTitle: (title) => void (made.title = title),
    setPressed: (pressed) => {
      made.setAttribute("aria-pressed", String(pressed));
      made.classList.toggle("pressed", pressed);
    },
  };
}

/** A one-line text box with a way to clear it. */
export interface TextField {
  readonly element: HTMLElement;
  value: string;
  /** Focuses the box and selects what is in it. */
  focus(): void;
}

/** Makes a text box; `onInput` hears each change by the user, clearing included, and none by `value = …`. */
export function createTextField(options: {
  readonly label: string;
  readonly icon: string;
  readonly clearLabel: string;
  readonly class?: string;
  onInput(value: string): void;
}): TextField {
  const made = document.createElement("vscode-text-field") as TextFieldElement;
  made.className = `text-field ${options.class ?? ""}`.trim();
  made.setAttribute("aria-label", options.label);
  made.setAttribute("placeholder", options.label);
  const icon = codicon(options.icon);
  icon.slot = "start";
  const clear = createButton({ label: options.clearLabel, icon: "close", look: "icon", onClick: () => change("") });
  clear.element.classList.add("clear");
  const end = element("span", { class: "text-field-end", hidden: true }, clear.element);
  end.slot = "end";
  // Once it is in a page, the toolkit names the box after its text, or else "Text field", whatever it was called before.
  const name = element("span", { class: "visually-hidden", aria: { hidden: "true" } }, options.label);
  name.slot = "start";
  made.append(name, icon, end);
  function change(value: string): void {
    made.value = value;
    end.hidden = value === "";
    made.focus();
    options.onInput(value);
  }
  made.addEventListener("input", () => {
    end.hidden = made.value === "";
    options.onInput(made.value);
  });
  made.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && made.value !== "") {
      event.preventDefault();
      event.stopPropagation();
      change("");
    }
  });
  return {
    element: made,
    get value() {
      return made.value;
    },
    set value(value: string) {
      if (made.value !== value) made.value = value;
      end.hidden = value === "";
    },
    focus: () => {
      made.focus();
      made.control.select();
    },
  };
}

/** Makes a button that looks like a link, to stand inside a sentence; its words may come from agents. */
export function createLink(options: {
  readonly text: string;
  readonly title: string;
  readonly class?: string;
  onClick(): void;
}): HTMLButtonElement {
  const made = element("button", {
    class: `link ${options.class ?? ""}`.trim(),
    title: options.title,
    data: { focus: `${options.title} ${options.text}` },
  });
  made.type = "button";
  made.append(fragmentOf([visibleText(options.text, { maxLength: 120 })]));
  made.addEventListener("click", () => options.onClick());
  return made;
}

/** A choice of one among a few. */
export interface Select<Value extends string> {
  readonly element: HTMLElement;
  update(state: {
    readonly options: readonly { readonly value: Value; readonly label: string }[];
    readonly value: Value;
    readonly enabled: boolean;
    readonly title: string;
  }): void;
}

/** Makes a drop-down. It is the browser's own: the toolkit's writes `style` attributes, which the policy refuses. */
export function createSelect<Value extends string>(onChange: (value: Value) => void): Select<Value> {
  const select = element("select", { class: "select" });
  let shown = "";
  let values: readonly Value[] = [];
  select.addEventListener("change", () => {
    const value = values[select.selectedIndex];
    if (value !== undefined) onChange(value);
  });
  return {
    element: select,
    update: ({ options, value, enabled, title }) => {
      const identity = JSON.stringify(options);
      if (identity !== shown) {
        shown = identity;
        values = options.map((option) => option.value);
        fill(
          select,
          options.map(({ label }) => element("option", {}, visibleString(label, 80))),
        );
      }
      // An open list must not be touched, or it closes.
      const index = values.indexOf(value);
      if (select.selectedIndex !== index) select.selectedIndex = index;
      if (select.disabled === enabled) select.disabled = !enabled;
      if (select.title !== title) select.title = title;
      if (select.getAttribute("aria-label") !== title) select.setAttribute("aria-label", title);
    },
  };
}

/** A ring that turns while something is waited for. */
export function createProgressRing(): HTMLElement {
  const made = document.createElement("vscode-progress-ring");
  made.className = "progress-ring";
  return made;
}
