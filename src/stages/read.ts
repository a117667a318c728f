/**
 * The start of `fetch`: bytes of stdin → lines → batches. Folders that an earlier run could not list are listed now.
 */
import type { Readable } from 'node:stream';
import { TransferError } from '../errors.js';
import type { EventBus } from '../events/bus.js';
import { isGoneTerminal } from '../lib/process/terminal.js';
import { LineSplitter, type RawLine } from '../lib/streams/lines.js';
import { TextDecoding } from '../lib/streams/text-decoding.js';
import {
  BATCH_ENTRIES,
  type Batch,
  counter,
  cutBadLines,
  cutLinesForTravel,
  cutPage,
  cutPageForTravel,
} from '../model/batch.js';
import type { ObjectEntry } from '../model/entry.js';
import { NUL_REASON } from '../model/forms/bad-forms.js';
import { type BadLine, badLine, type InputLine, isBadLine, isScopeLine, parseLine } from '../model/line.js';
import { folderOf, nameOf, type Scope, textOf } from '../model/scope.js';
import { type WalkOptions, walk } from '../sources/listing/walk.js';
import type { Source } from '../sources/source.js';
import { say } from '../texts/say.js';

import defs = require('stream-chain/defs.js');

const { flushable, none } = defs;

/** The content of one read of the input. */
export interface InputLines {
  readonly entries: ObjectEntry[];
  readonly badLines: BadLine[];
  /** Folders and other scopes to list, from the failures file of an earlier run. */
  readonly scopes: Scope[];
}

/** Reads the input until its end or until `signal` aborts. An abort ends it like an end of file. */
export async function* readInput(input: Readable, signal: AbortSignal): AsyncGenerator<Buffer, void, void> {
  const stop = () => input.destroy();
  signal.addEventListener('abort', stop);
  try {
    if (signal.aborted) return;
    for await (const chunk of input) yield chunk as Buffer;
    if (!signal.aborted && isGoneTerminal(input)) throw new Error(say.lists.terminalGone);
  } catch (error) {
    if (signal.aborted) return;
    const why = error instanceof Error ? error.message : String(error);
    throw new TransferError('ERR_INPUT', say.lists.noInput(why), { cause: error });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Bytes → complete lines. The lines of each chunk go on at once, so that a slow producer gets fast results. */
export function splitLines() {
  const decoding = new TextDecoding();
  const splitter = new LineSplitter();
  return flushable((chunk: Buffer | typeof none) => {
    if (chunk === none) return [...splitter.push(decoding.flush()), ...splitter.flush()];
    return splitter.push(decoding.push(chunk as Buffer));
  });
}

/** Parses lines as the source reads them. */
export function linesParser(readLine: NonNullable<Source['readLine']> = readKey) {
  return (lines: readonly RawLine[]): InputLines => {
    const parsed: InputLines = { entries: [], badLines: [], scopes: [] };
    for (const { text, problem } of lines) {
      const line = readLine(text, problem !== undefined && text.includes('\0') ? NUL_REASON : problem);
      if (line === undefined) continue;
      if (isBadLine(line)) parsed.badLines.push(line);
      else if (isScopeLine(line)) parsed.scopes.push(line.scope);
      else parsed.entries.push(line);
    }
    return parsed;
  };
}

/** Parses lines that name keys. */
export const parseLines = linesParser();

function readKey(text: string, problem?: string): InputLine | undefined {
  return problem === undefined ? parseLine(text) : badLine(text, problem);
}

export interface ReadOptions extends WalkOptions {
  events: EventBus;
  /** Called with each folder that is listed now because an earlier run could not. */
  onFolder?: ((folder: string) => void) | undefined;
}

/** A line that names a scope of another kind than the store has was not written for it. */
function linesFor({ lister }: Source, lines: InputLines): InputLines {
  const knows = lister?.knowsScope?.bind(lister) ?? (() => lister?.onlyFolders !== true);
  const isForeign = (scope: Scope) => folderOf(scope) === undefined && !knows(textOf(scope));
  const foreign = lines.scopes.filter(isForeign);
  if (foreign.length === 0) return lines;
  const keys = parseLines(foreign.map((scope) => ({ text: JSON.stringify({ key: textOf(scope) }) })));
  return {
    entries: [...lines.entries, ...keys.entries],
    badLines: [...lines.badLines, ...keys.badLines],
    scopes: lines.scopes.filter((scope) => !isForeign(scope)),
  };
}

/** Parsed lines → batches; folders are listed. A generator stage: takes more input only when its batches are taken. */
export function toBatches(source: Source, { events, onFolder, ...options }: ReadOptions) {
  const nextId = counter();
  return async function* batches(input: AsyncIterable<InputLines>): AsyncGenerator<Batch, void, void> {
    for await (const lines of input) {
      const { entries, badLines, scopes } = linesFor(source, lines);
      events.found(entries, badLines.length);
      yield* cutBadLines(badLines, nextId);
      for (const batch of cutPage({ entries, rejects: [] }, nextId)) yield { ...batch, isInput: true };
      for (const scope of scopes) {
        const folder = folderOf(scope);
        if (folder !== undefined) onFolder?.(folder);
        for await (const page of walkScope(source, scope, options)) {
          events.found(page.entries, page.rejects.length);
          yield* cutPage(page, nextId);
        }
      }
    }
    if (!options.signal.aborted) void events.emit({ type: 'listed' });
  };
}

/** The same in batches for other machines. The chunks do not matter: the same input gives the same batches again. */
export function toTravelBatches(source: Source, { events, ...options }: WalkOptions & { events: EventBus }) {
  const nextId = counter();
  return async function* batches(input: AsyncIterable<InputLines>): AsyncGenerator<Batch, void, void> {
    let waiting: ObjectEntry[] = [];
    for await (const lines of input) {
      const { entries, badLines, scopes } = linesFor(source, lines);
      events.found(entries, badLines.length);
      yield* cutLinesForTravel(badLines, nextId);
      waiting.push(...entries);
      if (waiting.length > BATCH_ENTRIES) {
        // The last batch may get more entries.
        const cut = [...cutPageForTravel({ entries: waiting, rejects: [] }, nextId)];
        waiting = [...cut.pop()!.entries];
        yield* cut;
      }
      for (const scope of scopes) {
        for await (const page of walkScope(source, scope, options)) {
          events.found(page.entries, page.rejects.length);
          yield* cutPageForTravel(page, nextId);
        }
      }
    }
    yield* cutPageForTravel({ entries: waiting, rejects: [] }, nextId);
  };
}

function walkScope(source: Source, scope: Scope, options: WalkOptions) {
  const key = textOf(scope);
  const reason = key.isWellFormed() ? undefined : say.sources.objects.unsafe.notUnicode;
  if (reason === undefined) return walk(source, scope, { ...options, isOneOfMany: true });
  const error = new TransferError('ERR_UNSAFE_KEY', say.sources.listing.about(nameOf(scope), reason));
  return [{ entries: [], rejects: [{ entry: { key }, error, kind: 'name' as const }] }];
}
