/** The conditions of breakpoints: comparisons of an event's facts, read by a parser and computed without running any code. */

import jsep, { type Expression } from "jsep";
import { didYouMean } from "../base/didYouMean";
import { compareNumbers, exactNumber, exactTextOf } from "../core/exactNumber";
import { jsonEqual, type JsonValue } from "../core/jsonValue";

/** What a condition may name: `value`, `before`, `key`, `agent`, `kind`, `seq`. Absent things are undefined. */
export interface ConditionFacts {
  readonly value: JsonValue | undefined;
  readonly before: JsonValue | undefined;
  readonly key: string | undefined;
  readonly agent: string | undefined;
  readonly kind: string;
  readonly seq: number;
}

/** Computes a condition. Never throws. */
export type Condition = (facts: ConditionFacts) => boolean;

const NAMES: ReadonlySet<string> = new Set(["value", "before", "key", "agent", "kind", "seq"]);
const HELP = 'It may name value, before, key, agent, kind and seq, as in: value.total > 10 && agent == "planner"';

type Compute = (facts: ConditionFacts) => JsonValue | undefined;

/** @throws SyntaxError in one sentence when it is no condition. */
export function readCondition(text: string): Condition {
  let tree: Expression;
  try {
    tree = jsep(text);
  } catch (error) {
    throw new SyntaxError(`The condition "${text}" cannot be read (${(error as Error).message}). ${HELP}.`, {
      cause: error,
    });
  }
  const compute = compile(tree, text);
  return (facts) => isTruthy(compute(facts));
}

function compile(node: Expression, text: string): Compute {
  const refuse = (what: string): never => {
    throw new SyntaxError(`The condition "${text}" has ${what}, which conditions do not support. ${HELP}.`);
  };
  switch (node.type) {
    case "Literal": {
      const { value, raw } = node as unknown as { readonly value: JsonValue; readonly raw: string };
      // As long as it is: the log of another tool may hold such a number.
      const literal = typeof value === "number" && /^\d/.test(raw) ? (exactNumber(raw) as JsonValue) : value;
      return () => literal;
    }
    case "Identifier": {
      const { name } = node as unknown as { readonly name: string };
      if (name === "undefined") return () => undefined;
      if (!NAMES.has(name)) {
        const meant = didYouMean(name, NAMES);
        return refuse(`the name "${name}"${meant === undefined ? "" : ` (did you mean "${meant}"?)`}`);
      }
      return (facts) => facts[name as keyof ConditionFacts];
    }
    case "MemberExpression": {
      const { object, property, computed } = node as unknown as {
        readonly object: Expression;
        readonly property: Expression;
        readonly computed: boolean;
      };
      const of = compile(object, text);
      const { name } = property as unknown as { readonly name: string };
      const step: Compute = computed ? compile(property, text) : () => name;
      return (facts) => member(of(facts), step(facts));
    }
    case "UnaryExpression": {
      const { operator, argument } = node as unknown as { readonly operator: string; readonly argument: Expression };
      const of = compile(argument, text);
      if (operator === "!") return (facts) => !isTruthy(of(facts));
      if (operator === "-") return (facts) => negative(of(facts));
      return refuse(`the operator ${operator}`);
    }
    case "BinaryExpression":
    case "LogicalExpression": {
      const { operator, left, right } = node as unknown as {
        readonly operator: string;
        readonly left: Expression;
        readonly right: Expression;
      };
      const make = OPERATORS[operator];
      if (make === undefined) return refuse(`the operator ${operator}`);
      return make(compile(left, text), compile(right, text));
    }
    default:
      return refuse("a part");
  }
}

