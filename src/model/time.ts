/** Times as text. One without a zone is UTC, whatever the zone of this machine: the same line means the same everywhere. */

/** The largest time that a JavaScript date can hold, in milliseconds either way (ECMA-262, 21.4.1.1). */
export const MAX_DATE_MS = 8.64e15;

/** ISO 8601 with a date, and perhaps a time and a zone; `Date.parse` alone would also take "1" or "may". */
const ISO_TIME = /^([+-]?)(\d{4,6})(-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d(?:[.,]\d+)?))?(Z|[+-]\d\d(?::?\d\d)?)?)?$/i;

/** Milliseconds since 1970; NaN for what is no ISO 8601 time. */
export function parseIsoTime(text: string): number {
  const match = ISO_TIME.exec(text);
  if (match === null) return Number.NaN;
  const [, sign = '', year = '', day = '', minutes = '00:00', seconds = '00', zone = 'Z'] = match;
  // More than four digits are only a year with a sign and six of them.
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

/** A date of HTTP in any of its three forms (RFC 9110, 5.6.7), of which one names no zone; NaN for anything else. */
export function parseHttpDate(text: string): number {
  const isZoned = /(?:GMT|UTC?|Z|[+-]\d{4})\s*$/i.test(text);
  return Date.parse(isZoned ? text : `${text} GMT`);
}

/** For messages, also of a time that is none: a broken disk can say anything. */
export function showTime(ms: number): string {
  return Math.abs(ms) <= MAX_DATE_MS ? new Date(ms).toISOString() : `${ms} ms after 1970`;
}
