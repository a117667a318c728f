/** Runs tasks side by side under one signal: the first failure cuts off the others, and all have ended when it is thrown. */
import { anySignal } from './signals.js';

export async function together(
  signal: AbortSignal,
  tasks: readonly ((signal: AbortSignal) => Promise<void>)[],
): Promise<void> {
  const failed = new AbortController();
  const both = anySignal(signal, failed.signal);
  let first: { error: unknown } | undefined;
  const guarded = tasks.map(async (task) => {
    try {
      await task(both);
    } catch (error) {
      first ??= { error };
      failed.abort(error);
    }
  });
  await Promise.all(guarded);
  if (first !== undefined) throw first.error;
}
