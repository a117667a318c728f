/** What `sluice doctor` learns of Upyun's API: its clock, and the pages that it gives. */
import type { Client } from '../../http/client.js';
import { exchange } from '../../http/exchange.js';
import { parseHttpDate } from '../../model/time.js';
import type { Diagnosis, PageForm, ServerTime } from '../diagnosis.js';

/** "Authorization" of Upyun's REST API: the Date of a request may be 30 minutes off. */
const SIGNATURE_WINDOW_MS = 30 * 60_000;
/** The Date header has whole seconds, so on average half a second is missing. */
const ROUNDED_OFF_MS = 500;

/** A server that wants no signature would answer with a whole page. */
const ONE_ROW = { 'x-list-limit': '1' };

export interface DiagnosisOptions {
  /** The API. */
  client: Client;
  /** Request target of the bucket. */
  root: string;
  pageForm: () => PageForm;
}

export function createDiagnosis({ client, root, pageForm }: DiagnosisOptions): Diagnosis {
  async function serverTime(): Promise<ServerTime | undefined> {
    const path = `${root}/`;
    const begunMs = Date.now();
    const since = performance.now();
    // Unsigned: the refusal carries the server's clock, whatever this machine's clock says.
    const { headers } = await exchange(client, { path, headers: ONE_ROW, what: `GET ${path}` });
    const tookMs = performance.now() - since;
    const dateMs = parseHttpDate(headers.date ?? '');
    if (Number.isNaN(dateMs)) return undefined;
    return { serverMs: dateMs + ROUNDED_OFF_MS, localMs: begunMs + tookMs / 2, tookMs };
  }

  return { signatureWindowMs: SIGNATURE_WINDOW_MS, correctsClock: true, serverTime, pageForm };
}
