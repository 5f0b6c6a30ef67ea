/** New syntax in words that every supported Node knows: `accessor` fields, `using`, fields that are assigned. Lines stay lines. */

import type { AnyNode, BlockStatement, Program, PropertyDefinition, StaticBlock, VariableDeclaration } from "acorn";
import { eachNode, type AccessorField } from "./syntax";

/** What is to be done. */
export interface LoweringOptions {
  /** Whether `using` is syntax that this Node lacks. */
  readonly using: boolean;
  /** Whether fields are assigned, as TypeScript did before ES2022, not defined. */
  readonly assignFields: boolean;
}

/** The code made anew; `helper` is a line that has to stand before it. */
export interface Lowered {
  readonly code: string;
  readonly helper: string;
}

/** What cannot be said otherwise here: a word for the user. */
export interface CannotLower {
  readonly what: "using" | "accessor";
  readonly at: number;
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Names that no script has. */
const NAME = "__agentContext_";
const SCOPE_HELPER =
  `const ${NAME}scope = () => { const stack = []; let failed = false, error; ` +
  `const note = (e) => { error = failed ? Object.assign(new Error("An error was suppressed during disposal."), ` +
  `{ name: "SuppressedError", error: e, suppressed: error }) : e; failed = true; }; return { ` +
  `use(value, isAsync) { if (value !== null && value !== undefined) { ` +
  `const dispose = (isAsync ? value[Symbol.asyncDispose] : undefined) ?? value[Symbol.dispose]; ` +
  `if (typeof dispose !== "function") throw new TypeError("The value of a using declaration is not disposable."); ` +
  `stack.push(() => dispose.call(value)); } else if (isAsync) stack.push(() => {}); return value; }, note, ` +
  `end() { while (stack.length) try { stack.pop()(); } catch (e) { note(e); } if (failed) throw error; }, ` +
  `async endAsync() { while (stack.length) try { await stack.pop()(); } catch (e) { note(e); } if (failed) throw error; } }; };`;

/** @returns undefined where there is nothing to do. */
export function lower(code: string, program: Program, options: LoweringOptions): Lowered | CannotLower | undefined {
  const work = new Work(code, options);
  const refusal = work.all(program);
  if (refusal !== undefined) return refusal;
  return work.edits.length === 0 ? undefined : { code: work.apply(), helper: work.helper };
}

class Work {
  readonly edits: Edit[] = [];
  helper = "";
  private count = 0;
  private refusal: CannotLower | undefined;

  constructor(
    private readonly code: string,
    private readonly options: LoweringOptions,
  ) {}

  all(program: Program): CannotLower | undefined {
    eachNode(program, (node) => {
      if (node.type === "PropertyDefinition") this.field(node);
      else if (this.options.using) this.scope(node);
    });
    return this.refusal;
  }

  /** Edits in the order of their places; those of one place in the order in which they were made. */
  apply(): string {
    let made = "";
    let at = 0;
    for (const { start, end, text } of [...this.edits].sort((a, b) => a.start - b.start)) {
      made += this.code.slice(at, start) + text;
      at = end;
    }
    return made + this.code.slice(at);
  }

  private replace(start: number, end: number, text: string): void {
    this.edits.push({ start, end, text });
  }

  private fresh(): string {
    return `${NAME}${++this.count}`;
  }

  private field(field: PropertyDefinition & AccessorField): void {
    const isPrivate = field.key.type === "PrivateIdentifier";
    const name = this.code.slice(field.key.start, field.key.end);
    const end = this.code[field.end - 1] === ";" ? "" : ";";
    if (field.accessorAt !== undefined) {
      if (field.computed) {
        this.refusal ??= { what: "accessor", at: field.key.start };
        return;
      }
      const store = `#${this.fresh()}`;
      const isStatic = field.static ? "static " : "";
      this.replace(field.accessorAt, field.key.end, store);
      const pair = `${isStatic}get ${name}() { return this.${store}; } ${isStatic}set ${name}(v) { this.${store} = v; }`;
      this.replace(field.end, field.end, `${end} ${pair}`);
      return;
    }
    // A computed name is evaluated once, with the class: such a field stays as it is.
    if (!this.options.assignFields || isPrivate || field.computed) return;
    if (!field.value) {
      this.replace(field.start, field.end, ";");
      return;
    }
    const target = field.key.type === "Identifier" ? `this.${name}` : `this[${name}]`;
    // In its place, so that the order stays and `this` and private names mean what they did.
    const begin = field.static ? `static { ${target} = (` : `#${this.fresh()} = void (${target} = (`;
    this.replace(field.start, field.value.start, begin);
    this.replace(field.value.end, field.value.end, field.static ? "); }" : "))");
    if (!field.static) this.replace(field.end, field.end, end);
  }

