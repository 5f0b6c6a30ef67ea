/** Sample plans and logs for the webviews: what an extension would send of a small team of agents. */

import { packRows } from "../../../../src/protocol/packedRows";
import type { EventDetails, EventRow, EventsToWebview } from "../../../../src/protocol/eventsMessages";
import type { RecordingSummary } from "../../../../src/protocol/recordingMessages";
import type {
  PreviewDetails,
  PreviewHold,
  PreviewSide,
  PreviewStaleRead,
  PreviewToWebview,
} from "../../../../src/protocol/previewMessages";
import type { PreviewRow } from "../../../../src/protocol/previewRow";

type Plan = Extract<PreviewToWebview, { readonly type: "plan" }>;
type List = Extract<EventsToWebview, { readonly type: "list" }>;

const noon = new Date(2026, 4, 4, 12, 0, 0, 0).getTime();

/** One side of a plan entry. */
export function side(json: string | undefined, actor?: string, revision = 0, seq?: number, site?: string): PreviewSide {
  const timestampMs = seq === undefined ? undefined : noon + seq * 137;
  return { json, cut: false, actor, own: false, revision, seq, timestampMs, site };
}

const absent = side(undefined);

/** Details as a plan that overwrites has them, for what a sample need not say itself. */
function detailsOf(
  details: Omit<PreviewDetails, "take" | "by" | "problem" | "masked" | "editText" | "staleReads"> &
    Partial<PreviewDetails>,
): PreviewDetails {
  return {
    take: "overlay",
    by: "policy",
    problem: undefined,
    masked: false,
    editText: details.result.json ?? "",
    staleReads: [],
    ...details,
  };
}

/** A plan of every kind: a lost update, an add/add, a re-add after a deletion, quiet changes and no-ops. */
export const sampleDetails: readonly PreviewDetails[] = (
  [
    {
      key: "summary",
      kind: "added",
      conflict: false,
      base: absent,
      parent: absent,
      overlay: side('{\n  "files": 12,\n  "verdict": "needs work"\n}', "researcher_a", 1, 31),
      result: side('{\n  "files": 12,\n  "verdict": "needs work"\n}'),
      difference: [
        { depth: 0, path: "", label: "", mark: "added", parts: [{ text: "{", mark: "added" }] },
        { depth: 1, path: "files", label: "files", mark: "added", parts: [{ text: "12", mark: "added" }] },
        {
          depth: 1,
          path: "verdict",
          label: "verdict",
          mark: "added",
          parts: [{ text: '"needs work"', mark: "added" }],
        },
        { depth: 0, path: "", label: "", mark: "added", parts: [{ text: "}", mark: "added" }] },
      ],
    },
    {
      key: "shared_counter",
      kind: "modified",
      conflict: true,
      base: side("3", "setup", 4, 2),
      parent: side("9", "lead", 9, 24),
      overlay: side("5", "researcher_a", 2, 18),
      result: side("5"),
      difference: [
        {
          depth: 0,
          path: "",
          label: "",
          mark: "changed",
          parts: [
            { text: "9", mark: "removed" },
            { text: "5", mark: "added" },
          ],
        },
      ],
    },
    {
      key: "plan",
      kind: "modified",
      conflict: false,
      base: side(
        '{\n  "title": "Review the parser",\n  "steps": [\n    "read",\n    "test"\n  ],\n  "owner": "lead"\n}',
        "lead",
        5,
        6,
      ),
      parent: side(
        '{\n  "title": "Review the parser",\n  "steps": [\n    "read",\n    "test"\n  ],\n  "owner": "lead"\n}',
        "lead",
        5,
        6,
      ),
      overlay: side(
        '{\n  "title": "Review the old parser",\n  "steps": [\n    "read",\n    "test",\n    "report"\n  ],\n  "owner": "researcher_a"\n}',
        "researcher_a",
        3,
        20,
      ),
      result: side(
        '{\n  "title": "Review the old parser",\n  "steps": [\n    "read",\n    "test",\n    "report"\n  ],\n  "owner": "researcher_a"\n}',
      ),
      difference: [
        { depth: 0, path: "", label: "", mark: "same", parts: [{ text: "{", mark: "same" }] },
        {
          depth: 1,
          path: "title",
          label: "title",
          mark: "changed",
          parts: [
            { text: '"Review the ', mark: "same" },
            { text: "old ", mark: "added" },
            { text: 'parser"', mark: "same" },
          ],
        },
        { depth: 1, path: "steps", label: "steps", mark: "same", parts: [{ text: "[", mark: "same" }] },
        { depth: 2, path: "steps[0]", label: "0", mark: "same", parts: [{ text: '"read"', mark: "same" }] },
        { depth: 2, path: "steps[1]", label: "1", mark: "same", parts: [{ text: '"test"', mark: "same" }] },
        { depth: 2, path: "steps[2]", label: "2", mark: "added", parts: [{ text: '"report"', mark: "added" }] },
        { depth: 1, path: "steps", label: "", mark: "same", parts: [{ text: "]", mark: "same" }] },
        {
          depth: 1,
          path: "owner",
          label: "owner",
          mark: "changed",
          parts: [
            { text: '"lead"', mark: "removed" },
            { text: '"researcher_a"', mark: "added" },
          ],
        },
        { depth: 1, path: "draft", label: "draft", mark: "removed", parts: [{ text: "true", mark: "removed" }] },
        { depth: 0, path: "", label: "", mark: "same", parts: [{ text: "}", mark: "same" }] },
      ],
    },
    {
      key: "todo/obsolete",
      kind: "deleted",
      conflict: false,
      base: side('"remove me"', "setup", 3, 1),
      parent: side('"remove me"', "setup", 3, 1),
      overlay: side(undefined, "researcher_a", 4, 22),
      result: absent,
      difference: [],
    },
    {
      key: "budget",
      kind: "unchanged",
      conflict: false,
      base: side("100", "setup", 2, 1),
      parent: side("100", "setup", 2, 1),
      overlay: side("100", "researcher_a", 5, 23),
      result: side("100"),
      difference: [],
    },
    {
      key: "draft",
      kind: "added",
      conflict: true,
      base: side('"v1"', "setup", 1, 1),
      parent: side(undefined, "lead", 8, 25),
      overlay: side('"v2"', "researcher_a", 6, 26),
      result: side('"v2"'),
      difference: [],
    },
    {
      key: "notes",
      kind: "modified",
      conflict: true,
      base: absent,
      parent: side('"from b"', "researcher_b", 10, 27),
      overlay: side('"from a"', "researcher_a", 7, 28),
      result: side('"from a"'),
      difference: [],
    },
  ] as const
).map(detailsOf);

