/** How many events an `events_lost` line says are missing. */

import { membersOf } from "../core/jsonValue";
import type { LogRow } from "../core/logRow";

/** @returns 0 where the line does not say. */
export function lostCount(row: LogRow): number {
  const { count } = membersOf(row.value);
  return typeof count === "number" && count > 0 ? Math.floor(count) : 0;
}
