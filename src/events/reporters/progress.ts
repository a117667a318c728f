/** The progress as text, for a log. */
import { clockTime } from '../../lib/text/local-time.js';
import { formatBytes } from '../../lib/text/units.js';
import { say } from '../../texts/say.js';
import type { Progress } from '../rate.js';

/** The listing half: the objects found so far. */
export function listingText({ found, foundPerSecond, unreachableSinceMs }: Progress, isDone: boolean): string {
  const { line } = say.progress;
  const outage = unreachableSinceMs === undefined ? '' : line.unreachable(clockTime(unreachableSinceMs));
  return outage + (isDone ? line.found(found) : line.finding(found, foundPerSecond));
}

/** The downloading half: the work done, the speed, and the remaining time. */
export function doneText(progress: Progress): string {
  const { done, failed, bytes, objectsPerSecond, bytesPerSecond, share, secondsLeft, secondsUntilFull } = progress;
  const { line } = say.progress;
  return [
    share === undefined ? '' : `${Math.floor(share * 100)}%`,
    secondsLeft === undefined ? '' : line.left(secondsLeft),
    secondsUntilFull === undefined ? '' : line.disksFull(secondsUntilFull),
    line.done(done),
    failed > 0 ? line.failed(failed) : '',
    formatBytes(bytes),
    line.pace(objectsPerSecond, bytesPerSecond),
  ]
    .filter(Boolean)
    .join(line.between);
}
