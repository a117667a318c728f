/**
 * Groups the records of a file by bucket and keeps the file order inside each bucket. If they fit into memory, a
 * counting sort does it. If not, a scatter pass writes partitions into one new file; then each partition is sorted in
 * memory.
 */
import type { FileHandle } from 'node:fs/promises';
import type { HashBuckets } from './hash-buckets.js';
import { PartitionWriter } from './partition-writer.js';
import { RecordBlock } from './record-block.js';
import { type ReadOptions, type RecordRange, recordChunks, writeFullySync } from './record-file.js';

/** A partition writes this much at once; less if there are too many partitions. */
const MAX_BUFFER_BYTES = 64 * 1024;
const MIN_BUFFER_BYTES = 4 * 1024;

/** Adjacent buckets; `endBucket` is the first after them. */
interface Partition {
  readonly firstBucket: number;
  readonly endBucket: number;
}

/** How to cut a file so that each step needs only half of the memory. */
interface Plan {
  readonly buckets: HashBuckets;
  readonly partitions: readonly Partition[];
  /** Records that fit into half of the memory. A partition with several buckets has at most this many. */
  readonly halfCount: number;
}

export interface GroupingOptions extends ReadOptions {
  /** Memory limit for records, without the chunk: half for buffers, half for the partition being sorted. */
  readonly memoryBytes: number;
}

/** All records of the source, in memory. */
export async function groupInMemory(
  source: RecordRange,
  buckets: HashBuckets,
  options: ReadOptions,
): Promise<RecordBlock> {
  const sorted = new RecordBlock(options.chunk.recordBytes, source.end - source.first);
  await countingSort(source, sorted, buckets, { firstBucket: 0, endBucket: buckets.count }, options);
  return sorted;
}

/** Fills the empty file `target` with the records of the source. */
export async function groupInFile(
  source: RecordRange,
  target: FileHandle,
  buckets: HashBuckets,
  options: GroupingOptions,
): Promise<void> {
  const { recordBytes } = options.chunk;
  const halfCount = Math.max(1, Math.floor(options.memoryBytes / 2 / recordBytes));
  const partitions = planPartitions(buckets, halfCount);
  await scatter(source, target, { buckets, partitions, halfCount }, options);
  const sorted = new RecordBlock(recordBytes, halfCount);
  for (const partition of partitions) {
    // One bucket of any size needs no sorting: any number of equal hashes stays out of memory.
    if (partition.endBucket - partition.firstBucket === 1) continue;
    const first = buckets.starts[partition.firstBucket]!;
    const end = buckets.starts[partition.endBucket]!;
    await countingSort({ handle: target, first, end }, sorted, buckets, partition, options);
    writeFullySync(target.fd, sorted.slice(0, end - first), first * recordBytes);
  }
}

/** Each partition gets as many buckets as hold at most `maxCount` records together, at least one. */
function planPartitions({ starts, count }: HashBuckets, maxCount: number): Partition[] {
  const partitions: Partition[] = [];
  for (let firstBucket = 0; firstBucket < count; ) {
    let endBucket = firstBucket + 1;
    while (endBucket < count && starts[endBucket + 1]! - starts[firstBucket]! <= maxCount) endBucket++;
    partitions.push({ firstBucket, endBucket });
    firstBucket = endBucket;
  }
  return partitions;
}

/**
 * Sends each record to its partition. Reads the source again for each group of partitions that have buffers at once.
 */
async function scatter(source: RecordRange, target: FileHandle, plan: Plan, options: ReadOptions): Promise<void> {
  const { buckets, partitions, halfCount } = plan;
  const { recordBytes } = options.chunk;
  const minCount = Math.ceil(MIN_BUFFER_BYTES / recordBytes);
  const maxCount = Math.ceil(MAX_BUFFER_BYTES / recordBytes);
  const groupSize = Math.min(partitions.length, Math.max(1, Math.floor(halfCount / minCount)));
  const bufferCount = Math.max(1, Math.min(maxCount, Math.floor(halfCount / groupSize)));
  const partitionOf = partitionTable(plan);
  for (let first = 0; first < partitions.length; first += groupSize) {
    const starts = partitions.slice(first, first + groupSize).map(({ firstBucket }) => buckets.starts[firstBucket]!);
    const writer = new PartitionWriter(target.fd, recordBytes, starts, bufferCount);
    for await (const count of recordChunks(source, options)) {
      for (let index = 0; index < count; index++) {
        const partition = partitionOf[buckets.bucketOf(options.chunk.prefix(index))]! - first;
        if (partition >= 0 && partition < starts.length) writer.put(partition, options.chunk, index);
      }
    }
    writer.flush();
  }
}

function partitionTable({ buckets, partitions }: Plan): Uint32Array {
  const table = new Uint32Array(buckets.count);
  for (const [number, { firstBucket, endBucket }] of partitions.entries()) table.fill(number, firstBucket, endBucket);
  return table;
}

/** Sorts a range into the beginning of `sorted`. All its records belong to these buckets. */
async function countingSort(
  source: RecordRange,
  sorted: RecordBlock,
  buckets: HashBuckets,
  { firstBucket, endBucket }: Partition,
  options: ReadOptions,
): Promise<void> {
  const base = buckets.starts[firstBucket]!;
  const next = buckets.starts.slice(firstBucket, endBucket);
  for await (const count of recordChunks(source, options)) {
    for (let index = 0; index < count; index++) {
      const bucket = buckets.bucketOf(options.chunk.prefix(index)) - firstBucket;
      sorted.copy(next[bucket]!++ - base, options.chunk, index);
    }
  }
}
