// The corpus: objects of a procedural bucket as files, for a server that serves files, and their keys in the forms that
// each program takes.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type ProceduralBucket, proceduralBucket } from '../fakes/buckets/procedural-bucket.js';

/** 20,010 objects in 690 directories, lognormal: median 20 kB, mean about 33 kB, 200 B to 2 MB. */
export const DIRECTORIES = 690;
const OBJECTS_A_DIRECTORY = 29;
const SIZES = { medianBytes: 20_000, sigma: 1, minBytes: 200, maxBytes: 2_000_000 };

/** The same bucket for the embedded server. */
export const SERVER_CONTENTS = [
  ...['--nested', `${DIRECTORIES}x${OBJECTS_A_DIRECTORY}`],
  ...['--median-bytes', '20000', '--sigma', '1', '--min-bytes', '200'],
];

export interface Corpus {
  readonly root: string;
  readonly count: number;
  readonly bytes: number;
  /** NDJSON with sizes; the same with MD5s, against which bodies are verified; one path a line. */
  readonly lines: string;
  readonly linesWithMd5: string;
  readonly paths: string;
}

/** Writes it below `folder`. */
export async function createCorpus(folder: string): Promise<Corpus> {
  const root = join(folder, 'corpus');
  const bucket = proceduralBucket({ directories: DIRECTORIES, objectsPerDirectory: OBJECTS_A_DIRECTORY, sizes: SIZES });
  const lines: string[] = [];
  const linesWithMd5: string[] = [];
  const paths: string[] = [];
  let bytes = 0;
  for (let index = 0; index < bucket.objectCount; index++) {
    const key = bucket.keyOf(index);
    const { body } = bucket.find(key)!;
    writeObject(root, key, body);
    bytes += body.size;
    lines.push(JSON.stringify({ key, size: body.size }));
    linesWithMd5.push(JSON.stringify({ key, size: body.size, etag: await body.md5() }));
    paths.push(key);
  }
  const write = (name: string, of: readonly string[]) => {
    writeFileSync(join(folder, name), `${of.join('\n')}\n`);
    return join(folder, name);
  };
  return {
    ...{ root, count: bucket.objectCount, bytes },
    lines: write('keys.ndjson', lines),
    linesWithMd5: write('keys-md5.ndjson', linesWithMd5),
    paths: write('paths.txt', paths),
  };
}

type Body = NonNullable<ReturnType<ProceduralBucket['find']>>['body'];

function writeObject(root: string, key: string, body: Body): void {
  const path = join(root, key);
  mkdirSync(dirname(path), { recursive: true });
  const content = body.read(0, body.size);
  writeFileSync(path, Buffer.isBuffer(content) ? content : Buffer.concat([...content]));
}
