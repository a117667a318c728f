// Flags, environment and defaults become one Config, or every problem at once; secrets appear nowhere.

import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test, { type TestContext } from 'node:test';
import { type ConfigInput, createConfig } from '../../../src/config/config.js';
import { ALERT_OPTIONS } from '../../../src/config/options/alert-options.js';
import { QUEUE_OPTIONS } from '../../../src/config/options/queue-options.js';
import { optionTable } from '../../../src/config/options/table.js';
import { WEB_OPTIONS } from '../../../src/config/options/web-options.js';
import { ConfigError } from '../../../src/errors.js';
import type { Config } from '../../../src/jobs/run-options.js';
import { envName, kebab } from '../../../src/model/options/option.js';
import { tempFolder } from '../../support/disks/files.js';

const CREDENTIALS = { UPYUN_OPERATOR: 'op', UPYUN_PASSWORD: 'hunter2' };
const INPUT: ConfigInput = { command: 'mirror', source: 'upyun://photos', options: {}, env: CREDENTIALS };

function problemsOf(input: Partial<ConfigInput>): readonly string[] {
  try {
    createConfig({ ...INPUT, ...input });
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.problems;
  }
  return [];
}

test('without anything said it has the defaults of the contract', () => {
  const config = createConfig(INPUT);
  assert.deepEqual(config.source, { scheme: 'upyun', bucket: 'photos', prefix: '' });
  assert.deepEqual(config.credentials, { operator: 'op', password: 'hunter2' });
  assert.equal(config.sourceOptions.endpoint, 'https://v0.api.upyun.com');
  assert.deepEqual(config.to, [resolve('photos')]);
  assert.deepEqual([config.reserve, config.durability, config.names], [undefined, 'barrier', 'escape']);
  assert.equal(config.failures, resolve('photos/.sluice/failures.ndjson'));
  const { connections, pageSize, retries, timeoutMs, bufferBytes } = config;
  assert.deepEqual([connections.objects, connections.lists], [AUTO, { max: 16, isAutomatic: true }]);
  assert.deepEqual([pageSize, retries, timeoutMs, bufferBytes], [10_000, 5, 60_000, 64 * 1024 * 1024]);
  assert.deepEqual(
    [config.include, config.exclude, config.limit, config.domain, config.variant],
    [[], [], undefined, undefined, undefined],
  );
  assert.deepEqual([config.isDryRun, config.isJson, config.isQuiet, config.warnings], [false, false, false, []]);
  assert.ok(Object.isFrozen(config));
});

/** Requests for objects when nothing is said: what listings leave of 256. */
const AUTO = { max: 240, isAutomatic: true };

/** Places that are not there, in a folder that anyone may write in. */
const ONE = join(tmpdir(), 'sluice-none', 'one');
const TWO = join(tmpdir(), 'sluice-none', 'two');

