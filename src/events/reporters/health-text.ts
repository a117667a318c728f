/** The health of a run as a sentence: screens, log, snapshot and `status` say it with the same words. */
import { timeNear } from '../../lib/text/local-time.js';
import { say } from '../../texts/say.js';
import type { Health } from '../health/health.js';

/** The name of a host may have 253 characters. */
const HOST_CHARS = 60;

interface HealthText {
  /** The word of the state: it alone may have a colour. */
  readonly word: string;
  /** What follows the word: why, until when. */
  readonly rest: string;
}

export function healthText(health: Health, nowMs: number): HealthText {
  const { state, reason, sinceMs, untilMs, status, code } = health;
  const leftMs = untilMs === undefined ? 0 : untilMs - nowMs;
  const values = {
    of: health.of,
    answer: status === undefined ? code : String(status),
    secondsLeft: leftMs > 0 ? leftMs / 1000 : undefined,
    secondsPast: Math.max(0, nowMs - sinceMs) / 1000,
    since: timeNear(sinceMs, nowMs, say.progress.weekdays),
    requests: health.requests,
    directories: health.directories ?? 0,
    perSecond: health.perSecond ?? 0,
    isShared: health.isShared ?? false,
    volume: health.volume ?? '',
    waiting: health.waiting ?? 0,
    hasOthers: health.hasOthers ?? false,
  };
  return {
    word: say.progress.healthWords[state],
    rest: say.progress.health[reason](values) + hostsText(health, nowMs),
  };
}

/** The servers in trouble, of many. '' = none. */
function hostsText(
  { hosts = 0, hostsUnreachable = 0, hostsThrottled = 0, host, hostSinceMs }: Health,
  nowMs: number,
): string {
  const { unreachable, throttled } = say.progress.hosts;
  const since = timeNear(hostSinceMs ?? nowMs, nowMs, say.progress.weekdays);
  // `https://` says nothing that helps here.
  const name = host?.replace(/^https?:\/\//, '').slice(0, HOST_CHARS) ?? '';
  return (
    (hostsUnreachable > 0 ? unreachable({ hosts, count: hostsUnreachable, name, since }) : '') +
    (hostsThrottled > 0 ? throttled(hosts, hostsThrottled) : '')
  );
}

/** The same as one text. */
export function healthLine(health: Health, nowMs: number): string {
  const { word, rest } = healthText(health, nowMs);
  return `${word}${rest}`;
}
