/**
 * Runs tasks in parallel under one signal. The first failure aborts the others. It is thrown after all tasks have
 * ended.
 */
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
