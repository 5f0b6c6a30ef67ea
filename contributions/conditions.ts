/** Composes `when` clauses of conditions, so that each rule stands in one place; and names VS Code's own context keys. */

/** A condition, as VS Code reads it. */
export interface Condition {
  readonly when: string;
  /** The operation that binds least in it: it says where brackets are needed. */
  readonly form: "key" | "comparison" | "and" | "or";
}

/** A context key is set, and neither false nor empty. */
export function key(name: string): Condition {
  return { when: name, form: "key" };
}

/** A context key has this value. */
export function equals(name: string, value: string | number): Condition {
  const isPlain = /^[\w.]+$/.test(String(value));
  return { when: `${name} == ${isPlain ? value : `'${value}'`}`, form: "comparison" };
}

/** A context key is greater than a number. */
export function exceeds(name: string, value: number): Condition {
  return { when: `${name} > ${value}`, form: "comparison" };
}

/** A regular expression finds something in a context key's value. */
export function matches(name: string, pattern: RegExp): Condition {
  return { when: `${name} =~ ${String(pattern)}`, form: "comparison" };
}

export function not({ when, form }: Condition): Condition {
  return { when: form === "key" ? `!${when}` : `!(${when})`, form: "comparison" };
}

/** All of them hold. */
export function and(...conditions: readonly Condition[]): Condition {
  const parts = conditions.map(({ when, form }) => (form === "or" ? `(${when})` : when));
  return { when: parts.join(" && "), form: "and" };
}

/** At least one of them holds. */
export function or(...conditions: readonly Condition[]): Condition {
  return { when: conditions.map(({ when }) => when).join(" || "), form: "or" };
}

export const never = key("false");

/** A folder or a workspace is open. */
export const hasFolder = exceeds("workspaceFolderCount", 0);
export const hasNoFolder = equals("workspaceFolderCount", 0);
export const isTrusted = key("isWorkspaceTrusted");
/** The editor and its files are on this machine. */
export const isLocal = and(not(key("isWeb")), equals("remoteName", ""));

/** The active file is TypeScript or JavaScript by its name. */
export const isScript = matches("resourceExtname", /^\.([cm]?[jt]s|[jt]sx)$/);
/** It declares types alone. */
export const isDeclaration = matches("resourceFilename", /\.d\.[cm]?ts$/);

/** One row is selected, not several. */
export const isOneRow = not(key("listMultiSelection"));
/** The keyboard acts on the rows of a list or tree, not on a text field in it. */
export const listHasKeys = and(key("listFocus"), not(key("inputFocus")));
