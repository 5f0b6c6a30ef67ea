/** A column of whole numbers of which some may be missing, 4 bytes each where they lie close together; knows nothing of what they mean. */

import { pageOf, Pages, type Page } from "./pages";

/** Stands for no number; all others are differences to the page's first one. */
const MISSING = -(2 ** 31);

interface ColumnPage {
  page: Page;
  readonly first: number;
  /** Its numbers lie too far apart: two places hold a number as it is. */
  isWide: boolean;
}

/** Numbers by index, set in about ascending order; below 2⁵³. */
export class NumberColumn {
  private readonly memory: Pages;
  private readonly bits: number;
  /** Of an index: where it is in its page. */
  private readonly mask: number;
  private readonly pages: (ColumnPage | undefined)[] = [];
  private newest: ColumnPage | undefined;

  constructor(memory = new Pages()) {
    this.memory = memory;
    this.bits = memory.bits;
    this.mask = (1 << memory.bits) - 1;
  }

  /** undefined where none was set. */
  get(index: number): number | undefined {
    const found = this.pages[index >>> this.bits];
    if (found === undefined) return undefined;
    const numbers = found.page.numbers ?? this.memory.load(found.page);
    const at = index & this.mask;
    if (found.isWide) {
      const number = wide(numbers)[at] ?? NaN;
      return Number.isNaN(number) ? undefined : number;
    }
    const difference = numbers[at] ?? MISSING;
    return difference === MISSING ? undefined : found.first + difference;
  }

  set(index: number, number: number): void {
    const found = (this.pages[index >>> this.bits] ??= this.begin(number));
    const numbers = this.memory.loadToChange(found.page);
    const at = index & this.mask;
    const difference = number - found.first;
    if (found.isWide) wide(numbers)[at] = number;
    else if (difference === (difference | 0) && difference !== MISSING) numbers[at] = difference;
    else wide(this.widen(found, numbers))[at] = number;
  }

  private begin(first: number): ColumnPage {
    if (this.newest !== undefined) this.memory.fill(this.newest.page);
    const page = pageOf(new Int32Array(this.mask + 1).fill(MISSING));
    return (this.newest = { page, first, isWide: false });
  }

  private widen(found: ColumnPage, numbers: Int32Array): Int32Array {
    const isFilled = found !== this.newest;
    const { first } = found;
    const wider = new Int32Array(2 * (this.mask + 1));
    const page = pageOf(wider);
    const values = wide(wider);
    for (let at = 0; at <= this.mask; at++) {
      const difference = numbers[at] ?? MISSING;
      values[at] = difference === MISSING ? NaN : first + difference;
    }
    found.page = page;
    found.isWide = true;
    if (isFilled) this.memory.fill(page);
    return wider;
  }
}

function wide(numbers: Int32Array): Float64Array {
  return new Float64Array(numbers.buffer, numbers.byteOffset, numbers.length / 2);
}