const OPERATORS: Readonly<Record<string, ((left: Compute, right: Compute) => Compute) | undefined>> = {
  "&&": (left, right) => (facts) => isTruthy(left(facts)) && isTruthy(right(facts)),
  "||": (left, right) => (facts) => isTruthy(left(facts)) || isTruthy(right(facts)),
  "==": (left, right) => (facts) => jsonEqual(left(facts), right(facts)),
  "===": (left, right) => (facts) => jsonEqual(left(facts), right(facts)),
  "!=": (left, right) => (facts) => !jsonEqual(left(facts), right(facts)),
  "!==": (left, right) => (facts) => !jsonEqual(left(facts), right(facts)),
  "<": (left, right) => (facts) => compare(left(facts), right(facts), (a, b) => a < b),
  "<=": (left, right) => (facts) => compare(left(facts), right(facts), (a, b) => a <= b),
  ">": (left, right) => (facts) => compare(left(facts), right(facts), (a, b) => a > b),
  ">=": (left, right) => (facts) => compare(left(facts), right(facts), (a, b) => a >= b),
  "%": (left, right) => (facts) => numberOf(left(facts)) % numberOf(right(facts)),
  "+": (left, right) => (facts) => numberOf(left(facts)) + numberOf(right(facts)),
  "-": (left, right) => (facts) => numberOf(left(facts)) - numberOf(right(facts)),
};

function member(of: JsonValue | undefined, step: JsonValue | undefined): JsonValue | undefined {
  if (typeof step !== "string" && typeof step !== "number") return undefined;
  if (step === "length" && (typeof of === "string" || Array.isArray(of))) return of.length;
  if (typeof of !== "object" || of === null || !Object.hasOwn(of, step)) return undefined;
  return (of as { readonly [step: string | number]: JsonValue })[step];
}

/** Objects have methods of the script's choosing, which a conversion would call. */
function numberOf(value: JsonValue | undefined): number {
  const exact = exactTextOf(value);
  return typeof value === "object" && exact === undefined ? NaN : Number(exact ?? value);
}

function negative(value: JsonValue | undefined): JsonValue {
  const exact = exactTextOf(value);
  if (exact === undefined) return -numberOf(value);
  return exactNumber(exact.startsWith("-") ? exact.slice(1) : `-${exact}`) as JsonValue;
}

function compare(
  left: JsonValue | undefined,
  right: JsonValue | undefined,
  holds: (left: number | string, right: number | string) => boolean,
): boolean {
  if (typeof left === "number" && typeof right === "number") return holds(left, right);
  if (isNumber(left) && isNumber(right)) return holds(compareNumbers(left, right), 0);
  return typeof left === "string" && typeof right === "string" && holds(left, right);
}

function isNumber(value: JsonValue | undefined): boolean {
  return typeof value === "number" || exactTextOf(value) !== undefined;
}

function isTruthy(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null && value !== false && value !== 0 && value !== "";
}

/** The kinds of events that a condition compares with, as in `kind == "thought"`. @throws SyntaxError as {@link readCondition} */
export function kindsIn(text: string): readonly string[] {
  readCondition(text);
  const found: string[] = [];
  const look = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    const { left, right } = node as { readonly left?: Expression; readonly right?: Expression };
    for (const [name, literal] of [
      [left, right],
      [right, left],
    ]) {
      if (name?.type !== "Identifier" || name["name"] !== "kind" || literal?.type !== "Literal") continue;
      if (typeof literal["value"] === "string") found.push(literal["value"]);
    }
    Object.values(node).forEach(look);
  };
  look(jsep(text));
  return found;
}

/**
 * Which hits stop, counting from 1: `5` the fifth alone, `>= 3`, `% 10` every tenth.
 * @throws SyntaxError in one sentence.
 */
export function readHits(text: string): (hit: number) => boolean {
  const [, operator = "==", digits] = /^\s*(==|=|>=|>|<=|<|%)?\s*(\d{1,9})\s*$/.exec(text) ?? [];
  const number = Number(digits);
  if (digits === undefined || (operator === "%" && number === 0)) {
    throw new SyntaxError(`The hit count "${text}" cannot be read. Write 5, >= 3, < 10 or % 10.`);
  }
  switch (operator) {
    case ">=":
      return (hit) => hit >= number;
    case ">":
      return (hit) => hit > number;
    case "<=":
      return (hit) => hit <= number;
    case "<":
      return (hit) => hit < number;
    case "%":
      return (hit) => hit % number === 0;
    default:
      return (hit) => hit === number;
  }
}
