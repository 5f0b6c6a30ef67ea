/** A growing table of 32-bit numbers in pages: no copying as it grows and little slack; knows nothing of what they mean. */

import { pageOf, Pages, type Page } from "./pages";

/** Rows of `stride` whole numbers, each from −2³¹ to 2³¹−1; only appended to. */
export class IntTable {
  private readonly stride: number;
  private readonly memory: Pages;
  private readonly bits: number;
  /** Of a row's index: where it is in its page. */
  private readonly mask: number;
  private readonly pages: Page[] = [];
  /** Numbers of the page that is written to. */
  private tail: Int32Array = new Int32Array(0);
  private _length = 0;

  constructor(stride: number, memory = new Pages()) {
    this.stride = stride;
    this.memory = memory;
    this.bits = memory.bits;
    this.mask = (1 << memory.bits) - 1;
  }

  /** How many rows there are. */
  get length(): number {
    return this._length;
  }

  /** Appends a row; numbers beyond the stride are not kept. @returns its index. */
  add(a: number, b = 0, c = 0, d = 0, e = 0, f = 0): number {
    const row = this._length++;
    const inPage = row & this.mask;
    if (inPage === 0) this.begin();
    const tail = this.tail;
    const stride = this.stride;
    const at = inPage * stride;
    tail[at] = a;
    if (stride > 1) tail[at + 1] = b;
    if (stride > 2) tail[at + 2] = c;
    if (stride > 3) tail[at + 3] = d;
    if (stride > 4) tail[at + 4] = e;
    if (stride > 5) tail[at + 5] = f;
    return row;
  }

  /** The number at a row and column; 0 outside. */
  get(row: number, column: number): number {
    const page = this.pages[row >>> this.bits];
    if (page === undefined) return 0;
    return (page.numbers ?? this.memory.load(page))[(row & this.mask) * this.stride + column] ?? 0;
  }

  private begin(): void {
    const before = this.pages.at(-1);
    if (before !== undefined) this.memory.fill(before);
    this.tail = new Int32Array((this.mask + 1) * this.stride);
    this.pages.push(pageOf(this.tail));
  }
}
