/**
 * A rate, or one rate per time of day or week, in rclone's syntax: `10M`, or `08:00,10M 12:00,20M 23:00,off`, or
 * `Mon-08:00,1M Fri-18:00,off` (https://rclone.org/docs/#bwlimit-bwtimetable). An entry applies until the next one.
 */

/** From this minute of the week on (Sunday 00:00 is 0) the rate applies; undefined = no limit. */
export interface TimetableEntry {
  readonly minuteOfWeek: number;
  readonly perSecond: number | undefined;
}

export type Timetable = readonly TimetableEntry[];

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const MINUTES_A_DAY = 24 * 60;
const MINUTES_A_WEEK = 7 * MINUTES_A_DAY;

/**
 * Parses the text into entries in the order of the week; undefined if it is invalid. `parseRate` returns undefined for
 * an invalid rate.
 */
export function parseTimetable(text: string, parseRate: (text: string) => number | undefined): Timetable | undefined {
  const rateOf = (rate: string) => (rate.toLowerCase() === 'off' ? { perSecond: undefined } : known(parseRate(rate)));
  const words = text.trim().split(/\s+/);
  if (words.length === 1 && !words[0]!.includes(',')) {
    const rate = rateOf(words[0]!);
    return rate && [{ minuteOfWeek: 0, ...rate }];
  }
  const entries: TimetableEntry[] = [];
  for (const word of words) {
    const match = /^(?:([a-z]{3})-)?(\d{1,2}):(\d{2}),(\S+)$/i.exec(word);
    const rate = match ? rateOf(match[4]!) : undefined;
    const day = match?.[1] === undefined ? undefined : DAYS.indexOf(match[1].toLowerCase());
    const [hour, minute] = [Number(match?.[2]), Number(match?.[3])];
    if (rate === undefined || day === -1 || hour > 23 || minute > 59) return undefined;
    const days = day === undefined ? DAYS.keys() : [day];
    for (const one of days) entries.push({ minuteOfWeek: one * MINUTES_A_DAY + hour * 60 + minute, ...rate });
  }
  return entries.sort((one, other) => one.minuteOfWeek - other.minuteOfWeek);
}

function known(perSecond: number | undefined): { perSecond: number } | undefined {
  return perSecond === undefined ? undefined : { perSecond };
}

/** The rate at this moment, by this machine's local time. */
export function rateAt(timetable: Timetable, at: Date): number | undefined {
  const minute = minuteOfWeek(at);
  // Before the first entry of the week the last entry of the week applies.
  const entry = timetable.findLast((one) => one.minuteOfWeek <= minute) ?? timetable.at(-1);
  return entry?.perSecond;
}

/** Milliseconds until the next entry begins; undefined if there is only one rate. */
export function msUntilChange(timetable: Timetable, at: Date): number | undefined {
  if (timetable.length < 2) return undefined;
  const minute = minuteOfWeek(at);
  const next = timetable.find((one) => one.minuteOfWeek > minute) ?? timetable[0]!;
  const minutes = (next.minuteOfWeek - minute + MINUTES_A_WEEK) % MINUTES_A_WEEK;
  return minutes * 60_000 - at.getSeconds() * 1000 - at.getMilliseconds();
}

function minuteOfWeek(at: Date): number {
  return at.getDay() * MINUTES_A_DAY + at.getHours() * 60 + at.getMinutes();
}
