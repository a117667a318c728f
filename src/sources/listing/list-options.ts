/** What holds for every listing request. */
import type { TransferError } from '../../errors.js';
import type { Pacer } from '../../pacing/pacer.js';
import type { ListProbe } from '../list-probe.js';

export interface ListRequestOptions {
  /** Of the listings. */
  pacer: Pick<Pacer, 'ask' | 'another' | 'limit'>;
  signal: AbortSignal;
  onRetry?: (error: TransferError) => void;
  /** Told of each page that was answered. */
  probe?: Pick<ListProbe, 'listed'> | undefined;
}
