// AWS's own signer, as an oracle for ours, and to fill real stores by.

import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Keys } from '../../../src/sources/s3/sign.js';

/** node:crypto in the form that the signer wants. */
class Sha256 {
  readonly #hash;

  constructor(secret?: Parameters<typeof createHmac>[1]) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  }

  update(chunk: Uint8Array): void {
    this.#hash.update(chunk);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    throw new Error('a hash is used once');
  }
}

export interface SmithyRequest {
  readonly method: string;
  /** Host included; all of them are signed. */
  readonly headers: Readonly<Record<string, string>>;
  /** As it is sent. */
  readonly path: string;
  /** Not encoded. */
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly body?: Buffer | undefined;
}

/** Returns a function that gives all headers of a request. */
export function smithySigner(keys: Keys, region: string) {
  const { accessKeyId, secretAccessKey, sessionToken } = keys;
  const credentials = { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
  const signer = new SignatureV4({ credentials, region, service: 's3', sha256: Sha256 as never, uriEscapePath: false });
  return async ({ method, headers, path, query = {}, body }: SmithyRequest, date = new Date()) => {
    const request = { method, protocol: 'http:', hostname: 'unused', path, query, headers: { ...headers }, body };
    return (await signer.sign(request, { signingDate: date })).headers;
  };
}
