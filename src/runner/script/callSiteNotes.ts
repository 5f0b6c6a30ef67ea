/**
 * What a recording says of a call site: a note line, once a place, with the line of the source that the code was
 * made from. It runs on the script's thread, which alone knows the source maps.
 */

import { findSourceMap } from "node:module";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import { encodeNote } from "../../recording/recording";
import { CALL_SITE_NOTE } from "../../recording/callSiteNote";
import type { CallSite } from "../../core/inspector";

/** Where {@link CallSiteNotes} looks a place up. */
export interface CallSiteSource {
  callSite(site: number): CallSite | undefined;
}

/** Tells each place once. */
export class CallSiteNotes {
  private readonly told: true[] = [];
  private readonly places = new Map<number, CallSite | undefined>();

  /**
   * @param ownFile the file, as V8 names it, that runs the commands of views.
   * @param shown a file's name as it may be told.
   */
  constructor(
    private readonly source: CallSiteSource,
    private readonly ownFile: string,
    private readonly shown: (file: string) => string = (file) => file,
  ) {}

  /** @returns the note that must stand before the first event of this place; "" when there is nothing to tell. */
  noteOf(site: number, timestampMs: number): string {
    if (site === 0 || this.told[site] === true) return "";
    const place = this.source.callSite(site);
    if (place === undefined) return "";
    this.told[site] = true;
    const source = this.placeOf(site);
    if (source === undefined) return encodeNote(CALL_SITE_NOTE, { site, command: true }, timestampMs);
    return encodeNote(CALL_SITE_NOTE, { site, ...source, file: this.shown(source.file) }, timestampMs);
  }

  /** The place in the source; undefined where it is not known, or where a view's command did it. */
  placeOf(site: number): CallSite | undefined {
    if (!this.places.has(site)) {
      const place = this.source.callSite(site);
      this.places.set(site, place === undefined || place.file === this.ownFile ? undefined : sourceOf(place));
    }
    return this.places.get(site);
  }
}

/** The place in the source of the code that ran; the place itself where no source map knows better. */
function sourceOf({ file, line, column }: CallSite): { file: string; line: number; column: number } {
  const entry = tryFindEntry(file, line, column);
  if (entry !== undefined && "originalSource" in entry) {
    const source = tryPath(entry.originalSource);
    if (source !== undefined) {
      return { file: source, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
    }
  }
  return { file: tryPath(file) ?? file, line, column };
}

function tryFindEntry(file: string, line: number, column: number): ReturnType<SourceMapLike["findEntry"]> | undefined {
  try {
    return findSourceMap(file)?.findEntry(line - 1, column - 1);
  } catch {
    // A source map is a file of the user's, and may say anything.
    return undefined;
  }
}

type SourceMapLike = NonNullable<ReturnType<typeof findSourceMap>>;

/** @returns undefined for what names no file on disk (`webpack://…`, `[eval]`). */
function tryPath(file: string): string | undefined {
  try {
    if (file.startsWith("file:")) return fileURLToPath(file);
  } catch {
    return undefined;
  }
  return path.isAbsolute(file) ? file : undefined;
}
