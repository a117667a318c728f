// What a real terminal shows of a run: at three widths, in trouble, in both languages.

import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld, until, type World, type WorldOptions } from '../../../support/cli/harness.js';
import { fillBytes } from '../../../support/disks/full-disk.js';
import { smallDisk } from '../../../support/disks/mounts.js';
import { masked, openTerminal, skipWithoutTmux, type Terminal } from '../../../support/screen/tmux.js';

const skip = skipWithoutTmux();
const OBJECTS = manyObjects(400, { folder: 'a/' });
const MIRROR = '"$NODE" "$SLUICE" mirror upyun://pics --to out --concurrency 4 --timeout 10m --stall 10m';

/** The last `count` rows: those that are drawn again and again. */
const block = (rows: readonly string[], count: number) => masked(rows.slice(-count));

/** Waits for a frame whose last rows are these: a frame before it may still say less. */
async function untilBlock(
  terminal: Terminal,
  what: string,
  expected: readonly string[],
  also = /./,
): Promise<readonly string[]> {
  return await terminal.until(
    what,
    (text) => also.test(text) && isDeepStrictEqual(block(text.split('\n'), expected.length), expected),
  );
}

/** At each width: all lines, none of them wider than the terminal, and these of them as expected. */
async function atWidths(terminal: Terminal, ...expected: readonly RegExp[]): Promise<void> {
  for (const columns of [60, 120, 80]) {
    terminal.resize(columns);
    const rows = await terminal.until(`${columns} columns`, (text) => {
      const lines = text.split('\n').slice(-6);
      const bar = lines.find((row) => row.startsWith('objects'))?.length ?? 0;
      return bar > columns - 22 && bar < columns && expected.every((one) => lines.some((row) => one.test(row)));
    });
    const starts = rows.slice(-6).map((row) => row.split(/ +/)[0]);
    assert.deepEqual(starts, ['upyun://pics', 'objects', 'bytes', 'ETA', 'health', 'so'], rows.join('\n'));
    for (const row of rows.slice(-6)) assert.ok(row.length < columns, row);
  }
}

interface Held {
  world: World;
  terminal: Terminal;
  letGo: () => void;
}

/** A run of which 100 objects are stored when all further answers wait. */
async function heldRun(t: TestContext, options: WorldOptions & Parameters<typeof openTerminal>[2] = {}): Promise<Held> {
  let letGo = () => {};
  const waitFor = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const world = await openWorld(t, { objects: OBJECTS, ...options });
  world.server.faults.add({ match: { kind: 'get' }, action: { waitFor }, after: 100 });
  const terminal = openTerminal(t, world, options);
  terminal.type(MIRROR);
  return { world, terminal, letGo };
}

const RUNNING = / 100 of 400|100 \/ 400/;

test('healthy, at 60, 80 and 120 columns, and to its end', { skip }, async (t) => {
  const { terminal, letGo } = await heldRun(t);
  const lines = [
    'objects BAR  # %  # of #  #/s',
    'bytes  BAR  # %  # of # kB  # kB/s',
    'ETA  –  listing: # found, complete',
    'health  healthy; the server sets the pace; # requests at once',
    'so far  no retries, no failures  # GB free',
  ];
  const whole = await untilBlock(terminal, 'the middle', lines, / 100 of 400[\s\S]*; 4 requests at once/);
  assert.match(whole.at(-6)!, /^upyun:\/\/pics → .*\/out +run 1, \d+ s elapsed$/);
  for (const columns of [60, 120]) {
    terminal.resize(columns);
    await terminal.until(`${columns} columns`, (text) => {
      const line = text.split('\n').find((row) => row.startsWith('objects'));
      return line !== undefined && line.length > columns - 22 && line.length < columns;
    });
    const rows = await untilBlock(terminal, `all lines in ${columns} columns`, [
      'objects BAR  # %  # of #  #/s',
      'bytes  BAR  # %  # of # kB  # kB/s',
      'ETA  –  listing: # found, complete',
      `health  healthy; the server sets the pace${columns === 60 ? '' : '; # requests at once'}`,
      'so far  no retries, no failures  # GB free',
    ]);
    assert.equal(rows.filter((row) => row.startsWith('health')).length, 1, 'no line is left behind');
  }
  letGo();
  const rows = await terminal.until('the end', (text) => text.includes('400 stored'));
  assert.equal(rows.join('\n').split(' → ').length - 1, 1, 'the destination is there once');
  assert.ok(
    rows.some((row) => /objects █+ +100 % +400 of 400/.test(row)),
    rows.join('\n'),
  );
});

