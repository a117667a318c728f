/** `verify` for programs. */
import type { Source } from '../../sources/source.js';
import { runVerify } from '../verify/verify.js';
import type { Job } from './job.js';
import { configOf, type VerifyOptions } from './options.js';
import { start } from './start.js';

/**
 * Compares a source with the stored files, and changes nothing. Each difference is an event of type `finding`. The
 * summary counts them (`alike`, `different`, `reasons`).
 *
 * ```ts
 * const job = verify('upyun://photos', './photos', { credentials, isChecksum: true });
 * for await (const { key, reason } of job.events('finding')) console.log(key, reason);
 * ```
 */
export function verify(from: string | Source, to: string | readonly string[], options: VerifyOptions = {}): Job {
  const config = configOf('verify', { from, to, options });
  const source = typeof from === 'string' ? undefined : from;
  return start({ config, source, signal: options.signal, work: runVerify });
}
