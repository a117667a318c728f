/** Comments and CDATA sections: no store writes them, a proxy may, and what stands in them is no element. */
import { TransferError } from '../../../errors.js';
import { say } from '../../../texts/say.js';

const OPEN = Buffer.from('<!');
const KINDS = [
  { open: Buffer.from('<!--'), close: Buffer.from('-->'), isText: false },
  { open: Buffer.from('<![CDATA['), close: Buffer.from(']]>'), isText: true },
];

export interface Aside {
  /** What it means, as XML would write it without a section. */
  readonly text: string;
  /** The place behind it. */
  readonly end: number;
}

/** The place of the first one in a part of a page; undefined = there is none. */
export function findAside(bytes: Buffer, from: number, to: number): number | undefined {
  const place = bytes.subarray(from, to).indexOf(OPEN);
  return place === -1 ? undefined : from + place;
}

/** @throws TransferError ERR_LISTING: it has no end, or is of another kind */
export function asideAt(bytes: Buffer, place: number): Aside {
  for (const { open, close, isText } of KINDS) {
    const start = place + open.length;
    if (!bytes.subarray(place, start).equals(open)) continue;
    const end = bytes.indexOf(close, start);
    if (end === -1) throw new TransferError('ERR_LISTING', say.s3.halfPage);
    const text = isText ? bytes.toString('utf8', start, end).replaceAll('&', '&amp;').replaceAll('<', '&lt;') : '';
    return { text, end: end + close.length };
  }
  throw new TransferError('ERR_LISTING', say.s3.hiddenKeys);
}
