/** What `sluice doctor` learns of an S3 store: its clock, and the pages that it gives. */
import { exchange } from '../../http/exchange.js';
import { parseHttpDate } from '../../model/time.js';
import type { Diagnosis, PageForm, ServerTime } from '../diagnosis.js';
import type { Requests } from './requests.js';

/** "RequestTimeTooSkewed": the date of a signature may be 15 minutes off. */
const SIGNATURE_WINDOW_MS = 15 * 60_000;
/** The Date header has whole seconds, so on average half a second is missing. */
const ROUNDED_OFF_MS = 500;

export function createDiagnosis(requests: Requests, pageForm: () => PageForm): Diagnosis {
  async function serverTime(): Promise<ServerTime | undefined> {
    const begunMs = Date.now();
    const since = performance.now();
    // Unsigned, and no page even of a public bucket: any answer carries the server's clock.
    const { headers } = await exchange(requests.client, { path: '/', method: 'HEAD', headers: {}, what: 'HEAD /' });
    const tookMs = performance.now() - since;
    const dateMs = parseHttpDate(headers.date ?? '');
    if (Number.isNaN(dateMs)) return undefined;
    return { serverMs: dateMs + ROUNDED_OFF_MS, localMs: begunMs + tookMs / 2, tookMs };
  }

  const { isUnsigned } = requests;
  return { isUnsigned, signatureWindowMs: SIGNATURE_WINDOW_MS, correctsClock: true, serverTime, pageForm };
}
