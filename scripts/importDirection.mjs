/**
 * The lint rule that imports point one way: from room to room, and inside a room from part to part. What is loaded when it is
 * used is imported by nobody at the start.
 */

import * as path from "node:path";

/** What each room may import: rooms of `src/`, and `contributions`. */
const MAY_IMPORT = {
  "src/base": ["base"],
  "src/core": ["core", "base"],
  "src/runtime": ["runtime", "core"],
  "src/breakpoints": ["breakpoints", "core", "recording", "base"],
  "src/recording": ["recording", "core", "base"],
  "src/protocol": ["protocol", "breakpoints", "recording", "core", "base"],
  "src/model": ["model", "protocol", "breakpoints", "recording", "core", "base"],
  "src/disk": ["disk", "model", "recording", "base"],
  "src/runner": ["runner", "protocol", "breakpoints", "recording", "core", "base"],
  "src/cli": ["cli", "runner", "disk", "model", "protocol", "recording", "core", "base"],
  "src/host": ["host", "disk", "model", "protocol", "breakpoints", "recording", "core", "base", "contributions"],
  "src/extension.ts": ["host", "base", "contributions"],
  "src/tsplugin": ["tsplugin"],
  webview: ["protocol", "model", "recording", "base"],
  contributions: [],
  examples: [],
};
/** Rooms of which another may know types, and no more. */
const MAY_IMPORT_TYPES = { webview: ["core"], contributions: ["core"] };

/** The parts of a room, lowest first: each may import those before it. "" stands for the room's own files. */
const PARTS = {
  "src/model": ["storage", "history", "findings", "", "text", "assertions", "compare", "orders", "export"],
  "src/runner": ["publisher", "masking", "loader", "script", "supervisor"],
  "src/host": [
    ...["ui", "records", "settings", "runs", "panels"],
    ...["types", "blame", "preview", "contexts", "findings", "holds", "orders", "events", "export"],
    ...["recordingEditor", "recentRuns", "compare", "debug", "commands", "activation"],
  ],
  webview: ["ui", "preview", "orders", "events", "recording"],
};

/** Others import the types of these alone, or all of them by `import()`. */
const LOADED_WHEN_USED = [
  "src/host/commands/features",
  "src/host/compare/compareFeature",
  "src/host/debug/debugFeature",
  "src/host/export/exportFeature",
  "src/host/orders/orders",
  "src/host/recentRuns/recentRuns",
  "src/host/runs/runListener",
  "src/host/types/addTypes",
];

/** An ESLint rule; only relative imports are looked at, for those are all that lead from room to room. */
export const importDirection = {
  meta: { type: "problem", schema: [] },
  create(context) {
    const file = path.relative(context.cwd, context.filename).replaceAll(path.sep, "/");
    const room = Object.keys(MAY_IMPORT).find((name) => file === name || file.startsWith(`${name}/`));
    const check = ({ type, source, importKind, exportKind }) => {
      if (room === undefined || typeof source?.value !== "string" || !source.value.startsWith(".")) {
        return;
      }
      const target = path.posix.join(path.posix.dirname(file), source.value);
      const typesOnly = importKind === "type" || exportKind === "type";
      const atStart = !typesOnly && type !== "ImportExpression";
      const message =
        roomFault(room, target, typesOnly) ??
        partFault(room, file, target) ??
        (atStart ? startFault(target) : undefined);
      if (message !== undefined) {
        context.report({ node: source, message: `${file} must not import ${source.value}; ${message}.` });
      }
    };
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
    };
  },
};

function roomFault(room, target, typesOnly) {
  const [folder = "", inner = ""] = target.split("/");
  const allowed = [...MAY_IMPORT[room], ...(typesOnly ? (MAY_IMPORT_TYPES[room] ?? []) : [])];
  const isOwn = folder === room.split("/")[0] && folder !== "src";
  // The version is read from the manifest by whoever wants it.
  if (isOwn || folder === "package.json" || allowed.includes(folder === "src" ? inner : folder)) {
    return undefined;
  }
  return `${room} may import ${allowed.join(", ") || "nothing"}`;
}

function partFault(room, file, target) {
  const parts = PARTS[room];
  if (parts === undefined || !target.startsWith(`${room}/`)) {
    return undefined;
  }
  const [from, to] = [file, target].map((name) => parts.indexOf(partOf(room, name)));
  if (from === -1) {
    return `${room} has no part for it: give it one in scripts/importDirection.mjs`;
  }
  return to > from
    ? `in ${room}, ${parts[to]} stands above ${parts[from] || "the files of the room itself"}`
    : undefined;
}

function startFault(target) {
  return LOADED_WHEN_USED.includes(target)
    ? "it is loaded when it is used: import its types, or all of it by import()"
    : undefined;
}

function partOf(room, file) {
  const [part, ...rest] = file.slice(room.length + 1).split("/");
  return rest.length === 0 ? "" : part;
}
