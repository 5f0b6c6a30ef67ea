/** What a parser of JavaScript finds in transpiled code: what makes it a module or CommonJS, and what Node may not know. */

import { Parser, type AnyNode, type Node, type Options, type Program } from "acorn";

/** The names that Node gives CommonJS. */
export const COMMONJS_NAMES = ["require", "module", "exports", "__filename", "__dirname"] as const;
export type CommonJsName = (typeof COMMONJS_NAMES)[number];

/** Facts of one file. */
export interface Syntax {
  /** Whether `import`, `export` or `import.meta` is in it. */
  readonly hasModuleSyntax: boolean;
  readonly hasTopLevelAwait: boolean;
  /** Names of CommonJS that the file uses and does not declare. */
  readonly commonJsNames: ReadonlySet<CommonJsName>;
  /** Whether it assigns to what CommonJS exports, or uses `this` at its top. */
  readonly exportsCommonJs: boolean;
  readonly usesThis: boolean;
  /** The tree, for what is made anew of it; undefined where it was not needed to the end. */
  readonly program: Program | undefined;
}

/** A class field that was declared with `accessor`; acorn knows none, so the parser below reads them. */
export interface AccessorField {
  /** Where the word `accessor` begins. */
  readonly accessorAt?: number;
}

/** Thrown for code with a decorator: nothing after it is read. */
export class DecoratorFound extends Error {
  constructor(readonly at: number) {
    super("a decorator");
  }
}

/** What the parser's prototype has and its types do not say. */
interface ParserInternals {
  readonly pos: number;
  canInsertSemicolon(): boolean;
  isClassElementNameStart(): boolean;
  parseClassElementName(field: object): void;
}
type ParserClass = new (options: Options, input: string, start?: number) => { parse(): Program };

const CodeParser = Parser.extend((base) => {
  class WithNewSyntax extends (base as unknown as ParserClass) {
    // The tokenizer is asked for a token here, so an `@` stands in no string, comment, template or regular expression.
    getTokenFromCode(code: number): unknown {
      if (code === 0x40) throw new DecoratorFound((this as unknown as ParserInternals).pos);
      return inherited("getTokenFromCode").call(this, code);
    }

    parseClassField(field: { computed: boolean; key: Node; accessorAt?: number }): unknown {
      const parser = this as unknown as ParserInternals;
      const { key } = field as unknown as { key: { type: string; name?: string } };
      const isWord = !field.computed && key.type === "Identifier" && key.name === "accessor";
      if (isWord && parser.isClassElementNameStart() && !parser.canInsertSemicolon()) {
        field.accessorAt = field.key.start;
        parser.parseClassElementName(field);
      }
      return inherited("parseClassField").call(this, field);
    }

    // Node's own engine judges these, and knows newer ones.
    validateRegExpFlags(): void {}
    validateRegExpPattern(): void {}
  }
  const inherited = (name: string): ((...args: unknown[]) => unknown) =>
    (base.prototype as unknown as Record<string, (...args: unknown[]) => unknown>)[name]!;
  return WithNewSyntax as unknown as typeof Parser;
});

/** Thrown at the first import or export where nothing else is asked. */
class ModuleFound extends Error {}

const KindParser = CodeParser.extend((base) => {
  class StopsEarly extends (base as unknown as ParserClass) {
    parseStatement(...args: unknown[]): { type: string } {
      const { parseStatement } = base.prototype as unknown as StopsEarly;
      const node = parseStatement.apply(this, args);
      if (/^(Import|Export).*Declaration$/.test(node.type)) throw new ModuleFound();
      return node;
    }
  }
  return StopsEarly as unknown as typeof Parser;
});

/** What is found of a file of which nothing has to be read but that it is a module. */
export const PLAIN_MODULE: Syntax = {
  ...{ hasModuleSyntax: true, hasTopLevelAwait: false, exportsCommonJs: false, usesThis: false },
  ...{ commonJsNames: new Set<CommonJsName>(), program: undefined },
};

/** What has to be looked for in code: where none of these stands, there is no such syntax and no such name. */
const WORDS = ["@", "accessor", "using", ...COMMONJS_NAMES];

/** Tells whether code may hold more than its imports and exports say. */
export function mayNeedAll(code: string): boolean {
  return WORDS.some((word) => code.includes(word));
}

