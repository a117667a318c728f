/** What a disk makes of names: which it takes for the same, and which it refuses or changes. */
import { type Folding, foldName } from './fold.js';

/** Linux's NAME_MAX; also that of ext4, XFS, btrfs, ZFS, NTFS and exFAT. */
export const MAX_NAME_BYTES = 255;

/** A name with a hash has to fit; no disk is that narrow. */
export const SHORTEST_NAME_BYTES = 100;

/** As it is written down; nothing of it where a disk takes all names as they are. */
export interface NameTraits {
  readonly folding?: Folding | undefined;
  /** Characters that it refuses or changes: the inside of a character class of a regular expression. */
  readonly refused?: string | undefined;
  /** It refuses or drops a dot or a blank at the end of a name. */
  readonly hasEndings?: boolean | undefined;
  /** It refuses the names of devices of DOS, with whatever extension. */
  readonly hasDevices?: boolean | undefined;
  /** A long name has a short one besides, such as PHOTOS~1.JPG. */
  readonly hasAliases?: boolean | undefined;
  /** Where that is less than {@link MAX_NAME_BYTES}. */
  readonly nameBytes?: number | undefined;
}

const ENDINGS = '[. ](?=/|$)';
const DEVICES = '(?<=^|/)(?:con|prn|aux|nul|conin\\$|conout\\$|(?:com|lpt)[0-9¹²³])(?= *(?:[./]|$))';
const ALIASES = '(?<=^|/)[^./]{1,6}~[0-9]{1,6}(?:\\.[^./]{1,3})?(?=/|$)';
const NOTHING = '(?!)';
/** Of each name, whatever the disk: the sign of an escape, and what is no text. */
const NEVER = '%\\0\\p{Surrogate}';

export class NameRules {
  /** Undefined where each name is its own. */
  readonly folding: Folding | undefined;
  readonly nameBytes: number;
  /** What has to be escaped in a name that is not kept as it is. */
  readonly escaped: RegExp;
  /** Finds in a path what the disk does not take; undefined where it takes everything. */
  readonly #violation: RegExp | undefined;

  constructor(traits: NameTraits = {}) {
    const { folding, refused = '', hasEndings = false, hasDevices = false, hasAliases = false } = traits;
    this.folding = folding;
    this.nameBytes = traits.nameBytes ?? MAX_NAME_BYTES;
    const ending = hasEndings ? '[. ]$' : NOTHING;
    this.escaped = new RegExp(`[${NEVER}${refused}]|${ending}`, 'gu');
    const violations = [
      ...(refused === '' ? [] : [`[${refused}]`]),
      ...(hasEndings ? [ENDINGS] : []),
      ...(hasDevices ? [DEVICES] : []),
      ...(hasAliases ? [ALIASES] : []),
    ];
    if (violations.length > 0) this.#violation = new RegExp(violations.join('|'), 'iu');
  }

  /** Whether the disk takes every name of a path as it is, however long. */
  takes(path: string): boolean {
    return this.#violation === undefined || !this.#violation.test(path);
  }

  /** The same text for all paths that lead to one file. */
  fold(path: string): string {
    return this.folding === undefined ? path : foldName(path, this.folding);
  }
}

/** Of a disk that takes all names as they are. */
export const PLAIN_RULES = new NameRules();