/** Two agents that counted one step each from the same number: no value differs. */
export const silentLoss: PreviewDetails = detailsOf({
  key: "steps",
  kind: "unchanged",
  conflict: false,
  problem: "lostUpdate",
  base: side("0", "setup", 1, 2),
  parent: side("1", "planner", 2, 20),
  overlay: side("1", "researcher_a", 2, 18),
  result: side("1"),
  difference: [],
});

/** A row as the extension makes it of details. */
export function rowOf(details: PreviewDetails): PreviewRow {
  const { key, kind, conflict, problem, take, by, parent, result, staleReads, masked } = details;
  const line = (json: string | undefined): string | undefined => json?.replaceAll(/\n\s*/g, " ").slice(0, 120);
  const texts = { parentText: line(parent.json), resultText: line(result.json) };
  return {
    key,
    kind,
    conflict,
    ...(problem !== undefined && { problem }),
    take,
    by,
    ticked: true,
    stale: staleReads.length > 0,
    masked,
    ...texts,
  };
}

/** The counts of a plan with these rows. */
export function countsOf(rows: readonly PreviewRow[]): Plan["counts"] {
  const count = (test: (row: PreviewRow) => boolean): number => rows.filter(test).length;
  return {
    added: count(({ kind }) => kind === "added"),
    modified: count(({ kind }) => kind === "modified"),
    deleted: count(({ kind }) => kind === "deleted"),
    unchanged: count(({ kind }) => kind === "unchanged"),
    conflicts: count(({ conflict }) => conflict),
    problems: count(({ problem }) => problem !== undefined),
    undecided: count(({ take }) => take === "undecided"),
  };
}

/** The sample plan; parts of it may be replaced. */
export function samplePlan(change: Omit<Partial<Plan>, "rows"> & { readonly rows?: readonly PreviewRow[] } = {}): Plan {
  const rows = change.rows ?? sampleDetails.map(rowOf);
  return {
    type: "plan",
    planId: 1,
    agent: "researcher_a",
    run: "repo-review.ts",
    parentName: "shared",
    asOf: { live: true, seq: 31 },
    disabledReason: undefined,
    pending: true,
    policy: "overwrite",
    counts: countsOf(rows),
    staleReads: [],
    staleReadCount: change.staleReads?.length ?? 0,
    hold: undefined,
    heldCount: change.hold?.count ?? 0,
    holdMode: { run: "never", agent: undefined },
    moved: undefined,
    siblings: 1,
    ...change,
    rows: packRows(rows),
  };
}

