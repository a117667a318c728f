/** How a disk treats names: names that it treats as equal, rejects or changes. */
import { type Folding, foldName } from './fold.js';

/** Linux's NAME_MAX; also the limit of ext4, XFS, btrfs, ZFS, NTFS and exFAT. */
export const MAX_NAME_BYTES = 255;

/** The least limit, since a name with a hash must fit. No known disk has a lower one. */
export const SHORTEST_NAME_BYTES = 100;

/** Traits of a disk as they are stored; empty if the disk accepts all names unchanged. */
export interface NameTraits {
  readonly folding?: Folding | undefined;
  /** Characters that the disk rejects or changes, as the inside of a character class of a regular expression. */
  readonly refused?: string | undefined;
  /** The disk rejects or drops a dot or a blank at the end of a name. */
  readonly hasEndings?: boolean | undefined;
  /** The disk rejects DOS device names, with any extension. */
  readonly hasDevices?: boolean | undefined;
  /** A long name also has a short one, for example PHOTOS~1.JPG. */
  readonly hasAliases?: boolean | undefined;
  /** Set if it is less than {@link MAX_NAME_BYTES}. */
  readonly nameBytes?: number | undefined;
}

const ENDINGS = '[. ](?=/|$)';
const DEVICES = '(?<=^|/)(?:con|prn|aux|nul|conin\\$|conout\\$|(?:com|lpt)[0-9¹²³])(?= *(?:[./]|$))';
const ALIASES = '(?<=^|/)[^./]{1,6}~[0-9]{1,6}(?:\\.[^./]{1,3})?(?=/|$)';
const NOTHING = '(?!)';
/** Escaped on every disk: the escape sign, NUL and lone surrogates. */
const NEVER = '%\\0\\p{Surrogate}';

export class NameRules {
  /** Undefined if the disk keeps all names apart. */
  readonly folding: Folding | undefined;
  readonly nameBytes: number;
  /** Characters to escape in a name that cannot stay as it is. */
  readonly escaped: RegExp;
  /** Finds in a path what the disk does not accept; undefined if it accepts everything. */
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

  /** Whether the disk accepts every name of a path unchanged; ignores the length. */
  takes(path: string): boolean {
    return this.#violation === undefined || !this.#violation.test(path);
  }

  /** The same text for all paths of one file. */
  fold(path: string): string {
    return this.folding === undefined ? path : foldName(path, this.folding);
  }
}

/** Rules for a disk that accepts all names unchanged. */
export const PLAIN_RULES = new NameRules();
