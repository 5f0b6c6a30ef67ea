/** The way in which a model reads lines of its recording again; where they are is the file's affair. */

/** Reads lines by where they begin. Synchronous: a view that asks for a value wants it now. */
export interface LineSource {
  /**
   * The line that begins at this byte, without its "\n".
   * @returns undefined when it cannot be read any more: the file was changed, or its disk is gone.
   */
  lineAt(offset: number): string | undefined;
}
