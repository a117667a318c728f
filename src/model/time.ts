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

const DAY_MS = 86_400_000;
/** 9999-12-31 and its last millisecond: a later year has another form. */
const LAST_MS = 253_402_300_799_999;
const TWO_DIGITS = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, '0'));

/**
 * As `Date.toISOString` writes it, in a third of the time: one for each object of a listing.
 *
 * @throws RangeError for a time that no date can have
 */
export function isoTime(timeMs: number): string {
  if (!(timeMs >= 0 && timeMs <= LAST_MS)) return new Date(timeMs).toISOString();
  const whole = Math.floor(timeMs);
  const days = Math.floor(whole / DAY_MS);
  const ofDayMs = whole - days * DAY_MS;
  const seconds = Math.floor(ofDayMs / 1_000);
  const minutes = Math.floor(seconds / 60);
  const clock = `${TWO_DIGITS[Math.floor(minutes / 60)]}:${TWO_DIGITS[minutes % 60]}:${TWO_DIGITS[seconds % 60]}`;
  const ms = ofDayMs % 1_000;
  return `${dayText(days)}T${clock}.${ms === 0 ? '000' : String(ms).padStart(3, '0')}Z`;
}

/** Days since 1970, not before. Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days. */
function dayText(days: number): string {
  const sinceYear0 = days + 719_468;
  const era = Math.floor(sinceYear0 / 146_097);
  const ofEra = sinceYear0 - era * 146_097;
  const leaps = Math.floor(ofEra / 1_460) - Math.floor(ofEra / 36_524) + Math.floor(ofEra / 146_096);
  const yearOfEra = Math.floor((ofEra - leaps) / 365);
  // A year that begins in March, so that the leap day is its last one.
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const month = Math.floor((5 * ofYear + 2) / 153);
  const day = ofYear - Math.floor((153 * month + 2) / 5) + 1;
  const year = yearOfEra + era * 400 + (month < 10 ? 0 : 1);
  return `${TWO_DIGITS[Math.floor(year / 100)]}${TWO_DIGITS[year % 100]}-${TWO_DIGITS[month < 10 ? month + 3 : month - 9]}-${TWO_DIGITS[day]}`;
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
