/** The names of digests: the same in all languages. */
export const DIGEST_NAMES = {
  md5: 'MD5',
  sha512: 'SHA-512',
  sha256: 'SHA-256',
  sha1: 'SHA-1',
  crc64nvme: 'CRC-64/NVME',
  crc64ecma: 'CRC-64/ECMA',
  crc32c: 'CRC-32C',
  crc32: 'CRC-32',
} as const satisfies Record<string, string>;
