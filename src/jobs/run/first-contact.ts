/** Says what a run waits for, as long as no server has answered, so that the user never faces a silent screen. */
import type { EventBus } from '../../events/bus.js';
import { contactOf } from '../../sources/capabilities.js';
import type { Source } from '../../sources/source.js';
import { say } from '../../texts/say.js';

/** The first notice comes after FIRST_MS, the next ones every AGAIN_MS. */
const FIRST_MS = 10_000;
const AGAIN_MS = 60_000;

export interface FirstContactOptions {
  source: Source;
  events: Pick<EventBus, 'notice'>;
  /** `fetch` reads keys from stdin, and none has come yet. */
  isInputSilent: () => boolean;
}

/** Runs until the caller calls the returned function. */
export function tellSilence({ source, events, isInputSilent }: FirstContactOptions): () => void {
  const beganMs = Date.now();
  function tell(): void {
    const all = (['listings', 'objects'] as const).map((of) => ({ of, ...contactOf(source, of) }));
    const silent = all.filter(({ contact }) => contact.sinceMs !== undefined && !contact.hasAnswered);
    for (const contact of new Set(silent.map((one) => one.contact))) {
      const ones = silent.filter((one) => one.contact === contact);
      const { origin, sinceMs, failures, lastError } = contact;
      const { noAnswer, failedAttempts, kinds } = say.jobs;
      const tried = failures === 0 ? '' : failedAttempts(failures, lastError!.message);
      const about = { origin, option: ones[0]!.option, kinds: ones.map(({ of }) => kinds[of]) };
      events.notice('no-answer-yet', noAnswer({ ...about, seconds: secondsSince(sinceMs!) }) + tried);
    }
    const isAsked = all.some(({ contact }) => contact.sinceMs !== undefined);
    if (!isAsked && isInputSilent()) events.notice('no-input-yet', say.jobs.noInput(secondsSince(beganMs)));
    timer = setTimeout(tell, AGAIN_MS).unref();
  }
  let timer = setTimeout(tell, FIRST_MS).unref();
  return () => clearTimeout(timer);
}

function secondsSince(atMs: number): number {
  return (Date.now() - atMs) / 1_000;
}
