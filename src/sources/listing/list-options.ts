/** Options of every listing request. */
import type { Pacer } from '../../pacing/pacer.js';
import type { ListProbe } from '../list-probe.js';

export interface ListRequestOptions {
  /** The pacer of listings. */
  pacer: Pick<Pacer, 'ask' | 'another' | 'limit'>;
  signal: AbortSignal;
  /** Called with each page that was listed. */
  probe?: Pick<ListProbe, 'listed'> | undefined;
}
