/**
 * A 404 that is not the API's word about the object: from a CDN, which may belong to another bucket or have it cached,
 * or about one version of an image. Sluice asks the API whether the object exists.
 */
import { TransferError, toTransferError } from '../../errors.js';
import type { ObjectEntry } from '../../model/entry.js';
import { say } from '../../texts/say.js';

export interface ConfirmOptions {
  /** Asks the API. */
  has: (key: string) => Promise<boolean>;
  endpoint: string;
  domain: string | undefined;
  variant: string | undefined;
}

/** Returns the true error behind such a 404. Rejects if the API gives no answer now; a retry may help. */
export function createConfirm({ has, endpoint, domain, variant }: ConfirmOptions) {
  return async ({ key }: ObjectEntry, error: TransferError): Promise<TransferError> => {
    const texts = say.sources.upyun.confirm;
    const notServed = (message: string, answer: TransferError) =>
      new TransferError('ERR_NOT_SERVED', texts.about(key, message, answer.message), {
        cause: error,
        // The server did answer.
        ...(error.status !== undefined && { status: error.status }),
      });
    try {
      if (!(await has(key))) return error;
      return notServed(texts.notServed({ endpoint, domain, variant }), error);
    } catch (thrown) {
      const unasked = toTransferError(thrown);
      const why = texts.notAsked(domain ?? endpoint, endpoint);
      // Without valid credentials the API never answers this.
      if (unasked.verdict === 'fatal') return notServed(why, unasked);
      const { status, retryAfterMs, throttleScope } = unasked;
      const fields = { cause: unasked, throttleScope, ...(status !== undefined && { status }) };
      throw new TransferError(unasked.code, texts.about(key, why, unasked.message), {
        ...fields,
        ...(retryAfterMs !== undefined && { retryAfterMs }),
      });
    }
  };
}
