/** Owns the rules of the whole repository, the direction of imports among them. */

import js from "@eslint/js";
import { createNodeResolver, importX } from "eslint-plugin-import-x";
import globals from "globals";
import tseslint from "typescript-eslint";

/** What each part may import of `src/`; a part that is not listed here may import all of it. */
const MAY_IMPORT = {
  "src/runtime": ["runtime"],
  "src/protocol": ["protocol", "runtime"],
  "src/model": ["model", "protocol", "runtime"],
  "src/runner": ["runner", "protocol", "runtime"],
  "src/cli": ["cli", "runner", "protocol", "model", "runtime"],
  "src/host": ["host", "model", "protocol", "runtime"],
  "src/extension.ts": ["host", "model", "protocol", "runtime"],
  "src/tsplugin": ["tsplugin"],
  webview: ["model", "protocol", "runtime"],
  examples: [],
};

const zones = [
  ...Object.entries(MAY_IMPORT).map(([part, folders]) => ({
    target: `./${part}`,
    from: "./src",
    except: folders.map((folder) => `./${folder}`),
    message: `${part} may import of src/: ${folders.join(", ") || "nothing"} (ARCHITECTURE.md).`,
  })),
  { target: "./src", from: "./webview", message: "Extension and webviews meet in src/protocol alone." },
  ...["./test", "./scripts", "./examples"].map((from) => ({
    target: ["./src", "./webview"],
    from,
    message: "What ships imports nothing that does not.",
  })),
];

const noVscode = { name: "vscode", message: "Only src/host and src/extension.ts know the editor." };
const noNode = { group: ["node:*"], message: "This part also runs in a browser." };
const noRuntimeValues = {
  group: ["**/src/runtime/*"],
  allowTypeImports: true,
  message: "Webviews know the runtime's types alone.",
};

function restrictImports(files, { paths = [], patterns = [] }, ignores = []) {
  return { files, ignores, rules: { "@typescript-eslint/no-restricted-imports": ["error", { paths, patterns }] } };
}

export default tseslint.config(
  {
    ignores: ["dist/", "out/", ".vscode-test/", "test/fixtures/", "test/results/", "examples/node_modules/"],
  },
  js.configs.recommended,
  {
    plugins: { "import-x": importX },
    settings: {
      "import-x/resolver-next": [createNodeResolver({ extensions: [".ts", ".mjs", ".cjs", ".js"] })],
    },
    rules: {
      "import-x/no-default-export": "error",
      "import-x/no-restricted-paths": ["error", { basePath: import.meta.dirname, zones }],
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
    },
  },
  restrictImports(["**/*.ts"], { paths: [noVscode] }, ["src/host/**", "src/extension.ts", "test/host/**"]),
  restrictImports(["src/model/**"], { paths: [noVscode], patterns: [noNode] }),
  restrictImports(["webview/**"], { paths: [noVscode], patterns: [noNode, noRuntimeValues] }),
  { files: ["webview/**"], languageOptions: { globals: globals.browser } },
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
  { files: ["**/*.mjs"], languageOptions: { globals: { ...globals.node, ...globals.browser } } },
  { files: ["eslint.config.mjs"], rules: { "import-x/no-default-export": "off" } },
);
