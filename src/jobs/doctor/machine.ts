/** Checks of this machine: Node, processor and memory, open files. They ask nothing else, and take no time. */
import { availableParallelism, freemem } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import { formatBytes, formatCount } from '../../lib/text/units.js';
import { say } from '../../texts/say.js';
import { openFilesLimit } from '../plan/open-files.js';
import { neededFiles } from '../plan/preflight.js';
import { type Check, ok, problem, warning } from './check.js';
import type { DoctorConfig, Program } from './doctor-options.js';

/** Measured: what a run takes besides the bodies, with some space to grow (test/bench/README.md). */
const RUN_BYTES = 150e6;
/** Node's heap in it. */
const HEAP_BYTES = 128 * 1024 * 1024;
/** Measured: with 32 files a run cannot begin, with 40 it can. Each further disk needs some. */
const LEAST_FILES = 48;

export function checkMachine(config: DoctorConfig, program: Program): Check[] {
  return [...checkNode(program), checkMemory(config), checkOpenFiles(config)];
}

function checkNode({ version, leastNode }: Program): Check[] {
  const { node } = process.versions;
  const { platform, arch } = process;
  const heapBytes = getHeapStatistics().heap_size_limit;
  const data = { sluice: version, node, leastNode, platform, arch, heapBytes };
  const message = say.doctor.node(version, node, `${platform} ${arch}`, formatBytes(heapBytes));
  const texts = say.doctor;
  if (!isAtLeast(node, leastNode)) return [problem('node', message, texts.nodeTooOld(leastNode), data)];
  if (heapBytes < HEAP_BYTES) return [warning('node', message, texts.heapTooSmall(formatBytes(HEAP_BYTES)), data)];
  return [platform === 'linux' ? ok('node', message, data) : warning('node', message, texts.platformUntested, data)];
}

function isAtLeast(version: string, least: string): boolean {
  const [mine, needed] = [version, least].map((text) => text.split('.').map(Number)) as [number[], number[]];
  const index = needed.findIndex((number, place) => mine[place] !== number);
  return index === -1 || mine[index]! > needed[index]!;
}

function checkMemory({ bufferBytes }: DoctorConfig): Check {
  const cores = availableParallelism();
  // In a container the limit of the container counts.
  const freeBytes = Math.min(freemem(), process.availableMemory?.() ?? Number.POSITIVE_INFINITY);
  const neededBytes = RUN_BYTES + bufferBytes;
  const data = { cores, freeBytes, neededBytes, bufferBytes };
  const message = say.doctor.memory(cores, formatBytes(freeBytes), formatBytes(neededBytes), formatBytes(bufferBytes));
  return freeBytes < neededBytes
    ? warning('memory', message, say.doctor.memoryShort, data)
    : ok('memory', message, data);
}

function checkOpenFiles({ connections, connectionsWished }: DoctorConfig): Check {
  const limit = openFilesLimit();
  const { total } = connections;
  const needed = neededFiles(connections);
  const data = { limit, needed, connections: total };
  const texts = say.doctor;
  if (limit === undefined) return ok('open-files', texts.openFilesUnlimited(formatCount(needed)), data);
  const message = texts.openFiles(formatCount(limit), formatCount(needed), formatCount(total));
  const advice = texts.openFilesRaise;
  if (limit < LEAST_FILES)
    return problem('open-files', texts.openFilesTooFew(formatCount(limit), LEAST_FILES), advice, data);
  if (total >= connectionsWished)
    return limit < needed ? warning('open-files', message, advice, data) : ok('open-files', message, data);
  return warning(
    'open-files',
    texts.openFilesFewer(formatCount(limit), total, connectionsWished),
    texts.openFilesRaise,
    data,
  );
}
