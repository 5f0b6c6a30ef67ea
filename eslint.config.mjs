/** The lint rules of the whole repository, the direction of imports among them. */

import js from "@eslint/js";
import globals from "globals";
import tseslint from "typescript-eslint";
import { importDirection } from "./scripts/importDirection.mjs";

const noVscode = { name: "vscode", message: "Only src/host and src/extension.ts know the editor." };
const noNode = { group: ["node:*"], message: "This part also runs in a browser." };
function restrictImports(files, { paths = [], patterns = [] }, ignores = []) {
  return { files, ignores, rules: { "@typescript-eslint/no-restricted-imports": ["error", { paths, patterns }] } };
}

/** Methods that are called with whole lists, which come from runs and have any length. */
const LISTING_METHODS =
  "append concat fromCharCode fromCodePoint max min prepend push replaceChildren splice unshift".split(" ");

export default tseslint.config(
  {
    ignores: [
      "dist/",
      "packages/*/dist/",
      "out/",
      ".vscode-test/",
      "test/fixtures/",
      "test/results/",
      "examples/node_modules/",
      "**/*.d.ts",
    ],
  },
  js.configs.recommended,
  {
    plugins: { house: { rules: { "import-direction": importDirection } } },
    rules: {
      "house/import-direction": "error",
      "no-restricted-exports": ["error", { restrictDefaultExports: { direct: true, named: true, defaultFrom: true } }],
      curly: ["error", "multi-line"],
      eqeqeq: "error",
      "no-var": "error",
      "prefer-const": "error",
    },
  },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-imports": ["error", { disallowTypeAnnotations: false }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/require-await": "off",
      // Taken on purpose where a function is kept to be called with its own `this`.
      "@typescript-eslint/unbound-method": "off",
    },
  },
  restrictImports(["**/*.ts"], { paths: [noVscode] }, ["src/host/**", "src/extension.ts", "test/host/**"]),
  restrictImports(
    ["src/core/**", "src/breakpoints/**", "src/recording/**", "src/protocol/**", "src/model/**", "webview/**"],
    { paths: [noVscode], patterns: [noNode] },
  ),
  { files: ["webview/**"], languageOptions: { globals: globals.browser } },
  {
    files: ["src/**/*.ts", "webview/**/*.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector: `CallExpression[callee.property.name=/^(${LISTING_METHODS.join("|")})$/] > SpreadElement`,
          message: "A long list is more arguments than a call can take (RangeError): loop over it.",
        },
      ],
    },
  },
  {
    files: ["test/**/*.ts"],
    rules: {
      // Tests look into parsed JSON and into what agents hold.
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-return": "off",
      "@typescript-eslint/no-unsafe-call": "off",
    },
  },
  { files: ["**/*.{mjs,js}"], languageOptions: { globals: { ...globals.node, ...globals.browser } } },
  { files: ["eslint.config.mjs"], rules: { "no-restricted-exports": "off" } },
);
