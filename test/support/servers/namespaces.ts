// Hosts of their own on one machine: network namespaces, each with one line to the queue and one to the bucket, which can be cut.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
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

/** Undefined, and the test says that it is skipped, where no namespaces can be made, or none of them reaches this machine. */
export async function makeHost(t: TestContext, number: number): Promise<Host | undefined> {
  const id = `${process.pid % 10_000}n${number}`;
  const space = `sluice${id}`;
  const run = (...args: string[]) => execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  // RFC 2544 keeps 198.18.0.0/15 for tests, so this machine is in none of these networks.
  const network = (line: Line) => `198.${18 + LINES.indexOf(line)}.${(process.pid + number) % 256}`;
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
  const prefix = ['ip', 'netns', 'exec', space];
  for (const line of LINES) {
    if (await reaches(prefix, `${network(line)}.1`)) continue;
    t.skip('a network namespace does not reach this machine here');
    return undefined;
  }
  return {
    prefix,
    addresses: { queue: `${network('queue')}.1`, bucket: `${network('bucket')}.1` },
    cut: (line) => void run('link', 'set', outside(line), 'down'),
    mend: (line) => void run('link', 'set', outside(line), 'up'),
  };
}

/** A firewall may drop what comes over such a line. */
async function reaches([ip, ...args]: readonly string[], address: string): Promise<boolean> {
  const server = createServer((socket) => void socket.end());
  await once(server.listen(0, '0.0.0.0'), 'listening');
  const { port } = server.address() as AddressInfo;
  const code = `require('net').connect({port:${port},host:'${address}',timeout:10000}).on('connect',()=>process.exit(0)).on('timeout',()=>process.exit(1))`;
  const child = spawn(ip!, [...args, process.execPath, '-e', code], { stdio: 'ignore' });
  const [exitCode] = await once(child, 'exit');
  await new Promise((resolve) => server.close(resolve));
  return exitCode === 0;
}
