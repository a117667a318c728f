// A journal that was damaged while nobody looked: the run says so and completes the copy; it only lists more again.

import assert from 'node:assert/strict';
import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import test from 'node:test';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld, type World } from '../../../support/cli/harness.js';
import { journalIn, killWhen, runsOf, takeAsked } from '../../../support/cli/jobs.js';
import { assertTree } from '../../../support/cli/tree.js';

const FOLDERS = 12;
const OBJECTS = Object.assign(
  {},
  ...Array.from({ length: FOLDERS }, (_, index) => manyObjects(6, { folder: `d/f${String(index).padStart(2, '0')}/` })),
) as Record<string, Buffer>;
const ALL = Object.keys(OBJECTS).length;
/** The root, `d`, and the folders in it. */
const PAGES = FOLDERS + 2;

/** Killed with most of it stored, the last folder not listed; begun `runs` times. */
async function leaveUnfinished(
  { server, to, start }: World,
  { runsBefore: runs = 1, isSlow = false }: Case,
): Promise<void> {
  // Several checkpoints.
  if (isSlow) server.faults.add({ match: { kind: 'get' }, action: { delayMs: 60 } });
  server.faults.add({ match: { kind: 'list', directory: 'd/f11' }, action: { stallBeforeHeaders: true } });
  for (let run = 1; run <= runs; run++) {
    const running = start(['mirror', 'upyun://pics', '--to', to, '--list-concurrency', '1', '--concurrency', '4']);
    await killWhen(running, journalIn(to), (state) => state.runs === run && state.totals.settled === ALL - 6);
  }
  server.faults.clear();
  takeAsked(server);
}

type Damage = (path: string) => void;

/** Changes one character in the middle of the first line that matches. */
function flip(pattern: RegExp): Damage {
  return (path) => {
    const lines = readFileSync(path, 'latin1').split('\n');
    const index = lines.findIndex((line) => pattern.test(line));
    assert.ok(index >= 0 && index < lines.length - 2, `${pattern} is there, and not at the end`);
    const line = lines[index]!;
    const middle = Math.trunc(line.length / 2);
    lines[index] = `${line.slice(0, middle)}${line[middle] === '~' ? '!' : '~'}${line.slice(middle + 1)}`;
    writeFileSync(path, lines.join('\n'), 'latin1');
  };
}

interface Case {
  what: string;
  damage: Damage;
  /** What is told; none: that is normal. */
  told: RegExp | undefined;
  runsBefore?: number;
  /** Whether the job is gone, and another one begins. */
  isLost?: boolean;
  isSlow?: boolean;
  /** Runs that the summary speaks of. @default the one more */
  runs?: number;
}

const CASES: Case[] = [
  { what: 'a page line', damage: flip(/"t":"page".*"d":"d\/f04"/), told: /journal: 1 damaged place/ },
  {
    what: 'the line of a folder with all its subfolders',
    damage: flip(/"t":"page".*"d":"d","s"/),
    told: /damaged place/,
  },
  {
    what: 'a line that says what is done',
    damage: flip(/"t":"done"/),
    told: /journal: 1 damaged place/,
    isSlow: true,
  },
  { what: 'the snapshot, with no file before it', damage: flip(/"t":"totals"/), told: /cannot be used/, isLost: true },
  {
    what: 'the snapshot, with the file before it',
    damage: flip(/"t":"totals"/),
    told: /beginning is damaged, so Sluice uses the file before it/,
    runsBefore: 2,
    // The second run said so in the part that is damaged.
    runs: 2,
  },
  { what: 'all of it', damage: (path) => writeFileSync(path, 'nonsense\n'.repeat(50)), told: /cannot/, isLost: true },
  { what: 'all of it, emptied', damage: (path) => truncateSync(path), told: undefined, isLost: true },
  { what: 'all of it, deleted', damage: (path) => rmSync(path), told: undefined, isLost: true },
  {
    what: 'all of it, deleted, with the file before it',
    damage: (path) => rmSync(path),
    told: undefined,
    runsBefore: 2,
    isLost: true,
  },
  {
    what: 'the last line, torn',
    damage: (path) => truncateSync(path, readFileSync(path).length - 9),
    told: undefined,
    isSlow: true,
  },
];

for (const damaged of CASES) {
  const { what, damage, told, runsBefore = 1, isLost = false, runs = isLost ? 1 : runsBefore + 1 } = damaged;
  test(`damaged: ${what}; the copy is complete, nothing is fetched twice, the stats balance`, async (t) => {
    const world = await openWorld(t, { objects: OBJECTS });
    const { server, to, mirror } = world;
    await leaveUnfinished(world, damaged);
    damage(journalIn(to));
    const rest = (await mirror()).expectExit(0);
    const { listed, stored, skipped } = rest.summary;
    assert.deepEqual([listed, stored + skipped, runsOf(rest)], [ALL, ALL, runs]);
    await assertTree(to, OBJECTS);
    const { pages, keys } = takeAsked(server);
    assert.deepEqual(
      keys.filter((key) => !key.startsWith('d/f11/')),
      [],
      'only what was not there is fetched',
    );
    assert.equal(pages.length, new Set(pages).size, 'no page is listed twice');
    if (isLost) assert.equal(pages.length, PAGES);
    else assert.ok(pages.length < PAGES, `${pages.length} pages were listed again`);
    if (told !== undefined) assert.match(rest.stderr, told);
    else assert.doesNotMatch(rest.stderr, /damaged/);
  });
}
