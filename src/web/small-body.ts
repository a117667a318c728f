/** Reads the body of a request up to a limit. */
import type { IncomingMessage } from 'node:http';

/** Undefined if it is larger, or ends too early. Then the rest is not read. */
export function readSmallBody(request: IncomingMessage, maxBytes: number): Promise<string | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const end = (text: string | undefined) => {
      request.off('data', add).off('end', whole).off('close', cut);
      if (text === undefined) request.pause();
      resolve(text);
    };
    const add = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) end(undefined);
      else chunks.push(chunk);
    };
    const whole = () => end(Buffer.concat(chunks).toString());
    const cut = () => end(undefined);
    request.on('data', add).on('end', whole).on('close', cut);
  });
}