/** For each option: a text in the environment, another as a flag, and where they are found. */
const SAMPLES: Record<string, [string, string, (config: Config) => unknown, unknown, unknown]> = {
  from: ['upyun://one', 'upyun://two', ({ source }) => source.bucket, 'one', 'two'],
  to: [`${ONE}\n${TWO}`, TWO, ({ to }) => to, [ONE, TWO], [TWO]],
  reserve: ['1G', '2.5%', ({ reserve }) => reserve, { bytes: 1024 ** 3 }, { share: 0.025 }],
  durability: ['file', 'none', ({ durability }) => durability, 'file', 'none'],
  names: ['refuse', 'escape', ({ names }) => names, 'refuse', 'escape'],
  endpoint: ['http://one:1', 'http://two', ({ sourceOptions }) => sourceOptions.endpoint, 'http://one:1', 'http://two'],
  domain: ['http://one', 'http://two:2/', ({ domain }) => domain, 'http://one', 'http://two:2'],
  variant: ['!one', '!two', ({ variant }) => variant, '!one', '!two'],
  cdnTokenValid: ['1h', '60', ({ sourceOptions }) => sourceOptions.cdnTokenValid, 3_600_000, 60_000],
  include: ['*.a\n*.b', '*.c', ({ include }) => include, ['*.a', '*.b'], ['*.c']],
  exclude: ['*.a\n*.b', '*.c', ({ exclude }) => exclude, ['*.a', '*.b'], ['*.c']],
  limit: ['1', '2', ({ limit }) => limit, 1, 2],
  concurrency: ['1', '2', ({ connections }) => connections.objects.max, 1, 2],
  listConcurrency: ['1', '2', ({ connections }) => connections.lists.max, 1, 2],
  maxConnections: ['10', '20', ({ connections }) => connections.total, 10, 20],
  pageSize: ['1', '2', ({ pageSize }) => pageSize, 1, 2],
  retries: ['0', '2', ({ retries }) => retries, 0, 2],
  timeout: ['500ms', '2m', ({ timeoutMs }) => timeoutMs, 500, 120_000],
  bwlimit: [
    '1M',
    '08:00,2k mon-20:30,off',
    ({ limits }) => limits.bytesPerSecond?.map(({ minuteOfWeek, perSecond }) => [minuteOfWeek, perSecond]).slice(0, 4),
    [[0, 1_048_576]],
    [
      [480, 2_048],
      [1_920, 2_048],
      [2_670, undefined],
      [3_360, 2_048],
    ],
  ],
  rate: ['100', '0.5', ({ limits }) => limits.objectsPerSecond, 100, 0.5],
  listRate: ['100', '0.5', ({ limits }) => limits.listsPerSecond, 100, 0.5],
  stall: ['30s', '5m', ({ stallMs }) => stallMs, 30_000, 300_000],
  bufferSize: ['1M', '2g', ({ bufferBytes }) => bufferBytes, 1_048_576, 2_147_483_648],
  failures: [ONE, TWO, ({ failures }) => failures, ONE, TWO],
  manifest: [ONE, TWO, ({ manifest }) => manifest, ONE, TWO],
  report: ['one.html', 'two.json', ({ report }) => report, resolve('one.html'), resolve('two.json')],
  checksum: ['1', 'false', ({ isChecksum }) => isChecksum, true, false],
  extra: ['1', 'false', ({ isExtra }) => isExtra, true, false],
  allowEmpty: ['1', 'false', ({ isAllowEmpty }) => isAllowEmpty, true, false],
  restart: ['1', 'false', ({ isRestart }) => isRestart, true, false],
  state: [ONE, TWO, ({ state }) => state, ONE, TWO],
  dryRun: ['1', 'false', ({ isDryRun }) => isDryRun, true, false],
  progressInterval: ['1s', '2', ({ progressIntervalMs }) => progressIntervalMs, 1_000, 2_000],
  logFile: [ONE, TWO, ({ logFile }) => logFile?.path, ONE, TWO],
  json: ['yes', 'no', ({ isJson }) => isJson, true, false],
  quiet: ['on', 'off', ({ isQuiet }) => isQuiet, true, false],
};

for (const [name, [inEnv, asFlag, read, fromEnv, fromFlag]] of Object.entries(SAMPLES)) {
  test(`--${kebab(name)}: the flag wins over the environment, the environment over the default`, () => {
    const spec = optionTable()[name]!;
    const variable = envName(name, spec);
    const { commands } = spec;
    // `status`, `report` and `dashboard` have configs of their own.
    const own = ['status', 'report', 'dashboard'];
    const command = commands.includes('fetch') ? 'fetch' : commands.findLast((name) => !own.includes(name))!;
    const input: ConfigInput = { ...INPUT, command, source: undefined };
    // verify looks at folders that are there.
    const folder = command === 'verify' ? { SLUICE_TO: tmpdir() } : {};
    const env = { SLUICE_SOURCE: 'upyun://photos', ...CREDENTIALS, ...folder, [variable]: inEnv };
    assert.deepEqual(read(createConfig({ ...input, env })), fromEnv);
    assert.deepEqual(read(createConfig({ ...input, env, options: { [name]: [asFlag] } })), fromFlag);
  });
}

test('every option is covered here', () => {
  assert.deepEqual(
    // Those of the queue have tests of their own.
    [
      ...Object.keys(SAMPLES),
      ...Object.keys(QUEUE_OPTIONS),
      ...['caCert', 'cdnTokenFile', 'config', 'credentials', 'insecure', 'lang', 'logRotate', 'profile'],
      ...Object.keys(ALERT_OPTIONS),
      ...Object.keys(WEB_OPTIONS),
      // Of `report` alone.
      'output',
      // Needs another one beside it.
      'urls',
      // They are for lists of URLs.
      ...['hostWait', 'maxHosts', 'perHost', 'untrusted'],
      // And those of s3:// alone, too.
      ...['fromMcAlias', 'noSignRequest', 'pathStyle', 'provider', 'region', 'requestPayer'],
    ].sort(),
    Object.keys(optionTable()).sort(),
  );
});

