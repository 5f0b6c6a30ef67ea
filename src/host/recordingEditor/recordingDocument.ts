/** What VS Code keeps of an open recording: its file, and the run that it is shown as. Nothing of the file is in it. */

import type * as vscode from "vscode";
import type { Run } from "../runs/run";

/** The document of a custom editor. The run stays on show when the tab is closed, until it is removed from the tree. */
export class RecordingDocument implements vscode.CustomDocument {
  constructor(
    readonly uri: vscode.Uri,
    public run: Run,
  ) {}

  dispose(): void {
    // The run is the tree's.
  }
}
