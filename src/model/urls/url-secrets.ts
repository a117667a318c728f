/** Takes user names, passwords and the values of headers out of a line that cannot be used, whatever it is. */
import { headersLeftOut } from './url-headers.js';

/** The sign before a host, also as others write it, or escaped. */
const AT = String.raw`(?:@|﹫|＠|%40|\\u0040)`;
/** A scheme and its slashes, then what may be a login: up to the last sign, since a password may hold any character. */
const LOGIN = new RegExp(String.raw`^(\s*(?:[a-z][a-z0-9+.-]{0,30}:)?[/\\]*).*${AT}`, 'is');
/** The same in a text that is no JSON, although it begins like it. */
const RAW_LOGIN = new RegExp(
  String.raw`^([^:]*:\s*"?(?:[a-z][a-z0-9+.-]{0,30}:)?(?:[/\\]|u002f|u005c)*|).*${AT}`,
  'is',
);
/** A name that is `headers`, or may be that in escapes. */
const RAW_HEADERS = /"(?:headers|[^":]*\\u[^":]*)"\s*:/i;
/** What has no slashes before its sign is a name, such as `photo@2x.png`. */
const URL_LIKE = new RegExp(String.raw`(?:[/\\]{2}|^\s*[a-z]+:).*${AT}`, 'is');

/** The line as it may be shown and written down. It is the line itself where nothing in it can be a secret. */
export function withoutSecrets(text: string): string {
  const begin = text.trimStart()[0];
  if (begin !== '{' && begin !== '[' && begin !== '"') return withoutLogin(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const place = text.search(RAW_HEADERS);
    const bare = (place === -1 ? text : text.slice(0, place)).replace(RAW_LOGIN, '$1…@');
    return place === -1 ? bare : `${bare}…`;
  }
  const bare = JSON.stringify(bareValue(value, ''));
  return bare === JSON.stringify(value) ? text : bare;
}

function withoutLogin(text: string): string {
  return text.replace(LOGIN, '$1…@');
}

function bareValue(value: unknown, name: string): unknown {
  if (typeof value === 'string') return name === 'url' || URL_LIKE.test(value) ? withoutLogin(value) : value;
  if (Array.isArray(value)) return value.map((one) => bareValue(one, name));
  if (typeof value !== 'object' || value === null) return value;
  const bare: Record<string, unknown> = {};
  for (const [field, given] of Object.entries(value)) {
    if (field.toLowerCase() !== 'headers') bare[field] = bareValue(given, field.toLowerCase());
    else if (headersLeftOut(given).length > 0) bare.headersLeftOut = headersLeftOut(given);
  }
  return bare;
}
