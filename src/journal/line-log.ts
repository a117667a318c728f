/**
 * An append-only file of self-checking lines: `crc32 sequence json`. A line counts only when its checksum is right, and
 * a missing sequence number shows that something between was lost. (After cacache's index, one record a line.)
 */
import { readFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

export interface LoggedLine {
  readonly sequence: number;
  readonly value: unknown;
  /** Lines before this one were damaged or are missing. */
  readonly isAfterGap: boolean;
}

export interface ReadLog {
  readonly lines: LoggedLine[];
  /** Damaged places with something valid behind them. What is damaged at the very end is a torn write: normal. */
  readonly gaps: number;
  readonly sizeBytes: number;
}

export function encodeLine(sequence: number, value: unknown): string {
  const body = `${sequence} ${JSON.stringify(value)}`;
  return `${checksum(body)} ${body}\n`;
}

function checksum(body: string): string {
  return crc32(body).toString(16).padStart(8, '0');
}

/** The line's content, or undefined when anything about it is not as it was written. */
export function decodeLine(line: string): { sequence: number; value: unknown } | undefined {
  const match = /^([0-9a-f]{8}) ((\d+) (.*))$/s.exec(line);
  if (match === null || checksum(match[2]!) !== match[1]) return undefined;
  try {
    return { sequence: Number(match[3]), value: JSON.parse(match[4]!) };
  } catch {
    return undefined;
  }
}

/** Reads all of it; a file that is not there is empty. Throws the system's error for anything else. */
export function readLog(path: string): ReadLog {
  const text = readText(path);
  const lines: LoggedLine[] = [];
  let gaps = 0;
  let isAfterGap = false;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const decoded = decodeLine(line);
    if (decoded === undefined) {
      isAfterGap = true;
      continue;
    }
    const before = lines.at(-1);
    if (before !== undefined && decoded.sequence !== before.sequence + 1) isAfterGap = true;
    if (isAfterGap) gaps++;
    lines.push({ ...decoded, isAfterGap });
    isAfterGap = false;
  }
  return { lines, gaps, sizeBytes: Buffer.byteLength(text) };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

/** Appends to a file that it has made itself. One append at a time; its owner sees to that. */
export class LineLog {
  readonly #file: FileHandle;
  #sequence: number;
  #sizeBytes = 0;

  private constructor(file: FileHandle, sequence: number) {
    this.#file = file;
    this.#sequence = sequence;
  }

  /** Makes a new, empty file; what has that name is replaced. The first line gets the number after `lastSequence`. */
  static async create(path: string, lastSequence: number): Promise<LineLog> {
    return new LineLog(await open(path, 'w'), lastSequence);
  }

  /** Number of the last line. */
  get sequence(): number {
    return this.#sequence;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Resolves when the lines are on the platter, as far as the disk can be believed. */
  async append(values: readonly unknown[]): Promise<void> {
    const text = values.map((value) => encodeLine(++this.#sequence, value)).join('');
    await this.#file.appendFile(text);
    this.#sizeBytes += Buffer.byteLength(text);
    await this.#file.datasync();
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
