/**
 * Whether TypeScript finds the types of `agent-context` for a script that is open. It asks when somebody wants to know and
 * when TypeScript has looked at the script again, and nobody waits for the answer.
 */

import * as vscode from "vscode";
import { DisposableStore } from "../../base/disposableStore";
import { findImport } from "../runs/importMatcher";

/** "Cannot find module", the same with advice on `moduleResolution`, "could not find a declaration file", "side-effect import". */
const CODES: ReadonlySet<unknown> = new Set([2307, 2792, 7016, 2882]);
/** VS Code's own TypeScript. */
export const TYPESCRIPT = "vscode.typescript-language-features";
/** What may serve TypeScript here. */
const SERVERS = [TYPESCRIPT, "TypeScriptTeam.native-preview"];

/** Tells of scripts whose import of `agent-context` has no types. */
export class UnresolvedImports implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly changes = this.store.add(new vscode.EventEmitter<void>());
  /** What is known of the scripts that somebody asked about, by URI. */
  private readonly known = new Map<string, boolean>();
  private readonly asking = new Set<string>();
  /** Something is unresolved now that was not, or the reverse. */
  readonly onDidChange = this.changes.event;

  constructor() {
    this.store.add(
      vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        for (const uri of uris) if (this.known.has(uri.toString())) void this.ask(uri);
      }),
    );
    this.store.add(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        this.known.delete(uri.toString());
      }),
    );
    this.store.add(
      vscode.window.onDidChangeActiveTextEditor((editor) => {
        if (editor && this.known.has(editor.document.uri.toString())) void this.ask(editor.document.uri);
      }),
    );
  }

  /** What is known by now; asks again. */
  has({ uri }: vscode.TextDocument): boolean {
    const key = uri.toString();
    if (!this.known.has(key)) this.known.set(key, false);
    void this.ask(uri);
    return this.known.get(key) ?? false;
  }

  dispose(): void {
    this.store.dispose();
  }

  private async ask(uri: vscode.Uri): Promise<void> {
    const key = uri.toString();
    if (this.asking.has(key)) return;
    this.asking.add(key);
    try {
      const isUnresolved = await lacksTypes(uri).catch(() => false);
      if (!this.known.has(key) || this.known.get(key) === isUnresolved) return;
      this.known.set(key, isUnresolved);
      this.changes.fire();
    } finally {
      this.asking.delete(key);
    }
  }
}

/** @returns those of a document's problems that say that `agent-context`, or a part of it, has no types. */
export function missingTypes(
  document: vscode.TextDocument,
  diagnostics: readonly vscode.Diagnostic[],
): vscode.Diagnostic[] {
  return diagnostics.filter(({ code, range }) => {
    const number = typeof code === "object" ? code.value : code;
    return CODES.has(Number(number)) && /^(["'])agent-context(?:\/.*)?\1$/.test(document.getText(range));
  });
}

async function lacksTypes(uri: vscode.Uri): Promise<boolean> {
  const document = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
  const found = document && findImport(document.getText());
  if (!document || !found) return false;
  if (missingTypes(document, vscode.languages.getDiagnostics(uri)).length > 0) return true;
  // JavaScript that is not checked has no such problems: there one sees `any`, and nothing else.
  if (document.languageId !== "javascript") return false;
  if (!SERVERS.some((id) => vscode.extensions.getExtension(id)?.isActive)) return false;
  const places = await vscode.commands.executeCommand<unknown[] | undefined>(
    "vscode.executeTypeDefinitionProvider",
    uri,
    document.positionAt(found.offset + 1),
  );
  return places?.length === 0;
}