test('a fetch without SOURCE reads URLs, and then needs a folder', () => {
  const input: ConfigInput = { command: 'fetch', source: undefined, options: { to: [ONE] }, env: {} };
  const config = createConfig({ ...input, options: { ...input.options, untrusted: true } });
  assert.deepEqual([config.scheme.name, config.isUntrusted, config.to], ['urls', true, [ONE]]);
  const named = createConfig({
    ...input,
    env: { SLUICE_SOURCE: 'upyun://photos', SLUICE_FROM: '' },
    options: { to: [ONE], from: ['urls:'] },
  });
  assert.equal(named.scheme.name, 'urls');
  assert.match(problemsOf({ ...input, options: {} }).join(), /--to: missing/);
  const ofBucket = { ...input, env: { ...CREDENTIALS, SLUICE_SOURCE: 'upyun://photos', SLUICE_UNTRUSTED: 'true' } };
  assert.equal(createConfig(ofBucket).isUntrusted, false);
  assert.match(problemsOf({ ...ofBucket, options: { untrusted: true } }).join(), /only for a list of URLs/);
  const ofHosts = { perHost: ['4'], maxHosts: ['8'], hostWait: ['1m'] };
  assert.equal(problemsOf({ ...ofBucket, options: ofHosts }).length, 3);
  assert.deepEqual(createConfig({ ...input, options: { ...input.options, ...ofHosts } }).hosts, {
    ...{ requests: 4, max: 8, waitMs: 60_000 },
  });
  const endless = createConfig({ ...input, options: { ...input.options, hostWait: ['off'] } });
  assert.equal(endless.hosts?.waitMs, Number.POSITIVE_INFINITY);
  const never = problemsOf({ ...input, options: { ...input.options, hostWait: ['never'] } });
  assert.match(never.join(), /^--host-wait: expected a duration such as 500ms, 30s or 2m, or off, got "never"$/);
  // Another command means a bucket.
  assert.match(problemsOf({ ...input, command: 'mirror' }).join(), /SOURCE is missing/);
});

test('an empty variable says nothing', () => {
  const env = { ...CREDENTIALS, SLUICE_CONCURRENCY: '', SLUICE_TO: '', SLUICE_LIMIT: '' };
  const { connections, to, limit } = createConfig({ ...INPUT, env });
  assert.deepEqual([connections.objects, to, limit], [AUTO, [resolve('photos')], undefined]);
});

test('an option that is wrong is one problem: nothing that depends on it is called missing', () => {
  const inputs: [Partial<ConfigInput>, RegExp][] = [
    [{ options: { queue: ['ftp://x'], job: ['j'], fleet: true, role: ['list'] } }, /^--queue: /],
    [{ options: { to: [''] } }, /^--to: expected a folder/],
    [{ options: { config: [''], profile: ['p'] } }, /^--config: expected a file/],
    [{ command: 'fetch', source: undefined, options: { from: [''] } }, /^--from: expected upyun/],
    [{ command: 'list', options: { restart: true, state: [''] } }, /^--state: expected a file/],
  ];
  for (const [input, problem] of inputs) {
    const [first, ...others] = problemsOf(input);
    assert.match(String(first), problem);
    assert.deepEqual(others, [], String(problem));
  }
});

test('names every problem at once', () => {
  const problems = problemsOf({
    source: 'photos',
    env: {},
    options: { concurrency: ['many'], timeout: true, limit: ['1', '2'], endpoint: ['ftp://x'], pageSize: ['0'] },
    problems: ['unknown option --fast'],
  });
  const expected = [
    /--fast/,
    /--concurrency.*whole number/,
    /--timeout.*missing/,
    /--limit.*2 times/,
    /--endpoint/,
    /--page-size/,
  ];
  for (const problem of [...expected, /upyun:\/\/BUCKET/]) {
    assert.ok(
      problems.some((text) => problem.test(text)),
      String(problem),
    );
  }
  // Of a SOURCE that cannot be read, or is missing, it is not known whose credentials are missing.
  assert.equal(problems.length, 7);
  const [missing, ...others] = problemsOf({ source: undefined, env: {} });
  assert.match(String(missing), /SOURCE is missing/);
  assert.deepEqual(others, []);
});

test('a problem in the environment is named by its variable', () => {
  const [problem] = problemsOf({ env: { ...CREDENTIALS, SLUICE_CONCURRENCY: 'many' } });
  assert.match(problem!, /^SLUICE_CONCURRENCY: expected auto or a whole number from 1 to 4096, got "many"/);
});

test('every option refuses rubbish, and says so with its name', () => {
  const rubbish: Record<string, string> = {
    endpoint: 'x',
    domain: 'http://x/path',
    variant: 's400',
    limit: '0',
    concurrency: '5000',
    listConcurrency: '-1',
    maxConnections: 'auto',
    pageSize: '1e3',
    retries: '1.5',
    timeout: 'soon',
    bufferSize: '1k',
    dryRun: 'perhaps',
    progressInterval: '0',
    logFile: '',
    logRotate: '1k',
    json: '2',
    quiet: 'maybe',
    to: '',
    reserve: '100%',
    durability: 'both',
    names: 'keep',
  };
  for (const [name, text] of Object.entries(rubbish)) {
    const problems = problemsOf({ options: { [name]: [text] } });
    assert.equal(problems.length, 1, `${name}: ${problems}`);
    assert.ok(problems[0]!.startsWith(`--${kebab(name)}: `), problems[0]);
  }
});

