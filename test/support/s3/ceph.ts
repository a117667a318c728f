// A real Ceph cluster with its S3 gateway: one monitor, one disk in memory, and radosgw, all of them on the loopback, on
// ports that were free, in a folder of their own. It takes two seconds to start, and 150 MB. Where the programs are missing
// the test is skipped, visibly; with REQUIRE_CEPH=1 it fails instead.

import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from '../servers/programs.js';
import { until } from '../waiting.js';

const run = promisify(execFile);

/** `radosgw-admin` and `ceph` come with them. */
const PROGRAMS = ['ceph-mon', 'ceph-osd', 'radosgw', 'radosgw-admin', 'ceph', 'monmaptool'];

const MISSING = 'no Ceph: apt-get install --no-install-recommends radosgw ceph-mon ceph-osd';

/** For `test(name, { skip: skipWithoutCeph() }, …)`. */
export function skipWithoutCeph(): string | false {
  if (PROGRAMS.every((name) => findProgram(name) !== undefined)) return false;
  assert.notEqual(process.env.REQUIRE_CEPH, '1', MISSING);
  return MISSING;
}

export interface Ceph {
  readonly endpoint: string;
  readonly keys: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly folder: string;
  close(): Promise<void>;
}

const KEYS = { accessKeyId: 'CEPHACCESSKEY', secretAccessKey: 'CEPHSECRETCEPHSECRET' };

/** A port of another process may be taken between the search and the start. */
const ATTEMPTS = 3;

export async function startCeph(): Promise<Ceph> {
  for (let attempt = 1; ; attempt++) {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-ceph-'));
    const cluster = new Cluster(folder);
    try {
      return await cluster.start();
    } catch (error) {
      await cluster.close();
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

class Cluster {
  readonly #folder: string;
  readonly #children: ChildProcess[] = [];

  constructor(folder: string) {
    this.#folder = folder;
    for (const name of ['mon', 'osd', 'run', 'log']) mkdirSync(join(folder, name));
  }

  async start(): Promise<Ceph> {
    const [gateway, monitor] = await freePorts(2);
    const id = randomUUID();
    this.#configure(id, gateway!, monitor!);
    const address = `[v1:127.0.0.1:${monitor}]`;
    await this.#ask('monmaptool', ['--create', '--clobber', '--addv', 'a', address, '--fsid', id, 'monmap']);
    await this.#ask('ceph-mon', ['--mkfs', '-i', 'a', '--monmap', 'monmap']);
    const mon = this.#launch('ceph-mon', ['-i', 'a']);
    await this.#untilTrue(mon, 'the monitor', () => this.#ask('ceph', ['-s']).then(() => true));
    const disk = randomUUID();
    await this.#ask('ceph', ['osd', 'new', disk, '0']);
    await this.#ask('ceph-osd', ['-i', '0', '--mkfs', '--osd-uuid', disk]);
    const osd = this.#launch('ceph-osd', ['-i', '0']);
    const isUp = async () => (await this.#ask('ceph', ['osd', 'stat'])).includes('1 up');
    await this.#untilTrue(osd, 'the disk of Ceph', isUp);
    const user = ['user', 'create', '--uid=sluice', '--display-name=sluice', `--access-key=${KEYS.accessKeyId}`];
    await this.#ask('radosgw-admin', [...user, `--secret-key=${KEYS.secretAccessKey}`]);
    const rgw = this.#launch('radosgw', ['-n', 'client.rgw']);
    const endpoint = `http://127.0.0.1:${gateway}`;
    await this.#untilTrue(rgw, 'the gateway', () => fetch(endpoint).then(({ ok }) => ok));
    return { endpoint, keys: KEYS, folder: this.#folder, close: () => this.close() };
  }

  /** In the order of their dependence: gateway, disk, monitor. */
  async close(): Promise<void> {
    for (const child of this.#children.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    await rm(this.#folder, { recursive: true, force: true });
  }

  #configure(id: string, gateway: number, monitor: number): void {
    const folder = this.#folder;
    const lines = [
      '[global]',
      `fsid = ${id}`,
      `mon host = [v1:127.0.0.1:${monitor}]`,
      'mon initial members = a',
      'ms bind msgr2 = false',
      'public addr = 127.0.0.1',
      'cluster addr = 127.0.0.1',
      ...['cluster', 'service', 'client'].map((side) => `auth ${side} required = none`),
      'osd pool default size = 1',
      'osd pool default min size = 1',
      'osd pool default pg num = 4',
      'osd pool default pgp num = 4',
      'osd crush chooseleaf type = 0',
      'mon allow pool size one = true',
      'mon max pg per osd = 1000',
      'mon data avail crit = 1',
      'osd objectstore = memstore',
      'memstore device bytes = 2147483648',
      // A monitor of one needs not collect proposals for a second: a start of 2 s instead of 13.
      'paxos propose interval = 0.02',
      'paxos min wait = 0.01',
      `mon data = ${folder}/mon`,
      `osd data = ${folder}/osd`,
      `admin socket = ${folder}/run/$name.asok`,
      `log file = ${folder}/log/$name.log`,
      `pid file = ${folder}/run/$name.pid`,
      `run dir = ${folder}/run`,
      '[client.rgw]',
      `rgw frontends = beast endpoint=127.0.0.1:${gateway}`,
      `rgw data = ${folder}/rgw`,
      'rgw dns name =',
    ];
    writeFileSync(join(folder, 'ceph.conf'), `${lines.join('\n')}\n`);
  }

  async #ask(program: string, args: readonly string[]): Promise<string> {
    const options = { cwd: this.#folder, timeout: 30_000 };
    return (await run(findProgram(program)!, ['-c', 'ceph.conf', ...args], options)).stdout;
  }

  #launch(program: string, args: readonly string[]): ChildProcess {
    const log = openSync(join(this.#folder, `${program}.out`), 'w');
    const options = { cwd: this.#folder, stdio: ['ignore', log, log] as ('ignore' | number)[] };
    const child = spawn(findProgram(program)!, ['-c', 'ceph.conf', ...args, '-f'], options);
    closeSync(log);
    this.#children.push(child);
    return child;
  }

  /** Asks until it is so; fails at once where the process has ended. */
  async #untilTrue(child: ChildProcess, what: string, ask: () => Promise<boolean>): Promise<void> {
    let isThere = false;
    let isAsked = false;
    const isEnded = () => child.exitCode !== null || child.signalCode !== null;
    await until(() => {
      if (!isAsked && !isThere) {
        isAsked = true;
        void ask()
          .catch(() => false)
          .then((answer) => {
            isThere = answer;
            isAsked = false;
          });
      }
      return isThere || isEnded();
    }, what);
    const program = child.spawnfile.split('/').at(-1)!;
    const output = () => readFileSync(join(this.#folder, `${program}.out`), 'utf8').slice(-2_000);
    assert.ok(!isEnded(), `${program} has ended: ${output()}`);
  }
}

/** They are held together, so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(async (server) => {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      return (server.address() as { port: number }).port;
    }),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
