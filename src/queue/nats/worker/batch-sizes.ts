/** The size of a part in objects and bytes. */
import type { PartContent } from '../connection/messages.js';

export function objectsIn({
  entries,
  rejects,
  badLines,
}: Pick<PartContent, 'entries' | 'rejects' | 'badLines'>): number {
  return entries.length + rejects.length + badLines.length;
}

export function bytesOf({ entries }: Pick<PartContent, 'entries'>): number {
  let bytes = 0;
  for (const { size = 0 } of entries) bytes += size;
  return bytes;
}
