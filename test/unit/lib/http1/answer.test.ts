// Answers cut into pieces anyhow, and the memory that their bodies stay in.

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { Client } from '../../../../src/http/client.js';
import { exchange } from '../../../../src/http/exchange.js';
import { Answer } from '../../../../src/lib/http1/answer.js';
import type { AnswerHandler, MemoryHolder } from '../../../../src/lib/http1/transport.js';
import { Arena } from '../../../../src/lib/md5/arena.js';
import { rawAnswer, rawServer } from '../../../support/servers/raw-server.js';

const BLOCK_BYTES = 64 * 1024;

interface Told {
  readonly statuses: number[];
  readonly body: string;
  readonly kept: number;
}

/** Reads pieces as a connection does, each into the block. */
function read(pieces: readonly Buffer[], { isKeeping = false } = {}): { answer: Answer; told: Told } {
  const statuses: number[] = [];
  const bodies: Buffer[] = [];
  let kept = 0;
  const handler: AnswerHandler = {
    onRequestStart: () => {},
    onResponseStart: (_flow, status) => statuses.push(status),
    onResponseData: (_flow, chunk) => bodies.push(Buffer.from(chunk)),
    onWholeBody: (_flow, body) => {
      if (isKeeping) bodies.push(Buffer.from(body));
      return isKeeping;
    },
    onResponseEnd: () => {},
    onResponseError: () => {},
  };
  const carrier = { pause: () => {}, resume: () => {}, close: () => assert.fail('nobody closes it') };
  const answer = new Answer(carrier, { handler, method: 'GET' });
  for (const piece of pieces) {
    const block = new Uint8Array(new SharedArrayBuffer(BLOCK_BYTES));
    block.set(piece);
    if (answer.phase === 'done') break;
    if (answer.read(Buffer.from(block.buffer as unknown as ArrayBuffer, 0, piece.length), block)) kept++;
  }
  return { answer, told: { statuses, body: Buffer.concat(bodies).toString('latin1'), kept } };
}

function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  for (let offset = 0, turn = 0; offset < bytes.length; turn++) {
    const piece = bytes.subarray(offset, offset + sizes[turn % sizes.length]!);
    pieces.push(piece);
    offset += piece.length;
  }
  return pieces;
}

test('an answer is the same however it is cut, with a length and in chunks', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 6 });
  const interim = fc.constantFrom('', rawAnswer(['HTTP/1.1 103 Early Hints', 'Link: </a>']));
  const cases = fc.tuple(fc.uint8Array({ maxLength: 500 }), sizes, interim, fc.boolean(), fc.boolean());
  fc.assert(
    fc.property(cases, ([bytes, cuts, hint, isChunked, isKeeping]) => {
      const body = Buffer.from(bytes).toString('latin1');
      const framing = isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.length}`;
      const chunk = body === '' ? '' : `${body.length.toString(16)}\r\n${body}\r\n`;
      const coded = isChunked ? `${chunk}0\r\n\r\n` : body;
      const whole = Buffer.from(`${hint}${rawAnswer(['HTTP/1.1 200 OK', framing], coded)}`, 'latin1');
      const { answer, told } = read(cut(whole, cuts), { isKeeping });
      assert.deepEqual([answer.phase, answer.surplusBytes, answer.isReusable], ['done', 0, true]);
      assert.deepEqual(told.statuses, hint === '' ? [200] : [103, 200]);
      assert.equal(told.body, body);
    }),
  );
});

test('a body stays where it is only when it came whole, with its length and nothing behind it', () => {
  const one = (text: string) => read([Buffer.from(text)], { isKeeping: true }).told;
  const fitting = rawAnswer(['HTTP/1.1 200 OK', 'Content-Length: 5'], 'hello');
  assert.deepEqual([one(fitting).kept, one(fitting).body], [1, 'hello']);
  assert.deepEqual([one(`${fitting}more`).kept, one(`${fitting}more`).body], [0, 'hello']);
  assert.equal(one(rawAnswer(['HTTP/1.1 200 OK', 'Transfer-Encoding: chunked'], '5\r\nhello\r\n0\r\n\r\n')).kept, 0);
  assert.equal(one(rawAnswer(['HTTP/1.1 200 OK', 'Content-Length: 0'])).kept, 0);
  const cutInside = read(cut(Buffer.from(fitting), [fitting.length - 2]), { isKeeping: true });
  assert.deepEqual([cutInside.told.kept, cutInside.told.body], [0, 'hello']);
});

test('the memory of bodies comes back, whatever becomes of them', { timeout: 20_000 }, async (t) => {
  const ok = rawAnswer(['HTTP/1.1 200 OK', 'Content-Length: 2000'], 'x'.repeat(2_000));
  const answers = [
    ok,
    rawAnswer(['HTTP/1.1 200 OK', 'Content-Length: 2000'], 'cut'),
    rawAnswer(['HTTP/1.1 404 Not Found', 'Content-Length: 4'], 'none'),
    `${ok}surplus`,
    rawAnswer(['HTTP/1.1 200 OK', 'Transfer-Encoding: chunked'], '2\r\nok\r\n0\r\n\r\n'),
    rawAnswer(['HTTP/1.1 200 OK', 'Content-Length: 5', 'Connection: close'], 'hello'),
    'rubbish',
  ];
  const server = await rawServer(t, (socket, number) => {
    const answer = answers[number % answers.length]!;
    if (answer.length < ok.length) socket.end(answer);
    else socket.write(answer);
  });
  const arena = new Arena(4 * 1024 * 1024);
  const client = new Client({ origin: server.origin, connections: 4, timeoutMs: 10_000, memory: arena });
  const held = new Set<Uint8Array<SharedArrayBuffer>>();
  const holder: MemoryHolder = {
    allocate: (bytes) => {
      const memory = arena.allocate(bytes);
      if (memory !== undefined) held.add(memory);
      return memory;
    },
    adopt: (memory) => void held.add(memory),
  };
  let kept = 0;
  const ask = async () => {
    const request = { path: '/x', headers: {}, what: 'GET /x', memory: holder };
    const { bytes, stream } = await exchange(client, request).catch(() => ({ bytes: undefined, stream: undefined }));
    if (bytes !== undefined && arena.placeOf(bytes) !== undefined) kept++;
    if (stream !== undefined) for await (const _ of stream);
  };
  for (let round = 0; round < 20; round++) await Promise.all(Array.from({ length: 8 }, ask));
  assert.ok(kept > 20, `${kept} bodies lie in the arena`);
  // What connections read into is theirs until they close.
  for (const memory of held) arena.free(memory);
  assert.ok(arena.usedBytes <= 4 * BLOCK_BYTES, `${arena.usedBytes} bytes in use`);
  await client.destroy();
  assert.equal(arena.usedBytes, 0);
});
