/** Which event has which seq: one run of consecutive numbers in a whole recording, more where events are missing. */

/** Seqs ascending, by index from 0. */
export class SeqIndex {
  /** Where each consecutive stretch begins. */
  private readonly firstIndexes: number[] = [];
  private readonly firstSeqs: number[] = [];
  private _length = 0;
  private _last = 0;

  get length(): number {
    return this._length;
  }

  /** The newest seq; 0 when there is none. */
  get last(): number {
    return this._last;
  }

  /** Appends a seq greater than the last. */
  push(seq: number): void {
    if (this._length === 0 || seq !== this._last + 1) {
      this.firstIndexes.push(this._length);
      this.firstSeqs.push(seq);
    }
    this._last = seq;
    this._length++;
  }

  /** The seq at an index that is in use. */
  seqAt(index: number): number {
    const stretch = lastAtMost(this.firstIndexes, index);
    return (this.firstSeqs[stretch] ?? 0) + index - (this.firstIndexes[stretch] ?? 0);
  }

  /** Index of the newest event with at most this seq; −1 = none. */
  indexUpTo(seq: number): number {
    if (seq >= this._last) return this._length - 1;
    const stretch = lastAtMost(this.firstSeqs, seq);
    if (stretch < 0) return -1;
    const end = this.firstIndexes[stretch + 1] ?? this._length;
    return Math.min((this.firstIndexes[stretch] ?? 0) + Math.floor(seq) - (this.firstSeqs[stretch] ?? 0), end - 1);
  }

  /** Index of the event with exactly this seq; −1 = none. */
  indexOf(seq: number): number {
    const index = this.indexUpTo(seq);
    return index >= 0 && this.seqAt(index) === seq ? index : -1;
  }
}

function lastAtMost(items: readonly number[], limit: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((items[middle] ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
