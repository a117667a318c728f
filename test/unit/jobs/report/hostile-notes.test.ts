// Files of a job that a damaged disk or another program has written: the report leaves out what is wrong, and is written.

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { gatherReport } from '../../../../src/jobs/report/gather.js';
import type { Report } from '../../../../src/jobs/report/report.js';
import { textOf } from '../../../../src/jobs/report/write-report.js';
import { SIZE_BOUNDS } from '../../../../src/journal/runs/logged-run.js';
import { tempFolder } from '../../../support/disks/files.js';
import { checkPage } from '../../../support/report/reports.js';

const AT = '2026-01-01T00:00:00.000Z';

function run(head: object = {}, figures: object = {}) {
  const zero = { stored: 0, skipped: 0, gone: 0, failed: 0, excluded: 0, bytes: 0, retries: 0, outages: 0 };
  return {
    ...{
      command: 'fetch',
      pid: 1,
      host: 'h',
      startedAt: AT,
      seenAt: AT,
      endedAt: AT,
      end: 'failed',
      source: 'upyun://b',
    },
    ...{ version: '1', node: 'v20', platform: 'linux', options: {}, ...head },
    figures: {
      ...{ ...zero, found: 1, stored: 1, throttledMs: 0, unreachableMs: 0, codes: {}, checkedBy: {}, moreWaits: 0 },
      ...{ waits: [], slow: [], sizes: SIZE_BOUNDS.map(() => 0).concat(0), ...figures },
    },
  };
}

function verifyNote(fields: object = {}) {
  const counts = { compared: 5, alike: 4, different: 1, elsewhere: 0, bytes: 9, reasons: {}, comparedBy: {} };
  return { ...counts, startedAt: AT, endedAt: AT, end: 'finished', source: 'upyun://b', isChecksum: true, ...fields };
}

/** Of a folder with these files in `.sluice`, in both forms. */
async function reportOf(t: TestContext, files: Readonly<Record<string, string | object>>): Promise<Report> {
  const folder = tempFolder(t);
  mkdirSync(join(folder, '.sluice'));
  for (const [name, content] of Object.entries(files)) {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    writeFileSync(join(folder, '.sluice', name), `${text}\n`);
  }
  const report = await gatherReport([folder], '1');
  assert.ok(report);
  const page = textOf(report, 'html');
  checkPage(page);
  assert.doesNotMatch(page, /NaN|native code|\[object/);
  assert.doesNotMatch(textOf(report, 'json'), /null/);
  return report;
}

const NO_TEXT = { toString: 1 };

test('a run with something else in the place of a text, a time or a count is left out', async (t) => {
  const wrong = [
    ...['host', 'node', 'platform', 'version', 'code', 'message', 'job'].map((name) => run({ [name]: NO_TEXT })),
    run({}, { waits: [{ state: 'banned', sinceMs: 1e300, ms: 1 }] }),
    ...['bytes', 'stored', 'found'].map((name) => run({}, { [name]: 1e308 })),
    run({}, { checkedBy: { md5: NO_TEXT } }),
  ];
  const { runs } = await reportOf(t, { 'runs.ndjson': [...wrong, run()].map((one) => JSON.stringify(one)).join('\n') });
  assert.equal(runs.known.length, 1);
});

test('words that every object has are words like others', async (t) => {
  const waits = ['constructor', '__proto__', 'toString'].map((state) => ({ state, sinceMs: 1, ms: 1 }));
  const counts = JSON.parse('{"constructor":1,"__proto__":2,"valueOf":3}');
  const note = verifyNote({ end: 'constructor', code: '__proto__', reasons: counts, comparedBy: counts });
  const found = await reportOf(t, {
    'runs.ndjson': run({ code: 'constructor' }, { waits, codes: counts, checkedBy: counts }),
    'verify.json': note,
  });
  assert.equal(found.trouble.waits.length, 3);
  assert.equal(found.verify?.compared, 5);
});

test('of the note of a comparison, only what is known and right is taken', async (t) => {
  const runs = { 'runs.ndjson': run() };
  // (It is deeper than JSON.stringify can go.)
  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
  const more = JSON.stringify(verifyNote()).replace(/}$/, `,"more":${deep},"isExtra":{"a":1}}`);
  const { verify } = await reportOf(t, { ...runs, 'verify.json': more });
  assert.deepEqual(verify, { ...verifyNote(), isExtra: false, isInput: false, isPartly: false });
  for (const wrong of [
    { code: NO_TEXT },
    { version: 5 },
    { reasons: { size: '<img src=x>' } },
    { comparedBy: { md5: NO_TEXT } },
    { compared: 1e308 },
    { different: -1 },
    { endedAt: '2026-13-13' },
  ]) {
    const found = await reportOf(t, { ...runs, 'verify.json': verifyNote(wrong) });
    assert.equal(found.verify, undefined, JSON.stringify(wrong));
  }
});

test('points of the future, and times and rates that are none, are left out of the history', async (t) => {
  const nowMs = Date.now();
  const point = (atMs: number, fields: object = {}) => ({ atMs, objectsPerSecond: 1, bytesPerSecond: 1, ...fields });
  const history = [
    ...[point(nowMs - 2_000), point(nowMs - 1_000)],
    ...[point(1e300), point(8e15), point(nowMs + 3_600_000), point(nowMs, { bytesPerSecond: 1e308 })],
    ...[point(-1), '['.repeat(100_000), null, 5, { __proto__: null }],
  ];
  const found = await reportOf(t, {
    'runs.ndjson': run(),
    'history.ndjson': history.map((one) => JSON.stringify(one)).join('\n'),
  });
  assert.deepEqual(found.rate.points, history.slice(0, 2));
});
