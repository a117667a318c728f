// The command with a store like S3: its own settings, and nothing of the developer's.

import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { rangeOf } from '../../../src/sources/s3/listing/ranges.js';
import type { Keys } from '../../../src/sources/s3/sign.js';
import { type NatsServer, startNatsServer } from '../servers/nats-server.js';
import { openWorld, type Running, type RunOptions, type World } from './harness.js';
import type { KilledStore } from './kill-rounds.js';

export interface S3World extends Pick<World, 'folder' | 'to' | 'run' | 'start'> {
  readonly env: Record<string, string | undefined>;
}

export interface S3Place {
  readonly endpoint: string;
  readonly keys: Keys;
}

export async function openS3World(t: TestContext, { endpoint, keys }: S3Place): Promise<S3World> {
  const world = await openWorld(t);
  const env = {
    SLUICE_ENDPOINT: endpoint,
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    UPYUN_OPERATOR: undefined,
    UPYUN_PASSWORD: undefined,
  };
  const start = (args: readonly string[], options: RunOptions = {}) =>
    world.start(args, { ...options, env: { ...env, ...options.env } });
  return { folder: world.folder, to: world.to, env, start, run: (args, options) => start(args, options).result };
}

export interface SharedS3World extends S3World {
  readonly nats: NatsServer;
  folderOf(machine: number): string;
  /** `mirror s3://pics --to … --queue … --json` on that machine. */
  startMachine(machine: number, args: readonly string[], env?: Record<string, string>): Running;
}

/** Several machines with a real queue between them. */
export async function openSharedS3World(t: TestContext, place: S3Place): Promise<SharedS3World> {
  const nats = await startNatsServer(t);
  const world = await openS3World(t, place);
  const folderOf = (machine: number) => join(world.folder, `m${machine}`);
  const startMachine = (machine: number, args: readonly string[], more: Record<string, string> = {}) =>
    world.start(['mirror', 's3://pics', '--to', folderOf(machine), '--queue', nats.url, '--json', ...args], {
      env: more,
    });
  return { ...world, nats, folderOf, startMachine };
}

/** Whatever notes the requests for the bucket `pics`: the server of the tests, or what stands in front of a real one. */
interface Noted {
  readonly requests: { readonly path: string; readonly query: URLSearchParams }[];
}

/** For `killAtRandom`. A page is named by the key that it begins behind: ranges do not overlap. */
export function killedS3Store({ requests }: Noted, put: KilledStore['put']): KilledStore {
  let taken = 0;
  const isPage = ({ path }: { path: string }) => path === '/pics';
  return {
    command: ['mirror', 's3://pics'],
    gets: () => requests.filter((request) => !isPage(request)).length,
    takePages() {
      const asked = requests.slice(taken).filter(isPage);
      taken = requests.length;
      return asked.map(({ query }) => query.get('start-after') ?? '').sort();
    },
    pageName(scope, cursor) {
      const text = cursor ?? scope;
      return text === '' ? '' : rangeOf(text).after;
    },
    put,
  };
}
