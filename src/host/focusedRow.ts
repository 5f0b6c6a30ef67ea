/**
 * Which row of a tree the keyboard is on. VS Code tells extensions the selected rows alone, and arrow keys move the focus
 * without selecting: so the row is selected for a moment, and the selection is what it was again.
 */

import * as vscode from "vscode";

/** Adds the focused row of the list that has the keyboard to what is selected, or takes it out; does nothing else to it. */
const TOGGLE = "list.toggleSelection";

/** Asks one tree. */
export class FocusedRow<Row> {
  private asked: Promise<unknown> = Promise.resolve();
  private asking = 0;

  constructor(private readonly view: Pick<vscode.TreeView<Row>, "selection">) {}

  /** True while the selection is not the user's. */
  get isAsking(): boolean {
    return this.asking > 0;
  }

  /**
   * For commands that a key calls while the tree has the keyboard.
   * @returns the focused row and the rows that are selected; undefined when none is focused
   */
  async find(): Promise<{ readonly focused: Row; readonly selected: readonly Row[] } | undefined> {
    // One after another: two at once would undo each other.
    const answer = this.asked.then(() => this.ask());
    this.asked = answer.catch(() => undefined);
    return answer;
  }

  private async ask(): Promise<{ readonly focused: Row; readonly selected: readonly Row[] } | undefined> {
    const selected = this.view.selection;
    this.asking++;
    try {
      await vscode.commands.executeCommand(TOGGLE);
      const toggled = this.view.selection;
      await vscode.commands.executeCommand(TOGGLE);
      const focused = toggled.find((row) => !selected.includes(row)) ?? selected.find((row) => !toggled.includes(row));
      return focused === undefined ? undefined : { focused, selected };
    } finally {
      this.asking--;
    }
  }
}
