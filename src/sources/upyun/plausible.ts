/**
 * Whether a body can be the requested object when no listed size can tell: for a bare key, and for an image version. An
 * error page or an empty body with status 200 must not be stored as an image.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { TransferError } from '../../errors.js';
import type { BodyStream } from '../../http/body.js';
import { say } from '../../texts/say.js';
import type { BodyPieces } from '../source.js';

/** This much of a body is checked for the start of a page. */
const SNIFFED_BYTES = 512;

const MARKUP: ReadonlySet<string> = new Set(
  'html htm xhtml xht shtml shtm stm mht mhtml hta php phtml asp aspx jsp jspx cgi do tpl tmpl ejs hbs vue'.split(' '),
);
/** Images, films, sounds and archives: never empty, never text. */
const MEDIA: ReadonlySet<string> = new Set(
  (
    'jpg jpeg jpe jfif png gif webp svg bmp tif tiff ico heic heif avif jxl psd raw cr2 nef dng ' +
    'mp4 m4v mov avi mkv webm flv wmv mpg mpeg 3gp rmvb mp3 m4a aac ogg oga ogv opus wav flac amr wma ' +
    'zip rar 7z gz tgz bz2 xz zst tar jar apk ipa dmg iso exe pdf woff woff2'
  ).split(' '),
);

/** How pages begin (after the MIME Sniffing Standard of WHATWG, 7.1). */
const PAGE =
  /^\s*<(?:!doctype\s+html|html|head|body|title|meta|link|style|script|noscript|iframe|center|h[1-6]|div|p|pre|span|font|table|form|a|b|br)\b/i;
/**
 * May come before that: an XML declaration, and comments. Matched one at a time: one pattern for all could take for
 * ever.
 */
const PREAMBLE = /^\s*(?:<\?xml\b[^>]*>|<!--[\s\S]*?-->)/i;
/** A text image may be XML. */
const XML = /^\s*<\?xml\b/i;
const TEXT_IMAGE = 'svg';
const PAGE_TYPE = /^\s*(?:text\/html|application\/xhtml\+xml)\b/i;
const JSON_OBJECT = /^\s*(?:\[\s*)?\{\s*["}]/;

export interface Asked {
  key: string;
  isVariant: boolean;
  /** Listed size of the original. */
  originalBytes: number | undefined;
}

/** Throws if the headers cannot belong to the object. */
export function checkHeaders(asked: Asked, headers: IncomingHttpHeaders, size: number | undefined): void {
  const type = headers['content-type'];
  const extension = extensionOf(asked.key);
  // A key without an extension may be a page; an image version may not.
  const canBePage = MARKUP.has(extension) || (extension === '' && !asked.isVariant);
  if (typeof type === 'string' && PAGE_TYPE.test(type) && !canBePage)
    throw refusal(asked, say.sources.objects.answer.html);
  if (size === 0) checkBody(asked, new Uint8Array());
}

/** Throws if a body cannot be the object's. A long enough beginning is sufficient. */
export function checkBody(asked: Asked, bytes: Uint8Array): void {
  const extension = extensionOf(asked.key);
  const isMedia = MEDIA.has(extension);
  if (bytes.length === 0) {
    if ((isMedia || asked.isVariant) && asked.originalBytes !== 0)
      throw refusal(asked, say.sources.objects.answer.nothing);
    return;
  }
  if (!isMedia && (!asked.isVariant || MARKUP.has(extension))) return;
  const first = bytes[0]!;
  // The common case: no media file begins with `<`, `{`, `[`, a blank or a byte order mark.
  if (first !== 0x3c && first !== 0x7b && first !== 0x5b && first > 0x20 && first !== 0xef) return;
  const beginning = Buffer.from(bytes.subarray(0, SNIFFED_BYTES))
    .toString()
    .replace(/^\uFEFF/, '');
  if (isPage(beginning)) throw refusal(asked, say.sources.objects.answer.html);
  if (JSON_OBJECT.test(beginning)) throw refusal(asked, say.sources.objects.answer.json);
  if (isMedia && extension !== TEXT_IMAGE && XML.test(beginning)) throw refusal(asked, say.sources.objects.answer.xml);
}

function isPage(beginning: string): boolean {
  let rest = beginning;
  for (let found = PREAMBLE.exec(rest); found !== null; found = PREAMBLE.exec(rest)) rest = rest.slice(found[0].length);
  return PAGE.test(rest);
}

/** The same for a streamed body: its beginning is held back until the check passes. */
export function checkedStream(asked: Asked, stream: BodyStream): BodyPieces {
  async function* pieces(): AsyncGenerator<Buffer, void, void> {
    let beginning: Buffer | undefined = NOTHING;
    for await (const piece of stream) {
      if (beginning === undefined) {
        yield piece;
        continue;
      }
      beginning = Buffer.concat([beginning, piece]);
      if (beginning.length < SNIFFED_BYTES) continue;
      checkBody(asked, beginning);
      yield beginning;
      beginning = undefined;
    }
    if (beginning === undefined) return;
    checkBody(asked, beginning);
    if (beginning.length > 0) yield beginning;
  }
  return { abort: (reason) => stream.abort(reason), [Symbol.asyncIterator]: pieces };
}

const NOTHING = Buffer.alloc(0);

function refusal({ key, isVariant }: Asked, what: string): TransferError {
  const { answer } = say.sources.objects;
  return new TransferError('ERR_NOT_OBJECT', (isVariant ? answer.noVersion : answer.noObject)(key, what));
}

/** Lower case, without the dot; '' if there is none. */
function extensionOf(key: string): string {
  return /\.((?=\d*[a-z])[a-z0-9]{1,8})$/i.exec(key)?.[1]?.toLowerCase() ?? '';
}
