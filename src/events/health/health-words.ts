/** The health of a run as words, from a table of texts. Pure, so that the page says the same as a screen, in a language of its own. */
import { timeNear } from '../../lib/text/local-time.js';
import type { Texts } from '../../texts/say.js';
import type { Health } from './health.js';

/** The name of a host may have 253 characters. */
const HOST_CHARS = 60;

export interface HealthText {
  /** The word of the state: it alone may have a colour. */
  readonly word: string;
  /** What follows the word: why, until when. */
  readonly rest: string;
}

/** The texts that it needs. */
export type HealthTexts = Pick<Texts['progress'], 'healthWords' | 'health' | 'hosts' | 'weekdays'>;

export function healthWords(health: Health, nowMs: number, texts: HealthTexts): HealthText {
  const { state, reason, sinceMs, untilMs, status, code } = health;
  const leftMs = untilMs === undefined ? 0 : untilMs - nowMs;
  const values = {
    of: health.of,
    answer: status === undefined ? code : String(status),
    secondsLeft: leftMs > 0 ? leftMs / 1000 : undefined,
    secondsPast: Math.max(0, nowMs - sinceMs) / 1000,
    since: timeNear(sinceMs, nowMs, texts.weekdays),
    requests: health.requests,
    directories: health.directories ?? 0,
    perSecond: health.perSecond ?? 0,
    isShared: health.isShared ?? false,
    volume: health.volume ?? '',
    waiting: health.waiting ?? 0,
    hasOthers: health.hasOthers ?? false,
  };
  return {
    word: texts.healthWords[state],
    rest: texts.health[reason](values) + hostsText(health, nowMs, texts),
  };
}

/** The servers in trouble, of many. '' = none. */
function hostsText(
  { hosts = 0, hostsUnreachable = 0, hostsThrottled = 0, host, hostSinceMs }: Health,
  nowMs: number,
  texts: HealthTexts,
): string {
  const { unreachable, throttled } = texts.hosts;
  const since = timeNear(hostSinceMs ?? nowMs, nowMs, texts.weekdays);
  // `https://` says nothing that helps here.
  const name = host?.replace(/^https?:\/\//, '').slice(0, HOST_CHARS) ?? '';
  return (
    (hostsUnreachable > 0 ? unreachable({ hosts, count: hostsUnreachable, name, since }) : '') +
    (hostsThrottled > 0 ? throttled(hosts, hostsThrottled) : '')
  );
}
