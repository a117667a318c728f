/** How source and disks can differ. */

/** Why an object differs; a closed set, the same words in output, summary and README. */
const REASONS = {
  missing: 'not on any disk',
  size: 'the file has another size',
  older: 'the file is older than the object',
  digest: 'the content is not the one that was stored, or not the one of the source',
  unreadable: 'the disk does not give it',
  unverified: 'there is nothing to compare the content with',
  unlisted: 'a folder, or a name, that could not be listed',
  unusable: 'an input line that is neither a key nor a valid entry',
  extra: 'a local file that the source does not have',
} as const;

export type Reason = keyof typeof REASONS;

/** A check of size and time does not find these reasons again, so `fetch` always fetches a line with one. */
export const CONTENT_REASONS: ReadonlySet<unknown> = new Set<Reason>(['digest', 'unreadable', 'unverified']);
