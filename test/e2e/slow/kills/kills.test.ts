// Killed again and again at random, on two disks: nothing is lost, nothing is there twice, nothing is fetched in vain.
// SLUICE_KILL_ROUNDS and SLUICE_KILL_SEED repeat it for longer, or exactly as it was.

import test from 'node:test';
import { type WebRoutes, webFile } from '../../../fakes/http/http-server.js';
import { startS3Server } from '../../../fakes/s3/server.js';
import { bytesFor } from '../../../support/cli/contents.js';
import { openWorld } from '../../../support/cli/harness.js';
import { pageName, takeAsked } from '../../../support/cli/jobs.js';
import { killAtRandom } from '../../../support/cli/kill-rounds.js';
import { killedS3Store, openS3World } from '../../../support/cli/s3-world.js';
import { random } from '../../../support/random.js';
import { serveWeb } from '../../../support/servers/urls.js';

const ROUNDS = Number(process.env.SLUICE_KILL_ROUNDS ?? 12);
/** The engine is the same; only what a scope is differs. */
const S3_ROUNDS = Math.ceil(ROUNDS / 2);
const SEED = Number(process.env.SLUICE_KILL_SEED ?? Date.now() % 1_000_000);
const CONCURRENCY = 8;
const FOLDERS = 40;
const OBJECTS_PER_FOLDER = 15;

function contents(next: () => number): Record<string, Buffer> {
  const objects: Record<string, Buffer> = {
    'root.jpg': bytesFor('root', 10),
    clash: bytesFor('c', 5),
    'clash/x': bytesFor('x', 6),
  };
  for (let folder = 0; folder < FOLDERS; folder++) {
    for (let index = 0; index < OBJECTS_PER_FOLDER; index++) {
      const key = `f${folder % 7}/d${folder}/${index}${index % 5 === 0 ? '图 #?%41' : ''}.jpg`;
      objects[key] = bytesFor(key, 1 + Math.floor(next() * 20_000));
    }
  }
  return objects;
}

const title = (store: string, rounds: number) =>
  `${store}, killed ${rounds} times at random on two disks: the exact tree, nothing twice (seed ${SEED})`;
const options = { timeout: 600_000 };

test(title('Upyun', ROUNDS), options, async (t) => {
  const next = random(SEED);
  const objects = contents(next);
  const world = await openWorld(t, { objects });
  const { server, bucket } = world;
  server.faults.add({ match: { kind: 'get' }, action: { delayMs: 10 } });
  let versions = 0;
  const store = {
    command: ['mirror', 'upyun://pics'],
    gets: () => server.counters.get,
    takePages: () => takeAsked(server).pages,
    pageName,
    put(key: string, body: Buffer) {
      bucket.put(key, { body, mtimeSeconds: 1_500_000_000 + versions++ });
    },
  };
  const args = ['--page-size', '4'];
  await killAtRandom(world, store, { rounds: ROUNDS, next, objects, concurrency: CONCURRENCY, args });
});

// Ranges of keys that are split as they are listed, instead of folders.
test(title('S3', S3_ROUNDS), options, async (t) => {
  const next = random(SEED);
  const objects = contents(next);
  const mtimesMs: Record<string, number> = {};
  const fault = async ({ path }: { path: string }) => {
    if (path !== '/pics') await new Promise((resolve) => setTimeout(resolve, 10));
    return false;
  };
  const server = await startS3Server({ objects, mtimesMs, fault });
  t.after(() => server.close());
  const keys = { accessKeyId: 'AK', secretAccessKey: 'SECRETSECRET' };
  const world = await openS3World(t, { endpoint: server.endpoint, keys });
  let versions = 0;
  const store = killedS3Store(server, (key) => {
    mtimesMs[key] = Date.UTC(2025, 0, 1) + 1_000 * versions++;
  });
  const args = ['--page-size', '12', '--list-concurrency', '4'];
  await killAtRandom(world, store, { rounds: S3_ROUNDS, next, objects, concurrency: CONCURRENCY, args });
});

// No listing: the lines come again with each run, and what is there is asked for only by its version.
test(title('lists of URLs', S3_ROUNDS), options, async (t) => {
  const next = random(SEED);
  const objects = contents(next);
  let bodies = 0;
  let versions = 0;
  const routes: WebRoutes = {};
  const pathOf = (key: string) => `/${key.split('/').map(encodeURIComponent).join('/')}`;
  function put(key: string, body: Buffer): void {
    const answer = webFile(body, {
      etag: `"v${versions}"`,
      modified: new Date(1.5e12 + 1_000 * versions++).toUTCString(),
    });
    const after = () => new Promise((resolve) => setTimeout(resolve, 10));
    routes[pathOf(key)] = (request) => {
      const given = answer(request);
      if (given.status !== 304) bodies++;
      return { ...given, after: after() };
    };
  }
  for (const [key, body] of Object.entries(objects)) put(key, body);
  const hosts = [await serveWeb(t, routes), await serveWeb(t, routes)];
  const lines = Object.keys(objects).map((key, n) =>
    JSON.stringify({ url: `${hosts[n % hosts.length]!.origin}${pathOf(key)}`, key }),
  );
  const world = await openWorld(t);
  const input = lines.join('\n');
  const start = (args: readonly string[]) => world.start(args, { input });
  await killAtRandom(
    { folder: world.folder, start, run: (args) => start(args).result },
    { command: ['fetch'], gets: () => bodies, takePages: () => [], pageName: () => '', put },
    { rounds: S3_ROUNDS, next, objects, concurrency: CONCURRENCY, args: [] },
  );
});
