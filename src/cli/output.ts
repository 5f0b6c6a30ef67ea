/**
 * What the command prints, piece by piece: no output has to be one string. Quiet once its reader has left (`head`): the
 * command goes on to its own exit code.
 */

import { jsonPieces } from "./jsonPieces";

/** What went wrong with a stream, first of all. */
const failures = new Map<NodeJS.WriteStream, NodeJS.ErrnoException>();
/** Pieces are gathered to about this length. */
const CHUNK_LENGTH = 64 * 1024;

type Pieces = string | Iterable<string> | AsyncIterable<string>;

/** Standard output cannot take what is printed; one sentence. */
export class OutputError extends Error {}

/** From now on a stream that fails ends nothing by itself. Before anything is printed. */
export function watchOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => void (failures.has(stream) || failures.set(stream, error)));
  }
}

/**
 * Prints on standard output, as fast as it is read. Nothing more is asked of the pieces once nobody reads.
 * @throws OutputError when it cannot be written, a full disk for one
 */
export async function print(pieces: Pieces): Promise<void> {
  await write(process.stdout, pieces);
  const failure = failures.get(process.stdout);
  if (failure !== undefined && !isReaderGone(failure)) {
    throw new OutputError(`Standard output cannot be written: ${failure.message}.`);
  }
}

/** Prints JSON of data without `toJSON`, as {@link print} does. */
export function printJson(data: object): Promise<void> {
  return print(withNewline(jsonPieces(data)));
}

function* withNewline(pieces: Iterable<string>): Iterable<string> {
  yield* pieces;
  yield "\n";
}

/** Prints on standard error; where that cannot be written, nobody can be told. */
export async function printError(pieces: Pieces): Promise<void> {
  await write(process.stderr, pieces);
}

/** Whether an error says that nobody reads any more. */
export function isReaderGone(error: unknown): boolean {
  return READER_GONE.has((error as NodeJS.ErrnoException).code ?? "");
}

/** Windows says it in words of its own. */
const READER_GONE: ReadonlySet<string> = new Set(["EPIPE", "EOF", "ECONNRESET", "ERR_STREAM_DESTROYED"]);

async function write(stream: NodeJS.WriteStream, pieces: Pieces): Promise<void> {
  let text = "";
  for await (const piece of typeof pieces === "string" ? [pieces] : pieces) {
    text += piece;
    if (text.length < CHUNK_LENGTH) continue;
    if (!(await writeChunk(stream, text))) return;
    text = "";
  }
  if (text !== "") await writeChunk(stream, text);
}

/** @returns whether there is a use in writing more. */
async function writeChunk(stream: NodeJS.WriteStream, text: string): Promise<boolean> {
  if (failures.has(stream)) return false;
  await new Promise<void>((resolve) => {
    // The callback is called with the error, too; the listener hears of it a little later.
    stream.write(text, (error) => {
      if (error && !failures.has(stream)) failures.set(stream, error);
      resolve();
    });
  });
  return !failures.has(stream);
}
