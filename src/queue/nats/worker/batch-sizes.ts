/** The size of a batch in objects and bytes. */
import type { BatchContent } from '../connection/messages.js';

export function objectsIn({
  entries,
  rejects,
  badLines,
}: Pick<BatchContent, 'entries' | 'rejects' | 'badLines'>): number {
  return entries.length + rejects.length + badLines.length;
}

export function bytesOf({ entries }: Pick<BatchContent, 'entries'>): number {
  let bytes = 0;
  for (const { size = 0 } of entries) bytes += size;
  return bytes;
}
