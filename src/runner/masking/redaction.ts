/**
 * What of a value, a text or a name is masked, and by which mask; runs on the script's thread. Masking is a function
 * of place and value alone that tells different values apart, so that conflicts, plans and automatic merges come out on
 * masked values as they do on the real ones.
 */

import { createHmac } from "node:crypto";
import { LAUNCH_VARIABLE } from "../../protocol/launch";
import { MASK_SOURCE, maskOf } from "../../recording/mask";
import {
  compileKeyPattern,
  compileValuePattern,
  maskingFacts,
  masksAnything,
  type MaskingFacts,
  type RedactSpec,
} from "../../recording/redact";
import { defineValue, type JsonObject, type JsonValue } from "../../core/jsonValue";
import { COMMON_SECRETS, mayHoldSecret } from "./commonSecrets";
import { keyHint } from "./keyHint";
import { findNamed, isContent, isLabel, type Edit } from "./namedSecrets";

/** Names and masks that are remembered, so that the usual ones cost one look-up. */
const MAX_REMEMBERED = 8_192;
const MAX_REMEMBERED_LENGTH = 256;
/** So many secrets are looked for in texts without a pattern, if they are long enough to be no common word. */
const MAX_KNOWN = 256;
const MIN_KNOWN_LENGTH = 8;

/** Texts within texts that are looked through; what lies deeper is masked as a whole. */
const MAX_NESTED = 24;

