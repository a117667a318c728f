/** Times of this machine's time zone (or of TZ), for people. State files and JSON have UTC with Z. */

const DAY_MS = 86_400_000;

/** `14:03`. */
function clockOf(atMs: number): string {
  const at = new Date(atMs);
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** `14:03` within twelve hours, `Sat 14:03` within six days, else `2026-11-28 14:03`. */
export function timeNear(atMs: number, nowMs: number, weekdays: readonly string[]): string {
  const apartMs = Math.abs(atMs - nowMs);
  if (apartMs < DAY_MS / 2) return clockOf(atMs);
  const at = new Date(atMs);
  if (apartMs < 6 * DAY_MS) return `${weekdays[at.getDay()]} ${clockOf(atMs)}`;
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${clockOf(atMs)}`;
}

/** `2026-11-28T18:46:02+08:00`: ISO 8601 with seconds and the offset. */
export function localTime(atMs: number): string {
  const at = new Date(atMs);
  const offset = -at.getTimezoneOffset();
  const shift = Math.abs(offset);
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const sign = offset < 0 ? '-' : '+';
  return `${day}T${clockTime(atMs)}${sign}${two(Math.floor(shift / 60))}:${two(shift % 60)}`;
}

/** The same time of a state file or of JSON, for people. A text that is no time stays as it is. */
export function localTimeOf(iso: string): string {
  const atMs = Date.parse(iso);
  return Number.isNaN(atMs) ? iso : localTime(atMs);
}

/** `18:46:02`. */
export function clockTime(atMs: number): string {
  const at = new Date(atMs);
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':');
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
