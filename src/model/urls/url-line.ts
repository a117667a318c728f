/** One line of a list of URLs → an entry, or the reason why it is invalid. */
import { say } from '../../texts/say.js';
import { type BadLine, badLine, type InputLine, isBadLine, isScopeLine, parseLine, recordedReason } from '../line.js';
import { readHeaders } from './url-headers.js';
import { keyOfUrl } from './url-key.js';
import { withoutSecrets } from './url-secrets.js';
import { parseUrl } from './url-target.js';

/**
 * Parses an http(s) URL, or `{"url":…}` with optional `key`, `size`, `md5`, `etag`, `mtime` and `headers`. Undefined for
 * an empty line and for a comment, which begins with `#`: no URL does, and wget and aria2 read lists in the same way. No text of a bad line holds a password or a header.
 */
export function parseUrlLine(line: string): InputLine | undefined {
  const text = line.trim();
  if (text === '' || text.startsWith('#')) return undefined;
  if (text.startsWith('{')) return parseObject(text);
  const target = parseUrl(text);
  if (typeof target === 'string') return bad(text, target);
  return { key: keyOfUrl(target), target };
}

function parseObject(text: string): InputLine {
  const { urls } = say;
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(text);
  } catch {
    return bad(text, urls.noJson);
  }
  const { url, key, headers, headersLeftOut: left, ...rest } = value;
  // A line of the failures file that records a bad line stays that bad line.
  if (value.code === 'ERR_BAD_LINE' && typeof key === 'string') return reread(key, value.error);
  if (typeof url !== 'string') return bad(text, urls.urlMissing);
  if (Array.isArray(left) && left.length > 0) return bad(text, urls.headersAreLeftOut(left.map(String)));
  const fields = readHeaders(headers);
  if (typeof fields === 'string') return bad(text, fields);
  const target = parseUrl(url, fields);
  if (typeof target === 'string') return bad(text, target);
  if (key != null && typeof key !== 'string') return bad(text, urls.keyNoText);
  // The other fields mean what they mean in every line.
  const parsed = parseLine(JSON.stringify({ ...rest, key: key ?? keyOfUrl(target) }))!;
  if (isBadLine(parsed)) return bad(text, parsed.reason);
  return isScopeLine(parsed) ? bad(text, urls.noFolder) : { ...parsed, target };
}

function reread(text: string, error: unknown): BadLine {
  const again = parseUrlLine(text);
  return again && isBadLine(again) ? again : bad(text, recordedReason(error) ?? say.urls.noUrl);
}

/** The line as it may be shown and written down. */
function bad(text: string, reason: string): BadLine {
  return badLine(withoutSecrets(text), reason);
}
