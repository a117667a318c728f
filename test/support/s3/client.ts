// Fills a real store: requests signed by AWS's own signer, on connections that stay open. Not the code under test.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Agent, request as send } from 'node:http';
import type { Keys } from '../../../src/sources/s3/sign.js';
import { smithySigner } from './smithy.js';

interface Ask {
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

export interface S3Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: Buffer;
}

export interface S3Client {
  ask(method: string, bucket: string, ask?: Ask): Promise<S3Answer>;
  createBucket(bucket: string, headers?: Readonly<Record<string, string>>): Promise<void>;
  put(bucket: string, key: string, body: Buffer, headers?: Readonly<Record<string, string>>): Promise<void>;
  /** Many objects, some at a time. */
  fill(bucket: string, objects: Readonly<Record<string, Buffer>>, atOnce?: number): Promise<void>;
  /** Uploads an object in parts: its ETag is no MD5. */
  putInParts(bucket: string, key: string, parts: readonly Buffer[]): Promise<void>;
  close(): void;
}

export function s3Client(endpoint: string, keys: Keys): S3Client {
  const { hostname, port, host } = new URL(endpoint);
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const sign = smithySigner(keys, 'us-east-1');

  async function ask(method: string, bucket: string, { key, query = {}, headers = {}, body }: Ask = {}) {
    const path = key === undefined ? `/${bucket}` : `/${bucket}/${key.split('/').map(percent).join('/')}`;
    const hash = createHash('sha256')
      .update(body ?? '')
      .digest('hex');
    const signed = await sign({
      method,
      path,
      query,
      headers: { host, 'x-amz-content-sha256': hash, ...headers },
      body,
    });
    const search = Object.entries(query).map(([name, value]) => `${percent(name)}=${percent(value)}`);
    return new Promise<S3Answer>((resolve, reject) => {
      const request = send({
        agent,
        method,
        hostname,
        port,
        path: search.length === 0 ? path : `${path}?${search.join('&')}`,
        headers: { ...signed, 'content-length': body?.length ?? 0 },
      });
      request.on('error', reject);
      request.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks) }),
        );
      });
      request.end(body);
    });
  }

  async function must(method: string, bucket: string, given: Ask): Promise<S3Answer> {
    const answer = await ask(method, bucket, given);
    const what = `${method} ${bucket} ${JSON.stringify(given.key)}: ${answer.status} ${answer.body}`;
    assert.ok(answer.status >= 200 && answer.status < 300, what);
    return answer;
  }

  const client: S3Client = {
    ask,
    async createBucket(bucket, headers = {}) {
      await must('PUT', bucket, { headers });
    },
    async put(bucket, key, body, headers = {}) {
      await must('PUT', bucket, { key, body, headers });
    },
    async fill(bucket, objects, atOnce = 16) {
      const waiting = Object.entries(objects);
      const work = async () => {
        for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await client.put(bucket, ...next);
      };
      await Promise.all(Array.from({ length: atOnce }, work));
    },
    async putInParts(bucket, key, parts) {
      const begun = await must('POST', bucket, { key, query: { uploads: '' } });
      const uploadId = /<UploadId>([^<]+)</.exec(begun.body.toString())![1]!;
      const rows: string[] = [];
      for (const [index, body] of parts.entries()) {
        const query = { partNumber: String(index + 1), uploadId };
        const { headers } = await must('PUT', bucket, { key, query, body });
        rows.push(`<Part><PartNumber>${index + 1}</PartNumber><ETag>${headers.etag}</ETag></Part>`);
      }
      const body = Buffer.from(`<CompleteMultipartUpload>${rows.join('')}</CompleteMultipartUpload>`);
      await must('POST', bucket, { key, query: { uploadId }, body });
    },
    close: () => agent.destroy(),
  };
  return client;
}

function percent(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
