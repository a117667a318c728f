/**
 * Entry point of a volume's thread: receives requests, several at a time, does the file work, and answers them
 * together.
 */
import { hash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import type { Place } from '../../lib/md5/arena.js';
import { Md5 } from '../../lib/md5/md5.js';
import { speak } from '../../texts/say.js';
import { systemText } from '../../texts/system.js';
import { readSpace, SpaceReports } from '../disks/space.js';
import { codeOf } from './faults.js';
import { type OpenPart, VolumeFiles } from './files.js';
import type { VolumeBatch, VolumeFault, VolumeReply, VolumeRequest, VolumeThreadData } from './messages.js';

const port = parentPort!;
const data = workerData as VolumeThreadData;
let files: VolumeFiles;
const reports = new SpaceReports(data.root);
const shared = data.shared && {
  bytes: new Uint8Array(data.shared.memory.buffer),
  md5: new Md5(data.shared.memory, data.shared.scratch),
};
const parts = new Map<number, OpenPart>();

/** About a millisecond's worth of small files. */
const REPLIES_AT_ONCE = 16;

/** `md5` is the MD5 of a body in the shared memory. */
function handle(id: number, request: VolumeRequest, md5: string | undefined): VolumeReply {
  try {
    return answer(id, request, md5);
  } catch (error) {
    const fault = toFault(error);
    // The free space tells a full disk from a full folder.
    const space = fault.code === 'ENOSPC' ? reports.report() : undefined;
    return space === undefined ? { id, fault } : { id, fault, space };
  }
}

function answer(id: number, request: VolumeRequest, md5: string | undefined): VolumeReply {
  switch (request.op) {
    case 'check':
      return { id, ...files.fileCheck.check(request) };
    case 'prove':
      return { id, found: files.fileCheck.prove(request, request.digests, !data.isReadOnly) };
    case 'store':
      return store(id, request, md5);
    case 'begin':
      parts.set(id, files.begin(request.digest));
      return { id };
    case 'write':
      files.append(partOf(request.part), bytesOf(request.piece));
      return withSpace({ id }, request.piece.length, 0);
    case 'commit':
      return withSpace({ id, stored: files.commit(takePart(request.part), request.file) }, 0, 1);
    case 'discard':
      if (parts.has(request.part)) files.discard(takePart(request.part));
      return { id };
    case 'inspect':
      return { id, files: files.fileCheck.inspect(request.keys, request.needsMd5, request.digest) };
    case 'digest':
      return { id, files: files.digest(request.keys) };
    case 'space':
      return { id, space: readSpace(data.root) };
    default:
      work(request);
      return { id };
  }
}

function store(id: number, { file, body }: Store, md5: string | undefined): VolumeReply {
  const bytes = bytesOf(body);
  return withSpace({ id, stored: files.store(file, bytes, md5 ?? hash('md5', bytes)) }, bytes.length, 1);
}

function bytesOf(body: Uint8Array | Place): Uint8Array {
  return body instanceof Uint8Array ? body : shared!.bytes.subarray(body.offset, body.offset + body.length);
}

/** Requests whose reply has no content. */
function work(
  request: Extract<VolumeRequest, { op: 'remove' | 'removeSince' | 'mark' | 'probe' | 'sync' | 'close' }>,
): void {
  if (request.op === 'remove') files.remove(request.key);
  else if (request.op === 'removeSince') files.removeSince(request.keys, request);
  else if (request.op === 'mark') files.mark(request.marker, request.isNew);
  else if (request.op === 'probe') files.probe();
  else if (request.op === 'sync') files.digests.sync();
  else close();
}

function close(): void {
  for (const part of parts.values()) files.discard(part);
  // A late request to discard one of them must not close its descriptor again: another file may have the same number
  // then.
  parts.clear();
  files.close();
}

function withSpace(reply: VolumeReply, bytes: number, count: number): VolumeReply {
  const space = reports.wrote(bytes, count);
  if (space !== undefined) reply.space = space;
  return reply;
}

function partOf(id: number): OpenPart {
  const part = parts.get(id);
  if (part === undefined) throw new Error(`no open part ${id}`);
  return part;
}

function takePart(id: number): OpenPart {
  const part = partOf(id);
  parts.delete(id);
  return part;
}

function toFault(error: unknown): VolumeFault {
  return { code: codeOf(error) ?? 'ERR_INTERNAL', message: systemText(error) };
}

/** Hashes all bodies together before it stores the first: the more there are, the less each of them costs. */
function serve({ firstId, requests }: VolumeBatch): void {
  const places = requests.map(placeOf);
  const digests = shared?.md5.digestAll(places.filter((place) => place !== undefined)) ?? [];
  let hashed = 0;
  let replies: VolumeReply[] = [];
  for (const [index, request] of requests.entries()) {
    replies.push(handle(firstId + index, request, places[index] && digests[hashed++]));
    if (replies.length < REPLIES_AT_ONCE) continue;
    // Answers often, so that the main thread never waits for a long queue.
    send(replies);
    replies = [];
  }
  send(replies);
  if (requests.some(({ op }) => op === 'close')) port.close();
}

type Store = Extract<VolumeRequest, { op: 'store' }>;

/** The place of a body in the shared memory. */
function placeOf(request: VolumeRequest): Place | undefined {
  return request.op === 'store' && !(request.body instanceof Uint8Array) ? request.body : undefined;
}

function send(replies: VolumeReply[]): void {
  files.digests.flush();
  const digestFault = files.digests.takeFault();
  // The number 0 answers no request: this is only a notice.
  if (digestFault !== undefined) replies.push({ id: 0, digestFault });
  port.postMessage(replies);
}

try {
  await speak(data.language);
  files = new VolumeFiles(data);
  port.on('message', serve);
  port.postMessage([{ id: 0, traits: files.traits } satisfies VolumeReply]);
} catch (error) {
  port.postMessage([{ id: 0, fault: toFault(error) } satisfies VolumeReply]);
  port.close();
}