  private scope(node: AnyNode): void {
    switch (node.type) {
      case "Program":
        return this.program(node);
      case "BlockStatement":
      case "StaticBlock": {
        const declarations = usingsOf(node.body);
        if (declarations.length > 0) this.block(node, declarations, "");
        return;
      }
      case "ForOfStatement": {
        const { left, body } = node;
        if (!isUsing(left)) return;
        const { id } = left.declarations[0]!;
        const each = this.fresh();
        const name = this.fresh();
        const isAsync = left.kind === "await using";
        this.replace(left.start, left.end, `const ${each}`);
        const first = `const ${this.code.slice(id.start, id.end)} = ${name}.use(${each}, ${isAsync}); `;
        this.wrap(body.start, body.end, name, isAsync, first);
        return;
      }
      case "ForStatement": {
        if (!node.init || !isUsing(node.init)) return;
        const name = this.fresh();
        this.wrap(node.start, node.end, name, node.init.kind === "await using", "");
        this.declaration(node.init, name);
        return;
      }
      default:
    }
  }

  /** Imports and what is exported of other modules may not stand in a block: they go before it. */
  private program(program: Program): void {
    const declarations = usingsOf(program.body);
    if (declarations.length === 0) return;
    let outside = "";
    for (const node of program.body) {
      const isFrom = "source" in node && Boolean(node.source);
      const isEmpty = node.type === "ExportNamedDeclaration" && !node.declaration && node.specifiers.length === 0;
      if (node.type === "ImportDeclaration" || isFrom || isEmpty) {
        const text = this.code.slice(node.start, node.end);
        outside += `${text.replaceAll("\n", " ")} `;
        this.replace(node.start, node.end, text.replace(/[^\n]/g, " "));
      } else if (node.type.startsWith("Export")) {
        this.refusal ??= { what: "using", at: declarations[0]!.start };
        return;
      }
    }
    const name = this.fresh();
    const isAsync = declarations.some(({ kind }) => kind === "await using");
    const start = afterDirectives(program.body) ?? program.body[0]!.start;
    this.edits.unshift({ start, end: start, text: this.opening(name, outside) });
    for (const each of declarations) this.declaration(each, name);
    this.replace(program.end, program.end, closing(name, isAsync));
  }

  private block(node: BlockStatement | StaticBlock, declarations: readonly VariableDeclaration[], first: string): void {
    const name = this.fresh();
    const isAsync = declarations.some(({ kind }) => kind === "await using");
    const start = afterDirectives(node.body) ?? this.code.indexOf("{", node.start) + 1;
    this.replace(start, start, this.opening(name, "") + first);
    for (const each of declarations) this.declaration(each, name);
    this.replace(node.end - 1, node.end - 1, closing(name, isAsync));
  }

  /** A block around a statement. */
  private wrap(start: number, end: number, name: string, isAsync: boolean, first: string): void {
    this.replace(start, start, `{ ${this.opening(name, "")}${first}`);
    this.replace(end, end, `${closing(name, isAsync)} }`);
  }

  private declaration(node: VariableDeclaration, name: string): void {
    this.replace(node.start, node.declarations[0]!.id.start, "const ");
    for (const { init } of node.declarations) {
      if (!init) continue;
      this.replace(init.start, init.start, `${name}.use((`);
      this.replace(init.end, init.end, `), ${node.kind === "await using"})`);
    }
  }

  private opening(name: string, outside: string): string {
    this.helper = SCOPE_HELPER;
    return ` ${outside}const ${name} = ${NAME}scope(); try { `;
  }
}

function closing(name: string, isAsync: boolean): string {
  return ` } catch (${NAME}error) { ${name}.note(${NAME}error); } finally { ${isAsync ? `await ${name}.endAsync()` : `${name}.end()`}; }`;
}

function isUsing(node: AnyNode): node is VariableDeclaration {
  return node.type === "VariableDeclaration" && (node.kind === "using" || node.kind === "await using");
}

function usingsOf(body: readonly AnyNode[]): readonly VariableDeclaration[] {
  return body.filter(isUsing);
}

/** Directives have to stay the first things in their function. */
function afterDirectives(body: readonly AnyNode[]): number | undefined {
  const isDirective = (node: AnyNode): boolean => node.type === "ExpressionStatement" && node.directive !== undefined;
  const first = body.findIndex((node) => !isDirective(node));
  return first > 0 ? body[first - 1]!.end : undefined;
}
