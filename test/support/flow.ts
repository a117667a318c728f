// A connection's controls as BodyStream sees them, without the connection.

import type { TransferError } from '../../src/errors.js';

export function fakeFlow() {
  const flow = {
    isPaused: false,
    aborts: [] as Error[],
    onResume: () => {},
    pause() {
      flow.isPaused = true;
    },
    resume() {
      flow.isPaused = false;
      flow.onResume();
    },
    abort(reason: Error) {
      flow.aborts.push(reason);
    },
  };
  return flow;
}

/** What this throws. */
export async function errorOf(run: () => Promise<unknown>): Promise<TransferError> {
  try {
    await run();
  } catch (error) {
    return error as TransferError;
  }
  throw new Error('it was expected to throw');
}
