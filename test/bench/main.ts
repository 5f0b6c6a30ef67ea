/** What `npm run bench` runs: measures every row, shows the table as it grows, and writes test/bench/results.json. */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { repositoryDir } from "../harness/paths";
import type { EditorRow } from "./editor.test";
import { hasPeer, loadPeer } from "./peers";
import { goalText, meets, type Bench, type Measured, type Row } from "./row";
import { attachedRows } from "./rows/attached";
import { changeRows } from "./rows/changes";
import { detachedRows } from "./rows/detached";
import { modelRows } from "./rows/model";
import { peerRows } from "./rows/peers";

const ROWS: readonly Row[] = [
  ...detachedRows,
  ...peerRows,
  ...attachedRows,
  ...changeRows,
  ...modelRows,
  ...editorRows(),
];

/** One row in results.json. */
interface Result {
  readonly name: string;
  readonly unit: string;
  readonly goal: string;
  readonly value: number | null;
  readonly low?: number;
  readonly high?: number;
  readonly met: boolean | null;
  readonly note?: string;
  readonly floor?: string;
}

void main();

async function main(): Promise<void> {
  const isQuick = process.argv.includes("--quick");
  const only = process.argv.find((argument) => argument.startsWith("--only="))?.slice("--only=".length);
  const bench: Bench = { repeats: isQuick ? 3 : 7, scale: isQuick ? 0.1 : 1, peer: loadPeer };
  const chosen = ROWS.filter(({ name }) => only === undefined || name.includes(only));
  const results: Result[] = [];
  console.log(
    `Node ${process.version}, ${os.cpus().length} cores; medians, with the least and the most of the repeats.\n`,
  );
  for (const row of chosen) {
    const result = await resultOf(row, bench);
    results.push(result);
    console.log(lineOf(result));
  }
  const file = path.join(repositoryDir, "test/bench/results.json");
  writeFileSync(file, JSON.stringify({ node: process.version, quick: isQuick, rows: results }, null, 2) + "\n");
  const counted = results.filter(({ met }) => met !== null);
  console.log(
    `\n${counted.filter(({ met }) => met).length} of ${counted.length} goals met; ${path.relative(process.cwd(), file)}`,
  );
}

/** What was measured in an editor before, if it was. */
function editorRows(): readonly Row[] {
  const file = process.env["AGENT_CONTEXT_BENCH_ROWS"];
  if (file === undefined || !existsSync(file)) return [];
  const rows = JSON.parse(readFileSync(file, "utf8")) as readonly EditorRow[];
  return rows.map(({ measured, ...row }) => ({ ...row, measure: () => Promise.resolve(measured) }));
}

async function resultOf(row: Row, bench: Bench): Promise<Result> {
  const { name, unit, goal } = row;
  const plain = { name, unit, goal: goal === undefined ? "none" : goalText(goal, unit) };
  const missing = (row.peers ?? []).filter((peer) => !hasPeer(peer));
  if (missing.length > 0) {
    return { ...plain, value: null, met: null, note: `skipped: ${missing.join(", ")} could not be installed` };
  }
  try {
    const { value, low, high, note }: Measured = await row.measure(bench);
    const met = goal === undefined ? null : meets(goal, value);
    const isMissed = met === false && row.floor !== undefined;
    return {
      ...plain,
      value,
      low,
      high,
      met,
      ...(note !== undefined && { note }),
      ...(isMissed && { floor: row.floor }),
    };
  } catch (error) {
    return {
      ...plain,
      value: null,
      met: false,
      note: `failed: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

function lineOf({ name, unit, goal, value, low, high, met, note, floor }: Result): string {
  const mark = met === null ? "      " : met ? "met   " : "MISSED";
  const number = (of: number): string => (of >= 100 ? of.toFixed(0) : of.toPrecision(3));
  const figure = value === null ? "–" : `${number(value)} ${unit} (${number(low ?? value)}–${number(high ?? value)})`;
  return `${mark} ${name}\n       ${figure}, goal ${goal}${note === undefined ? "" : `; ${note}`}${floor === undefined ? "" : `\n       floor: ${floor}`}`;
}
