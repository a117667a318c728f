/** The health of a run as a sentence: screens, log, snapshot and `status` say it with the same words. */
import { say } from '../../texts/say.js';
import type { Health } from '../health/health.js';
import { type HealthText, healthWords } from '../health/health-words.js';

export function healthText(health: Health, nowMs: number): HealthText {
  return healthWords(health, nowMs, say.progress);
}

/** The same as one text. */
export function healthLine(health: Health, nowMs: number): string {
  const { word, rest } = healthText(health, nowMs);
  return `${word}${rest}`;
}
