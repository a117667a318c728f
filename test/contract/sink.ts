// What holds for every sink: dedupe, write and the checkpoints rely on these.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test, { type TestContext } from 'node:test';
import type { TransferError } from '../../src/errors.js';
import { CHECKSUM_BYTES, type ChecksumKind, checksumOf } from '../../src/lib/checksum/checksum.js';
import type { CheckedSink } from '../../src/sinks/sink.js';
import { rejection } from '../support/waiting.js';

export interface OpenedSink {
  readonly sink: CheckedSink;
  /** What lies under a key; undefined = nothing. */
  read(key: string): Promise<Buffer | undefined>;
  /** Another one of the same places, after this one was closed. */
  reopen(): Promise<CheckedSink>;
}

const CHECKSUMS = Object.keys(CHECKSUM_BYTES) as ChecksumKind[];
const MTIME_MS = 1_500_000_000_000;
const HELLO = Buffer.from('hello');

export function sinkContract(name: string, open: (t: TestContext) => Promise<OpenedSink>): void {
  const contract = (title: string, run: (opened: OpenedSink) => Promise<void>) =>
    test(`${name}: ${title}`, { timeout: 60_000 }, async (t) => run(await open(t)));

  contract('what was put is there, byte for byte, with its size, its MD5 and its time', async ({ sink, read }) => {
    const placed = await sink.put({ key: 'a/b.jpg', size: 5, mtimeMs: MTIME_MS }, bytesOf(HELLO), -1);
    assert.deepEqual([placed.bytes, placed.md5, placed.mtimeMs], [5, md5(HELLO), MTIME_MS]);
    assert.ok(placed.volume >= 0 && placed.volume < sink.roots.length);
    assert.ok((await read('a/b.jpg'))?.equals(HELLO));
    const [found] = await sink.has([{ key: 'a/b.jpg', size: 5, mtimeMs: MTIME_MS }]);
    assert.deepEqual([found?.isPresent, found?.home], [true, placed.volume]);
  });

  contract('has answers each question in its order, and knows another version by its place', async ({ sink }) => {
    const { volume } = await sink.put({ key: 'k', mtimeMs: MTIME_MS }, bytesOf(HELLO), -1);
    const found = await sink.has([
      { key: 'missing', size: 5, mtimeMs: MTIME_MS },
      { key: 'k', size: 5, mtimeMs: MTIME_MS },
      { key: 'k', size: 6, mtimeMs: MTIME_MS },
      { key: 'k', size: 5, mtimeMs: MTIME_MS + 60_000 },
      { key: 'k', size: undefined, mtimeMs: MTIME_MS - 60_000 },
      // Of a version that is known to be wrong nothing is asked, and nothing counts.
      { key: 'k', size: undefined, mtimeMs: undefined },
    ]);
    assert.deepEqual(
      found.map(({ isPresent, home }) => [isPresent, home]),
      [
        [false, -1],
        [true, volume],
        [false, volume],
        [false, volume],
        [true, volume],
        [false, volume],
      ],
    );
    assert.deepEqual(await sink.has([]), []);
  });

  contract('a body in pieces is put as a whole one is', async ({ sink, read }) => {
    const body = Buffer.alloc(2_000_000, 'pieces');
    const placed = await sink.put({ key: 'large', mtimeMs: MTIME_MS }, piecesOf(body), -1);
    assert.deepEqual([placed.bytes, placed.md5], [body.length, md5(body)]);
    assert.ok((await read('large'))?.equals(body));
  });

  contract('a body that has the promised digest is put, whichever digest it is', async ({ sink, read }) => {
    const large = Buffer.alloc(700_000, 'pieces');
    for (const kind of CHECKSUMS) {
      const digestOf = (body: Buffer) => ({ kind, hex: checksumOf(kind, body) });
      await sink.put({ key: `${kind}/whole`, digest: digestOf(HELLO) }, bytesOf(HELLO), -1);
      await sink.put({ key: `${kind}/pieces`, digest: digestOf(large) }, piecesOf(large), -1);
      assert.deepEqual([await read(`${kind}/whole`), await read(`${kind}/pieces`)], [HELLO, large]);
    }
  });

  contract('a body that is not the one that was promised leaves nothing behind', async ({ sink, read }) => {
    for (const [promise, code] of [
      [{ size: 6 }, 'ERR_SIZE'],
      [{ md5: '0'.repeat(32) }, 'ERR_DIGEST'],
      [{ listedMd5: '0'.repeat(32) }, 'ERR_ETAG'],
      ...CHECKSUMS.map(
        (kind) => [{ digest: { kind, hex: checksumOf(kind, Buffer.from('hullo')) } }, 'ERR_DIGEST'] as const,
      ),
    ] as const) {
      for (const body of [bytesOf(HELLO), piecesOf(HELLO)]) {
        const error = await rejection<TransferError>(sink.put({ key: 'wrong', ...promise }, body, -1));
        assert.deepEqual([error.code, error.verdict], [code, 'retry']);
        assert.equal(await read('wrong'), undefined);
      }
    }
    const broken = rejection(sink.put({ key: 'broken' }, failing(), -1));
    assert.match((await broken).message, /it broke off/);
    assert.equal(await read('broken'), undefined);
  });

  contract('a new version takes the place of the old one', async ({ sink, read }) => {
    const { volume } = await sink.put({ key: 'k', mtimeMs: MTIME_MS }, bytesOf(HELLO), -1);
    const newer = await sink.put({ key: 'k', mtimeMs: MTIME_MS + 60_000 }, bytesOf(Buffer.from('newer')), volume);
    assert.equal(newer.volume, volume);
    assert.equal((await read('k'))?.toString(), 'newer');
  });

  contract('keys that are no paths, or that clash, are different objects', async ({ sink }) => {
    const keys = ['a', 'a/b', 'a//b', '../x', '/x', 'x'.repeat(400), '.sluice/journal', 'e\u0301', '\u00e9', 'A/B'];
    for (const key of keys) await sink.put({ key, mtimeMs: MTIME_MS }, bytesOf(Buffer.from(`of ${key}`)), -1);
    const found = await sink.has(keys.map((key) => ({ key, size: Buffer.byteLength(`of ${key}`), mtimeMs: MTIME_MS })));
    assert.deepEqual(
      found.map(({ isPresent }) => isPresent),
      keys.map(() => true),
    );
  });

  contract('many at once are all there afterwards, also for the next run', async ({ sink, reopen }) => {
    const keys = Array.from({ length: 200 }, (_, index) => `d${index % 7}/k${index}`);
    const placed = await Promise.all(
      keys.map((key) => sink.put({ key, mtimeMs: MTIME_MS }, bytesOf(Buffer.from(key)), -1)),
    );
    await sink.flush(new Set(placed.map(({ volume }) => volume)));
    await sink.flush([]);
    await sink.close();
    const again = await reopen();
    const found = await again.has(keys.map((key) => ({ key, size: key.length, mtimeMs: MTIME_MS })));
    assert.deepEqual(
      found.map(({ isPresent, home }) => [isPresent, home]),
      placed.map(({ volume }) => [true, volume]),
    );
  });
}

/** Memory of its own, which the sink may keep. */
function bytesOf(body: Buffer): Uint8Array {
  return Uint8Array.from(body);
}

async function* piecesOf(body: Buffer): AsyncGenerator<Uint8Array, void, void> {
  for (let offset = 0; offset < body.length; offset += 70_000) yield body.subarray(offset, offset + 70_000);
}

async function* failing(): AsyncGenerator<Uint8Array, void, void> {
  yield Uint8Array.from(HELLO);
  throw new Error('it broke off');
}

function md5(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('hex');
}
