// Ways to wait for something that happens, never for a time that ought to be enough.

import { setImmediate as nextTurn } from 'node:timers/promises';

/** A promise that is settled by hand. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(error: unknown): void;
}

export function deferred<T = void>(): Deferred<T> {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  // Whoever waits for it sees the error; that nobody does yet is no reason to end the process.
  promise.catch(() => {});
  return { promise, resolve, reject };
}

/** Lets the event loop go round: whatever can happen without outside help has happened afterwards. */
export async function turns(count = 20): Promise<void> {
  for (let turn = 0; turn < count; turn++) await nextTurn();
}

/** So many turns are for what happens in this process; what takes longer happens elsewhere, and needs the processor. */
const BUSY_TURNS = 200;
/** As it is outside of tests that set the clock. */
const { setTimeout: startTimer } = globalThis;

/** Waits for a fact; a fact that never comes is a failure that names it, not a hang. */
export async function until(fact: () => boolean, what: string, timeoutMs = 60_000): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  for (let turn = 1; !fact(); turn++) {
    if (performance.now() > endMs) throw new Error(`waited in vain for: ${what}`);
    if (turn <= BUSY_TURNS) await nextTurn();
    else await new Promise<void>((resolve) => startTimer(resolve, 1));
  }
}

/** The error that a promise is rejected with; a value in its place fails the test. */
export async function rejection<E = Error>(promise: Promise<unknown>): Promise<E> {
  const nothing = Symbol('no error');
  const error = await promise.then(
    () => nothing,
    (thrown: unknown) => thrown,
  );
  if (error === nothing) throw new Error('it was expected to be rejected');
  return error as E;
}

/** Timers that keep the process alive right now. */
export function activeTimers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
}
