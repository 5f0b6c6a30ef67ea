/** What a run was started with, so that Restart repeats just that, whatever the settings say by then. */

import * as v from "valibot";
import { masksAnything, type RedactPatterns } from "../../recording/redact";
import type { RunSettings } from "./runSettings";
import { holdMode } from "../../protocol/choices";
import { DEFAULT_STOP_GRACE_MS } from "../../protocol/launch";

/** A debug configuration that a run was started by. */
export interface DebuggedAs {
  /** URI of the workspace folder that the configuration was resolved in; absent without one. */
  readonly folder?: string;
  /** Run Without Debugging. */
  readonly noDebug?: boolean;
  /** As it was resolved, less what VS Code notes of its session. */
  readonly configuration: Readonly<Record<string, unknown>>;
}

/** All that a run was started with, but for what each run has of its own: ids, secret, salt. */
export interface RunOptions {
  readonly settings: RunSettings;
  /** Absent for a run that no debug configuration started. */
  readonly debugged?: DebuggedAs;
}

const patterns = v.object({ keys: v.array(v.string()), values: v.array(v.string()), commonSecrets: v.boolean() });

const runOptions = v.object({
  settings: v.object({
    nodePath: v.string(),
    args: v.array(v.string()),
    runtimeArgs: v.array(v.string()),
    env: v.record(v.string(), v.string()),
    atEnd: v.picklist(["exit", "waitWhenUnmerged"]),
    holdMerges: holdMode,
    // 0.1.0 kept none.
    stopGraceMs: v.optional(v.number(), DEFAULT_STOP_GRACE_MS),
    graceMs: v.number(),
    callSiteLimit: v.number(),
    redact: v.optional(patterns),
    cwd: v.string(),
  }),
  debugged: v.exactOptional(
    v.object({
      folder: v.exactOptional(v.string()),
      noDebug: v.exactOptional(v.boolean()),
      configuration: v.record(v.string(), v.unknown()),
    }),
  ),
});

/** @returns undefined for text that tells no options. */
export function decodeRunOptions(text: string): RunOptions | undefined {
  try {
    const result = v.safeParse(runOptions, JSON.parse(text));
    if (!result.success) return undefined;
    const { settings, debugged } = result.output;
    return { settings: { ...settings, redact: settings.redact }, ...(debugged && { debugged }) };
  } catch {
    return undefined;
  }
}

/** What both mask: a restart masks what its run masked, and what was set to be masked since. */
export function maskedByBoth(
  one: RedactPatterns | undefined,
  other: RedactPatterns | undefined,
): RedactPatterns | undefined {
  const both = {
    keys: union(one?.keys, other?.keys),
    values: union(one?.values, other?.values),
    commonSecrets: one?.commonSecrets === true || other?.commonSecrets === true,
  };
  return masksAnything(both) ? both : undefined;
}

function union(one: readonly string[] = [], other: readonly string[] = []): readonly string[] {
  return [...new Set([...one, ...other])];
}
