// The package as others install it: the command runs, and a program in TypeScript compiles against it and uses it.

import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld, SAFETY_MS } from '../../../support/cli/harness.js';
import { OPERATOR, PASSWORD } from '../../../support/cli/secrets.js';
import { filesBelow, tempFolder } from '../../../support/disks/files.js';

const ROOT = fileURLToPath(new URL('../../../../../', import.meta.url));

/** What `npm pack` packs, installed from the tarball into an empty folder, as `npm install --global` does it. */
interface Installed {
  readonly tarball: string;
  /** The files in it. */
  readonly packed: readonly string[];
  readonly prefix: string;
  readonly program: string;
}

let installed: Installed;

before(() => {
  const prefix = mkdtempSync(join(tmpdir(), 'sluice-package-'));
  run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', prefix], ROOT);
  const tarball = join(prefix, readdirSync(prefix).find((name) => name.endsWith('.tgz'))!);
  run('npm', ['install', '--global', '--prefix', prefix, '--prefer-offline', '--no-update-notifier', tarball], prefix);
  const packed = filesBelow(join(prefix, 'lib/node_modules/sluice')).filter(
    (path) => !path.startsWith('node_modules/'),
  );
  installed = { tarball, packed, prefix, program: join(prefix, 'bin/sluice') };
});

after(() => {
  if (installed !== undefined) rmSync(installed.prefix, { recursive: true, force: true });
});

function run(command: string, args: string[], cwd: string, env: NodeJS.ProcessEnv = {}): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env: { ...process.env, ...env } });
  assert.equal(status, 0, `${command} ${args.join(' ')}\n${stdout}${stderr}`);
  return stdout.toString();
}

const PROGRAM = `
import { fetch, mirror, list, status, TransferError, type Job, type Sink, type SluiceEvent, type Source } from 'sluice';
// A program can name the type of each field of what it gets and gives.
import type {
  Absence, ActiveRequest, Connections, Contact, Counts, ErrorFields, ListedPage, MemoryHolder, NameMode, ObjectEntry, PageDoubt,
  Progress, ProgressEvent, Reason, Reject, RejectKind, RunStatus, SchemeSettings, SharedTotals, SourceOptions, Status, StoreOptions,
  Summary, ThrottleScope, VolumeStatus, WaitStatus,
} from 'sluice';

export interface Named {
  absence: Absence & NonNullable<ObjectEntry['absence']>;
  contact: Contact & ReturnType<Connections['contactOf']>['contact'];
  active: ActiveRequest & ReturnType<Connections['active']>[number];
  counts: Counts & SharedTotals & NonNullable<Summary['job']>;
  reason: Reason & keyof NonNullable<Summary['reasons']>;
  fields: ErrorFields & ConstructorParameters<typeof TransferError>[2];
  scope: ThrottleScope & ErrorFields['throttleScope'];
  reject: Reject & ListedPage['rejects'][number];
  kind: RejectKind & Reject['kind'];
  doubt: PageDoubt & ListedPage['doubt'];
  memory: MemoryHolder & Parameters<Source['get']>[1];
  names: NameMode & StoreOptions['names'];
  progress: Progress & ProgressEvent;
  settings: SchemeSettings & SourceOptions;
  status: [RunStatus, VolumeStatus, WaitStatus, Status];
}

const [endpoint = '', to = '', operator = '', password = ''] = process.argv.slice(2);
const options = { endpoint, credentials: { operator, password } };

const job: Job = mirror('upyun://pics', to, options);
let objects = 0;
for await (const event of job satisfies AsyncIterable<SluiceEvent>) if (event.type === 'object') objects++;
const { stored, failed } = await job;

const controller = new AbortController();
const aborted = mirror('upyun://pics', to, { ...options, isRestart: true, signal: controller.signal });
controller.abort(new Error('enough'));
const reason: unknown = await aborted.catch((error: unknown) => error);

const own: Source = {
  url: 'memory://own',
  lister: { listPage: async () => ({ entries: [{ key: 'a', size: 1 }] }) },
  get: async () => ({ bytes: new TextEncoder().encode('x') }),
  close: async () => {},
};
const { stored: ownStored } = await mirror(own, \`\${to}-own\`);

const kept = new Map<string, Uint8Array>();
const sink: Sink = {
  roots: ['memory'],
  has: async (queries) =>
    queries.map(({ key, size }) => {
      const body = kept.get(key);
      return { isPresent: body !== undefined && body.length === (size ?? body.length), home: body ? 0 : -1 };
    }),
  async put({ key }, body) {
    const pieces: Uint8Array[] = [];
    if (body instanceof Uint8Array) pieces.push(body);
    else for await (const piece of body) pieces.push(piece);
    kept.set(key, Buffer.concat(pieces));
    return { volume: 0 };
  },
  flush: async () => {},
  close: async () => {},
};
const { stored: sunk } = await mirror('upyun://pics', sink, options);
const { skipped } = await fetch('upyun://pics', sink, list('upyun://pics', options), options);

let listed = 0;
for await (const { key, size } of list('upyun://pics', options)) listed += key.length > 0 && size !== undefined ? 1 : 0;
const { state } = await status(to);
console.log(JSON.stringify({ objects, stored, failed, reason: String(reason), ownStored, sunk, kept: kept.size, skipped, listed, state, isClass: typeof TransferError }));
`;

