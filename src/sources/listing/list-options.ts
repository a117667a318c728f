/** Options of every listing request. */
import type { TransferError } from '../../errors.js';
import type { Pacer } from '../../pacing/pacer.js';
import type { ListProbe } from '../list-probe.js';

export interface ListRequestOptions {
  /** The pacer of listings. */
  pacer: Pick<Pacer, 'ask' | 'another' | 'limit'>;
  signal: AbortSignal;
  onRetry?: (error: TransferError) => void;
  /** Called with each page that was listed. */
  probe?: Pick<ListProbe, 'listed'> | undefined;
}
