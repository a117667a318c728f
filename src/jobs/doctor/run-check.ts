/** Runs one check, with a limit: a server or a disk that hangs must not hang `doctor`. */
import { toTransferError } from '../../errors.js';
import { orAborted } from '../../lib/waiting/or-aborted.js';
import { within } from '../../lib/waiting/within.js';
import { say } from '../../texts/say.js';
import { type Check, problem } from './check.js';

export interface Step {
  /** The check that fails when there is no answer. */
  readonly check: string;
  /** For people: what is asked. */
  readonly what: string;
  readonly limitMs: number;
  run(): Promise<readonly Check[]>;
}

/** What the step finds. An error of it, or no answer in time, is a problem. Rejects when `signal` aborts. */
export async function runCheck({ check, what, limitMs, run }: Step, signal: AbortSignal): Promise<readonly Check[]> {
  try {
    const found = await within(limitMs, orAborted(run(), signal), () => {});
    return found ?? [noAnswer({ check, what, limitMs })];
  } catch (thrown) {
    if (signal.aborted) throw signal.reason;
    const { code, message } = toTransferError(thrown);
    return [problem(check, message, undefined, { code })];
  }
}

function noAnswer({ check, what, limitMs }: Omit<Step, 'run'>): Check {
  const seconds = Math.round(limitMs / 100) / 10;
  return problem(check, say.doctor.noAnswer(what, seconds), say.doctor.noAnswerAdvice, { limitSeconds: seconds });
}
