// Hosts of their own on one machine: network namespaces, each with one line to the queue and one to the bucket, which can be cut.

import { execFileSync } from 'node:child_process';
import type { TestContext } from 'node:test';

export interface Host {
  /** Starts a command there. */
  readonly prefix: readonly string[];
  /** How the outside is reached over each of its lines. */
  readonly addresses: Readonly<Record<Line, string>>;
  cut(line: Line): void;
  mend(line: Line): void;
}

export type Line = 'queue' | 'bucket';

const LINES: readonly Line[] = ['queue', 'bucket'];

/** Undefined, and the test says that it is skipped, where no namespaces can be made. */
export function makeHost(t: TestContext, number: number): Host | undefined {
  const id = `${process.pid % 10_000}n${number}`;
  const space = `sluice${id}`;
  const run = (...args: string[]) => execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const network = (line: Line) => `10.${200 + LINES.indexOf(line)}.${number}`;
  const outside = (line: Line) => `s${line[0]}${id}`;
  try {
    run('netns', 'add', space);
  } catch {
    t.skip('no network namespaces can be made here');
    return undefined;
  }
  t.after(() => {
    run('netns', 'del', space);
  });
  for (const line of LINES) {
    run('link', 'add', outside(line), 'type', 'veth', 'peer', 'name', line, 'netns', space);
    run('addr', 'add', `${network(line)}.1/30`, 'dev', outside(line));
    run('link', 'set', outside(line), 'up');
    run('-n', space, 'addr', 'add', `${network(line)}.2/30`, 'dev', line);
    run('-n', space, 'link', 'set', line, 'up');
  }
  run('-n', space, 'link', 'set', 'lo', 'up');
  return {
    prefix: ['ip', 'netns', 'exec', space],
    addresses: { queue: `${network('queue')}.1`, bucket: `${network('bucket')}.1` },
    cut: (line) => void run('link', 'set', outside(line), 'down'),
    mend: (line) => void run('link', 'set', outside(line), 'up'),
  };
}
