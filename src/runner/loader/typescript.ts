/** The parsers that TypeScript files need, in a bundle of their own: it is loaded only when such a file is met. */

import { transformSync } from "@swc/wasm-typescript";

/** TypeScript in, JavaScript out; see {@link https://www.npmjs.com/package/@swc/wasm-typescript}. Throws plain objects. */
export { transformSync };
export { DecoratorFound, mayNeedAll, PLAIN_MODULE, readSyntax } from "./syntax";
export { lower } from "./lowering";
