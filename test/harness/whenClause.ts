/** Evaluates `when` clauses as VS Code does, as far as ours go; what it does not know is an error, never false. */

import assert from "node:assert/strict";

export type Keys = Readonly<Record<string, string | number | boolean>>;

const TOKEN = /\s*(?:(&&|\|\||==|=~|>|!|\(|\))|\/((?:\\.|[^/\\])+)\/|'([^']*)'|([\w.]+))/y;

interface Token {
  readonly operator?: string | undefined;
  readonly pattern?: string | undefined;
  /** A name, or a value; quoted or not. */
  readonly word?: string | undefined;
}

/** Whether a clause holds; keys that are not given are not set. */
export function holds(clause: string, keys: Keys): boolean {
  const tokens = tokensOf(clause);
  const take = (operator: string): boolean => tokens[0]?.operator === operator && tokens.shift() !== undefined;
  const word = (): string => tokens.shift()?.word ?? assert.fail(`${clause}: a word is missing`);
  const either = (): boolean => {
    let value = both();
    while (take("||")) value = both() || value;
    return value;
  };
  const both = (): boolean => {
    let value = one();
    while (take("&&")) value = one() && value;
    return value;
  };
  const one = (): boolean => {
    if (take("!")) return !one();
    if (take("(")) {
      const value = either();
      assert.ok(take(")"), `${clause}: a bracket is missing`);
      return value;
    }
    const name = word();
    const value = keys[name];
    if (take("==")) return String(value ?? "") === word();
    if (take(">")) return Number(value ?? 0) > Number(word());
    if (take("=~")) {
      const { pattern } = tokens.shift() ?? {};
      return new RegExp(pattern ?? assert.fail(`${clause}: a pattern is missing`)).test(String(value ?? ""));
    }
    return name !== "false" && Boolean(value);
  };
  const value = either();
  assert.equal(tokens.length, 0, `${clause}: not understood from the token ${JSON.stringify(tokens[0])}`);
  return value;
}

function tokensOf(clause: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < clause.length) {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(clause) ?? assert.fail(`${clause}: not understood from character ${at}`);
    const [, operator, pattern, quoted, plain] = found;
    tokens.push({ operator, pattern, word: quoted ?? plain });
  }
  return tokens;
}
