// Runs the fake server as a process of its own, for demonstrations and measurements. See `--help`.

import { parseArgs } from 'node:util';
import type { Bucket } from './buckets/bucket.js';
import { imageBucket } from './buckets/image-bucket.js';
import { memoryBucket } from './buckets/memory-bucket.js';
import { sizedObject } from './buckets/procedural-body.js';
import { proceduralBucket } from './buckets/procedural-bucket.js';
import type { SizeDistribution } from './buckets/size-table.js';
import { startUpyunServer, type UpyunServer } from './upyun/upyun-server.js';
import type { Fault } from './wire/fault-script.js';

const HELP = `Usage: node dist/test/fakes/main.js [contents] [options]

Contents, one of:
  --images N             N real pictures in nested folders (default, 2000)
  --flat N               N objects in the root
  --nested AxBxN         A folders of B folders of N objects; any number of levels
  --large BYTES          one object, large.bin, made while it is sent
Options:
  --bucket NAME          default demo
  --operator NAME        default operator
  --password TEXT        default password
  --port N               of the REST API, default 0: chosen by the system
  --seed N               default 1
  --median-bytes N       sizes are lognormal around N, default 20000
  --sigma N              their spread, default 0.8
  --min-bytes N          the smallest, default 1
  --fixed-bytes N        all objects of one size
  --cap N                largest page of a listing, default 10000
  --default-limit N      page size when none is asked for, default 100
  --text                 knows no JSON listings
  --no-md5               sends no digests
  --delay-ms N           before every answer
  --rate N               429 above N API requests a second
  --fault JSON           a fault rule; may be repeated
  --log-limit N          requests kept in the log, default 0
  --counters             prints the counters as a JSON line at the end
  --until-stdin-closes   ends with the process that started it
`;

const { values: flags } = parseArgs({
  options: {
    help: { type: 'boolean' },
    images: { type: 'string' },
    flat: { type: 'string' },
    nested: { type: 'string' },
    large: { type: 'string' },
    bucket: { type: 'string', default: 'demo' },
    operator: { type: 'string' },
    password: { type: 'string' },
    port: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    'median-bytes': { type: 'string' },
    sigma: { type: 'string' },
    'min-bytes': { type: 'string' },
    'fixed-bytes': { type: 'string' },
    cap: { type: 'string', default: '10000' },
    'default-limit': { type: 'string', default: '100' },
    text: { type: 'boolean' },
    'no-md5': { type: 'boolean' },
    'delay-ms': { type: 'string' },
    rate: { type: 'string' },
    fault: { type: 'string', multiple: true, default: [] },
    'log-limit': { type: 'string', default: '0' },
    counters: { type: 'boolean' },
    'until-stdin-closes': { type: 'boolean' },
  },
});

if (flags.help) process.stdout.write(HELP);
else await run();

async function run(): Promise<void> {
  const server = await startUpyunServer({
    buckets: { [flags.bucket]: chosenBucket() },
    operator: flags.operator,
    password: flags.password,
    port: Number(flags.port),
    list: { maxLimit: Number(flags.cap), defaultLimit: Number(flags['default-limit']), knowsJson: !flags.text },
    object: flags['no-md5'] ? { digest: 'none' } : {},
    faults: chosenFaults(),
    rateLimit: flags.rate === undefined ? undefined : { requestsPerSecond: Number(flags.rate) },
    logLimit: Number(flags['log-limit']),
  });
  process.once('SIGTERM', () => end(server));
  process.once('SIGINT', () => end(server));
  if (flags['until-stdin-closes']) process.stdin.once('close', () => end(server)).resume();
  print({ endpoint: server.endpoint, cdn: server.cdn(flags.bucket) });
}

function chosenBucket(): Bucket {
  const seed = Number(flags.seed);
  if (flags.large !== undefined) return memoryBucket({ 'large.bin': sizedObject(Number(flags.large), { seed }) });
  if (flags.flat === undefined && flags.nested === undefined) {
    return imageBucket({ count: Number(flags.images ?? 2_000), seed });
  }
  const counts = (flags.flat ?? flags.nested ?? '').split('x').map(Number);
  const directories = counts.slice(0, -1);
  return proceduralBucket({ objectsPerDirectory: counts.at(-1) ?? 0, directories, sizes: chosenSizes(), seed });
}

function chosenSizes(): SizeDistribution {
  if (flags['fixed-bytes'] !== undefined) return Number(flags['fixed-bytes']);
  const given = { medianBytes: flags['median-bytes'], sigma: flags.sigma, minBytes: flags['min-bytes'] };
  return Object.fromEntries(Object.entries(given).flatMap(([name, value]) => (value ? [[name, Number(value)]] : [])));
}

function chosenFaults(): Fault[] {
  const faults = flags.fault.map((json) => JSON.parse(json) as Fault);
  if (flags['delay-ms'] !== undefined) faults.push({ action: { delayMs: Number(flags['delay-ms']) } });
  return faults;
}

// Nothing keeps the process alive once the server is closed and stdin is let go.
function end(server: UpyunServer): void {
  process.stdin.removeAllListeners('close').destroy();
  const printed = () => {
    if (flags.counters) print(server.counters);
  };
  server.close().then(printed, (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exitCode = 1;
  });
}

function print(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
