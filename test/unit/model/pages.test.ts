/** Holds the tables of a model's index to what they were told, wherever their pages are. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { AscendingInts } from "../../../src/model/storage/ascendingInts";
import { IntTable } from "../../../src/model/storage/intTable";
import { NumberColumn } from "../../../src/model/storage/numberColumn";
import { pageOf, Pages } from "../../../src/model/storage/pages";
import { pagesOnDisk } from "./storedModel";

/** Numbers that lie close together, and such that do not. */
const number = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 1_000_000, max: 1_001_000 }) },
  fc.constantFrom(0, 2 ** 31 - 1, -(2 ** 31), 2 ** 31, 2 ** 52, 1.5),
);

describe("pages of a model's index", () => {
  it("give back every row of a table", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer(), fc.integer()), { maxLength: 40 }), (rows) => {
        const table = new IntTable(2, pagesOnDisk());
        for (const [a, b] of rows) table.add(a, b);
        assert.deepEqual(
          rows.map((_, row) => [table.get(row, 0), table.get(row, 1)]),
          rows,
        );
        assert.equal(table.get(rows.length + 10, 0), 0);
      }),
    );
  });

  it("give back a column's numbers, however far apart, and those set anew later", () => {
    const step = fc.tuple(fc.nat(39), number);
    fc.assert(
      fc.property(fc.array(fc.option(number, { nil: undefined }), { maxLength: 40 }), fc.array(step), (first, then) => {
        const column = new NumberColumn(pagesOnDisk());
        const wanted: (number | undefined)[] = [...first];
        first.forEach((item, index) => {
          if (item !== undefined) column.set(index, item);
        });
        for (const [index, item] of then) {
          if (index >= first.length) continue;
          column.set(index, item);
          wanted[index] = item;
        }
        assert.deepEqual(
          first.map((_, index) => column.get(index)),
          wanted,
        );
        assert.equal(column.get(1_000), undefined);
      }),
      { numRuns: 500 },
    );
  });

  it("give back a list's items, and find among them", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(50), { maxLength: 60 }),
        fc.array(fc.integer({ min: -2, max: 60 })),
        (items, asked) => {
          const list = new AscendingInts(pagesOnDisk());
          let wanted: number[] = [];
          for (const item of items) {
            // A view toggles the newest event only.
            if (wanted.at(-1) === item) wanted = wanted.slice(0, -1);
            else if (item > (wanted.at(-1) ?? -1)) wanted = [...wanted, item];
            else continue;
            list.toggleLast(item);
          }
          assert.deepEqual(
            wanted.map((_, index) => list.at(index)),
            wanted,
          );
          assert.deepEqual([list.length, list.at(-1), list.at(wanted.length)], [wanted.length, -1, -1]);
          for (const limit of asked) {
            assert.equal(list.countUpTo(limit), wanted.filter((item) => item <= limit).length);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it("stay in memory up to the bound, the newest and those looked at lately", () => {
    const written: number[] = [];
    const kept: Uint8Array[] = [];
    const pages = new Pages(
      {
        write: (bytes) => (written.push(bytes[0] ?? -1), kept.push(bytes.slice()) - 1),
        read: (place, into) => into.set(kept[place] as Uint8Array),
      },
      3 * 16,
    );
    const all = [1, 2, 3, 4, 5].map((number) => {
      const page = pageOf(new Int32Array(4).fill(number));
      pages.fill(page);
      return page;
    });
    const inMemory = (): number[] => all.flatMap(({ numbers }) => numbers?.[0] ?? []);
    assert.deepEqual([inMemory(), written, pages.bytesOnDisk], [[3, 4, 5], [1, 2], 32]);
    assert.deepEqual([...pages.load(all[0]!)], [1, 1, 1, 1]);
    assert.deepEqual([inMemory(), written, pages.bytesOnDisk], [[1, 4, 5], [1, 2, 3], 32]);
    // What was not changed need not be written again.
    pages.load(all[1]!);
    pages.load(all[2]!);
    pages.load(all[3]!);
    assert.deepEqual(written, [1, 2, 3, 4, 5]);
  });

  it("stay in memory when the disk refuses them", () => {
    const pages = new Pages(
      {
        write: () => {
          throw new Error("ENOSPC");
        },
        read: () => assert.fail("nothing is there"),
      },
      1,
      2,
    );
    const table = new IntTable(1, pages);
    for (let row = 0; row < 100; row++) table.add(row);
    assert.deepEqual(
      Array.from({ length: 100 }, (_, row) => table.get(row, 0)),
      Array.from({ length: 100 }, (_, row) => row),
    );
    assert.equal(pages.bytesOnDisk, 0);
  });
});
