/** Entry point of a volume's thread: takes batches of requests, does the file work, answers in batches. */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { codeOf } from './faults.js';
import { type OpenPart, VolumeFiles } from './files.js';
import type { VolumeFault, VolumeReply, VolumeRequest, VolumeThreadData } from './messages.js';
import { readSpace, SpaceReports } from './space.js';

const port = parentPort!;
const data = workerData as VolumeThreadData;
const files = new VolumeFiles(data);
const reports = new SpaceReports(data.root);
const parts = new Map<number, OpenPart>();

/** About a millisecond's worth of small files. */
const REPLIES_AT_ONCE = 16;

function handle(request: VolumeRequest): VolumeReply {
  const { id } = request;
  try {
    return { id, ...answer(request) };
  } catch (error) {
    const fault = toFault(error);
    // What is left tells a full disk from a full folder.
    const space = fault.code === 'ENOSPC' ? reports.report() : undefined;
    return space === undefined ? { id, fault } : { id, fault, space };
  }
}

function answer(request: VolumeRequest): Omit<VolumeReply, 'id'> {
  switch (request.op) {
    case 'check':
      return { found: files.presence.check(request.keys, request.sizes, request.mtimesMs) };
    case 'store':
      return withSpace({ stored: files.store(request.file, request.body) }, request.body.length, 1);
    case 'begin':
      parts.set(request.id, files.begin());
      return {};
    case 'write':
      files.append(partOf(request.part), request.piece);
      return withSpace({}, request.piece.length, 0);
    case 'commit':
      return withSpace({ stored: files.commit(takePart(request.part), request.file) }, 0, 1);
    case 'discard':
      if (parts.has(request.part)) files.discard(takePart(request.part));
      return {};
    case 'inspect':
      return { files: files.presence.inspect(request.keys, request.needsMd5) };
    case 'space':
      return { space: readSpace(data.root) };
    default:
      work(request);
      return {};
  }
}

/** What is answered with nothing but that it is done. */
function work(request: Extract<VolumeRequest, { op: 'remove' | 'mark' | 'probe' | 'sync' | 'close' }>): void {
  if (request.op === 'remove') files.remove(request.key);
  else if (request.op === 'mark') files.mark(request.marker, request.isNew);
  else if (request.op === 'probe') files.temps.probe();
  else if (request.op === 'sync') files.digests.sync();
  else close();
}

function close(): void {
  for (const part of parts.values()) files.discard(part);
  // Whoever comes late to discard one of them must not close its number again: it may be another file's by then.
  parts.clear();
  files.close();
}

function withSpace(reply: Omit<VolumeReply, 'id'>, bytes: number, count: number): Omit<VolumeReply, 'id'> {
  const space = reports.wrote(bytes, count);
  return space === undefined ? reply : { ...reply, space };
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
  return { code: codeOf(error) ?? 'ERR_INTERNAL', message: (error as Error).message };
}

function serve(first: VolumeRequest[]): void {
  const replies: VolumeReply[] = [];
  let isClosing = false;
  for (
    let batch: VolumeRequest[] | undefined = first;
    batch !== undefined;
    batch = receiveMessageOnPort(port)?.message
  ) {
    for (const request of batch) {
      replies.push(handle(request));
      isClosing ||= request.op === 'close';
    }
    // Answer often enough that the main thread never waits for a long queue to be worked off.
    if (replies.length >= REPLIES_AT_ONCE) send(replies.splice(0));
  }
  send(replies);
  if (isClosing) port.close();
}

function send(replies: VolumeReply[]): void {
  files.digests.flush();
  const digestFault = files.digests.takeFault();
  // The number 0 answers nobody any more: it is only news.
  if (digestFault !== undefined) replies.push({ id: 0, digestFault });
  port.postMessage(replies);
}

try {
  if (!data.isReadOnly) files.temps.prepare();
  port.on('message', serve);
  port.postMessage([{ id: 0 } satisfies VolumeReply]);
} catch (error) {
  port.postMessage([{ id: 0, fault: toFault(error) } satisfies VolumeReply]);
  port.close();
}
