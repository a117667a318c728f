// Lets whatever it is given go wrong once: a stream, a generator, a function, or a method of a class.

import { openSync } from 'node:fs';
import { parsePlan } from './plan.js';

type Anything = (...args: unknown[]) => unknown;

const plan = parsePlan(process.env.SLUICE_SABOTAGE)!;
let passages = 0;

/** The very thing until its time has come. */
export function sabotaged(whole: Anything): unknown {
  if (plan.method === undefined) return instead(whole);
  const prototype = whole.prototype as Record<string, Anything>;
  const method = prototype[plan.method]!;
  if (plan.method === '_write') prototype._write = writing(method);
  else prototype[plan.method] = instead(method);
  return whole;
}

function instead(work: Anything): Anything {
  return function (this: unknown, ...args: unknown[]) {
    // What makes a stage is not its work.
    const result = isFactory() ? undefined : strike();
    return result ?? sabotageResult(work.apply(this, args));
  };
}

function isFactory(): boolean {
  return plan.method === undefined && /^(create|list|read|to|split)/.test(plan.name);
}

function sabotageResult(result: unknown): unknown {
  if (!isFactory() || result === null || result === undefined) return result;
  const stream = result as { _write?: Anything };
  if (typeof stream._write === 'function') {
    stream._write = writing(stream._write);
    return result;
  }
  if (typeof result === 'function') {
    return (...args: unknown[]) =>
      strike() ?? (isIterable(args[0]) ? iterating((result as Anything)(...args)) : (result as Anything)(...args));
  }
  return isIterable(result) ? iterating(result) : result;
}

function isIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

async function* iterating(items: unknown): AsyncGenerator<unknown, void, void> {
  for await (const item of items as AsyncIterable<unknown>) {
    await strike();
    yield item;
  }
}

function writing(write: Anything): Anything {
  return function (this: unknown, chunk: unknown, encoding: unknown, done: unknown) {
    if (plan.kind !== 'error') void strike();
    else if (isDue()) return (done as Anything)(new Error('sabotage'));
    return write.call(this, chunk, encoding, done);
  };
}

function strike(): Promise<never> | undefined {
  if (!isDue()) return undefined;
  if (plan.kind === 'error') return Promise.reject(new Error('sabotage'));
  if (plan.kind === 'panic') throw new TypeError('sabotage');
  if (plan.kind === 'wait') return new Promise(() => {});
  if (plan.kind === 'hang') openSync(process.env.SLUICE_SABOTAGE_PIPE!, 'r');
  else process.kill(process.pid, 'SIGTERM');
  return undefined;
}

function isDue(): boolean {
  return ++passages === plan.at;
}
