/** The progress as text. The two bars of a terminal and the plain line of a log use the same text. */

import type { Progress } from '../rate.js';
import { formatBytes, formatCount, formatSeconds } from '../units.js';

/** The listing half: the objects found so far. */
export function listingText({ found, foundPerSecond, unreachableSinceMs }: Progress, isDone: boolean): string {
  const outage = unreachableSinceMs === undefined ? '' : `origin unreachable since ${timeText(unreachableSinceMs)}; `;
  return `${outage}${formatCount(found)} objects found${isDone ? '' : ` so far, ${formatCount(foundPerSecond)}/s`}`;
}

/** HH:MM:SS in the user's time zone. */
function timeText(atMs: number): string {
  return new Date(atMs).toTimeString().slice(0, 8);
}

/** The downloading half: the work done, the speed, and the remaining time. */
export function doneText(progress: Progress): string {
  const { done, failed, bytes, objectsPerSecond, bytesPerSecond, share, secondsLeft, secondsUntilFull } = progress;
  // The most important first: a narrow terminal cuts off the end.
  return [
    share === undefined ? '' : `${Math.floor(share * 100)}%`,
    secondsLeft === undefined ? '' : `${formatSeconds(secondsLeft)} left`,
    secondsUntilFull === undefined ? '' : `disks full in ${formatSeconds(secondsUntilFull)}`,
    `${formatCount(done)} done`,
    failed > 0 ? `${formatCount(failed)} failed` : '',
    formatBytes(bytes),
    `${formatCount(objectsPerSecond)} files/s`,
    `${formatBytes(bytesPerSecond)}/s`,
  ]
    .filter(Boolean)
    .join(', ');
}
