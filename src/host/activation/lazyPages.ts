/** What VS Code must know of our pages before one is opened: the editor of recordings, and the view Agent Events. */

import * as vscode from "vscode";
import { DisposableStore } from "../../base/disposableStore";
import { EditorId } from "../../../contributions/editors";
import { ViewId } from "../../../contributions/views";

/** The pages, once their code is loaded. */
export interface Pages {
  readonly recordingEditor: vscode.CustomReadonlyEditorProvider;
  readonly events: vscode.WebviewViewProvider;
}

/** Registers them. @param load what shows them, once one is opened */
export function registerPages(load: () => Promise<Pages>): vscode.Disposable {
  const store = new DisposableStore();
  const recordingEditor: vscode.CustomReadonlyEditorProvider = {
    openCustomDocument: async (uri, context, token) =>
      (await load()).recordingEditor.openCustomDocument(uri, context, token),
    resolveCustomEditor: async (document, panel, token) =>
      (await load()).recordingEditor.resolveCustomEditor(document, panel, token),
  };
  for (const id of Object.values(EditorId)) {
    const options = { supportsMultipleEditorsPerDocument: true };
    store.add(vscode.window.registerCustomEditorProvider(id, recordingEditor, options));
  }
  store.add(
    vscode.window.registerWebviewViewProvider(ViewId.events, {
      resolveWebviewView: async (view, context, token) =>
        (await load()).events.resolveWebviewView(view, context, token),
    }),
  );
  return store;
}
