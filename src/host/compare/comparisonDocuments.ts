/** The virtual documents of comparisons, two a section; they are as the runs were when they were compared. */

import * as vscode from "vscode";
import type { ComparisonSection, Side } from "../../model/compare/comparisonText";
import { visibleText } from "../../base/visibleText";

/** Virtual documents of comparisons. */
export const COMPARISON_SCHEME = "agent-context-comparison";

/** Comparisons whose documents are kept; of older ones the editors that are still open can no longer be read again. */
const MAX_KEPT = 20;
/** Characters of a line of text. */
const LINE_LENGTH = 1_000;

/** Where a document's text is. */
interface Place {
  readonly comparison: number;
  readonly section: number;
  readonly side: Side;
}

/** Gives the documents their text. */
export class ComparisonDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly registration: vscode.Disposable;
  private readonly kept = new Map<number, readonly ComparisonSection[]>();
  private last = 0;

  constructor() {
    this.registration = vscode.workspace.registerTextDocumentContentProvider(COMPARISON_SCHEME, this);
  }

  dispose(): void {
    this.registration.dispose();
    this.kept.clear();
  }

  /**
   * Keeps the texts of a comparison. @returns of each section what `vscode.changes` wants: a name, left, right
   * @param title says which runs are compared
   */
  add(
    title: string,
    sections: readonly ComparisonSection[],
  ): readonly (readonly [vscode.Uri, vscode.Uri, vscode.Uri])[] {
    const comparison = ++this.last;
    this.kept.set(comparison, sections);
    const [oldest] = this.kept.keys();
    if (this.kept.size > MAX_KEPT && oldest !== undefined) this.kept.delete(oldest);
    return sections.map(({ name, language }, section) => {
      // The path is what the editor shows of it: the runs as a folder, the section as a file in it.
      const file = `${segment(title)}/${segment(name)}${language === "json" ? ".jsonc" : ""}`;
      const uri = (side: Side): vscode.Uri => {
        const place: Place = { comparison, section, side };
        return vscode.Uri.from({ scheme: COMPARISON_SCHEME, path: `/${file}`, query: JSON.stringify(place) });
      };
      return [uri("right"), uri("left"), uri("right")] as const;
    });
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    const { comparison, section, side } = JSON.parse(uri.query) as Place;
    const found = this.kept.get(comparison)?.[section];
    if (found === undefined) {
      return vscode.l10n.t("This comparison is no longer available. Compare the runs again.") + "\n";
    }
    if (found.language === "json") return found[side];
    return found[side]
      .split("\n")
      .map((line) => visibleText(line, LINE_LENGTH))
      .join("\n");
  }
}

/** A slash in a name would look like a folder. */
function segment(name: string): string {
  return name.replace(/[/\\?#]/g, "_");
}