test('a packed tarball has the program and its types, and no tests, sources or source maps', async () => {
  const { packed, tarball } = installed;
  const wanted = ['README.md', 'LICENSE', 'dist/src/index.d.ts', 'dist/man/sluice.1', 'dist/completion/sluice.zsh'];
  // The last two run in the thread of a disk, and in that of the doctor.
  for (const path of [
    ...wanted,
    'dist/bin/sluice/main.js',
    'dist/bin/sluice/volume-thread.js',
    'dist/bin/sluice/disk-thread.js',
  ])
    assert.ok(packed.includes(path), path);
  // The modules of the page are in page.js.
  assert.deepEqual(
    packed.filter((path) => path.startsWith('dist/src/web/page/')).sort(),
    ['index.html', 'page.css', 'page.js', 'uplot.css', 'uplot.js'].map((name) => `dist/src/web/page/${name}`),
  );
  const unwanted = /\.map$|(^|\/)tests?\/|\.test\.|(?<!\.d)\.ts$/;
  assert.deepEqual(
    packed.filter((path) => unwanted.test(path)),
    [],
  );
  const pkg = { tarball: new Uint8Array(readFileSync(tarball)).buffer };
  const { messages } = await publint({ pack: pkg, strict: true });
  assert.deepEqual(messages, []);
});

test('installed from the tarball, the program and its manual page are there, and it mirrors', async (t) => {
  const { program, prefix } = installed;
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const { commit = 'unknown' } = JSON.parse(readFileSync(join(ROOT, 'dist/build.json'), 'utf8'));
  const said = run(program, ['--version'], prefix);
  for (const part of [version, commit, process.version, process.platform]) assert.ok(said.includes(part), said);
  assert.match(run(program, ['help', 'resume'], prefix), /\.sluice/, 'a topic');
  assert.match(run(program, ['completion', 'zsh'], prefix), /^#compdef sluice/);
  assert.match(readFileSync(join(prefix, 'share/man/man1/sluice.1'), 'utf8'), /^\.TH SLUICE/);
  const world = await openWorld(t, { objects: manyObjects(40) });
  const args = ['mirror', 'upyun://pics', '--to', world.to, '--json'];
  (await world.run([], { prefix: [program, ...args] })).expectExit(0);
  assert.equal(filesBelow(world.to).filter((path) => !path.startsWith('.sluice/')).length, 40);
});

test('a program in TypeScript compiles against the package, strictly, and mirrors with events and an abort', async (t) => {
  const objects = manyObjects(40);
  const world = await openWorld(t, { objects });
  const folder = tempFolder(t);
  mkdirSync(join(folder, 'node_modules/@types'), { recursive: true });
  symlinkSync(join(installed.prefix, 'lib/node_modules/sluice'), join(folder, 'node_modules/sluice'));
  for (const name of ['@types/node', 'undici-types'])
    symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
  const compilerOptions = { strict: true, module: 'NodeNext', target: 'ES2022', types: ['node'], skipLibCheck: false };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }));
  writeFileSync(join(folder, 'program.ts'), PROGRAM);
  run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc')], folder);
  const args = [join(folder, 'program.js'), world.server.endpoint, join(folder, 'to'), OPERATOR, PASSWORD];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { timeout: SAFETY_MS });
  assert.equal(stderr, '');
  assert.deepEqual(JSON.parse(stdout), {
    objects: 40,
    stored: 40,
    failed: 0,
    reason: 'Error: enough',
    ownStored: 1,
    sunk: 40,
    kept: 40,
    skipped: 40,
    listed: 40,
    state: 'finished',
    isClass: 'function',
  });
});