/** The stale reads of the sample: `budget` was read before `plan` and `summary` were written, and lead has changed it since. */
export function staleReads(count = 1): PreviewStaleRead[] {
  return Array.from({ length: count }, (_, index) => ({
    key: index === 0 ? "budget" : `budget_${String(index)}`,
    read: { seq: 12 + index, revision: 5, text: "100", site: "race.ts:9" },
    now: { seq: 20 + index, revision: 9, actor: "lead", text: "80", site: "lead.ts:4" },
    dependents: [
      { key: "plan", seq: 30 },
      { key: "summary", seq: 31 },
    ],
    dependentCount: 2,
  }));
}

/** A lost update among three agents: planner set the counter, writer and reviewer both read it, and reviewer has merged first. */
export const raceDetails: readonly PreviewDetails[] = [
  detailsOf({
    key: "counter",
    kind: "modified",
    conflict: true,
    base: side("10", "planner", 1, 4, "race.ts:8"),
    parent: side("15", "reviewer", 2, 12, "race.ts:21"),
    overlay: side("12", "writer", 1, 9, "race.ts:14"),
    result: side("12"),
    difference: [],
  }),
];

/** A conflict about values that are masked, inside an object. */
export const maskedDetails: PreviewDetails = detailsOf({
  key: "api_token",
  kind: "modified",
  conflict: true,
  masked: true,
  base: side('{\n  "token": "‹masked 3f9a2c41d7e0›",\n  "scope": "read"\n}', "setup", 2, 3),
  parent: side('{\n  "token": "‹masked b0k2m7q9x1z4›",\n  "scope": "read"\n}', "lead", 6, 22),
  overlay: side('{\n  "token": "‹masked 7w5v3t1s9r8n›",\n  "scope": "write"\n}', "researcher_a", 4, 26),
  result: side('{\n  "token": "‹masked 7w5v3t1s9r8n›",\n  "scope": "write"\n}'),
  difference: [
    { depth: 0, path: "", label: "", mark: "same", parts: [{ text: "{", mark: "same" }] },
    {
      depth: 1,
      path: "token",
      label: "token",
      mark: "changed",
      parts: [
        { text: '"', mark: "same" },
        { text: "‹masked b0k2m7q9x1z4›", mark: "removed" },
        { text: "‹masked 7w5v3t1s9r8n›", mark: "added" },
        { text: '"', mark: "same" },
      ],
    },
    {
      depth: 1,
      path: "scope",
      label: "scope",
      mark: "changed",
      parts: [
        { text: '"', mark: "same" },
        { text: "read", mark: "removed" },
        { text: "write", mark: "added" },
        { text: '"', mark: "same" },
      ],
    },
    { depth: 0, path: "", label: "", mark: "same", parts: [{ text: "}", mark: "same" }] },
  ],
});

/** The first of three held merges. */
export function sampleHold(change: Partial<PreviewHold> = {}): PreviewHold {
  const heldAtMs = noon + 32 * 137;
  return { id: 32, number: 1, count: 3, reason: "conflict", heldAtMs, over: false, outdated: false, ...change };
}

/** Rows of plain modified keys `key_0` … */
export function manyRows(count: number): PreviewRow[] {
  return Array.from({ length: count }, (_, index) => ({
    key: `key_${String(index)}`,
    kind: index % 10 === 0 ? ("added" as const) : ("modified" as const),
    conflict: index % 1000 === 7,
    take: "overlay" as const,
    by: "policy" as const,
    ticked: true,
    stale: false,
    masked: false,
    parentText: index % 10 === 0 ? undefined : String(index),
    resultText: String(index + 1),
  }));
}

/** The event at an index of the sample log; seq counts from 1. */
export function sampleEvent(index: number): EventRow {
  const cycle: readonly Omit<EventRow, "seq" | "timestampMs">[] = [
    { kind: "agent_started", agent: "researcher_a", key: undefined, summary: "started, reads through to shared" },
    {
      kind: "state_read",
      agent: "researcher_a",
      key: "shared_counter",
      summary: "shared_counter = 3, revision 4 of shared",
    },
    { kind: "state_changed", agent: "researcher_a", key: "shared_counter", summary: "shared_counter: 3 → 5" },
    { kind: "state_changed", agent: undefined, key: "shared_counter", summary: "shared_counter: 3 → 9, by lead" },
    {
      kind: "merge_planned",
      agent: "researcher_b",
      key: undefined,
      summary: "into shared: 1 added, 2 modified, 1 conflict",
    },
    { kind: "state_committed", agent: "researcher_b", key: undefined, summary: "into shared: 3 keys written" },
    { kind: "transaction_conflict", agent: "lead", key: undefined, summary: "refused: shared_counter moved" },
    { kind: "tool_call", agent: "lead", key: undefined, summary: '{"tool":"grep","args":["TODO","-r","src"]}' },
    { kind: "state_rollback", agent: "researcher_a", key: "draft", summary: "draft taken back" },
    { kind: "scope_exited", agent: "researcher_a", key: undefined, summary: "review" },
  ];
  return { ...cycle[index % cycle.length]!, seq: index + 1, timestampMs: noon + index * 137 };
}

