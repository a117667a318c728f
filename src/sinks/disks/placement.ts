/** Decides which disk gets the files of a directory. */

/** A disk that may be chosen. */
export interface Candidate {
  /** The id of its marker: constant for the life of the volume. */
  readonly id: string;
  /** Its share of the files: bytes that were free when the job began. */
  readonly weight: number;
}

/**
 * The place in `candidates` where a directory belongs: weighted rendezvous hashing. Each candidate draws a number h in
 * (0, 1) from its id and the directory, and the largest −weight / ln h wins. So each wins in proportion to its weight.
 * When a candidate drops out, only its own directories move. (C. Schindelhauer, G. Schomaker, "Weighted distributed
 * hash tables", SPAA 2005; Ceph's straw2 buckets use the same formula.)
 */
export function place(directory: string, candidates: readonly Candidate[]): number {
  const hash = hashOf(directory, 0);
  let best = 0;
  let bestScore = -1;
  for (const [index, { id, weight }] of candidates.entries()) {
    const h = (hashOf(id, hash) + 0.5) / 2 ** 32;
    const score = -Math.max(weight, 1) / Math.log(h);
    if (score <= bestScore) continue;
    best = index;
    bestScore = score;
  }
  return best;
}

/** The directory of a key; its files stay together. '' at the top. */
export function directoryOf(key: string): string {
  return key.slice(0, Math.max(key.lastIndexOf('/'), 0));
}

/** 32-bit MurmurHash3 (A. Appleby, public domain) of the UTF-16 units: fast; spreads names that differ in one digit. */
function hashOf(text: string, seed: number): number {
  let hash = seed;
  for (let index = 0; index < text.length; index++) {
    let unit = Math.imul(text.charCodeAt(index), 0xcc9e2d51);
    unit = Math.imul((unit << 15) | (unit >>> 17), 0x1b873593);
    hash ^= unit;
    hash = Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64;
  }
  hash ^= text.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
