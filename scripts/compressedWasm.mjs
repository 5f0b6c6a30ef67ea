/**
 * How the transpiler ships: its package carries 3.7 MB of base64 in its source; what ships is the same bytes,
 * compressed to a fifth, in a file beside the bundle.
 */

import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { promisify } from "node:util";
import * as zlib from "node:zlib";

const LITERAL = /Buffer\.from\('([A-Za-z0-9+/=]+)', 'base64'\)/;

/**
 * @param {string} target the file to write
 * @param {{ smallest: boolean }} options `smallest` takes seconds, so it is for what ships
 * @returns {import("esbuild").Plugin}
 */
export function compressedWasm(target, { smallest }) {
  return {
    name: "compressed-wasm",
    setup(build) {
      build.onLoad({ filter: /@swc[\\/]wasm-typescript[\\/]wasm\.js$/ }, async ({ path: file }) => {
        const source = await readFile(file, "utf8");
        const base64 = LITERAL.exec(source)?.[1];
        if (base64 === undefined) {
          throw new Error(`${file} carries no wasm in the form that scripts/compressedWasm.mjs knows.`);
        }
        const [made, from] = await Promise.all([target, file].map((each) => stat(each).catch(() => undefined)));
        if (smallest || made === undefined || made.mtimeMs < from.mtimeMs) {
          const params = { [zlib.constants.BROTLI_PARAM_QUALITY]: smallest ? 11 : 5 };
          await mkdir(path.dirname(target), { recursive: true });
          await writeFile(target, await promisify(zlib.brotliCompress)(Buffer.from(base64, "base64"), { params }));
        }
        const read = `require("node:fs").readFileSync(require("node:path").join(__dirname, "${path.basename(target)}"))`;
        return {
          contents: source.replace(LITERAL, `require("node:zlib").brotliDecompressSync(${read})`),
          loader: "js",
        };
      });
    },
  };
}
