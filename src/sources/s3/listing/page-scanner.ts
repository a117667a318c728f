/**
 * Scans a page of ListObjects (V1 or V2). A scanner takes a tenth of the time of an XML parser: it goes from element to
 * element, keeps the few it needs, in any order, and makes no tree. A page that is not whole is refused.
 *
 * It reads bytes, and makes no text of the page: 300 kB for each page would cost more in the collector than the scan.
 */
import { TransferError } from '../../../errors.js';
import { isObjectSize, isStorageClass, type ObjectEntry } from '../../../model/entry.js';
import { say } from '../../../texts/say.js';
import { isKnownCode } from '../refusal.js';
import { asideAt, findAside } from './asides.js';
import { isAt, RowScanner, USUAL_CLASS } from './row-scanner.js';
import { keyOf, unescapeXml } from './row-text.js';

export interface ScannedPage {
  /** One for each `<Contents>` element, in the order of the page; keys are relative to the prefix. */
  readonly rows: readonly ObjectEntry[];
  /** Those of the rows whose keys are not valid UTF-8: the key only shows what it looks like. */
  readonly invalid: ReadonlySet<ObjectEntry>;
  /** More keys follow: this decides, not the number of rows. */
  readonly isTruncated: boolean;
  /** Or the page says that it is the last one, and names where the next one begins all the same. */
  readonly mayFollow: boolean;
  /** The server echoes the encoding: without the echo a percent sign is a percent sign. */
  readonly isEncoded: boolean;
  /** V2 sends it, V1 does not. */
  readonly hasKeyCount: boolean;
  readonly nextToken: string | undefined;
  /** V1; not on every server. */
  readonly nextMarker: string | undefined;
}

const ROOT = 'ListBucketResult';
const ROW = Buffer.from('<Contents>');
/** Keys that the scanner would not see: rows in another form of XML, and folders, which were not asked for. */
const HIDDEN =
  /<(?:[\w.-]+:)?(?:Contents[\s/>]|CommonPrefixes(?=[\s/>])(?!\/>|>\s*<\/|>\s*<Prefix(?:\/>|><\/Prefix>)\s*<\/)|EncodingType\s)/i;
/** An error takes a few hundred bytes. */
const ERROR_BYTES = 64 * 1024;

/**
 * `prefix`: every key must begin with it.
 *
 * @throws TransferError ERR_LISTING: no listing, only half of one, or a foreign key; ERR_SERVER: an error inside of an
 * answer 200
 */
export function scanPage(sent: Uint8Array, prefix = ''): ScannedPage {
  const bytes = Buffer.from(sent.buffer, sent.byteOffset, sent.length);
  const start = bytes.indexOf(`<${ROOT}`);
  const isWhole = start !== -1 && bytes.lastIndexOf(`</${ROOT}>`) > start;
  if (!isWhole) throw refusal(bytes.toString('utf8', 0, ERROR_BYTES), start !== -1);
  const encoding = bytes.indexOf('<EncodingType>', start);
  const isEncoded =
    encoding !== -1 && /^<EncodingType>\s*url\s*</i.test(bytes.toString('latin1', encoding, encoding + 40));
  const scanner = new RowScanner(bytes);
  const rows: ObjectEntry[] = [];
  const invalid = new Set<ObjectEntry>();
  // Anything outside of a row belongs to the page itself.
  let facts = '';
  let at = start;
  for (let row = -1; ; ) {
    if (row < at) row = isAt(bytes, ROW, at) ? at : bytes.indexOf(ROW, at);
    if (row === -1) row = bytes.length;
    const aside = row > at ? findAside(bytes, at, row) : undefined;
    if (row > at) facts += bytes.toString('utf8', at, aside ?? row);
    if (aside !== undefined) {
      const { text, end } = asideAt(bytes, aside);
      facts += text;
      at = end;
      continue;
    }
    if (row === bytes.length) break;
    at = scanner.scan(row + ROW.length);
    const { sentKey, isPlainKey } = scanner;
    if (sentKey === undefined) throw new TransferError('ERR_LISTING', say.s3.noKey);
    if (isPlainKey) rows.push(entryOf(relative(sentKey, prefix), scanner));
    else {
      const { key, isInvalid } = keyOf(sentKey, isEncoded);
      const entry = entryOf(isInvalid ? key.slice(prefix.length) : relative(key, prefix), scanner);
      if (isInvalid) invalid.add(entry);
      rows.push(entry);
    }
  }
  const fact = (name: string) => elementOf(facts, name);
  checkFacts(facts, isEncoded);
  const truncated = fact('IsTruncated')?.trim();
  if (truncated !== 'true' && truncated !== 'false') throw new TransferError('ERR_LISTING', say.s3.noEnd);
  const nextMarker = fact('NextMarker');
  // Another page can begin only behind a key that is valid.
  const isLastValid = rows.length > 0 && !invalid.has(rows.at(-1)!);
  const token = fact('NextContinuationToken');
  return {
    rows,
    invalid,
    isTruncated: truncated === 'true',
    mayFollow: truncated === 'true' || (isLastValid && `${nextMarker ?? ''}${token ?? ''}`.trim() !== ''),
    isEncoded,
    hasKeyCount: fact('KeyCount') !== undefined,
    nextToken: token === undefined ? undefined : unescapeXml(token),
    nextMarker: nextMarker === undefined ? undefined : keyOf(nextMarker, isEncoded).key,
  };
}

