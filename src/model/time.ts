/** Times as text. A time without a zone is UTC on every machine, so that a line means the same everywhere. */

/** The largest time of a JavaScript date, in milliseconds before or after 1970 (ECMA-262, 21.4.1.1). */
export const MAX_DATE_MS = 8.64e15;

/** ISO 8601 with a date and optional time and zone. `Date.parse` alone would also accept "1" or "may". */
const ISO_TIME = /^([+-]?)(\d{4,6})(-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d(?:[.,]\d+)?))?(Z|[+-]\d\d(?::?\d\d)?)?)?$/i;

/** Milliseconds since 1970; NaN if the text is not an ISO 8601 time. */
export function parseIsoTime(text: string): number {
  const match = ISO_TIME.exec(text);
  if (match === null) return Number.NaN;
  const [, sign = '', year = '', day = '', minutes = '00:00', seconds = '00', zone = 'Z'] = match;
  // A year with more than four digits must have a sign and six digits.
  const isPlain = sign === '' && year.length === 4;
  const fullYear = isPlain ? year : `${sign || '+'}${year.padStart(6, '0')}`;
  const ms = Date.parse(`${fullYear}${day}T${minutes}:${seconds.replace(',', '.')}${fullZone(zone)}`);
  return Math.abs(ms) <= MAX_DATE_MS ? ms : Number.NaN;
}

/** `+08`, `+0800` or `+08:00`. */
function fullZone(zone: string): string {
  if (zone.length === 1) return 'Z';
  return `${zone.slice(0, 3)}:${zone.slice(3).replace(':', '') || '00'}`;
}

/** An HTTP date in any of its three forms (RFC 9110, 5.6.7); one of them has no zone. NaN for anything else. */
export function parseHttpDate(text: string): number {
  const isZoned = /(?:GMT|UTC?|Z|[+-]\d{4})\s*$/i.test(text);
  return Date.parse(isZoned ? text : `${text} GMT`);
}

/** For messages; accepts invalid times, since a broken disk can report anything. */
export function showTime(ms: number): string {
  return Math.abs(ms) <= MAX_DATE_MS ? new Date(ms).toISOString() : `${ms} ms after 1970`;
}
