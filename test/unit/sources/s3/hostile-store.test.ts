// Stores that answer so that a client asks for ever, or fails in its own code: each is one error of the store.

import assert from 'node:assert/strict';
import test from 'node:test';
import type { TransferError } from '../../../../src/errors.js';
import { serveS3 } from '../../../support/servers/s3.js';
import { rejection } from '../../../support/waiting.js';

test('a store that names another region in each answer is not asked for ever', { timeout: 30_000 }, async (t) => {
  const { source, server } = await serveS3(t, { objects: {} });
  server.fault = (_request, response) => {
    response.writeHead(400, { 'x-amz-bucket-region': `r-${server.requests.length}` }).end();
    return true;
  };
  const { code } = await rejection<TransferError>(source.lister!.listPage('', undefined));
  assert.equal(code, 'ERR_REJECTED');
  assert.ok(server.requests.length <= 10, `${server.requests.length} requests`);
});

test('a token that is no text is an error of the listing', async (t) => {
  const { source, server } = await serveS3(t, { objects: {} });
  server.fault = (_request, response) => {
    response.end(
      '<ListBucketResult><KeyCount>0</KeyCount><IsTruncated>true</IsTruncated><NextContinuationToken>&#xD800;</NextContinuationToken></ListBucketResult>',
    );
    return true;
  };
  const { code } = await rejection<TransferError>(source.lister!.listPage('', undefined));
  assert.equal(code, 'ERR_LISTING');
});

test('a region that makes no host name moves no request', async (t) => {
  const aws = 'https://s3.us-east-1.amazonaws.com';
  const { source } = await serveS3(t, { objects: {} }, { endpoint: aws });
  const urlIn = (bucketRegion: string) => {
    source.learnt!.restore(JSON.stringify({ endpoint: aws, region: 'us-east-1', bucketRegion }));
    return source.urls!.of({ key: 'a' });
  };
  assert.equal(urlIn('eu-west-1'), 'https://pics.s3.eu-west-1.amazonaws.com/a');
  assert.equal(urlIn('xn--a'), 'https://pics.s3.us-east-1.amazonaws.com/a');
});

test('a page that calls itself the last one and names a next one is not the end', async (t) => {
  const keys = ['a', 'b', 'c', 'd', 'e'];
  for (const [next, isAlways] of [
    ['NextContinuationToken', false],
    ['NextMarker', false],
    ['NextMarker', true],
  ] as const) {
    const { source, server } = await serveS3(t, { objects: {} });
    server.fault = (request, response) => {
      const after = request.query.get('start-after') ?? '';
      const rest = keys.filter((key) => key > after);
      const rows = rest.slice(0, 2).map((key) => `<Contents><Key>${key}</Key><Size>1</Size></Contents>`);
      const named = isAlways || rest.length > 2 ? `<${next}>x</${next}>` : `<${next}/>`;
      response.end(
        `<ListBucketResult><KeyCount>${rows.length}</KeyCount><IsTruncated>false</IsTruncated>${named}${rows.join('')}</ListBucketResult>`,
      );
      return true;
    };
    const listed: string[] = [];
    for (let cursor: string | undefined, isFirst = true; isFirst || cursor !== undefined; isFirst = false) {
      const page = await source.lister!.listPage('', cursor);
      listed.push(...page.entries.map(({ key }) => key));
      cursor = page.nextCursor;
    }
    assert.deepEqual(listed, keys, next);
  }
});

test('a listing that comes compressed is called that', async (t) => {
  const { source, server } = await serveS3(t, { objects: {} });
  server.fault = (_request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end('x');
    return true;
  };
  const { code, message } = await rejection<TransferError>(source.lister!.listPage('', undefined));
  assert.deepEqual([code, /GET \/pics came with Content-Encoding gzip/.test(message)], ['ERR_LISTING', true]);
});

test('a store that repeats the secret key as a region, or as the code of an error, gets it into no message', async (t) => {
  const { source, server } = await serveS3(t, { objects: {} });
  const answers = [
    [400, { 'x-amz-bucket-region': 'SK' }, ''],
    [400, {}, '<Error><Code>AuthorizationHeaderMalformed</Code><Region>SK</Region></Error>'],
    [200, {}, '<Error><Code>SK</Code></Error>'],
    [500, {}, '<Error><Code>SK</Code><Message>SK</Message></Error>'],
  ] as const;
  const learnt: string[] = [];
  source.learnt!.watch((text) => learnt.push(text));
  for (const [status, headers, body] of answers) {
    server.fault = (_request, response) => {
      response.writeHead(status, headers).end(body);
      return true;
    };
    const { message } = await rejection<TransferError>(source.lister!.listPage('', undefined));
    assert.doesNotMatch(message, /SK/);
  }
  assert.deepEqual(learnt, []);
});