/**
 * Parses JavaScript.
 * @param all false where it is enough to know whether there are imports or exports: it is read up to the first.
 * @returns undefined for what is no JavaScript: Node will say what is wrong with it.
 * @throws DecoratorFound
 */
export function readSyntax(code: string, all = true): Syntax | undefined {
  for (const sourceType of ["module", "commonjs"] as const) {
    try {
      const program = (all ? CodeParser : KindParser).parse(code, {
        ecmaVersion: "latest",
        sourceType,
        allowHashBang: true,
        // `module` would refuse it, and CommonJS has it.
        ...(sourceType === "module" && { allowReturnOutsideFunction: true }),
      });
      return new Walk(program).facts();
    } catch (error) {
      if (error instanceof ModuleFound) return PLAIN_MODULE;
      if (error instanceof DecoratorFound) throw error;
    }
  }
  return undefined;
}

/** A part of the code with names of its own. */
interface Scope {
  readonly names: Set<string>;
  readonly outer: Scope | undefined;
  /** Where `var` puts its names. */
  readonly ofFunction: Scope | undefined;
}

const WANTED: ReadonlySet<string> = new Set(COMMONJS_NAMES);

/** Whether nodes stand outside of functions, by what: arrow functions keep `this`, all functions have an `await` of their own. */
interface Place {
  readonly scope: Scope;
  readonly awaitIsTop: boolean;
  readonly thisIsTop: boolean;
}

/** One walk over a tree. References are looked up at the end, for declarations may follow them. */
class Walk {
  private hasModuleSyntax = false;
  private hasTopLevelAwait = false;
  private usesThis = false;
  private readonly references: { name: CommonJsName; scope: Scope; exports: boolean }[] = [];

  constructor(private readonly program: Program) {
    const scope: Scope = { names: new Set(), outer: undefined, ofFunction: undefined };
    for (const node of program.body) this.visit(node, { scope, awaitIsTop: true, thisIsTop: true });
  }

  facts(): Syntax {
    const free = this.references.filter(({ name, scope }) => {
      for (let at: Scope | undefined = scope; at; at = at.outer) if (at.names.has(name)) return false;
      return true;
    });
    return {
      hasModuleSyntax: this.hasModuleSyntax,
      hasTopLevelAwait: this.hasTopLevelAwait,
      commonJsNames: new Set(free.map(({ name }) => name)),
      exportsCommonJs: free.some(({ exports }) => exports),
      usesThis: this.usesThis,
      program: this.program,
    };
  }

