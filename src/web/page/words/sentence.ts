/** The state of the job in one sentence: what the title of the page says. */
import type { HealthState } from '../../../events/health/health.js';
import { healthWords } from '../../../events/health/health-words.js';
import type { EndPicture } from '../../../events/picture/picture.js';
import { formatBytes, formatCount } from '../../../lib/text/units.js';
import type { Payload } from '../../payload.js';
import { visibleText } from './visible.js';
import type { Words } from './words.js';

/** What a colour says. */
export type Tone = 'good' | 'calm' | 'slow' | 'bad';

export interface Headline {
  readonly tone: Tone;
  readonly sentence: string;
  /** What sets the pace, and what else is to be known. '' = nothing. */
  readonly detail: string;
  /** Changes only when there is something new to say: not with every number. */
  readonly meaning: string;
}

const TONES: Readonly<Record<HealthState, Tone>> = {
  starting: 'calm',
  healthy: 'good',
  throttled: 'slow',
  banned: 'bad',
  unreachable: 'bad',
  'waiting-disk': 'bad',
  'waiting-queue': 'slow',
  'waiting-input': 'calm',
  retrying: 'slow',
  stalled: 'bad',
  limited: 'good',
  paused: 'slow',
  finishing: 'good',
  interrupted: 'slow',
};

/** In these states the run works on, so the time of its end is worth saying. */
const WORKING: ReadonlySet<HealthState> = new Set(['healthy', 'limited']);

const HOUR_SECONDS = 3_600;

export function headlineOf(picture: Payload, words: Words): Headline {
  if (picture.phase === 'ended') return ended(picture, words);
  if (picture.isPaused) return paused(picture, words);
  return running(picture, words);
}

function running(picture: Payload, words: Words): Headline {
  const { health, atMs } = picture;
  const { state } = words.page;
  const { word, rest } = healthWords(health, atMs, words.progress);
  const why = visibleText(rest);
  const isHealthy = health.state === 'healthy';
  const end = WORKING.has(health.state) ? endOf(picture, words) : '';
  const full = fullText(picture, words);
  const sentence = isHealthy
    ? state.sentence(state.word(word), [speedOf(picture, words), end].filter(Boolean))
    : [`${state.word(word)}${why}`, end].filter(Boolean).join(words.progress.line.between);
  const detail = [isHealthy ? begun(why) : '', full].filter(Boolean).join(words.progress.line.half);
  const tone = TONES[health.state] === 'good' && full !== '' ? 'slow' : TONES[health.state];
  return { tone, sentence, detail, meaning: `${health.state} ${health.reason} ${health.sinceMs}` };
}

function paused({ requests, health, atMs }: Payload, { page: { state }, times }: Words): Headline {
  const word = health.state === 'paused' ? state.pausedSince(times.near(health.sinceMs, atMs)) : state.paused;
  const why = state.pausedWhy(requests.objects + requests.listings);
  return { tone: 'slow', sentence: state.sentence(word, [why]), detail: '', meaning: 'paused' };
}

function ended(picture: Payload, words: Words): Headline {
  const { state } = words.page;
  const { progress, command, outcomes, end } = picture;
  const failed = outcomes.failed > 0 ? (command === 'verify' ? state.different : state.failed)(outcomes.failed) : '';
  const bytes = progress.doneBytes || progress.bytes;
  const all = bytes > 0 ? state.completeOf(progress.done, formatBytes(bytes)) : state.completeOfObjects(progress.done);
  const how = progress.share === 1 ? 'finished' : (end?.state ?? 'interrupted');
  const isBad = how === 'failed' || how === 'killed';
  return {
    tone: isBad ? 'bad' : failed !== '' ? 'slow' : how === 'finished' ? 'good' : 'calm',
    sentence: state.sentence(state.ends[how], [all, failed].filter(Boolean)),
    detail: how === 'finished' ? '' : begun(end?.message === undefined ? state.endsWhy[how] : messageOf(end)),
    meaning: `ended ${how}`,
  };
}

function messageOf({ message = '', code }: EndPicture): string {
  return visibleText(code === undefined ? message : `${message} [${code}]`);
}

/** `31.2 MB/s`; of a command that moves no bytes, objects. '' = nothing moves. */
function speedOf({ command, progress }: Payload, { page: { state } }: Words): string {
  const { bytesPerSecond, objectsPerSecond } = progress;
  if (command !== 'list' && bytesPerSecond > 0) return state.rate(formatBytes(bytesPerSecond));
  return objectsPerSecond > 0 ? state.objectRate(formatCount(objectsPerSecond)) : '';
}

/** `done Thursday about 14:00`. '' = not known. */
function endOf({ progress: { secondsLeft }, atMs }: Payload, words: Words): string {
  return secondsLeft === undefined || secondsLeft === 0 ? '' : words.page.state.done(whenIn(secondsLeft, atMs, words));
}

/** `Thursday about 14:00`: rounded, because it is an estimate. */
export function whenIn(seconds: number, nowMs: number, { page: { state }, times }: Words): string {
  if (seconds < HOUR_SECONDS) return state.inMinutes(Math.ceil(seconds / 60));
  const { days, weekday, date, clock } = times.rough(nowMs + seconds * 1000, nowMs);
  if (days === 0) return state.about(clock);
  if (days === 1) return state.dayAbout(state.tomorrow, clock);
  return days < 6 ? state.dayAbout(weekday, clock) : state.onDay(date);
}

function fullText({ progress: { secondsUntilFull } }: Payload, { page, progress }: Words): string {
  return secondsUntilFull === undefined ? '' : page.state.filesFull(progress.duration(secondsUntilFull));
}

/** `; the server sets the pace` → `The server sets the pace`. */
function begun(rest: string): string {
  const text = rest.replace(/^[;:；：]\s*/, '');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
