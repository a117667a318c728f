/** Entry point of a volume's thread: takes batches of requests, does the file work, answers in batches. */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { type OpenPart, VolumeFiles } from './files.js';
import type { VolumeFault, VolumeReply, VolumeRequest, VolumeThreadData } from './messages.js';

const port = parentPort!;
const { root, isReadOnly } = workerData as VolumeThreadData;
const files = new VolumeFiles(root);
const parts = new Map<number, OpenPart>();

function handle(request: VolumeRequest): VolumeReply {
  const { id } = request;
  try {
    switch (request.op) {
      case 'check':
        return { id, present: check(request.paths, request.sizes, request.mtimesMs) };
      case 'store':
        files.store(request.file, request.body);
        break;
      case 'begin':
        parts.set(id, files.begin(request.needsMd5));
        break;
      case 'write':
        files.append(partOf(request.part), request.piece);
        break;
      case 'commit':
        files.commit(takePart(request.part), request.file);
        break;
      case 'discard':
        if (parts.has(request.part)) files.discard(takePart(request.part));
        break;
      case 'close':
        for (const part of parts.values()) files.discard(part);
        // Whoever comes late to discard one of them must not close its number again: it may be another file's by then.
        parts.clear();
        break;
    }
    return { id };
  } catch (error) {
    return { id, fault: toFault(error) };
  }
}

function check(paths: string[], sizes: Float64Array, mtimesMs: Float64Array): Uint8Array<ArrayBuffer> {
  const present = new Uint8Array(paths.length);
  for (const [index, path] of paths.entries()) {
    if (files.isPresent(path, sizes[index]!, mtimesMs[index]!)) present[index] = 1;
  }
  return present;
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
  const { code, message } = error as NodeJS.ErrnoException;
  return { code: code ?? 'ERR_INTERNAL', message };
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
    if (replies.length >= REPLIES_AT_ONCE) port.postMessage(replies.splice(0));
  }
  port.postMessage(replies);
  if (isClosing) port.close();
}

/** About a millisecond's worth of small files. */
const REPLIES_AT_ONCE = 16;

try {
  if (!isReadOnly) files.prepare();
  port.on('message', serve);
  port.postMessage([{ id: 0 } satisfies VolumeReply]);
} catch (error) {
  port.postMessage([{ id: 0, fault: toFault(error) } satisfies VolumeReply]);
  port.close();
}
