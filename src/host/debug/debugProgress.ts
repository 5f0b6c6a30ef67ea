/** The progress that a debug session tells the editor: each by its name, begun and ended once. */

import { ProgressEndEvent, ProgressStartEvent, ProgressUpdateEvent } from "@vscode/debugadapter";
import type { DebugProtocol } from "@vscode/debugprotocol";

/** What takes long. */
export type ProgressName = "search" | "pausing";

/** The progress of one session. */
export class DebugProgress {
  /** Whether the editor shows it. */
  isSupported = false;
  private readonly shown = new Map<ProgressName, { readonly id: string; readonly cancel: (() => void) | undefined }>();
  private count = 0;

  constructor(private readonly send: (event: DebugProtocol.Event) => void) {}

  /** @param cancel what the editor's Cancel does; absent = it has none */
  begin(name: ProgressName, title: string, cancel?: () => void): void {
    if (!this.isSupported || this.shown.has(name)) return;
    const id = `${name} ${++this.count}`;
    this.shown.set(name, { id, cancel });
    const event: DebugProtocol.ProgressStartEvent = new ProgressStartEvent(id, title);
    event.body.cancellable = cancel !== undefined;
    this.send(event);
  }

  /** @param fraction from 0 to 1 */
  report(name: ProgressName, fraction: number): void {
    const shown = this.shown.get(name);
    if (shown === undefined) return;
    const event: DebugProtocol.ProgressUpdateEvent = new ProgressUpdateEvent(shown.id);
    event.body.percentage = Math.round(100 * fraction);
    this.send(event);
  }

  end(name: ProgressName): void {
    const shown = this.shown.get(name);
    if (shown === undefined) return;
    this.shown.delete(name);
    this.send(new ProgressEndEvent(shown.id));
  }

  /** The editor's Cancel. */
  cancel(id: string): void {
    for (const shown of this.shown.values()) if (shown.id === id) shown.cancel?.();
  }
}
