/** Owns the lint rule that imports point one way; it knows folders, not what is in them. */

import * as path from "node:path";

/** What each part may import of `src/`; the first part whose path a file starts with is the file's. */
const MAY_IMPORT = {
  "src/runtime": ["runtime"],
  "src/protocol": ["protocol", "runtime"],
  "src/model": ["model", "protocol", "runtime"],
  "src/runner": ["runner", "protocol", "runtime"],
  "src/cli": ["cli", "runner", "protocol", "model", "runtime"],
  "src/host": ["host", "model", "protocol", "runtime"],
  "src/extension.ts": ["host", "model", "protocol", "runtime"],
  "src/tsplugin": ["tsplugin"],
  webview: ["model", "protocol"],
  examples: [],
};
/** Parts of `src/` of which a part may know types, and no more. */
const MAY_IMPORT_TYPES = { webview: ["runtime"] };

/** An ESLint rule; only relative imports are looked at, for those are all that lead from part to part. */
export const importDirection = {
  meta: { type: "problem", schema: [] },
  create(context) {
    const file = path.relative(context.cwd, context.filename).replaceAll(path.sep, "/");
    const part = Object.keys(MAY_IMPORT).find((name) => file === name || file.startsWith(`${name}/`));
    const check = ({ source, importKind, exportKind }) => {
      if (part === undefined || typeof source?.value !== "string" || !source.value.startsWith(".")) {
        return;
      }
      const [folder = "", inner = ""] = path.posix.join(path.posix.dirname(file), source.value).split("/");
      const typesOnly = importKind === "type" || exportKind === "type";
      const allowed = [...MAY_IMPORT[part], ...(typesOnly ? (MAY_IMPORT_TYPES[part] ?? []) : [])];
      const own = folder === part.split("/")[0] && folder !== "src";
      // The version is read from the manifest by whoever wants it.
      if (!own && folder !== "package.json" && !(folder === "src" && allowed.includes(inner))) {
        const message = `${part} must not import ${source.value}; of src/ it may import ${allowed.join(", ") || "nothing"}.`;
        context.report({ node: source, message });
      }
    };
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
    };
  },
};
