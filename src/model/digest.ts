/** What the content of an object is checked by. */
import type { ChecksumKind } from '../lib/checksum/checksum.js';

/** A digest that the whole content must have. */
export interface ContentDigest {
  readonly kind: ChecksumKind;
  /** Lower case. */
  readonly hex: string;
}

/**
 * What a body was compared with: a digest of its content, or only its length, where the server sent no digest that can be
 * compared. `none`: not even a length was known, so only the end of the transfer says that it is whole.
 */
export type CheckedBy = ChecksumKind | 'size' | 'none';

/**
 * Objects by what they were checked by. `notRecorded`: stored by a run that could not note it, being killed before or of an
 * older version.
 */
export type CheckCounts = Partial<Record<CheckedBy | 'notRecorded', number>>;