test('throttled: by whom, until when, and how many requests still go out', { skip }, async (t) => {
  const { world, terminal, letGo } = await heldRun(t);
  await terminal.until('the middle', (text) => RUNNING.test(text));
  const refused = { status: { status: 429, code: 42900001, retryAfterSeconds: 50 } };
  world.server.faults.add({ match: { kind: 'get' }, action: refused });
  letGo();
  const rows = await terminal.until('the throttle', (text) => /THROTTLED.*resuming/.test(text));
  const health = rows.find((row) => row.startsWith('health'))!;
  assert.match(health, /^health {2}THROTTLED by the server \(429\), resuming in \d+ s; \d requests? at once$/);
  await terminal.until('the time of it', (text) => /so far .*throttled for \d+ s/.test(text));
  await atWidths(
    terminal,
    /^health {2}THROTTLED by the server \(429\), resuming in \d+ s/,
    /^so far .*throttled for \d+ s/,
  );
  assert.match(terminal.bytes(), /\u001b\[\d+mTHROTTLED/, 'the word of the state has a colour');
});

test('an outage: since when', { skip }, async (t) => {
  const { world, terminal, letGo } = await heldRun(t);
  await terminal.until('the middle', (text) => RUNNING.test(text));
  await world.server.stopListening();
  letGo();
  const rows = await terminal.until('the outage', (text) => /UNREACHABLE/.test(text));
  assert.match(rows.find((row) => row.startsWith('health'))!, /UNREACHABLE: no answer from the server since \d\d:\d\d/);
  assert.match(rows.find((row) => row.startsWith('ETA'))!, /^ETA {5}– /);
  await atWidths(terminal, /^health {2}UNREACHABLE: no answer from the server since \d\d:\d\d/, /^ETA {5}– /);
});

test('a full disk beside another one is named, and the run goes on', { skip }, async (t) => {
  const [one, other] = [smallDisk(t, 'size=16m'), smallDisk(t, 'size=16m')];
  if (one === undefined || other === undefined) return;
  let letGo = () => {};
  const waitFor = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const world = await openWorld(t, {
    objects: Object.assign({}, ...['a/', 'b/', 'c/', 'd/', 'e/', 'f/'].map((folder) => manyObjects(20, { folder }))),
  });
  world.server.faults.add({ match: { kind: 'get' }, action: { waitFor }, after: 20 });
  const terminal = openTerminal(t, world, { columns: 120 });
  terminal.type(`${MIRROR.replace('--to out', `--to ${one.root} --to ${other.root}`)} --reserve 0`);
  await terminal.until('the middle', (text) => /20 of 120/.test(text));
  fillBytes(other.root);
  world.server.faults.add({ match: { kind: 'get' }, action: { stallBeforeHeaders: true }, after: 90 });
  letGo();
  await terminal.until('the full disk', (text) => /^so far .*.* FULL/m.test(text));
  await atWidths(terminal, /^so far .* FULL/);
});

test('in Chinese, within the width', { skip }, async (t) => {
  const { terminal } = await heldRun(t, { more: { SLUICE_LANG: 'zh' } });
  await untilBlock(terminal, 'the middle', [
    '对象  BAR  # %  # / #  #/s',
    '字节  BAR  # %  # / # kB  # kB/s',
    '预计  –  列目录：已找到 #，已完成',
    '状态  正常；速度取决于服务器；同时 # 个请求',
    '累计  没有重试，没有失败  剩余 # GB',
  ]);
});

test('a terminal of three rows has one line; colours only where they are wanted', { skip }, async (t) => {
  const { terminal } = await heldRun(t, { rows: 3, more: { NO_COLOR: '1' } });
  const rows = await terminal.until('the middle', (text) => /^25\.0 %, .*; healthy/m.test(text));
  assert.equal(rows.filter((row) => row.includes('healthy')).length, 1);
  assert.doesNotMatch(terminal.bytes(), /\u001b\[\d*(;\d+)*m.*healthy/);
});

test('Ctrl-C: the run says that it ends, and the shell comes back below it', { skip }, async (t) => {
  const { terminal, letGo } = await heldRun(t);
  await terminal.until('the middle', (text) => RUNNING.test(text));
  terminal.press('C-c');
  await terminal.until('its state', (text) => /health {2}INTERRUPTED/.test(text));
  letGo();
  const rows = await terminal.until('the shell', (text) => /ready\$ *$/.test(text));
  assert.ok(
    rows.some((row) => /listed = \d+ stored/.test(row)),
    rows.join('\n'),
  );
});

test('Ctrl-Z and fg, in a terminal of another size meanwhile: the lines go on below what the shell wrote', {
  skip,
}, async (t) => {
  const { terminal } = await heldRun(t);
  await terminal.until('the middle', (text) => RUNNING.test(text));
  terminal.press('C-z');
  await terminal.until('the shell', (text) => /Stopped[\s\S]*ready\$ *$/.test(text));
  terminal.resize(60);
  terminal.type('fg');
  const rows = await terminal.until('the lines', (text) => {
    const after = text.split('\n').slice(-6);
    return after[0]!.startsWith('upyun://pics') && after[5]!.startsWith('so far') && after[1]!.length < 60;
  });
  assert.ok(
    rows.some((row) => row.includes('Stopped')),
    'what the shell wrote is still there',
  );
  assert.match(rows.at(-5)!, /^objects [█░]+ +25\.0 % +100 of 400/);
});

test('Ctrl-Z and fg after a while: what the shell wrote stays, and the lines come once below it', {
  skip,
}, async (t) => {
  const { terminal } = await heldRun(t);
  await terminal.until('the middle', (text) => RUNNING.test(text));
  terminal.press('C-z');
  await terminal.until('the shell', (text) => /Stopped[\s\S]*ready\$ *$/.test(text));
  // Longer than a frame: the timer of the next one is late.
  terminal.type('clear; echo kept; sleep 0.6; fg');
  const [above, ...blocks] = await terminal
    .until('the lines', (text) => /kept[\s\S]*so far/.test(text))
    .then((rows) => rows.join('\n').split('upyun://pics →'));
  assert.match(above!, /kept/);
  assert.equal(blocks.length, 1);
});

test('kill -9: the cursor and the wrapping of lines are as before, and so is typing', { skip }, async (t) => {
  const { terminal } = await heldRun(t);
  await terminal.until('the middle', (text) => RUNNING.test(text));
  terminal.press('C-z');
  await terminal.until('the shell', (text) => /Stopped[\s\S]*ready\$ *$/.test(text));
  terminal.type('kill -9 %1; wait; clear');
  await terminal.until('an empty screen', (text) => /ready\$ *$/.test(text) && !/objects/.test(text));
  terminal.type(`echo ${'0123456789'.repeat(9)}`);
  const rows = await terminal.until(
    'the answer',
    (text) => text.split('\n').filter((row) => /^\d+$/.test(row)).length >= 3,
  );
  assert.equal(rows.filter((row) => row === '0123456789'.repeat(8)).length, 1, 'the line is wrapped at 80 columns');
  const ours = terminal.bytes().split('upyun://pics →').slice(1).join('');
  assert.doesNotMatch(ours.slice(0, ours.indexOf('Stopped')), /\u001b\[\?(25|7)[hl]/);
});

test('a terminal that takes nothing (Ctrl-S) does not stop the job', { skip }, async (t) => {
  const world = await openWorld(t, { objects: OBJECTS, faults: [{ match: { kind: 'get' }, action: { delayMs: 5 } }] });
  const terminal = openTerminal(t, world);
  terminal.type(MIRROR);
  await until('the beginning', () => world.server.counters.get > 10);
  terminal.press('C-s');
  await until('all objects', () => world.server.counters.get >= 400);
  terminal.press('C-q');
  await terminal.until('the end', (text) => text.includes('400 stored'));
});

test('status --watch draws the same screen in place, until Ctrl-C', { skip }, async (t) => {
  const { world, terminal, letGo } = await heldRun(t);
  await terminal.until('the middle', (text) => RUNNING.test(text));
  const second = openTerminal(t, world, { raw: 'second' });
  second.type('"$NODE" "$SLUICE" status --to out --watch; echo "code $?"');
  await second.until('its screen', (text) => RUNNING.test(text) && /health {2}healthy/.test(text));
  await until('three looks', () => second.bytes().split('elapsed').length > 3);
  const rows = second.screen();
  assert.equal(rows.filter((row) => row.startsWith('objects')).length, 1, rows.join('\n'));
  assert.deepEqual(block(rows, 5).slice(0, 1), ['objects BAR  # %  # of #  #/s']);
  second.press('C-c');
  await second.until('the end', (text) => /code 130/.test(text));
  letGo();
  await terminal.until('the end of the run', (text) => text.includes('400 stored'));
});
