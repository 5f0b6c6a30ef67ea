/** How the rest of a recording is read from disk once its process is gone; knows nothing of what it says. */

import { open } from "node:fs/promises";

const CHUNK_BYTES = 256 * 1024;

/**
 * Hands the file's bytes from `fromByte` to its end to `take`, chunk by chunk, awaiting each.
 * @returns how many there were; 0 for a file that is missing or shorter.
 */
export async function readTail(
  file: string,
  fromByte: number,
  take: (bytes: Uint8Array) => void | Promise<void>,
): Promise<number> {
  const handle = await open(file, "r").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (!handle) return 0;
  try {
    let at = fromByte;
    for (;;) {
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, at);
      if (bytesRead === 0) return at - fromByte;
      at += bytesRead;
      await take(buffer.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}
