/**
 * Which lines of a recording are whole: those that a model takes in, as they stand in it, and what is said of the
 * others. Holds no line longer than it must; knows no files.
 */

import { RecordingReader, type RecordingTarget } from "./recordingReader";
import type { Damage } from "./damage";
import type { OtherRuns } from "./otherRuns";

/** Damaged places that are kept by name; of more, only the number is. */
const MAX_DAMAGE = 1_000;

/**
 * Passes on the lines that are whole, in order and each with its "\n"; blank ones, too. For a whole recording these are its
 * bytes.
 */
export class WholeLines implements RecordingTarget {
  private readonly reader = new RecordingReader(this, (text) => this.waiting.push({ text, isLeftOut: false }));
  private readonly _damage: Damage[] = [];
  /** Lines of which it is not known yet whether they are left out. */
  private waiting: { readonly text: string; isLeftOut: boolean }[] = [];
  private _kept = 0;
  private _leftOut = 0;
  private _damageCount = 0;
  private _otherRuns: OtherRuns | undefined;

  /** Lines that were passed on, blank ones not counted. */
  get kept(): number {
    return this._kept;
  }

  /** Lines that are not whole and were not passed on. */
  get leftOut(): number {
    return this._leftOut;
  }

  /** What is wrong, missing events included; at most the first 1,000 places. */
  get damage(): readonly Damage[] {
    return this._damage;
  }

  /** How many damaged places there are in all. */
  get damageCount(): number {
    return this._damageCount;
  }

  /** The runs in the file besides the first, whose lines are not passed on. */
  get otherRuns(): OtherRuns | undefined {
    return this._otherRuns;
  }

  /** Takes the next bytes, cut anywhere. @returns what can be passed on by now, perhaps nothing. */
  push(bytes: Uint8Array): string {
    this.reader.append(bytes);
    return this.takeOut();
  }

  /**
   * No more bytes will come. A last line without its end is passed on where it is whole.
   * @param snapshot the recording is still being written: its last line is not torn, only not there yet.
   * @returns the rest that can be passed on.
   */
  finish(snapshot = false): string {
    if (snapshot) this.reader.finishSnapshot();
    else this.reader.finish();
    return this.takeOut();
  }

  takeHeader(): void {
    // What lines say is nothing to this; only that they are whole.
  }

  takeState(): void {
    // As above.
  }

  takeEvent(): void {
    // As above.
  }

  takeNote(): void {
    // As above.
  }

  takeOtherRun(line: number): void {
    this._otherRuns = { line: this._otherRuns?.line ?? line, count: (this._otherRuns?.count ?? 0) + 1 };
  }

  takeDamage(line: number, message: string, isLeftOut: boolean): void {
    this._damageCount++;
    if (this._damage.length < MAX_DAMAGE) this._damage.push({ line, message });
    const waiting = this.waiting[line - this.firstWaiting];
    if (!isLeftOut || waiting === undefined) return;
    waiting.isLeftOut = true;
    this._leftOut++;
  }

  /** The line number of the first that waits. */
  private get firstWaiting(): number {
    return this.reader.lines - this.waiting.length + 1;
  }

  private takeOut(): string {
    const undecided = this.reader.undecidedLine;
    const decided = undecided === undefined ? this.waiting.length : undecided - this.firstWaiting;
    let out = "";
    let line = this.firstWaiting;
    const otherRun = this._otherRuns?.line ?? Infinity;
    for (const { text, isLeftOut } of this.waiting.splice(0, decided)) {
      if (line++ >= otherRun || isLeftOut) continue;
      out += text + "\n";
      if (text !== "" && text !== "\r") this._kept++;
    }
    return out;
  }
}
