/** Which pages of numbers are in memory: the newest and those looked at lately, up to a bound. Knows no files, and not what the numbers mean. */

/** Where pages are kept that are not in memory; for one model alone. */
export interface PageStore {
  /** Keeps a copy of the bytes. @returns their place. @throws when it cannot. */
  write(bytes: Uint8Array): number;
  /** Fills `into` with the bytes that were kept at a place. @throws when it cannot. */
  read(place: number, into: Uint8Array): void;
}

/** Numbers that are written from the front until the page is full, and seldom changed afterwards. */
export interface Page {
  /** undefined while it is on disk only. */
  numbers: Int32Array | undefined;
  /** How many numbers it has. */
  readonly length: number;
  /** Where it is on disk as it is now; −1 = nowhere. */
  place: number;
}

/** A page of these numbers, which is nowhere on disk yet. It stays in memory until {@link Pages.fill} is told of it. */
export function pageOf(numbers: Int32Array): Page {
  return { numbers, length: numbers.length, place: -1 };
}

/** A page of a table has 2 to the power of this rows. */
const PAGE_BITS = 12;

/** The pages of all tables of one model. Without a store all of them stay in memory. */
export class Pages {
  private readonly store: PageStore | undefined;
  private bound: number;
  /** Full pages in memory, the one that came in first in front. */
  private readonly inMemory = new Set<Page>();
  private bytesInMemory = 0;
  private _bytesOnDisk = 0;

  /**
   * @param bound of the full pages in memory, bytes
   * @param bits a page of a table has 2 to the power of this rows.
   */
  constructor(
    store?: PageStore,
    bound = Infinity,
    readonly bits = PAGE_BITS,
  ) {
    this.store = store;
    this.bound = store === undefined ? Infinity : bound;
  }

  /** Bytes of pages that are on disk only. */
  get bytesOnDisk(): number {
    return this._bytesOnDisk;
  }

  /** From now on the page may go to disk. */
  fill(page: Page): void {
    this.bytesInMemory += 4 * page.length;
    this.inMemory.add(page);
    if (this.bytesInMemory > this.bound) this.makeRoom(page);
  }

  /** Brings a page into memory. @throws when it cannot be read again. */
  load(page: Page): Int32Array {
    if (page.numbers !== undefined) return page.numbers;
    const numbers = new Int32Array(page.length);
    this.store?.read(page.place, bytesOf(numbers));
    page.numbers = numbers;
    this._bytesOnDisk -= 4 * page.length;
    this.fill(page);
    return numbers;
  }

  /** As {@link load}, to change it. */
  loadToChange(page: Page): Int32Array {
    const numbers = this.load(page);
    page.place = -1;
    return numbers;
  }

  private makeRoom(newest: Page): void {
    for (const page of this.inMemory) {
      if (this.bytesInMemory <= this.bound || page.numbers === undefined || page === newest) return;
      try {
        if (page.place === -1) page.place = this.store?.write(bytesOf(page.numbers)) ?? -1;
      } catch {
        // Memory is what is left.
        this.bound = Infinity;
        return;
      }
      page.numbers = undefined;
      this.inMemory.delete(page);
      this.bytesInMemory -= 4 * page.length;
      this._bytesOnDisk += 4 * page.length;
    }
  }
}

function bytesOf(numbers: Int32Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}
