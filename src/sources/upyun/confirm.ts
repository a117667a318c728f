/**
 * A 404 that is not the API's word about the object: from a CDN, which may belong to another bucket or have it cached,
 * or about one version of an image. Sluice asks the API whether the object exists.
 */
import { TransferError, toTransferError } from '../../errors.js';
import type { ObjectEntry } from '../../model/entry.js';

export interface ConfirmOptions {
  /** Asks the API. */
  has: (key: string) => Promise<boolean>;
  endpoint: string;
  domain: string | undefined;
  variant: string | undefined;
}

/** Returns the true error behind such a 404. Rejects if the API gives no answer now; a retry may help. */
export function createConfirm({ has, endpoint, domain, variant }: ConfirmOptions) {
  const inVersion = variant === undefined ? '' : ` in its version ${variant}`;
  const served = domain === undefined ? `does not give it${inVersion}` : `${domain} does not serve it${inVersion}`;
  const advice =
    domain === undefined
      ? 'is there such a version?'
      : `is that the domain of this bucket?${variant === undefined ? '' : ' Is there such a version?'}`;

  return async ({ key }: ObjectEntry, error: TransferError): Promise<TransferError> => {
    const notServed = (message: string) =>
      new TransferError('ERR_NOT_SERVED', `${JSON.stringify(key)}: ${message} (${error.message})`, {
        cause: error,
        // The server did answer.
        ...(error.status !== undefined && { status: error.status }),
      });
    try {
      if (!(await has(key))) return error;
      return notServed(`${endpoint} has it, but ${served}; ${advice}`);
    } catch (thrown) {
      const unasked = toTransferError(thrown);
      const why = `${domain ?? endpoint} answers 404, and whether the object is gone cannot be asked of ${endpoint}`;
      // Without valid credentials the API never answers this.
      if (unasked.verdict === 'fatal') return notServed(`${why}: ${unasked.message}`);
      const { status, retryAfterMs, throttleScope } = unasked;
      const fields = { cause: unasked, throttleScope, ...(status !== undefined && { status }) };
      throw new TransferError(unasked.code, `${JSON.stringify(key)}: ${why}: ${unasked.message}`, {
        ...fields,
        ...(retryAfterMs !== undefined && { retryAfterMs }),
      });
    }
  };
}
