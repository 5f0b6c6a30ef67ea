/** How a panel shows a command to the script: waiting, failed, or done, whether it was given there or elsewhere. */

import * as vscode from "vscode";
import { messageOf } from "../../base/humanError";
import { StalePlan } from "../runs/pendingCommands";
import type { Run } from "../runs/run";

/** The message that panels of all kinds are told it by. */
export interface CommandMessage {
  readonly type: "command";
  readonly state: "idle" | "waiting" | "failed";
  readonly text: string;
}

/** One command at a time. */
export class PanelCommand {
  private message: CommandMessage = { type: "command", state: "idle", text: "" };
  /** True while something done in this panel is on its way. */
  private acting = false;

  constructor(
    private readonly run: Run,
    private readonly post: (message: CommandMessage) => void,
  ) {}

  /** What the panel was told last; a page that is new wants to hear it. */
  get current(): CommandMessage {
    return this.message;
  }

  /**
   * Does something to the script, unless something is being done.
   * @param action what it returns is told when it is done
   * @param stale hears of the keys that kept a plan from being applied
   */
  async act(waiting: string, action: () => Promise<string>, stale: (keys: readonly string[]) => void): Promise<void> {
    if (this.acting) return;
    this.acting = true;
    this.postState("waiting", this.run.waitingFor ?? waiting);
    try {
      this.postState("idle", await action());
    } catch (error) {
      if (error instanceof StalePlan) stale(error.keys);
      const isTold = error instanceof StalePlan || error instanceof vscode.CancellationError;
      this.postState(isTold ? "idle" : "failed", isTold ? "" : messageOf(error));
    } finally {
      this.acting = false;
    }
  }

  /** Says what came of something done elsewhere. */
  showReceipt(text: string): void {
    if (!this.acting) this.postState("idle", text);
  }

  /** A command given elsewhere is waited for here too: one run has one at a time. */
  follow(): void {
    if (this.acting) return;
    const { waitingFor } = this.run;
    if (waitingFor !== undefined) {
      if (this.message.text !== waitingFor) this.postState("waiting", waitingFor);
    } else if (this.message.state === "waiting") this.postState("idle", "");
  }

  private postState(state: CommandMessage["state"], text: string): void {
    this.message = { type: "command", state, text };
    this.post(this.message);
  }
}
