// The credentials of the end-to-end tests, distinctive enough to be found wherever they should not be.

import assert from 'node:assert/strict';
import { md5Hex } from '../../fakes/buckets/digest.js';

export const OPERATOR = 'e2e-operator';
/** Holds what is special in URLs, shells, headers and JSON, but nothing that any escaping of it would hide. */
export const PASSWORD = 'S3cret/Pa55+w0rd=%41';

/** The password, the key that is made of it, or anything that was signed with it. */
export function assertNoSecrets(text: string, where: string): void {
  for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), md5Hex(PASSWORD), btoa(`${OPERATOR}:${PASSWORD}`)]) {
    assert.ok(!text.includes(secret), `${where} holds a secret: ${text}`);
  }
  assert.doesNotMatch(text, /UPYUN \S+:\S|Basic [A-Za-z0-9+/]{8}/, `${where} holds a signature`);
}
