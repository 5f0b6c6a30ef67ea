/** What a context remembers of one key: the local value, its base and the last read. */

import type { JsonValue } from "../core/jsonValue";
import type { LocalChange } from "../core/planInput";

/** What a context remembers of a key; the fields are those of `ContextEntry`, and stay in the map once they are there. */
export class LocalSlot implements LocalChange {
  local: 0 | 1 | 2 = 0;
  value: JsonValue | undefined = undefined;
  rev = 0;
  actor: string | undefined = undefined;
  agentLayer = 0;
  seq = 0;
  pending = false;
  baseLayer = 0;
  baseRev = 0;
  baseValue: JsonValue | undefined = undefined;
  readLayer = 0;
  readRev = 0;
  readValue: JsonValue | undefined = undefined;
  readSeq = 0;

  constructor(
    readonly layer: number,
    /** The key's name as the log numbers it. */
    readonly keyId: number,
  ) {}
}
