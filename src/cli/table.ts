/** The drawing of text on a terminal, in columns: wide characters take two cells, and no character of a value steers the terminal. */

import stringWidth from "string-width";

const GAP = "  ";

/** Draws rows under headings, left-aligned, each line indented by two; trailing spaces are left out. */
export function drawTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headings, ...rows].map((row) => row.map(harmless));
  const widths = headings.map((_, column) =>
    lines.reduce((most, line) => Math.max(most, stringWidth(line[column] ?? "")), 0),
  );
  return lines
    .map((line) => {
      const cells = line.map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - stringWidth(cell)));
      return (GAP + cells.join(GAP)).trimEnd() + "\n";
    })
    .join("");
}

/** Writes control, format and line-separating characters as escapes, lone surrogates too. */
export function harmless(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

/** At most `length` characters. */
export function cut(text: string, length: number): string {
  return text.length > length ? text.slice(0, length - 1) + "…" : text;
}

/** "1 key", "2 keys". */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}
