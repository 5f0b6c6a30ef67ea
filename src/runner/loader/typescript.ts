/** The two parsers that TypeScript files need, in a bundle of their own: it is loaded only when such a file is met. */

import { transformSync } from "@swc/wasm-typescript";
import { parse } from "es-module-lexer/js";

/** TypeScript in, JavaScript out; see {@link https://www.npmjs.com/package/@swc/wasm-typescript}. Throws plain objects. */
export { transformSync };

/** Tells whether JavaScript uses `import`, `export` or `import.meta`. @throws when it cannot be parsed. */
export function hasModuleSyntax(code: string): boolean {
  return parse(code)[3];
}
