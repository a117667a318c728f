/** The 8 bytes that identify a key or a path in the digest logs: the first half of the MD5 of its UTF-8 text. */
import { hash } from 'node:crypto';

/**
 * With 300 million texts the chance that any two share a hash is one in four hundred (n² / 2^65). So a hash alone is
 * good enough for a report, not for deleting anything. All lone surrogates become U+FFFD, so texts must be well-formed.
 */
export const KEY_HASH_BYTES = 8;

/** The hash of a text, for lookups. */
export function keyHash(text: string): Buffer {
  const bytes = Buffer.alloc(KEY_HASH_BYTES);
  writeKeyHash(text, bytes);
  return bytes;
}

/** Writes the hash to the beginning of `target`. */
export function writeKeyHash(text: string, target: Buffer): void {
  // Hex and back takes half the time of a digest as a new Buffer (0.5 µs, 1.05 µs).
  target.write(hash('md5', text), 0, KEY_HASH_BYTES, 'hex');
}
