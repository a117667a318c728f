// A real nats-server of its own for each test: found on the machine, on a port that the system has chosen, killed and started
// again as the test likes. Where there is none the test is skipped, visibly; with REQUIRE_NATS=1 it fails instead.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { until } from '../waiting.js';
import { findProgram, isExecutable } from './programs.js';

/** The path of the program, or undefined. */
export function findNatsServer(): string | undefined {
  const { NATS_SERVER_BIN = '' } = process.env;
  return isExecutable(NATS_SERVER_BIN) ? NATS_SERVER_BIN : findProgram('nats-server');
}

const MISSING = 'no nats-server: set NATS_SERVER_BIN, or apt-get install nats-server';

/** For `test(name, { skip: skipWithoutNats() }, …)`. */
export function skipWithoutNats(): string | false {
  if (findNatsServer() !== undefined) return false;
  assert.notEqual(process.env.REQUIRE_NATS, '1', MISSING);
  return MISSING;
}

export interface NatsServerOptions {
  /** More of the configuration. */
  config?: string;
  /** The address to listen at. @default 127.0.0.1 */
  host?: string;
}

export interface NatsServer {
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  readonly pid: number;
  /** As `kill -9`. */
  kill(): Promise<void>;
  /** On the same port, with the same files. */
  start(): Promise<void>;
}

export async function startNatsServer(
  t: Pick<TestContext, 'after'>,
  { config = '', host = '127.0.0.1' }: NatsServerOptions = {},
): Promise<NatsServer> {
  const binary = findNatsServer();
  assert.ok(binary, MISSING);
  const folder = mkdtempSync(join(tmpdir(), 'sluice-nats-'));
  let child: ChildProcess | undefined;
  let port = -1;

  async function start(): Promise<void> {
    writeFileSync(
      join(folder, 'nats.conf'),
      `listen: "${host}:${port}"\nports_file_dir: "${folder}"\njetstream { store_dir: "${folder}/js", max_file: 4GB }\n${config}\n`,
    );
    const args = ['-c', join(folder, 'nats.conf'), '-l', join(folder, 'log')];
    const started = spawn(binary!, args, { stdio: 'ignore', cwd: folder });
    child = started;
    const name = () => readdirSync(folder).find((file) => file === `nats-server_${started.pid}.ports`);
    await until(() => name() !== undefined || started.exitCode !== null, 'the ports of nats-server');
    assert.equal(started.exitCode, null, `nats-server has ended: ${readFileSync(join(folder, 'log'), 'utf8')}`);
    await until(() => readPort(join(folder, name()!)) !== undefined, 'a port in the file');
    port = readPort(join(folder, name()!))!;
  }

  async function kill(): Promise<void> {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  t.after(async () => {
    await kill();
    await rm(folder, { recursive: true, force: true });
  });
  await start();
  return {
    get url() {
      return `nats://${host}:${port}`;
    },
    get port() {
      return port;
    },
    folder,
    get pid() {
      return child!.pid!;
    },
    kill,
    start,
  };
}

function readPort(path: string): number | undefined {
  try {
    const { nats } = JSON.parse(readFileSync(path, 'utf8'));
    return Number(new URL(nats[0]).port);
  } catch {
    return undefined;
  }
}
