/** TypeScript files of all kinds and what each must print: what `tsx` prints, and plain Node where it can run them. */

/** One folder of files; the first is the script. */
export interface Probe {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly prints: string;
  /** It asks whether it is the script itself. */
  readonly asScript?: true;
  /** Packages that stand in the folder's `node_modules`; without them the file is refused by a sentence. */
  readonly needs?: readonly ("esbuild" | "typescript")[];
}

const ESM = `{ "type": "module" }`;
const NONE = `{}`;

/** tsconfig.json with these compiler options. */
function options(compilerOptions: object, rest: object = {}): string {
  return JSON.stringify({ compilerOptions, ...rest });
}

const SIDE = `(globalThis as any).loaded = "yes"; export class Side {}`;
/** A class whose field is defined anew, or assigned to. */
const FIELDS = `
  class Base { seen = ""; set x(value: unknown) { this.seen = "assigned " + value; } get x() { return "base"; } }
  class Derived extends Base { declare y: number; x = 1; }
  const derived = new Derived();
  console.log(derived.seen || "defined");`;
const BARE_FIELD = `
  class Base { constructor() { this.init(); } init(): void {} }
  class Derived extends Base { x: number | undefined; init(): void { this.x = 5; } }
  console.log(new Derived().x);`;

/** The table. */
export const PROBES: readonly Probe[] = [
  // What types leave behind.
  {
    name: "enums, const enums, merged enums and namespaces",
    files: {
      "main.ts": `enum A { X = 1, Y = X << 2, S = "s" } enum A { Z = 9 } const enum C { Q = "q" }
        namespace N { export const a = 1; export namespace M { export const b = a + 1; } } namespace N { export const c = N.a; }
        console.log(A.Y, A[4], A.S, A.Z, C.Q, N.M.b, N.c); export {};`,
    },
    prints: "4 Y s 9 q 2 1",
  },
  {
    name: "parameter properties before field initialisers that use them, where fields are assigned",
    files: {
      "main.ts": `class A { url = this.base + "/x"; constructor(private readonly base: string) {} } console.log(new A("b").url); export {};`,
      "tsconfig.json": options({ target: "es2020" }),
    },
    prints: "b/x",
  },
  {
    name: "this-parameters, overloads, abstract classes, definite assignment, satisfies",
    files: {
      "main.ts": `abstract class A { abstract n(): number; x!: number; } class B extends A { n() { return 2; } }
        function f(this: void, a: string): string; function f(a: any) { return a + "!"; }
        const o = { k: 1 } satisfies Record<string, number>; console.log(f("f"), new B().n(), o.k, (<any>o)["k"]!); export {};`,
    },
    prints: "f! 2 1 1",
  },
  {
    name: "an @ in strings, templates, comments, regular expressions and enums",
    files: {
      "main.ts": `/** @internal */ enum E { A = "page @team", B = \`t @b\` } class M { constructor(/** @x */ private to: string) {} at() { return this.to; } }
        console.log(E.A, E.B, new M("m").at(), /[@a]@b/.source, "\\"@c"); export {};`,
    },
    prints: `page @team t @b m [@a]@b "@c`,
  },
  {
    name: "words that are keywords elsewhere, used as names",
    files: {
      "main.ts": `const accessor = 1, using = 2, of = 4, type = 3, as = 5; class A { accessor = 6; using() { return 7; } static of = 8; declare = 9; }
        const half = of / 2, text = \`it's \${of / 1} / \${half}\`; console.log(accessor, using, type, as, new A().accessor, new A().using(), A.of, text); export {};`,
    },
    prints: "1 2 3 5 6 7 8 it's 4 / 2",
  },
  {
    name: "generic arrow functions and assertions in angle brackets",
    files: {
      "main.ts": `const f = <T,>(x: T): T => x; const g = <T extends string>(x: T) => <string>x; console.log(f(1), g("g")); export {};`,
    },
    prints: "1 g",
  },
  {
    name: "a byte order mark, a hash-bang and CRLF",
    files: {
      "main.ts": `\uFEFF#!/usr/bin/env -S npx tsx\r\nimport fs = require("node:fs");\r\nconst a: string = typeof fs.statSync;\r\nconsole.log(a, __filename.endsWith("main.ts"));\r\n`,
    },
    prints: "function true",
  },
  // Which kind of module a file is.
  {
    name: "no type: require and module.exports make CommonJS",
    asScript: true,
    files: {
      "main.ts": `const { sep } = require("node:path"); const a: string = typeof sep; module.exports = { a }; console.log(a, require.main === module);`,
      "package.json": NONE,
    },
    prints: "string true",
  },
  {
    name: "no type: __filename and __dirname make CommonJS",
    files: { "main.ts": `const a: boolean = __filename.startsWith(__dirname); console.log(a);`, "package.json": NONE },
    prints: "true",
  },
  {
    name: "no type: top-level await makes a module",
    files: { "main.ts": `const a: number = await Promise.resolve(3); console.log(a);`, "package.json": NONE },
    prints: "3",
  },
  {
    name: "no type: for await and await in a template make a module",
    files: {
      "main.ts": `for await (const a of [Promise.resolve(1)]) console.log(\`\${await a}\`);`,
      "package.json": NONE,
    },
    prints: "1",
  },
  {
    name: "no type: await in functions alone, beside require, stays CommonJS",
    files: {
      "main.ts": `const f = async (): Promise<string> => await Promise.resolve(typeof require("fs").statSync); f().then((a) => console.log(a, typeof module));`,
      "package.json": NONE,
    },
    prints: "function object",
  },
  {
    name: "no type: names of CommonJS in strings, members and other scopes are no CommonJS",
    files: {
      "main.ts": `const o = { require: 1, module: "m" }; function f(exports: number) { return exports; } const a: string = "require('x') __filename"; // module.exports
        console.log(o.require, o.module, f(2), await a.length);`,
      "package.json": NONE,
    },
    prints: "1 m 2 23",
  },
  {
    name: "no type: import beside __dirname and require",
    asScript: true,
    files: {
      "main.ts": `import { basename } from "node:path"; const { join } = require("node:path") as typeof import("node:path");
        console.log(basename(__filename), basename(join(__dirname, "x")), require.main === module, typeof require.resolve("./other")); export const x = 1;`,
      "other.ts": `export {};`,
      "package.json": NONE,
    },
    prints: "main.ts x true string",
  },
  {
    name: "no type: a variable of one's own called require",
    files: {
      "main.mts": `import { createRequire } from "node:module"; const require = createRequire(import.meta.url); const __dirname = "mine"; console.log(typeof require("fs").statSync, __dirname);`,
      "package.json": NONE,
    },
    prints: "function mine",
  },
  {
    name: "type commonjs: import and export",
    files: {
      "main.ts": `import { a } from "./a"; console.log(a, typeof __filename);`,
      "a.ts": `export const a: string = "a";`,
      "package.json": `{ "type": "commonjs" }`,
    },
    prints: "a string",
  },
  {
    name: "type module: no syntax of modules is needed",
    files: { "main.ts": `const a: string = typeof module; console.log(a, this === undefined);`, "package.json": ESM },
    prints: "undefined true",
  },
  {
    name: "import x = require and export =",
    files: {
      "main.cts": `import fs = require("node:fs"); import b = require("./b.cjs"); console.log(typeof fs.statSync, b.n); export = b;`,
      "b.cts": `const n: number = 4; export = { n };`,
    },
    prints: "function 4",
  },
  {
    name: "import x = require beside import in a module",
    files: {
      "main.mts": `import { sep } from "node:path"; import fs = require("node:fs"); console.log(typeof sep, typeof fs.statSync);`,
      "package.json": NONE,
    },
    prints: "string function",
  },
  {
    name: "import and export in a .cts file",
    files: {
      "main.cts": `import { sep } from "node:path"; import b, { n } from "./b.cjs"; export const x: string = sep; console.log(typeof x, b, n, typeof module.exports);`,
      "b.cts": `export const n: number = 4; export default "b";`,
    },
    prints: "string b 4 object",
    needs: ["esbuild"],
  },
  // Which file is meant.
  {
    name: "the source, not the stale .js beside it",
    files: {
      "main.ts": `import { a } from "./a.js"; import { b } from "./b"; import { c } from "./c.mjs"; import d from "./d.cjs"; import { e } from "./folder/index.js"; console.log(a, b, c, d.d, e);`,
      "a.ts": `export const a: string = "ts";`,
      "a.js": `export const a = "js";`,
      "b.ts": `export const b: string = "ts";`,
      "b.js": `export const b = "js";`,
      "c.mts": `export const c: string = "ts";`,
      "c.mjs": `export const c = "js";`,
      "d.cts": `exports.d = "ts" as string;`,
      "d.cjs": `exports.d = "js";`,
      "folder/index.ts": `export const e: string = "ts";`,
      "folder/index.js": `export const e = "js";`,
      "package.json": ESM,
    },
    prints: "ts ts ts ts ts",
  },
  {
    name: "the source, not the stale .js beside it, by require",
    files: {
      "main.cts": `const a = require("./a"), b = require("./b.js"), c = require("./folder"); console.log(a.a as string, b.b, c.c);`,
      "a.ts": `exports.a = "ts" as string;`,
      "a.js": `exports.a = "js";`,
      "b.ts": `exports.b = "ts" as string;`,
      "b.js": `exports.b = "js";`,
      "folder/index.ts": `exports.c = "ts" as string;`,
      "folder/index.js": `exports.c = "js";`,
      "package.json": NONE,
    },
    prints: "ts ts ts",
  },
  {
    name: "JavaScript asks for JavaScript, though a source stands beside it",
    files: {
      "main.mjs": `import { a } from "./a.js"; console.log(a);`,
      "a.ts": `export const a: string = "ts";`,
      "a.js": `export const a = "js";`,
      "package.json": ESM,
    },
    prints: "js",
  },
  {
    name: "x.js meaning x.tsx, and x meaning x.tsx",
    files: {
      "main.ts": `import { a } from "./a.js"; import { b } from "./b"; console.log(a, b);`,
      "a.tsx": `export const a = "plain" as string;`,
      "b.tsx": `export const b: string = "b";`,
      "package.json": ESM,
    },
    prints: "plain b",
  },
  {
    name: "package imports (#x) that name a .js whose source is TypeScript",
    files: {
      "main.ts": `import { a } from "#a"; console.log(a);`,
      "src/a.ts": `export const a: string = "ts";`,
      "package.json": `{ "type": "module", "imports": { "#a": "./src/a.js" } }`,
    },
    prints: "ts",
  },
  {
    name: "queries make modules of their own",
    files: {
      "main.ts": `const a = await import("./a.ts?1"), b = await import("./a.ts?2"), c = await import("./a.ts?1"); console.log(a === b, a === c, a.n);`,
      "a.ts": `export const n: number = 1;`,
      "package.json": ESM,
    },
    prints: "false true 1",
  },
  {
    name: "tsconfig paths, by extends, to a folder and to a file",
    files: {
      "main.ts": `import { a } from "@app/a"; import { b } from "lib"; console.log(a, b);`,
      "tsconfig.json": `{ // a comment\n "extends": ["./base.json"], }`,
      "base.json": options({ paths: { "@app/*": ["./src/*"], lib: ["./lib/b.ts"] } }),
      "src/a.ts": `export const a: string = "A";`,
      "lib/b.ts": `export const b: string = "B";`,
      "package.json": ESM,
    },
    prints: "A B",
  },
  {
    name: "tsconfig paths to declarations mean the package",
    files: {
      "main.ts": `import { price } from "pricing"; import { cost } from "costing"; console.log(price(21), cost);`,
      "tsconfig.json": options({ paths: { pricing: ["./types/pricing.d.ts"], costing: ["./types/costing"] } }),
      "types/pricing.d.ts": `export function price(n: number): number;`,
      "types/costing.d.ts": `export const cost: number;`,
      "node_modules/pricing/package.json": `{ "name": "pricing", "main": "index.js" }`,
      "node_modules/pricing/index.js": `exports.price = (n) => n * 2;`,
      "node_modules/costing/package.json": `{ "name": "costing", "main": "index.js" }`,
      "node_modules/costing/index.js": `exports.cost = 3;`,
      "package.json": ESM,
    },
    prints: "42 3",
  },
  // tsconfig.json.
  {
    name: "imports that only types use are left out",
    files: {
      "main.ts": `import { Side } from "./side"; let side: Side | undefined; console.log((globalThis as any).loaded, side);`,
      "side.ts": SIDE,
      "package.json": ESM,
    },
    prints: "undefined undefined",
  },
  {
    name: "verbatimModuleSyntax keeps imports that are not used, but for types",
    files: {
      "main.ts": `import { Side } from "./side"; import type { T } from "./none"; import { type U } from "./empty"; let u: T | U | undefined; console.log((globalThis as any).loaded, (globalThis as any).empty);`,
      "side.ts": SIDE,
      "empty.ts": `(globalThis as any).empty = "kept"; export type U = 1;`,
      "tsconfig.json": options({ verbatimModuleSyntax: true }),
      "package.json": ESM,
    },
    prints: "yes kept",
  },
  {
    name: "verbatimModuleSyntax by extends of a package",
    files: {
      "main.ts": `import { Side } from "./side"; console.log((globalThis as any).loaded);`,
      "side.ts": SIDE,
      "tsconfig.json": `{ "extends": "@base/config" }`,
      "node_modules/@base/config/tsconfig.json": options({ verbatimModuleSyntax: true }),
      "node_modules/@base/config/package.json": `{ "name": "@base/config" }`,
      "package.json": ESM,
    },
    prints: "yes",
  },
  {
    name: "fields are defined where tsconfig does not say",
    files: { "main.ts": `${FIELDS} export {};` },
    prints: "defined",
  },
  {
    name: "fields are assigned for an old target",
    files: { "main.ts": `${FIELDS} export {};`, "tsconfig.json": options({ target: "ES2021" }) },
    prints: "assigned 1",
  },
  {
    name: "fields are defined for an old target with useDefineForClassFields",
    files: {
      "main.ts": `${FIELDS} export {};`,
      "tsconfig.json": options({ target: "ES2020", useDefineForClassFields: true }),
    },
    prints: "defined",
  },
  {
    name: "fields are assigned without useDefineForClassFields",
    files: {
      "main.ts": `${FIELDS} export {};`,
      "tsconfig.json": options({ target: "ESNext", useDefineForClassFields: false }),
    },
    prints: "assigned 1",
  },
  {
    name: "a field without a value is nothing where fields are assigned",
    files: { "main.ts": `${BARE_FIELD} export {};`, "tsconfig.json": options({ target: "ES2017" }) },
    prints: "5",
  },
  {
    name: "a field without a value is undefined where fields are defined",
    files: { "main.ts": `${BARE_FIELD} export {};`, "tsconfig.json": options({ target: "ES2022" }) },
    prints: "undefined",
  },
  {
    name: "assigned fields: static ones, computed names, arrow functions, private ones, order",
    files: {
      "main.ts": `const log: string[] = []; const k = (n: string) => (log.push("key " + n), n);
        class P { static set s(v: number) { log.push("static " + v); } }
        class C { [k("c")] = 3; } class A extends P { static s = 1; #p = 2; "quoted name" = 4; 5 = 6; arrow = () => this.#p; other = this.arrow() + 1; constructor(public q: number, r = 1) { super(); log.push("body " + this.other + this.q + r); } }
        const a = new A(9) as any; console.log(log.join(), (new C() as any).c, a["quoted name"], a[5], a.arrow(), Object.keys(a).join()); export {};`,
      "tsconfig.json": options({ target: "es2019" }),
    },
    prints: "key c,static 1,body 391 3 4 6 2 5,q,quoted name,arrow,other",
  },
  // What ours cannot do by itself.
  {
    name: "JSX by the factory of tsconfig",
    files: {
      "main.ts": `import { view } from "./view"; console.log(view);`,
      "view.tsx": `const h = (tag: string, props: object | null, ...children: unknown[]) => tag + JSON.stringify(props) + children.join(); export const view = <b id="x">{1 + 1}</b>;`,
      "tsconfig.json": options({ jsx: "react", jsxFactory: "h" }),
      "package.json": ESM,
    },
    prints: `b{"id":"x"}2`,
    needs: ["esbuild"],
  },
  {
    name: "JSX by the automatic runtime of tsconfig",
    files: {
      "main.tsx": `export const view: unknown = <p>{"t"}</p>; console.log(view);`,
      "node_modules/tiny/package.json": `{ "name": "tiny", "exports": { "./jsx-runtime": "./r.js" } }`,
      "node_modules/tiny/r.js": `exports.jsx = (tag, props) => tag + props.children;`,
      "tsconfig.json": options({ jsx: "react-jsx", jsxImportSource: "tiny" }),
      "package.json": ESM,
    },
    prints: "pt",
    needs: ["esbuild"],
  },
  {
    name: "JSX by the project's typescript",
    files: {
      "main.tsx": `const h = (tag: string) => "h " + tag; export const view = <b />; console.log(view);`,
      "tsconfig.json": options({ jsx: "react", jsxFactory: "h" }),
      "package.json": ESM,
    },
    prints: "h b",
    needs: ["typescript"],
  },
  {
    name: "standard decorators",
    files: {
      "main.ts": `function name(value: unknown, context: ClassDecoratorContext | ClassMethodDecoratorContext) { console.log(context.kind, context.name); }
        @name class A { @name m() {} } export { A };`,
    },
    prints: "method m\nclass A",
    needs: ["esbuild"],
  },
  {
    name: "experimentalDecorators, of parameters too",
    files: {
      "main.ts": `const seen: string[] = []; const d = (...a: any[]) => void seen.push(a.length + String(a[1] ?? "")); const p = (t: any, k: any, i: number) => void seen.push("p" + i);
        @d class A { @d x = 1; @d m(@p a: number) {} } console.log(seen.join(), new A().x); export {};`,
      "tsconfig.json": options({ experimentalDecorators: true, target: "es2021" }),
    },
    prints: "3x,p0,3m,1 1",
    needs: ["esbuild"],
  },
  {
    name: "accessor fields",
    files: {
      "main.ts": `class A { accessor sum = 3; static accessor count: number = 4; accessor bare: number | undefined; accessor #own = 5; accessor "a b" = 6; own() { return this.#own++ + this.#own; } } const a = new A(); a.sum++; A.count += 2; console.log(a.sum, A.count, a.bare, a.own(), a["a b"], Object.keys(a).length); export {};`,
    },
    prints: "4 6 undefined 11 6 0",
  },
  {
    name: "using",
    files: {
      "main.ts": `const log: string[] = []; const lock = (n: string) => ({ n, [Symbol.dispose ?? Symbol.for("Symbol.dispose")]() { log.push(n); } });
        { using a = lock("a"), b = lock("b"); using none = null; log.push("body " + a.n + b.n + " " + late()); function late() { return none; } }
        for (using c of [lock("c1"), lock("c2")]) { if (c.n === "c1") continue; log.push("in " + c.n); }
        function f() { using d = lock("d"); return d.n + log.length; }
        try { using e = lock("e"); throw new Error("x"); } catch (error) { log.push((error as Error).message); }
        log.push(f()); console.log(log.join()); export {};`,
    },
    prints: "body ab null,b,a,c1,in c2,c2,e,x,d,d8",
  },
  {
    name: "await using",
    files: {
      "main.ts": `const log: string[] = []; const lock = (n: string) => ({ async [Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose")]() { await null; log.push(n); } });
        { await using a = lock("a"); await using b = { [Symbol.dispose ?? Symbol.for("Symbol.dispose")]() { log.push("b"); } }; log.push("body"); } console.log(log.join()); export {};`,
    },
    prints: "body,b,a",
  },
  {
    name: "using at the top of a module",
    files: {
      "main.ts": `import { sep } from "node:path"; using a = { [Symbol.dispose ?? Symbol.for("Symbol.dispose")]() { console.log("end", typeof sep); } }; console.log("body"); export {};`,
    },
    prints: "body\nend string",
  },
  {
    name: "decorator metadata by the project's typescript",
    files: {
      "main.ts": `(Reflect as any).metadata = (k: string, v: any) => (t: any) => void console.log(k, Array.isArray(v) ? v.map((c) => c.name).join() : v?.name);
        const dec: any = () => {}; class Dep {} @dec class A { constructor(d: Dep, n: string) {} } export { A };`,
      "tsconfig.json": options({ experimentalDecorators: true, emitDecoratorMetadata: true }),
      "package.json": ESM,
    },
    prints: "design:paramtypes Dep,String",
    needs: ["typescript"],
  },
  // JSON.
  {
    name: "JSON by a plain import, with and without names",
    files: {
      "main.ts": `import data, { limit } from "./data.json"; import { again } from "./again"; const late = await import("./data.json"); console.log(data.limit, limit, again === data, late.default.limit);`,
      "again.ts": `import again from "./data.json" with { type: "json" }; export { again };`,
      "data.json": `{ "limit": 1, "a-b": 2, "default": 3 }`,
      "tsconfig.json": options({ resolveJsonModule: true }),
      "package.json": ESM,
    },
    prints: "1 1 true 1",
  },
  {
    name: "JSON by require and import x = require",
    files: {
      "main.cts": `import data = require("./data.json"); console.log(data.limit, require("./data").limit as number);`,
      "data.json": `{ "limit": 1 }`,
    },
    prints: "1 1",
  },
];
