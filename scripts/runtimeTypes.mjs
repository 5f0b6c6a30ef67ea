/**
 * Makes `index.d.ts` of the module `agent-context`: one file that holds the public types and what they are made of, and
 * nothing else of the runtime.
 */

import { writeFile } from "node:fs/promises";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const entry = path.join(root, "src/runtime/index.ts");

/** Writes `index.d.ts` into a folder. @throws when the runtime does not type-check. */
export async function writeRuntimeTypes(folder) {
  await writeFile(path.join(folder, "index.d.ts"), flatten(emitDeclarations()));
}

/** The declarations of each source file, as syntax trees, by the name of the source file without its ending. */
function emitDeclarations() {
  const config = ts.readConfigFile(path.join(root, "tsconfig.json"), ts.sys.readFile).config;
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const program = ts.createProgram([entry], {
    ...options,
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    outDir: undefined,
    types: ["node"],
  });
  const files = new Map();
  const { diagnostics } = program.emit(undefined, (file, text) => {
    const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
    files.set(file.replace(/\.d\.ts$/, ""), tree);
  });
  const faults = [...ts.getPreEmitDiagnostics(program), ...diagnostics];
  if (faults.length > 0) {
    const host = { getCurrentDirectory: () => root, getCanonicalFileName: (name) => name, getNewLine: () => "\n" };
    throw new Error(`The runtime's types cannot be written:\n${ts.formatDiagnostics(faults, host)}`);
  }
  return files;
}

/** Starts from what the entry exports and takes in each declaration that one taken in before mentions. */
function flatten(files) {
  const declared = new Map();
  let publicNames = [];
  for (const [file, tree] of files) {
    for (const statement of tree.statements) {
      if (file === entry.replace(/\.ts$/, "")) publicNames.push(...exportedNames(statement));
      else for (const name of declaredNames(statement)) declare(declared, name, statement);
    }
  }
  publicNames = publicNames.sort((a, b) => (a.name < b.name ? -1 : 1));
  const wanted = publicNames.map(({ name }) => name);
  const taken = new Set();
  for (const name of wanted) {
    for (const statement of declared.get(name) ?? []) {
      if (taken.has(statement)) continue;
      taken.add(statement);
      visitNames(statement, (mentioned) => declared.has(mentioned) && wanted.push(mentioned));
    }
  }
  const missing = publicNames.filter(({ name }) => !declared.has(name));
  if (missing.length > 0) throw new Error(`No declaration of ${missing.map(({ name }) => name).join(", ")}.`);
  const texts = [...taken].map((statement) => asPrivateDeclaration(statement));
  const exports = publicNames.map(({ name, isType }) => `${isType ? "type " : ""}${name}`);
  return (
    "/** A context runtime for programs of several agents: isolated overlays over a shared parent state. */\n\n" +
    `${texts.join("\n\n")}\n\nexport { ${exports.join(", ")} };\n`
  );
}

function declare(declared, name, statement) {
  const others = declared.get(name) ?? [];
  const file = statement.getSourceFile();
  if (others.some((other) => other.getSourceFile() !== file)) {
    throw new Error(`Two files of the runtime declare ${name}; one file of types cannot hold both.`);
  }
  declared.set(name, [...others, statement]);
}

function exportedNames(statement) {
  if (!ts.isExportDeclaration(statement) || !statement.exportClause || !ts.isNamedExports(statement.exportClause)) {
    return [];
  }
  return statement.exportClause.elements.map((element) => ({
    name: element.name.text,
    isType: statement.isTypeOnly || element.isTypeOnly,
  }));
}

function declaredNames(statement) {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map((declaration) => declaration.name.getText());
  }
  return statement.name && ts.isIdentifier(statement.name) ? [statement.name.text] : [];
}

function visitNames(node, found) {
  if (ts.isIdentifier(node)) found(node.text);
  ts.forEachChild(node, (child) => visitNames(child, found));
}

/** The text with its comment, `declare` in place of `export` where values need it. */
function asPrivateDeclaration(statement) {
  const file = statement.getSourceFile().text;
  const comments = ts.getLeadingCommentRanges(file, statement.getFullStart()) ?? [];
  const comment = comments.at(-1);
  const text = statement.getText().replace(/^export (?:declare )?|^declare /, "");
  const isValue = !ts.isInterfaceDeclaration(statement) && !ts.isTypeAliasDeclaration(statement);
  return (comment ? `${file.slice(comment.pos, comment.end)}\n` : "") + (isValue ? "declare " : "") + text;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeRuntimeTypes(path.resolve(process.argv[2] ?? path.join(root, "dist/agent-context")));
}