  private visit(node: AnyNode | null | undefined, place: Place): void {
    if (!node) return;
    switch (node.type) {
      case "Identifier":
        return this.refer(node.name, place.scope, node.name === "exports");
      case "ThisExpression":
        this.usesThis ||= place.thisIsTop;
        return;
      case "MemberExpression": {
        const { object, property, computed } = node;
        if (object.type === "Identifier" && object.name === "module") {
          this.refer("module", place.scope, property.type === "Identifier" && property.name === "exports");
        } else {
          this.visit(object, place);
        }
        if (computed) this.visit(property, place);
        return;
      }
      case "Property":
      case "MethodDefinition":
        if (node.computed) this.visit(node.key, place);
        return this.visit(node.value, place);
      case "PropertyDefinition":
        if (node.computed) this.visit(node.key, place);
        return this.visit(node.value, { ...place, awaitIsTop: false, thisIsTop: false });
      case "MetaProperty":
        this.hasModuleSyntax ||= node.meta.name === "import";
        return;
      case "AwaitExpression":
        this.hasTopLevelAwait ||= place.awaitIsTop;
        return this.visit(node.argument, place);
      case "BreakStatement":
      case "ContinueStatement":
        return;
      case "LabeledStatement":
        return this.visit(node.body, place);
      case "ImportDeclaration":
        this.hasModuleSyntax = true;
        for (const { local } of node.specifiers) place.scope.names.add(local.name);
        return;
      case "ExportAllDeclaration":
        this.hasModuleSyntax = true;
        return;
      case "ExportNamedDeclaration":
        this.hasModuleSyntax = true;
        if (!node.source) for (const { local } of node.specifiers) this.visit(local, place);
        return this.visit(node.declaration, place);
      case "ExportDefaultDeclaration":
        this.hasModuleSyntax = true;
        return this.visit(node.declaration, place);
      case "VariableDeclaration": {
        this.hasTopLevelAwait ||= node.kind === "await using" && place.awaitIsTop;
        const target = node.kind === "var" ? (place.scope.ofFunction ?? place.scope) : place.scope;
        for (const { id, init } of node.declarations) {
          this.bind(id, target, place);
          this.visit(init, place);
        }
        return;
      }
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression": {
        if (node.type === "FunctionDeclaration" && node.id) place.scope.names.add(node.id.name);
        const scope: Scope = { names: new Set(), outer: place.scope, ofFunction: undefined };
        if (node.type === "FunctionExpression" && node.id) scope.names.add(node.id.name);
        const thisIsTop = place.thisIsTop && node.type === "ArrowFunctionExpression";
        const inside = { scope, awaitIsTop: false, thisIsTop };
        for (const param of node.params) this.bind(param, scope, inside);
        return this.visit(node.body, inside);
      }
      case "ClassDeclaration":
      case "ClassExpression": {
        const scope = block(place.scope);
        if (node.id) (node.type === "ClassDeclaration" ? place.scope : scope).names.add(node.id.name);
        this.visit(node.superClass, place);
        return this.visit(node.body, { ...place, scope });
      }
      case "StaticBlock": {
        const scope: Scope = { names: new Set(), outer: place.scope, ofFunction: undefined };
        for (const each of node.body) this.visit(each, { scope, awaitIsTop: false, thisIsTop: false });
        return;
      }
      case "CatchClause": {
        const inside = { ...place, scope: block(place.scope) };
        if (node.param) this.bind(node.param, inside.scope, inside);
        return this.visit(node.body, inside);
      }
      case "ForOfStatement":
        this.hasTopLevelAwait ||= node.await && place.awaitIsTop;
        return this.visitChildren(node, { ...place, scope: block(place.scope) });
      case "BlockStatement":
      case "ForStatement":
      case "ForInStatement":
      case "SwitchStatement":
        return this.visitChildren(node, { ...place, scope: block(place.scope) });
      default:
        return this.visitChildren(node, place);
    }
  }

  private visitChildren(node: AnyNode, place: Place): void {
    for (const value of Object.values(node)) {
      if (Array.isArray(value)) for (const each of value) this.visit(asNode(each), place);
      else this.visit(asNode(value), place);
    }
  }

  private refer(name: string, scope: Scope, exports: boolean): void {
    if (WANTED.has(name)) this.references.push({ name: name as CommonJsName, scope, exports });
  }

  /** Declares the names of a pattern; what stands in it as an expression is visited. */
  private bind(pattern: AnyNode | null, target: Scope, place: Place): void {
    switch (pattern?.type) {
      case "Identifier":
        target.names.add(pattern.name);
        return;
      case "AssignmentPattern":
        this.bind(pattern.left, target, place);
        return this.visit(pattern.right, place);
      case "RestElement":
        return this.bind(pattern.argument, target, place);
      case "ArrayPattern":
        for (const element of pattern.elements) this.bind(element, target, place);
        return;
      case "ObjectPattern":
        for (const property of pattern.properties) {
          if (property.type === "RestElement") {
            this.bind(property.argument, target, place);
          } else {
            if (property.computed) this.visit(property.key, place);
            this.bind(property.value, target, place);
          }
        }
        return;
      default:
        return this.visit(pattern, place);
    }
  }
}

function block(outer: Scope): Scope {
  return { names: new Set(), outer, ofFunction: outer.ofFunction ?? outer };
}

function asNode(value: unknown): AnyNode | undefined {
  return typeof value === "object" && value !== null && "type" in value && "start" in value
    ? (value as AnyNode)
    : undefined;
}

/** Calls `enter` for each node, outer ones first. */
export function eachNode(node: AnyNode, enter: (node: AnyNode) => void): void {
  enter(node);
  for (const value of Object.values(node)) {
    for (const each of Array.isArray(value) ? (value as unknown[]) : [value]) {
      const child = asNode(each);
      if (child !== undefined) eachNode(child, enter);
    }
  }
}
