/**
 * The recording's lines: one format for recordings, exports and the stream. JSON Lines, UTF-8, "\n" after every
 * line; each line is `{kind, data, timestamp, seq?, agent?, rev?, action_id?, proposal_id?}` with an ISO 8601 UTC
 * timestamp, so that logs of the Common Agent Runtime read the same way.
 *
 * | line | data |
 * |---|---|
 * | `recording_header` (first line, no seq) | `{format:"agentlog", version:2, run, script, cwd, args, pid, node:{version, execPath, source}}`; where values were masked also `masked:{keys, values, commonSecrets}`: how many patterns of either, and whether tokens of well-known shapes |
 * | `state_snapshot` (second line, seq = S) | `{layers:[…LayerLine], cut}`: the state after event S (0 at the start: no layers); `cut` = events before it that are not kept |
 * | events of the kinds that have a word of ours | see kindLines.ts |
 * | the script's own kind, with `source:"script"` beside `kind` | whatever was logged; `layer` beside it |
 * | `run_started` `uncaught_error` `run_waiting` `events_lost {count}` | run-level, written through the log or by the publisher |
 * | `run_ended` | `{code: number \| null, signal: string \| null}`, appended by the supervisor after the script's end; or `{code: null, signal: null, detached: true}` by the publisher when the supervisor is gone and the script goes on |
 * | `call_site` (no seq) | `{site, file, line, column}`: what `site: n` beside the `seq` of later lines stands for, in the script's source; `{site, command: true}` for commands of views |
 * | any event of a line of the script, with `in_scope_of: layer` beside its `seq` | the context in whose scope it was done, where that is another than the event's |
 * | `call_sites` | `{on, limit, perSecond?}`: call sites are taken from here on, or not; with `perSecond` they paused by themselves. `run_started` says `callSites: limit` when they are taken from the start |
 * | any other kind | kept as it is |
 *
 * A log without header whose lines have no seq is another tool's: see `foreignReader.ts`.
 *
 * What was masked stands as `‹masked …›` (mask.ts), in values, names and messages.
 */

/** The file ending of recordings. */
export const RECORDING_SUFFIX = ".agentlog.jsonl";

export { decodeHeader, encodeHeader, RECORDING_VERSION, type RecordingHeader } from "./headerLine";
export { encodeNote } from "./noteLine";
export { createRowEncoder, kindWord, RESERVED_KINDS, type RowEncoder } from "./rowEncoder";
export { encodeSnapshot } from "./snapshotLine";
export { createLineDecoder, type DecodedLine, type LineDecoder } from "./lineDecoder";
export { ForeignReader, type ForeignEvent } from "./foreignReader";
export { foreignValue } from "./foreignChanges";