/** What stands beside the rows may say that there are others, or that they are not all. */
function checkFacts(facts: string, isEncoded: boolean): void {
  const error = facts.search(/<Error[\s>]/);
  if (error !== -1) throw refusal(facts.slice(error, error + ERROR_BYTES), false);
  const isOneRoot =
    facts.lastIndexOf(`<${ROOT}`) === 0 && facts.lastIndexOf('<IsTruncated>') === facts.indexOf('<IsTruncated>');
  if (!isOneRoot) throw new TransferError('ERR_LISTING', say.s3.noPage);
  // An echo of the encoding that the scan of the rows has not seen, or has seen in a comment.
  const isOtherEncoding = /^\s*url\s*$/i.test(elementOf(facts, 'EncodingType') ?? '') !== isEncoded;
  if (isOtherEncoding || HIDDEN.test(facts)) throw new TransferError('ERR_LISTING', say.s3.hiddenKeys);
}

/** A 200 may hold an error, or an error page of something in between. */
function refusal(text: string, isHalf: boolean): TransferError {
  if (isHalf) return new TransferError('ERR_LISTING', say.s3.halfPage);
  const error = text.search(/<Error[\s>]/);
  // In two steps: one expression would look through the rest of the text for each `<Error>`.
  const code = error === -1 ? undefined : /<Code>\s*([\w.-]{1,64})\s*<\/Code>/.exec(text.slice(error))?.[1];
  if (code === undefined) return new TransferError('ERR_LISTING', say.s3.noPage);
  const isThrottle = /^(SlowDown|ServiceUnavailable|Busy|TooManyRequests|RequestLimitExceeded)$/.test(code);
  return new TransferError(
    isThrottle ? 'ERR_THROTTLED' : 'ERR_SERVER',
    say.s3.errorInside(isKnownCode(code) ? code : undefined),
  );
}

type Writable = { -readonly [Name in keyof ObjectEntry]: ObjectEntry[Name] };

function entryOf(key: string, { size, mtimeMs, etag, storageClass }: RowScanner): ObjectEntry {
  const entry: Writable = { key, size: isObjectSize(size) ? size : undefined, mtimeMs, etag };
  // Only where it says something: most objects are in the usual place.
  if (storageClass !== undefined && storageClass !== USUAL_CLASS && isStorageClass(storageClass))
    entry.storageClass = storageClass;
  return entry;
}

function relative(key: string, prefix: string): string {
  if (prefix === '') return key;
  if (!key.startsWith(prefix)) throw new TransferError('ERR_LISTING', say.s3.foreignKey(JSON.stringify(key)));
  return key.slice(prefix.length);
}

/** The text of the first element of that name, as it was sent; '' where it is empty. */
function elementOf(text: string, name: string): string | undefined {
  const open = `<${name}>`;
  const start = text.indexOf(open);
  if (start === -1) return text.includes(`<${name}/>`) ? '' : undefined;
  const end = text.indexOf(`</${name}>`, start);
  return end === -1 ? undefined : text.slice(start + open.length, end);
}
