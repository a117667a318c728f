/**
 * What a request lists, as text: a folder from its beginning, or one of the two parts of a folder, up to a bound from the
 * beginning or down to it from the end. Cursors of the server are opaque, and valid for ever; as a plain cursor they are as
 * older jobs have them.
 */
import type { Order, Row } from './row-order.js';

/** Where a part ends. */
export interface Bound {
  /** The last name of the lower part, whether or not there is such a file. */
  readonly name: string;
  readonly order: Order;
}

export interface Span {
  readonly directory: string;
  readonly isDescending: boolean;
  /** Undefined: to the end of the folder, or back to its beginning. */
  readonly bound: Bound | undefined;
  /** The server's cursor. */
  readonly cursor: string | undefined;
  /** The cursor leads to the second page of a folder, where it may be split. */
  readonly isSecond?: boolean;
  /** The row before the cursor, where it is a part. */
  readonly last: Row | undefined;
}

/** No other scope or cursor begins so: a folder that does is named as a scope. */
const MARK = '["';

const ORDERS = { n: 'names', f: 'files-first' } as const;

/** What a scope and a cursor mean. */
export function spanOf(scope: string, cursor: string | undefined): Span {
  const plain = { isDescending: false, bound: undefined, last: undefined };
  const parts = partsOf(scope);
  const named = parts === undefined ? { directory: scope, ...plain } : spanOfScope(parts);
  if (cursor === undefined) return { ...named, cursor };
  const [kind, raw = '', name, order, last] = partsOf(cursor) ?? ['', cursor];
  const isWhole = name === undefined || order === undefined || last === undefined;
  const bound = isWhole ? undefined : boundOf(name, order);
  return {
    directory: named.directory,
    isDescending: kind === 'down',
    bound,
    cursor: raw,
    isSecond: kind === 'second',
    last: last === undefined || last === '' ? undefined : { name: last.slice(1), isFolder: last.startsWith('F') },
  };
}

/** Whether a text is a scope of this lister that is no folder. */
export function isSpan(text: string): boolean {
  const kind = partsOf(text)?.[0];
  return kind === 'down' || kind === 'folder';
}

/** The scope for the rows above the bound, from the end. */
export function upperScope(directory: string, { name, order }: Bound): string {
  return JSON.stringify(['down', directory, name, order === 'names' ? 'n' : 'f']);
}

/** A folder whose key looks like a scope. */
export function folderScope(directory: string): string | undefined {
  return directory.startsWith(MARK) ? JSON.stringify(['folder', directory]) : undefined;
}

/** Where a span goes on. */
export function cursorText({
  isDescending,
  bound,
  cursor,
  isSecond,
  last,
}: Omit<Span, 'directory'>): string | undefined {
  if (cursor === undefined) return undefined;
  if (bound !== undefined) {
    const row = last === undefined ? '' : `${last.isFolder ? 'F' : 'N'}${last.name}`;
    const order = bound.order === 'names' ? 'n' : 'f';
    return JSON.stringify([isDescending ? 'down' : 'up', cursor, bound.name, order, row]);
  }
  if (isSecond) return JSON.stringify(['second', cursor]);
  if (isDescending) return JSON.stringify(['down', cursor]);
  return cursor.startsWith(MARK) ? JSON.stringify(['up', cursor]) : cursor;
}

function spanOfScope([kind, directory = '', name, order]: readonly string[]): Omit<Span, 'cursor'> {
  const bound = name === undefined || order === undefined ? undefined : boundOf(name, order);
  return { directory, isDescending: kind === 'down', bound, last: undefined };
}

function boundOf(name: string, order: string): Bound {
  return { name, order: ORDERS[order as keyof typeof ORDERS] ?? 'names' };
}

const KINDS: ReadonlySet<unknown> = new Set(['up', 'down', 'second', 'folder']);

/** Undefined for a text that is none of these. */
function partsOf(text: string): readonly string[] | undefined {
  if (!text.startsWith(MARK)) return undefined;
  try {
    const parts: unknown = JSON.parse(text);
    const isOurs = Array.isArray(parts) && KINDS.has(parts[0]) && parts.every((part) => typeof part === 'string');
    return isOurs && parts.length >= 2 ? parts : undefined;
  } catch {
    return undefined;
  }
}
