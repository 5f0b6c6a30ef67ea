/** Owns a growing table of 32-bit numbers in chunks: no copying as it grows and little slack; knows nothing of what they mean. */

const CHUNK_BITS = 12;
const CHUNK_ROWS = 1 << CHUNK_BITS;
const ROW_MASK = CHUNK_ROWS - 1;

/** Rows of `stride` whole numbers, each from −2³¹ to 2³¹−1; only appended to. */
export class IntTable {
  readonly #stride: number;
  readonly #chunks: Int32Array[] = [];
  #length = 0;

  constructor(stride: number) {
    this.#stride = stride;
  }

  /** How many rows there are. */
  get length(): number {
    return this.#length;
  }

  /** Appends a row; numbers beyond the stride are not kept. @returns its index. */
  add(a: number, b = 0, c = 0, d = 0, e = 0, f = 0): number {
    const row = this.#length++;
    const chunkIndex = row >>> CHUNK_BITS;
    let chunk = this.#chunks[chunkIndex];
    if (chunk === undefined) {
      chunk = new Int32Array(CHUNK_ROWS * this.#stride);
      this.#chunks.push(chunk);
    }
    const stride = this.#stride;
    const at = (row & ROW_MASK) * stride;
    chunk[at] = a;
    if (stride > 1) chunk[at + 1] = b;
    if (stride > 2) chunk[at + 2] = c;
    if (stride > 3) chunk[at + 3] = d;
    if (stride > 4) chunk[at + 4] = e;
    if (stride > 5) chunk[at + 5] = f;
    return row;
  }

  /** The number at a row and column; 0 outside. */
  get(row: number, column: number): number {
    return this.#chunks[row >>> CHUNK_BITS]?.[(row & ROW_MASK) * this.#stride + column] ?? 0;
  }
}
