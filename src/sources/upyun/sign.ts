/** Upyun's HMAC signature: the password itself is never sent. */
import { createHash, createHmac } from 'node:crypto';

import type { Credentials } from './settings.js';

/**
 * Signs requests as Upyun's authorization page describes: base64(HMAC-SHA1(md5hex(password), METHOD&URI&Date)).
 *
 * @returns a function of the method, the request target exactly as sent, and the Date header's value → Authorization
 */
export function createSigner({ operator, password }: Credentials) {
  const key = createHash('md5').update(password).digest('hex');
  return (method: string, target: string, date: string): string => {
    const signature = createHmac('sha1', key).update(`${method}&${target}&${date}`).digest('base64');
    return `UPYUN ${operator}:${signature}`;
  };
}
