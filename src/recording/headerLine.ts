/** A recording's first line; reads it leniently, because whatever follows a poor header may still be whole. */

import { LineError } from "./checks";
import { encodeNote } from "./noteLine";
import type { MaskingFacts } from "./redact";

/**
 * Format version written to the header: 2 has values that are written as what they changed. Readers refuse a newer one by name
 * and read on what they can.
 */
export const RECORDING_VERSION = 2;

/** What the first line of a recording says of the process that it records. */
export interface RecordingHeader {
  /** The run's id. */
  readonly run: string;
  readonly script: string;
  readonly cwd: string;
  readonly args: readonly string[];
  readonly pid: number;
  readonly node: { readonly version: string; readonly execPath: string; readonly source: string };
  /** Absent where nothing was masked. */
  readonly masked?: MaskingFacts;
}

/** A header as far as it could be read. */
export interface DecodedHeader {
  readonly header: RecordingHeader;
  /** What was not as it must be, or that the format is newer than this program; a sentence each. */
  readonly problems: readonly string[];
  /** NaN when not known. */
  readonly timestampMs: number;
}

/** Writes the first line of a recording, with its "\n". */
export function encodeHeader(header: RecordingHeader, timestampMs: number): string {
  const { run, script, cwd, args, pid, node, masked } = header;
  const { version, execPath, source } = node;
  return encodeNote(
    "recording_header",
    {
      format: "agentlog",
      version: RECORDING_VERSION,
      run,
      script,
      cwd,
      args,
      pid,
      node: { version, execPath, source },
      ...(masked && { masked: { keys: masked.keys, values: masked.values, commonSecrets: masked.commonSecrets } }),
    },
    timestampMs,
  );
}

/** @throws LineError when the line is no header of this format at all. */
export function decodeHeader(data: unknown, timestamp: unknown): DecodedHeader {
  const fields = typeof data === "object" && data !== null ? (data as Record<string, unknown>) : {};
  if (fields["format"] !== "agentlog") throw new LineError('the header\'s format is not "agentlog"');
  const problems: string[] = [];
  const wrong = (name: string): void => void problems.push(`The header's ${name} is missing or of a wrong type.`);
  const text = (value: unknown, name: string): string => {
    if (typeof value === "string") return value;
    wrong(name);
    return "";
  };
  const version = fields["version"];
  if (typeof version !== "number") wrong("version");
  else if (version > RECORDING_VERSION) {
    problems.push(
      `The recording has format version ${version}, newer than ${RECORDING_VERSION}, the newest that is understood here: ` +
        "what can be read is shown. Update the extension to read all of it.",
    );
  }
  const list: unknown = fields["args"];
  const args = Array.isArray(list) ? list.filter((item) => typeof item === "string") : [];
  if (!Array.isArray(list) || args.length !== list.length) wrong("args");
  const pid = fields["pid"];
  if (typeof pid !== "number") wrong("pid");
  const node = fields["node"];
  const nodeFields = typeof node === "object" && node !== null ? (node as Record<string, unknown>) : {};
  const masked = maskedOf(fields["masked"], wrong);
  const header: RecordingHeader = {
    run: text(fields["run"], "run"),
    script: text(fields["script"], "script"),
    cwd: text(fields["cwd"], "cwd"),
    args: Object.freeze(args),
    pid: typeof pid === "number" ? pid : 0,
    node: {
      version: text(nodeFields["version"], "node.version"),
      execPath: text(nodeFields["execPath"], "node.execPath"),
      source: text(nodeFields["source"], "node.source"),
    },
    ...(masked && { masked }),
  };
  return { header, problems, timestampMs: typeof timestamp === "string" ? Date.parse(timestamp) : NaN };
}

/** Whatever it says, something was masked: what is not known of it counts as none. */
function maskedOf(value: unknown, wrong: (name: string) => void): MaskingFacts | undefined {
  if (value === undefined) return undefined;
  const { keys, values, commonSecrets } = (typeof value === "object" && value !== null ? value : {}) as {
    readonly [Name in keyof MaskingFacts]?: unknown;
  };
  const count = (of: unknown): number => (Number.isSafeInteger(of) && (of as number) >= 0 ? (of as number) : 0);
  if (typeof keys !== "number" || typeof values !== "number" || typeof commonSecrets !== "boolean") wrong("masked");
  return { keys: count(keys), values: count(values), commonSecrets: commonSecrets === true };
}