/** The list message of a log of so many events. */
export function sampleList(change: Partial<List> = {}): List {
  const total = change.total ?? 340;
  return {
    type: "list",
    run: { id: "run1", title: "repo-review.ts" },
    runs: [{ id: "run1", title: "repo-review.ts" }],
    agents: [
      { layer: 1, name: "lead" },
      { layer: 2, name: "researcher_a" },
      { layer: 3, name: "researcher_b" },
    ],
    kinds: [
      "agent_started",
      "state_read",
      "state_changed",
      "merge_planned",
      "state_committed",
      "transaction_conflict",
      "tool_call",
    ],
    filter: { agents: [], kinds: [], key: "", text: "" },
    startedMs: noon,
    matching: total,
    total,
    searched: total,
    cut: 0,
    onDisk: 0,
    cursor: { live: true, seq: total },
    cursorIndex: total - 1,
    ...change,
  };
}

/** The summary of a recording with agents and merges, some of them with long names. */
export function sampleSummary(change: Partial<RecordingSummary> = {}): RecordingSummary {
  const names = ["lead", "researcher_a", "a researcher with a very long name that tells what it is for"];
  return {
    type: "summary",
    title: "repo-review",
    file: "/home/ann/projects/agents/recordings/repo-review.agentlog.jsonl",
    reading: { kind: "read" },
    outcome: { weight: "good", text: "exit code 0" },
    problem: undefined,
    facts: [
      { label: "Script", text: "/home/ann/projects/agents/repo-review.ts" },
      { label: "Duration", text: "5.2 s" },
    ],
    events: 340,
    cut: 0,
    agents: names.map((name, index) => ({
      layer: index + 2,
      name,
      parent: "shared",
      events: 20 + index,
      merges: 2,
      refused: index,
      conflicts: index,
      staleReads: index,
      pending: index === 1,
      error: index === 2 ? "Error: it ran out of patience" : undefined,
    })),
    agentCount: names.length,
    merges: Array.from({ length: 6 }, (_, index) => ({
      seq: 40 * (index + 1),
      agent: names[index % 3]!,
      into: "shared",
      refused: index === 4,
      keys: 3,
      conflicts: index % 3,
      staleReads: index % 2,
      conflictKeys: ["plan", "shared_counter"].slice(0, index % 3),
    })),
    mergesAre: "all",
    mergeCount: 6,
    otherRuns: undefined,
    applied: 5,
    refused: 1,
    conflicts: 6,
    staleReads: 3,
    damage: [{ line: 12, message: "The line is not JSON; it is torn or was changed." }],
    damageCount: 1,
    ...change,
  };
}

/** Details of a write, with facts and a difference. */
export const sampleEventDetails: EventDetails = {
  seq: 323,
  firstSeq: 323,
  kind: "state_changed",
  agent: "researcher_a",
  timestampMs: noon + 322 * 137,
  facts: [
    { label: "Store", text: "overlay of researcher_a" },
    { label: "Key", text: "plan" },
    { label: "Revision", text: "3" },
    { label: "Base", text: "revision 5 of shared, by lead" },
  ],
  line: "/work/repo-review.ts:12:7",
  change: {
    before: '{\n  "title": "Review the parser",\n  "owner": "lead"\n}',
    after: '{\n  "title": "Review the old parser",\n  "owner": "researcher_a"\n}',
    difference: [
      { depth: 0, path: "", label: "", mark: "same", parts: [{ text: "{", mark: "same" }] },
      {
        depth: 1,
        path: "title",
        label: "title",
        mark: "changed",
        parts: [
          { text: '"Review the ', mark: "same" },
          { text: "old ", mark: "added" },
          { text: 'parser"', mark: "same" },
        ],
      },
      {
        depth: 1,
        path: "owner",
        label: "owner",
        mark: "changed",
        parts: [
          { text: '"lead"', mark: "removed" },
          { text: '"researcher_a"', mark: "added" },
        ],
      },
      { depth: 0, path: "", label: "", mark: "same", parts: [{ text: "}", mark: "same" }] },
    ],
  },
};