const MASKS = new RegExp(MASK_SOURCE, "gu");
const WHOLE_MASK = new RegExp(`^${MASK_SOURCE}$`, "u");
/** Without one of these, nothing in a text has a name. */
const NAMING = /[=:%[]/;
/** Letters of a name may be written by their numbers. */
const CODED = /%[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}/;

/** The masking of one run. Frozen values alone may be given: what came of an object is remembered. */
export class Redaction {
  readonly facts: MaskingFacts;
  /** True where nothing but shapes of secrets is looked for: then {@link mayConcern} can tell of a whole line that there is none. */
  readonly byShapeAlone: boolean;
  private readonly salt: string;
  private readonly keys: readonly RegExp[];
  /** Finds something in every text that has a redacted name in it as it is; undefined where patterns do not allow it. */
  private readonly keyHint: RegExp | undefined;
  /** The user's own. */
  private readonly values: readonly RegExp[];
  /** Common secrets, and the salt. */
  private readonly shapes: RegExp;
  private readonly hint: RegExp;
  private readonly isSecret = new Map<string, boolean>();
  private readonly masks = new Map<string, string>();
  private readonly names = new Map<string, string>();
  /** Masked name → the script's own. Without a bound: views may name any of them at any time. */
  private readonly realNames = new Map<string, string>();
  /** The newest of what {@link text} looks for without a pattern: values masked for their key's sake, and names of which messages tell a part. */
  private readonly knownSecrets = new Set<string>();
  private readonly knownNames = new Set<string>();
  private readonly open = new WeakMap<object, JsonValue>();
  private readonly _secret = new WeakMap<object, JsonValue>();

  /** @throws SyntaxError for a pattern that is no regular expression. */
  constructor(spec: RedactSpec) {
    const { keys, values, commonSecrets, salt } = spec;
    this.facts = maskingFacts(spec);
    this.byShapeAlone = keys.length === 0 && values.length === 0;
    this.salt = salt;
    this.keys = keys.map(compileKeyPattern);
    this.keyHint = keyHint([...keys, LAUNCH_VARIABLE]);
    // A script may log its whole environment, and the salt stands there.
    const ownSalt = salt.replace(/[^A-Za-z0-9]/g, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
    const sources = [ownSalt, ...(commonSecrets ? COMMON_SECRETS.map(({ source }) => source) : [])];
    const hints = [ownSalt, "‹masked ", ...(commonSecrets ? COMMON_SECRETS.map(({ hint }) => hint) : [])];
    this.values = values.map(compileValuePattern);
    this.shapes = new RegExp(sources.join("|"), "gu");
    this.hint = new RegExp(hints.join("|"), "u");
  }

  /** @returns undefined where nothing is to be masked. @throws SyntaxError */
  static of(spec: RedactSpec | undefined): Redaction | undefined {
    return spec !== undefined && masksAnything(spec) ? new Redaction(spec) : undefined;
  }

  /** Whether a text, or a line of JSON, may hold a secret of a known shape; false is certain. */
  mayConcern(json: string): boolean {
    return mayHoldSecret(json) && this.hint.test(json);
  }

  /** A state's value of a key. */
  value(key: string, value: JsonValue): JsonValue {
    return this.masked(value, this.isSecretName(key));
  }

  /** A whole state: its properties are keys. */
  state(state: JsonObject): JsonObject {
    // Keys of a state are no members of one object: none says what another is called.
    return this.rebuilt(state, (item, key) => this.value(key ?? "", item), false) as JsonObject;
  }

  /** Data that a script logged. Nobody compares it, so it is also searched for what was masked elsewhere. */
  logged(kind: string, data: JsonValue): JsonValue {
    return this._texts(data, this.isSecretName(kind), true);
  }

  /** Every text in data of ours, whatever its property's name: messages, stacks. */
  texts(data: JsonValue): JsonValue {
    return this._texts(data, false, false);
  }

  /** A text for readers. Masks that are in it already stay as they are. */
  text(text: string): string {
    return this.hide(this.renamed(text, this.knownNames), true);
  }

  /** A text about these keys. */
  message(text: string, keys: readonly string[]): string {
    return this.text(this.renamed(text, keys));
  }

  /** A name of a key, an agent, a store. */
  name(name: string): string {
    let masked = this.names.get(name);
    if (masked !== undefined) return masked;
    masked = this.hide(name, false);
    if (masked !== name) {
      this.realNames.set(masked, name);
      know(this.knownNames, name);
    }
    remember(this.names, name, masked);
    return masked;
  }

  /** What the script calls what is recorded under this name. */
  realName(masked: string): string {
    return this.realNames.get(masked) ?? masked;
  }

  /** Whether what stands under this name is masked for the name's sake. */
  hides(name: string): boolean {
    return this.isSecretName(name);
  }

  /** A text that is masked as a whole. */
  secret(text: string): string {
    if (text.length >= MIN_KNOWN_LENGTH) know(this.knownSecrets, text);
    return this.mask(text);
  }

  private masked(value: JsonValue, secret: boolean): JsonValue {
    if (typeof value === "string") return secret ? this.secret(value) : this.hide(value, false);
    if (typeof value !== "object" || value === null) return secret ? this.mask(value) : value;
    const done = secret ? this._secret : this.open;
    let masked = done.get(value);
    if (masked === undefined) {
      masked = this.rebuilt(value, (item, name) =>
        this.masked(item, secret || (name !== undefined && this.isSecretName(name))),
      );
      done.set(value, masked);
    }
    return masked;
  }

  private _texts(value: JsonValue, secret: boolean, byName: boolean): JsonValue {
    if (typeof value === "string") return secret ? this.secret(value) : this.text(value);
    if (typeof value !== "object" || value === null) return secret ? this.mask(value) : value;
    return this.rebuilt(value, (item, name) =>
      this._texts(item, secret || (byName && name !== undefined && this.isSecretName(name)), byName),
    );
  }

  /** The same object where nothing in it is another. */
  private rebuilt(
    value: readonly JsonValue[] | JsonObject,
    mask: (item: JsonValue, name: string | undefined) => JsonValue,
    mayBePair = true,
  ): JsonValue {
    const label = mayBePair ? this.secretLabel(value) : undefined;
    if (isList(value)) {
      let items: JsonValue[] | undefined;
      for (let index = 0; index < value.length; index++) {
        const item = value[index] as JsonValue;
        const masked = mask(item, index === 1 ? label : undefined);
        if (masked !== item) items ??= value.slice(0, index);
        items?.push(masked);
      }
      return items ?? value;
    }
    const names = Object.keys(value);
    let members: Record<string, JsonValue> | undefined;
    for (let index = 0; index < names.length; index++) {
      const name = names[index] as string;
      const item = value[name] as JsonValue;
      const masked = mask(item, label !== undefined && isContent(name) ? label : name);
      const maskedName = this.name(name);
      if (members === undefined && (masked !== item || maskedName !== name)) {
        members = {};
        for (const before of names.slice(0, index)) defineValue(members, before, value[before] as JsonValue);
      }
      if (members !== undefined) defineValue(members, maskedName, masked);
    }
    return members ?? value;
  }

  /** What `{name, value}` or `[name, value]` is called, where that is a redacted name. */
  private secretLabel(value: readonly JsonValue[] | JsonObject): string | undefined {
    if (this.keys.length === 0) return undefined;
    if (isList(value)) {
      const [name] = value;
      return value.length === 2 && typeof name === "string" && this.isSecretName(name) ? name : undefined;
    }
    for (const member of Object.keys(value)) {
      const name = value[member];
      if (typeof name === "string" && isLabel(member) && this.isSecretName(name)) return name;
    }
    return undefined;
  }

  /** Whether it is worth while to look in a text for what stands under redacted names; false is certain. */
  private mayName(text: string): boolean {
    if (this.keys.length === 0) return text.includes(LAUNCH_VARIABLE);
    if (!NAMING.test(text)) return false;
    return this.keyHint === undefined || this.keyHint.test(text) || CODED.test(text);
  }

  /**
   * The text with all that is found in it masked; places that overlap are masked as one. What looks like a mask is masked
   * too: else it could be taken for another value.
   * @param forReaders what was masked for its key's sake is looked for, too
   */
  private hide(text: string, forReaders: boolean, level = 0): string {
    const places: Place[] = [];
    if (this.mayName(text)) {
      if (level > MAX_NESTED) return this.mask(text);
      const masker = {
        hides: (name: string) => this.isSecretName(name),
        mask: (leaf: string | number | boolean | null) => {
          if (typeof leaf !== "string") return this.mask(leaf);
          return forReaders && WHOLE_MASK.test(leaf) ? leaf : this.secret(leaf);
        },
        nested: (inner: string) => this.hide(inner, forReaders, level + 1),
      };
      for (const edit of findNamed(text, masker)) places.push(edit);
    }
    const named = places.length;
    if (forReaders && text.includes("‹masked ")) {
      let from = 0;
      for (const { 0: mask, index } of text.matchAll(MASKS)) {
        this.findPatterns(text.slice(from, index), from, true, places);
        from = index + mask.length;
      }
      this.findPatterns(text.slice(from), from, true, places);
    } else this.findPatterns(text, 0, forReaders, places);
    if (places.length === 0) return text;
    const masked = this.replaced(text, places);
    // A pattern may take some of the JSON around a value.
    return places.length > named && isJson(text) && !isJson(masked) ? JSON.stringify(this.mask(text)) : masked;
  }

  /** Adds what patterns find. @param start of the text in the one that places are of */
  private findPatterns(text: string, start: number, forReaders: boolean, places: Place[]): void {
    const found: Place[] = [];
    if (this.mayConcern(text)) {
      if (!forReaders) findAll(text, MASKS, found);
      findAll(text, this.shapes, found);
    }
    for (const pattern of this.values) findAll(text, pattern, found);
    if (forReaders) for (const known of this.knownSecrets) findText(text, known, found);
    for (const { from, to } of found) places.push({ from: from + start, to: to + start });
  }

  private replaced(text: string, places: Place[]): string {
    places.sort((a, b) => a.from - b.from || b.to - a.to);
    let masked = "";
    let at = 0;
    for (let index = 0; index < places.length;) {
      const { from } = places[index] as Place;
      let to = from;
      let instead: string | undefined;
      for (; index < places.length; index++) {
        const place = places[index] as Place;
        if (place.from >= to && to > from) break;
        // What was found in a part that stands for itself is found in what that part holds, too.
        if (place.to > to || (place.from === from && place.to === to)) {
          instead = place.from === from && place.to >= to ? (place.instead ?? instead) : undefined;
        }
        to = Math.max(to, place.to);
      }
      masked += text.slice(at, from) + (instead ?? this.mask(text.slice(from, to)));
      at = to;
    }
    return masked + text.slice(at);
  }

  private mask(leaf: string | number | boolean | null): string {
    // JSON tells the types apart: 1 is not "1".
    const json = JSON.stringify(leaf);
    let mask = this.masks.get(json);
    if (mask === undefined) {
      mask = maskOf(createHmac("sha256", this.salt).update(json).digest());
      remember(this.masks, json, mask);
    }
    return mask;
  }

  private isSecretName(name: string): boolean {
    if (this.keys.length === 0) return name === LAUNCH_VARIABLE;
    let secret = this.isSecret.get(name);
    if (secret === undefined) {
      secret = name === LAUNCH_VARIABLE || this.keys.some((pattern) => pattern.test(name));
      remember(this.isSecret, name, secret);
    }
    return secret;
  }

  /** Names stand in messages in quotes, and shortened: then no pattern need find what is left of a secret. */
  private renamed(text: string, names: Iterable<string>): string {
    if (!text.includes('"')) return text;
    let told = text;
    for (const name of names) {
      const masked = this.name(name);
      if (masked === name) continue;
      for (const quoted of [name, `${name.slice(0, SHORTENED_LENGTH)}…`]) {
        told = told.replaceAll(JSON.stringify(quoted), () => JSON.stringify(masked));
      }
    }
    return told;
  }
}

/** So many characters of a long key the runtime's messages name. */
const SHORTENED_LENGTH = 79;

interface Place extends Omit<Edit, "instead"> {
  /** What stands there afterwards; a mask of it where that is not said. */
  readonly instead?: string;
}

/** Whether a text is JSON that holds something, or a text in quotes. */
function isJson(text: string): boolean {
  if (!/^\s*[{["]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function findAll(text: string, pattern: RegExp, places: Place[]): void {
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const { index } = match;
    const to = index + match[0].length;
    if (to > index) places.push({ from: index, to });
    // A match of nothing masks nothing, and must not be found for ever.
    else pattern.lastIndex = index + ((text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1);
  }
}

function findText(text: string, sought: string, places: Place[]): void {
  for (let from = text.indexOf(sought); from >= 0; from = text.indexOf(sought, from + sought.length)) {
    places.push({ from, to: from + sought.length });
  }
}

function know(known: Set<string>, text: string): void {
  if (known.has(text)) return;
  const [oldest] = known;
  if (known.size >= MAX_KNOWN && oldest !== undefined) known.delete(oldest);
  known.add(text);
}

function remember<T>(memory: Map<string, T>, text: string, value: T): void {
  if (text.length > MAX_REMEMBERED_LENGTH) return;
  if (memory.size >= MAX_REMEMBERED) memory.clear();
  memory.set(text, value);
}

function isList(value: readonly JsonValue[] | JsonObject): value is readonly JsonValue[] {
  return Array.isArray(value);
}
