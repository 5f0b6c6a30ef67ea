/** The commands that a script was given and has not answered yet; knows no socket and no editor. */

import * as l10n from "@vscode/l10n";
import { MAX_FRAME_BYTES, type Command, type CommandDone, type ExtensionMessage } from "../../protocol/wire";
import { HumanError } from "../../base/humanError";
import { visibleText } from "../../base/visibleText";

/** What a command that was applied says of itself. */
export type CommandResult = Extract<CommandDone["result"], { readonly ok: true }>;

interface Pending {
  readonly command: Command;
  readonly text: string;
  readonly resolve: (result: CommandResult) => void;
  readonly reject: (error: Error) => void;
}

/** So many bytes a command may have in JSON: then its frame, with what names it, is not too large. */
const MAX_COMMAND_BYTES = MAX_FRAME_BYTES - 1_000;

/** A plan was to be applied of which these keys have moved since it was made. Nothing was changed. */
export class StalePlan extends HumanError {
  constructor(readonly keys: readonly string[]) {
    super(
      keys.length === 1
        ? l10n.t(
            "Not merged: {0} changed since the plan was shown. Review the new plan and merge again.",
            visibleText(keys[0] ?? "", 60),
          )
        : l10n.t(
            "Not merged: {0} keys changed since the plan was shown. Review the new plan and merge again.",
            keys.length,
          ),
    );
  }
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
    if (Buffer.byteLength(JSON.stringify(command)) > MAX_COMMAND_BYTES) {
      const tooLong = l10n.t("Too many keys for one command. Take all keys, or fewer keys, or smaller values.");
      return Promise.reject(new HumanError(tooLong));
    }
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

function refusal(command: Command, result: Extract<CommandDone["result"], { readonly ok: false }>): HumanError {
  if (result.name === "Cancelled") return new HumanError(l10n.t("Cancelled: the script had not applied it yet."));
  if (result.name === "StalePlanError") return new StalePlan(result.keys ?? []);
  const text = `${result.name}: ${result.message}`;
  switch (command.name) {
    case "merge":
    case "approve":
    case "mergeInOrder":
      return new HumanError(l10n.t("The merge was refused. {0}", text));
    case "discard":
      return new HumanError(l10n.t("Nothing was discarded. {0}", text));
    case "reject":
    case "release":
    case "setHolds":
      return new HumanError(l10n.t("The script could not do it. {0}", text));
    case "end":
      return new HumanError(l10n.t("The run could not be ended. {0} Use Stop instead.", text));
  }
}
