/** Compares this machine's clock with the server's: signatures carry a time. */
import { formatSeconds } from '../../../lib/text/units.js';
import type { Diagnosis } from '../../../sources/diagnosis.js';
import { say } from '../../../texts/say.js';
import { type Check, ok, problem, warning } from '../check.js';

/** The network and whole seconds explain a smaller difference. */
const TOLERANCE_MS = 5_000;

export async function checkClock({ serverTime, signatureWindowMs, correctsClock }: Diagnosis): Promise<Check[]> {
  const time = await serverTime?.();
  const texts = say.doctor.clock;
  if (time === undefined) return serverTime === undefined ? [] : [warning('clock', texts.unknown, texts.unknownAdvice)];
  const offMs = Math.round(time.localMs - time.serverMs);
  const data = { offSeconds: Math.round(offMs / 1000), answeredMs: Math.round(time.tookMs), signatureWindowMs };
  const answered = Math.round(time.tookMs);
  if (Math.abs(offMs) <= TOLERANCE_MS) return [ok('clock', texts.right(answered), data)];
  const message = texts.off(formatSeconds(Math.abs(offMs) / 1000), offMs > 0, answered);
  const isRefused = signatureWindowMs !== undefined && Math.abs(offMs) > signatureWindowMs;
  if (!isRefused) return [warning('clock', message, texts.correct, data)];
  const limit = formatSeconds(signatureWindowMs / 1000);
  return [
    correctsClock
      ? warning('clock', `${message}; ${texts.corrected(limit)}`, texts.correct, data)
      : problem('clock', `${message}; ${texts.refused(limit)}`, texts.correct, data),
  ];
}
