// Listings that are wrong, each in one way that a careful client must notice or survive.

import type { DirectoryItem, Position } from '../buckets/bucket.js';

export type ListFault =
  /** The same cursor comes back for ever. */
  | 'cursor-loop'
  /** No cursor at all, not even the end marker. */
  | 'no-cursor'
  /** The next page shows this page's rows again, all but the first; the cursors go on. */
  | 'repeated-page'
  /** Every page names its first item twice. */
  | 'duplicate-names'
  /** The first row lacks a field, the last one has one too many. */
  | 'wrong-fields'
  /** The first name of a page is not UTF-8. */
  | 'not-utf8'
  /** The first page is empty, but is not the end. */
  | 'empty-first-page';

/** A page with the positions that cursors are made of; `next` is absent on the last page. */
export interface BrokenPage {
  readonly items: readonly DirectoryItem[];
  readonly next?: Position;
}

/** The faults that concern the items and where the listing goes on; the others concern only the bytes. */
export function breakPage(fault: ListFault | undefined, page: BrokenPage, from: Position | undefined): BrokenPage {
  const [first, second] = page.items;
  if (!fault || !first) return page;
  if (fault === 'cursor-loop') return { items: page.items, next: from ?? page.next ?? first };
  if (fault === 'duplicate-names') return { items: [first, ...page.items], next: page.next };
  if (fault === 'empty-first-page' && !from) return { items: [], next: first };
  if (fault === 'repeated-page' && page.next) return { items: page.items, next: second ?? page.next };
  return page;
}

export function breakRows(fault: ListFault | undefined, rows: string[]): string[] {
  if (fault !== 'wrong-fields' || rows.length === 0) return rows;
  const [first, ...others] = rows;
  const broken = [first!.slice(0, first!.lastIndexOf('\t')), ...others];
  broken[broken.length - 1] += '\t0';
  return broken;
}

/** Puts a byte that is in no UTF-8 text where the first name begins. */
export function breakBytes(fault: ListFault | undefined, body: Buffer, nameAt: number): Buffer {
  if (fault === 'not-utf8' && body.length > nameAt) body[nameAt] = 0xff;
  return body;
}
