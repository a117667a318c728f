// The switches for everything on which sources disagree about Upyun, or on which clients must not rely. They can be turned
// while the server runs.

import type { ListOrder } from '../buckets/bucket.js';
import type { ListFault } from '../wire/list-faults.js';

export interface ListBehaviour {
  /** Rows of a page when no x-list-limit is sent; 100 and 256 are both documented. @default 100 */
  defaultLimit: number;
  /** 10000 and 4096 are both documented. @default 10_000 */
  maxLimit: number;
  /** What happens to a larger x-list-limit. @default 'clamp' */
  overLimit: 'clamp' | 'refuse';
  /** Pages before the last one hold fewer rows than asked for, by a rule that looks random. @default false */
  shortPages: boolean;
  /** @default 'files-first' */
  order: ListOrder;
  /**
   * What `x-list-order: desc` gives. Documented is the reverse of `order`. @default 'reversed'
   *
   * - ignored: the ascending order; refused: 40300014
   * - kinds-kept: files by name, and then folders by name, each downwards
   * - by-last-letter: another order
   */
  descending: 'reversed' | 'ignored' | 'refused' | 'kinds-kept' | 'by-last-letter';
  /** Ends a text page with a newline. @default false */
  trailingNewline: boolean;
  /** Sends x-upyun-list-iter with JSON too, where the body has it. @default false */
  headerWithJson: boolean;
  /** Answers with JSON where it is asked for; otherwise with text whatever is asked for. @default true */
  knowsJson: boolean;
  /** Refuses the question for JSON with that status. @default undefined */
  refusesJson: number | undefined;
  /** Answers `GET /bucket/?files`; otherwise 403. @default true */
  flatList: boolean;
  /** A listing that is wrong all the time; use a fault for one that is wrong once. @default undefined */
  broken: ListFault | undefined;
}

export interface ObjectBehaviour {
  /** Which digest headers are sent. `documented`: ETag on GET, ETag and Content-Md5 on HEAD. @default 'documented' */
  digest: 'documented' | 'etag' | 'content-md5' | 'both' | 'none';
  /** Bodies without Content-Length. @default false */
  chunked: boolean;
  /** Content-Length on HEAD; the size is always in x-upyun-file-size. @default true */
  headContentLength: boolean;
  /** Answers 200 with the whole object to a Range request. @default false */
  ignoreRange: boolean;
  /** Between a key and the name of an image version. @default '!' */
  separator: string;
  /** Compresses for clients that offer it, as proxies do; then there is no Content-Length. @default false */
  gzip: boolean;
}

export interface CdnBehaviour {
  /** Asks for a valid `_upt` token, in the query or a cookie. @default undefined */
  tokenSecret: string | undefined;
}

export function listBehaviour(given: Partial<ListBehaviour> = {}): ListBehaviour {
  return {
    defaultLimit: 100,
    maxLimit: 10_000,
    overLimit: 'clamp',
    shortPages: false,
    order: 'files-first',
    descending: 'reversed',
    trailingNewline: false,
    headerWithJson: false,
    knowsJson: true,
    refusesJson: undefined,
    flatList: true,
    broken: undefined,
    ...given,
  };
}

export function objectBehaviour(given: Partial<ObjectBehaviour> = {}): ObjectBehaviour {
  return {
    digest: 'documented',
    chunked: false,
    headContentLength: true,
    ignoreRange: false,
    separator: '!',
    gzip: false,
    ...given,
  };
}
