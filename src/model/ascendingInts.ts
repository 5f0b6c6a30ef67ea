/** Owns a compact list of whole numbers that only ever grows upward, with binary search; knows nothing of what they mean. */

/** Numbers below 2³¹, each greater than the one before. */
export class AscendingInts {
  #items = new Int32Array(8);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Appends; a number that is not greater than the last is already there and is not added again. */
  push(item: number): void {
    if (this.#length > 0 && item <= this.at(this.#length - 1)) return;
    if (this.#length === this.#items.length) {
      const grown = new Int32Array(this.#items.length + (this.#items.length >> 1));
      grown.set(this.#items);
      this.#items = grown;
    }
    this.#items[this.#length++] = item;
  }

  /** Takes the item away if it is the last one, else appends it. */
  toggleLast(item: number): void {
    if (this.#length > 0 && this.at(this.#length - 1) === item) this.#length--;
    else this.push(item);
  }

  /** The item at an index; −1 outside. */
  at(index: number): number {
    return index >= 0 && index < this.#length ? (this.#items[index] ?? -1) : -1;
  }

  /** How many items are at most `limit`: the index of the first greater one. */
  countUpTo(limit: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#items[middle] ?? 0) <= limit) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
