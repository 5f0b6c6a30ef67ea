/** The cutting of a byte stream into lines, wherever it is split; knows nothing of what lines say. */

const NEWLINE = 10;

/** Called for each whole line without its "\n" (undefined = not UTF-8), with the byte at which it begins. */
export type OnLine = (text: string | undefined, offset: number) => void;

/** Collects bytes and gives out whole lines, so that a character is never decoded in halves. */
export class LineSplitter {
  private readonly decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  /** The torn end of what came so far, in pieces: joined only when its line is whole, so that long lines cost no more. */
  private rest: Uint8Array[] = [];
  /** Where the line begins that is under way. */
  private offset = 0;

  /** Takes the next bytes. */
  push(bytes: Uint8Array, onLine: OnLine): void {
    const end = bytes.lastIndexOf(NEWLINE);
    if (end === -1) {
      if (bytes.length > 0) this.rest.push(new Uint8Array(bytes));
      return;
    }
    let start = 0;
    if (this.rest.length > 0) {
      const first = bytes.indexOf(NEWLINE);
      const line = this.join(bytes.subarray(0, first));
      onLine(this.tryDecode(line), this.offset);
      this.offset += line.length + 1;
      start = first + 1;
    }
    this.rest = end + 1 < bytes.length ? [new Uint8Array(bytes.subarray(end + 1))] : [];
    if (start <= end) this.pushWhole(bytes.subarray(start, end + 1), onLine);
  }

  /** Takes the torn last line away. @returns its text, "" when nothing is left, undefined when it is not UTF-8. */
  takeRest(): { readonly text: string | undefined; readonly offset: number } {
    const rest = this.join(new Uint8Array(0));
    this.rest = [];
    return { text: this.tryDecode(rest), offset: this.offset };
  }

  /** Decodes all lines at once, which is much cheaper; one by one only to find the one that is not text. */
  private pushWhole(lines: Uint8Array, onLine: OnLine): void {
    const text = this.tryDecode(lines);
    let start = 0;
    for (let from = 0; from < lines.length;) {
      const end = lines.indexOf(NEWLINE, from);
      if (text === undefined) onLine(this.tryDecode(lines.subarray(from, end)), this.offset);
      else {
        const stop = text.indexOf("\n", start);
        onLine(text.slice(start, stop), this.offset);
        start = stop + 1;
      }
      this.offset += end + 1 - from;
      from = end + 1;
    }
  }

  private join(last: Uint8Array): Uint8Array {
    const joined = new Uint8Array(this.rest.reduce((sum, piece) => sum + piece.length, last.length));
    let at = 0;
    for (const piece of [...this.rest, last]) {
      joined.set(piece, at);
      at += piece.length;
    }
    return joined;
  }

  private tryDecode(bytes: Uint8Array): string | undefined {
    try {
      return this.decoder.decode(bytes);
    } catch {
      return undefined;
    }
  }
}
