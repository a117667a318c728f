/** Tests what a disk does with names, by files in an empty folder. Synchronous: for the volume's thread. */
import { closeSync, openSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Folding, foldName } from '../../../model/names/fold.js';
import { MAX_NAME_BYTES, type NameTraits, SHORTEST_NAME_BYTES } from '../../../model/names/name-rules.js';

/** In lower case and composed: some disks list all names in lower case. */
const ASCII = 'case-probe';
const WIDE = 'é-ж-ß-probe';
const COMPATIBLE = 'ﬁ-probe';

/** Control characters, and characters that Windows, FAT and SMB refuse. Each is tested by itself. */
const SINGLE = [...Array.from({ length: 31 }, (_, index) => String.fromCharCode(index + 1)), ...'"*:<>?\\|\x7f'];
/** One sample of a range decides for the whole range. */
const RANGES: readonly (readonly [sample: string, first: number, last: number])[] = [
  ['é', 0x80, 0xff],
  ['文', 0x100, 0xffff],
  ['😀', 0x1_0000, 0x10_ffff],
];

/** Throws system errors when no file can be created. */
export function probeNames(folder: string): NameTraits {
  const probe = new Probe(folder);
  probe.make(ASCII);
  const folding = foldingOf(probe);
  const refused = refusedBy(probe);
  const hasEndings = !probe.keeps('ending.') || !probe.keeps('ending ');
  const hasDevices = ['con', 'aux.txt', 'nul', 'com1'].some((name) => !probe.keeps(name));
  const nameBytes = longest(probe);
  return {
    ...(folding && { folding }),
    ...(refused !== '' && { refused }),
    ...(hasEndings && { hasEndings }),
    ...(hasDevices && { hasDevices }),
    ...(nameBytes < MAX_NAME_BYTES && { nameBytes }),
  };
}

function foldingOf(probe: Probe): Folding | undefined {
  if (probe.keeps(COMPATIBLE) && probe.has(COMPATIBLE.normalize('NFKD'))) return 'compatible';
  const others = [ASCII.toUpperCase()];
  if (probe.keeps(WIDE)) {
    others.push(WIDE.replace('é', 'É'), WIDE.replace('ж', 'Ж'), WIDE.replace('ß', 'ss'), WIDE.normalize('NFD'));
  }
  return others.some((name) => probe.has(name)) ? 'names' : undefined;
}

function refusedBy(probe: Probe): string {
  const all = SINGLE.join('');
  const single = probe.keeps(`all${all}of`) ? [] : SINGLE.filter((one) => !probe.keeps(`x${one}x`));
  const ranges = RANGES.filter(([sample]) => !probe.keeps(`x${sample}x`));
  return [
    ...single.map((one) => member(one.charCodeAt(0))),
    ...ranges.map(([, first, last]) => `${member(first)}-${member(last)}`),
  ].join('');
}

/** A member of a character class; `\u{3a}`. */
function member(code: number): string {
  return `\\u{${code.toString(16)}}`;
}

function longest(probe: Probe): number {
  if (probe.keeps('n'.repeat(MAX_NAME_BYTES))) return MAX_NAME_BYTES;
  let [fits, tooLong] = [SHORTEST_NAME_BYTES, MAX_NAME_BYTES];
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >> 1;
    if (probe.keeps('n'.repeat(middle))) fits = middle;
    else tooLong = middle;
  }
  return fits;
}

class Probe {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  make(name: string): void {
    closeSync(openSync(join(this.#folder, name), 'wx'));
  }

  has(name: string): boolean {
    try {
      return statSync(join(this.#folder, name), { throwIfNoEntry: false }) !== undefined;
    } catch {
      return false;
    }
  }

  /** Whether a file of that name can be made, and is listed by it, in any Unicode composition. */
  keeps(name: string): boolean {
    try {
      this.make(name);
    } catch (error) {
      if (isForNames(error)) return false;
      throw error;
    }
    const wanted = foldName(name, 'names');
    return readdirSync(this.#folder).some((found) => foldName(found, 'names') === wanted);
  }
}

/** Missing room or permission says nothing of a name. */
function isForNames(error: unknown): boolean {
  return !['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EACCES', 'EMFILE', 'ENFILE'].includes(
    (error as NodeJS.ErrnoException).code ?? '',
  );
}
