/** Owns the commands that a script was given and has not answered yet; knows no socket and no editor. */

import * as l10n from "@vscode/l10n";
import type { Command, CommandDone, ExtensionMessage } from "../protocol/wire";
import { HumanError } from "./humanError";

/** What a command that was applied says of itself. */
export type CommandResult = Extract<CommandDone["result"], { readonly ok: true }>;

interface Pending {
  readonly command: Command;
  readonly text: string;
  readonly resolve: (result: CommandResult) => void;
  readonly reject: (error: Error) => void;
}

/** Each command gets an id and exactly one answer: the script's, or a {@link HumanError} that says why there is none. */
export class PendingCommands {
  private readonly pending = new Map<number, Pending>();
  private lastId = 0;

  constructor(
    private readonly send: (message: ExtensionMessage) => void,
    private readonly changed: () => void,
  ) {}

  /** What the newest unanswered command waits for; undefined when there is none. */
  get waitingFor(): string | undefined {
    return [...this.pending.values()].at(-1)?.text;
  }

  /** @param text what is waited for, as a phrase for the views. */
  give(command: Command, text: string): Promise<CommandResult> {
    const id = ++this.lastId;
    const answer = new Promise<CommandResult>((resolve, reject) =>
      this.pending.set(id, { command, text, resolve, reject }),
    );
    this.send({ type: "command", id, command });
    this.changed();
    return answer;
  }

  /** Asks the script to take back what it has not applied; each such command is then answered as cancelled. */
  cancel(): void {
    for (const id of this.pending.keys()) this.send({ type: "cancelCommand", id });
  }

  /** Takes the script's answer; one to a command that nobody waits for is passed over. */
  answered(done: CommandDone): void {
    const pending = this.pending.get(done.id);
    if (!pending) return;
    this.pending.delete(done.id);
    if (done.result.ok) pending.resolve(done.result);
    else pending.reject(refusal(pending.command, done.result));
    this.changed();
  }

  /** No answer will come any more. */
  fail(message: string): void {
    const lost = [...this.pending.values()];
    this.pending.clear();
    for (const each of lost) each.reject(new HumanError(message));
    if (lost.length > 0) this.changed();
  }
}

function refusal(command: Command, result: { readonly name: string; readonly message: string }): HumanError {
  if (result.name === "Cancelled") return new HumanError(l10n.t("Cancelled: the script had not applied it yet."));
  const text = `${result.name}: ${result.message}`;
  if (command.name === "merge") return new HumanError(l10n.t("The merge was refused. {0}", text));
  if (command.name === "discard") return new HumanError(l10n.t("Nothing was discarded. {0}", text));
  return new HumanError(l10n.t("The run could not be ended. {0} Use Stop instead.", text));
}
