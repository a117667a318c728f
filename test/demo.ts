// `npm run demo [-- FOLDER]`: the main job without an account. Starts an Upyun-compatible server with a few thousand
// pictures, mirrors them with the real command, mirrors again, and compares every byte.

import { spawn } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import pMap from 'p-map';
import { readAll } from './fakes/buckets/bodies.js';
import type { Bucket } from './fakes/buckets/bucket.js';
import { imageBucket } from './fakes/buckets/image-bucket.js';
import { startUpyunServer, type UpyunServer } from './fakes/upyun/upyun-server.js';

const OBJECTS = 3_000;
const SLUICE = fileURLToPath(new URL('../bin/sluice/main.js', import.meta.url));

function say(text = ''): void {
  process.stdout.write(`${text}\n`);
}

/** Runs the real command with the terminal as its own; resolves with its exit code. */
function mirror(server: UpyunServer, folder: string): Promise<number | null> {
  const args = ['mirror', 'upyun://demo', '--endpoint', server.endpoint, '--to', folder];
  // Without a terminal the progress is a plain line; the demo is over before the usual interval.
  if (!process.stderr.isTTY) args.push('--progress-interval', '1s');
  say(`$ UPYUN_OPERATOR=operator UPYUN_PASSWORD=… sluice ${args.join(' ')}`);
  const env = { ...process.env, UPYUN_OPERATOR: 'operator', UPYUN_PASSWORD: 'password' };
  const child = spawn(process.execPath, [SLUICE, ...args], { stdio: 'inherit', env });
  return new Promise((done, fail) => child.on('error', fail).on('exit', done));
}

/** Every key of the bucket, one folder after the other. */
function* keysOf(bucket: Bucket, directory = ''): Generator<string> {
  const page = bucket.page(directory, { limit: Number.MAX_SAFE_INTEGER, descending: false, order: 'mixed' });
  for (const { name, isFolder } of page?.items ?? []) {
    if (isFolder) yield* keysOf(bucket, `${directory}${name}/`);
    else yield directory + name;
  }
}

/** Compares each file with what the bucket holds; gives the keys that differ. */
async function differences(bucket: Bucket, folder: string): Promise<string[]> {
  const differing = await pMap(
    keysOf(bucket),
    async (key) => {
      const [stored, original] = await Promise.all([
        readFile(join(folder, key)).catch(() => undefined),
        readAll(bucket.find(key)!.body),
      ]);
      return stored?.equals(original) ? undefined : key;
    },
    { concurrency: 16 },
  );
  return differing.filter((key) => key !== undefined);
}

async function demo(): Promise<boolean> {
  const bucket = imageBucket({ count: OBJECTS });
  const server = await startUpyunServer({ buckets: { demo: bucket }, logLimit: 0 });
  try {
    const given = process.argv[2];
    const folder = given === undefined ? await mkdtemp(join(tmpdir(), 'sluice-demo-')) : resolve(given);
    say(`A bucket of ${OBJECTS} pictures in nested folders is served at ${server.endpoint}.`);
    say();
    say('1. Mirror it:');
    const first = await mirror(server, folder);
    const fetched = server.counters.get;
    say();
    say('2. Mirror it again, everything is there:');
    const second = await mirror(server, folder);
    const fetchedAgain = server.counters.get - fetched;
    say(`The server saw ${fetchedAgain} object requests this time.`);
    say();
    say('3. Compare every byte with the bucket:');
    const differing = await differences(bucket, folder);
    say(differing.length === 0 ? `All ${OBJECTS} files are identical.` : `These differ: ${differing.join(', ')}`);
    say();
    say(`The files are in ${folder}`);
    return first === 0 && second === 0 && fetchedAgain === 0 && differing.length === 0;
  } finally {
    await server.close();
  }
}

process.exitCode = (await demo()) ? 0 : 1;
