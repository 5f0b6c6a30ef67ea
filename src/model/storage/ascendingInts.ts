/** A compact list of whole numbers that only ever grows upward, with binary search; knows nothing of what they mean. */

import { pageOf, Pages, type Page } from "./pages";

/** Room for so many at first: most lists stay short. */
const FIRST_ITEMS = 8;

/** Numbers below 2³¹, each greater than the one before. */
export class AscendingInts {
  private readonly memory: Pages;
  private readonly bits: number;
  /** Full pages, and the first item of each. */
  private readonly pages: Page[] = [];
  private readonly firsts: number[] = [];
  /** What comes after them: fewer than a page holds, or just as many. */
  private tail: Int32Array;
  private _length = 0;

  constructor(memory = new Pages()) {
    this.memory = memory;
    this.bits = memory.bits;
    this.tail = new Int32Array(Math.min(FIRST_ITEMS, this.pageItems));
  }

  get length(): number {
    return this._length;
  }

  /** Appends; a number that is not greater than the last is already there and is not added again. */
  push(item: number): void {
    const last = this._length - 1;
    if (last >= 0 && item <= this.at(last)) return;
    if (this.tailLength === this.tail.length) this.makeRoom();
    this.tail[this.tailLength] = item;
    this._length++;
  }

  /** Takes the item away if it is the last one, else appends it. */
  toggleLast(item: number): void {
    if (this._length > 0 && this.at(this._length - 1) === item) this._length--;
    else this.push(item);
  }

  /** The item at an index; −1 outside. */
  at(index: number): number {
    if (index < 0 || index >= this._length) return -1;
    const page = this.pages[index >>> this.bits];
    return (page === undefined ? this.tail : this.numbers(page))[index & (this.pageItems - 1)] ?? -1;
  }

  /** How many items are at most `limit`: the index of the first greater one. */
  countUpTo(limit: number): number {
    const tailLength = this.tailLength;
    if (tailLength > 0 && limit >= (this.tail[0] ?? 0)) {
      return this._length - tailLength + upTo(this.tail, tailLength, limit);
    }
    const index = upTo(this.firsts, this.firsts.length, limit) - 1;
    const page = this.pages[index];
    return page === undefined ? 0 : index * page.length + upTo(this.numbers(page), page.length, limit);
  }

  private get pageItems(): number {
    return 1 << this.bits;
  }

  private get tailLength(): number {
    return this._length - (this.pages.length << this.bits);
  }

  private numbers(page: Page): Int32Array {
    return page.numbers ?? this.memory.load(page);
  }

  private makeRoom(): void {
    const used = this.tail.length;
    if (used < this.pageItems) {
      const grown = new Int32Array(Math.min(this.pageItems, used + (used >> 1)));
      grown.set(this.tail);
      this.tail = grown;
      return;
    }
    const page = pageOf(this.tail);
    this.pages.push(page);
    this.firsts.push(this.tail[0] ?? 0);
    this.tail = new Int32Array(used);
    this.memory.fill(page);
  }
}

/** How many of the first `length` items, which ascend, are at most `limit`. */
function upTo(items: ArrayLike<number>, length: number, limit: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((items[middle] ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