test('no secret is ever repeated in a problem', () => {
  const secret = 'hunter2';
  const inputs: Partial<ConfigInput>[] = [
    { source: `upyun://op:${secret}@photos` },
    { source: `http://${secret}/x` },
    { options: { endpoint: [`https://op:${secret}@host`] } },
    { options: { domain: [`https://host/?_upt=${secret}`] } },
    { options: { endpoint: [`https://op:${secret}%40host`] } },
    { env: { ...CREDENTIALS, UPYUN_OPERATOR: 'a:b' }, options: { concurrency: ['x'] } },
    { env: { ...CREDENTIALS, UPYUN_OPERATOR: '' } },
  ];
  for (const input of inputs) {
    const problems = problemsOf(input);
    assert.ok(problems.length > 0, JSON.stringify(input));
    assert.ok(!problems.join('\n').includes(secret), problems.join('\n'));
  }
});

test('credentials are needed unless everything comes from a domain', () => {
  assert.match(problemsOf({ env: {} }).join(), /UPYUN_OPERATOR and UPYUN_PASSWORD not set/);
  assert.match(problemsOf({ env: { UPYUN_OPERATOR: 'op' } }).join(), /^UPYUN_PASSWORD not set/);
  const fetch: Partial<ConfigInput> = { command: 'fetch', source: undefined, env: {} };
  const options = { from: ['upyun://photos'], domain: ['http://cdn.example'] };
  assert.deepEqual(problemsOf({ ...fetch, options }), []);
  assert.equal(problemsOf({ env: {}, options: { domain: ['http://cdn.example'] } }).length, 1);
});

function destination(t: TestContext) {
  const folder = tempFolder(t);
  writeFileSync(join(folder, 'file'), 'x');
  mkdirSync(join(folder, 'full'));
  return folder;
}

test('a destination that cannot work is said before any request', (t) => {
  const folder = destination(t);
  const problem = (options: ConfigInput['options']) => problemsOf({ options }).join('\n');
  assert.match(problem({ to: [join(folder, 'file')] }), /--to .*is not a folder/);
  assert.match(problem({ to: [join(folder, 'file', 'below', 'more')] }), /file is not a folder/);
  assert.match(problem({ to: [folder], failures: [join(folder, 'full')] }), /--failures .*is a folder/);
  assert.match(problem({ to: [folder], failures: [join(folder, 'file', 'f')] }), /--failures .*file.* is not a folder/);
  assert.equal(problem({ to: [join(folder, 'new', 'deep')], failures: [join(folder, 'other', 'f')] }), '');
  assert.equal(problem({ to: [folder], failures: ['/dev/null'] }), '');
});

test('several destinations are several disks: none twice, and none inside another', (t) => {
  const folder = destination(t);
  const problem = (...to: string[]) => problemsOf({ options: { to } }).join('\n');
  const [one, two] = [join(folder, 'one'), join(folder, 'two')];
  assert.deepEqual(createConfig({ ...INPUT, options: { to: [two, one, `${one}2`] } }).to, [two, one, `${one}2`]);
  assert.match(problem(one, two, one), /^--to .*one: is given twice[^\n]*$/);
  assert.match(problem(one, join(one, 'deep', 'er')), /^--to .*er: lies in .*one, which is also given; each disk/);
  assert.match(problem(join(one, 'deep'), one), /^--to .*deep: lies in .*one, which is also given; each disk/);
  symlinkSync(join(folder, 'full'), join(folder, 'link'));
  assert.match(problem(join(folder, 'full'), join(folder, 'link', 'below')), /lies in .*full/);
  assert.match(problem(one, join(folder, 'file')), /^--to .*file: this is not a folder$/);
});

test('0 keeps nothing free', () => {
  assert.deepEqual(createConfig({ ...INPUT, options: { reserve: ['0'] } }).reserve, { bytes: 0 });
});

test('a destination without permission is said, too', (t) => {
  if (process.getuid?.() === 0) return t.skip('nothing is forbidden to root');
  const folder = destination(t);
  chmodSync(join(folder, 'full'), 0o500);
  assert.match(problemsOf({ options: { to: [join(folder, 'full', 'new')] } }).join(), /no permission/);
});

test('a list needs no destination, and no more folders at once than its concurrency', () => {
  const config = createConfig({ ...INPUT, command: 'list', options: { concurrency: ['2'] } });
  assert.deepEqual([config.failures, config.connections.lists.max], [undefined, 2]);
});
