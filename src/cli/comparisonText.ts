/** How a comparison of two runs reads on a terminal: each section as one text, the lines of one run alone marked. */

import { diffArrays } from "diff";
import type { ComparisonSection } from "../model/compare/comparisonText";
import { harmless } from "./table";

/** Unchanged lines that are shown before and after one that differs. */
const CONTEXT_LINES = 3;
/** Texts with more lines that differ are told one after the other. */
const MAX_EDITS = 2_000;

/** Draws the sections; ends in a newline. */
export function comparisonText(sections: readonly ComparisonSection[]): string {
  // The first says what is the same, too: it is told whole.
  return sections
    .map((section, index) => {
      const lines = markedLines(section);
      return `${harmless(section.name)}\n${(index === 0 ? lines : nearChanges(lines)).join("\n")}\n`;
    })
    .join("\n");
}

/** Each line with "-" when only the left run has it, "+" when only the right one has. */
function markedLines({ left, right }: ComparisonSection): readonly string[] {
  const ones = left.trimEnd().split("\n");
  const others = right.trimEnd().split("\n");
  const changes = diffArrays<string>(ones, others, { maxEditLength: MAX_EDITS });
  if (changes === undefined) {
    return [...ones.map((line) => marked("-", line)), ...others.map((line) => marked("+", line))];
  }
  return changes.flatMap(({ value, added, removed }) =>
    value.map((line) => marked(added ? "+" : removed ? "-" : " ", line)),
  );
}

function marked(mark: string, line: string): string {
  return `  ${mark} ${harmless(line)}`.trimEnd();
}

function nearChanges(lines: readonly string[]): readonly string[] {
  const near = new Set<number>();
  for (const [index, line] of lines.entries()) {
    if (!/^ {2}[-+]/.test(line)) continue;
    for (let at = index - CONTEXT_LINES; at <= index + CONTEXT_LINES; at++) near.add(at);
  }
  return lines.flatMap((line, index) => {
    if (near.has(index)) return [line];
    return near.has(index - 1) || index === 0 ? ["    …"] : [];
  });
}
