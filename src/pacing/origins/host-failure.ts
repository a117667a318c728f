/** The failure of an object whose server cannot be used, while the run goes on with the others. */
import { type ErrorCode, TransferError } from '../../errors.js';
import type { Delivery, Result } from '../../model/batch.js';
import { say } from '../../texts/say.js';
import type { Lane } from './lane.js';

/** With one server these end the run. One of many fails alone. */
const OF_HOST: ReadonlySet<ErrorCode> = new Set(['ERR_TLS']);

export function isOfHost({ code }: TransferError): boolean {
  return OF_HOST.has(code);
}

export function hostFailure(lane: Lane, delivery: Delivery, cause = lane.error): Result {
  const why = cause?.message ?? '';
  const { notUsable, givenUp } = say.network.hosts;
  const message = lane.state === 'given up' ? givenUp(lane.origin, lane.sinceMs, why) : notUsable(lane.origin, why);
  return { delivery, error: new TransferError('ERR_HOST_UNREACHABLE', message, { cause }), isFinal: true };
}
